//! Byte-stream transports behind one face: listen, accept, connect, names.
//!
//! The engine's listeners and connecters call this and never look at a scheme.
//! All descriptors are non-blocking and close on exec; nothing here waits,
//! except [`Target::resolve`] when [`Target::needs_lookup`] said so.
//!
//! A further transport adds a module and a variant to [`Listener`], [`Target`]
//! and [`Destination`].

pub mod ipc;
pub mod socks;
pub mod tcp;
pub mod tipc;

use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use crate::endpoint::{HostPort, IpcAddress, Scheme, Side, TcpAddress};
use crate::errno::{Errno, Result};
use crate::options::Options;
use crate::sys::net::{self, SockAddr};

pub use socks::Socks;

/// The proxy's address, where there is one.
fn proxy(options: &Options) -> Option<String> {
    let proxy = &options.socks_proxy;
    (!proxy.is_empty()).then(|| String::from_utf8_lossy(proxy).into_owned())
}

/// A bind that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BindError {
    /// What zmq_bind shall report.
    pub errno: Errno,
    /// The descriptor that was made and closed again, if it came that far, and the
    /// endpoint to go with it in the CLOSED event that precedes BIND_FAILED.
    pub closed: Option<(RawFd, String)>,
}

impl BindError {
    /// After this descriptor was made. It is closed by the caller, who owns it.
    fn with(fd: &OwnedFd, endpoint: &str) -> impl FnOnce(Errno) -> BindError {
        let fd = fd.as_raw_fd();
        move |errno| BindError { errno, closed: Some((fd, endpoint.to_owned())) }
    }
}

impl From<Errno> for BindError {
    fn from(errno: Errno) -> Self {
        BindError { errno, closed: None }
    }
}

impl From<BindError> for Errno {
    fn from(error: BindError) -> Self {
        error.errno
    }
}

/// An attempt to connect that failed at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConnectError {
    /// Why.
    pub errno: Errno,
    /// The descriptor that was made and closed again, if it came that far: it has
    /// a CLOSED event.
    pub closed: Option<RawFd>,
}

impl ConnectError {
    /// After this descriptor was made. It is closed by the caller, who owns it.
    fn with(fd: &OwnedFd) -> impl Fn(Errno) -> ConnectError {
        let closed = Some(fd.as_raw_fd());
        move |errno| ConnectError { errno, closed }
    }
}

impl From<Errno> for ConnectError {
    fn from(errno: Errno) -> Self {
        ConnectError { errno, closed: None }
    }
}

impl From<ConnectError> for Errno {
    fn from(error: ConnectError) -> Self {
        error.errno
    }
}

/// Why an accept gave no connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AcceptError {
    /// Nobody is waiting: go back to sleep. Nothing to report.
    Empty,
    /// This one connection is lost, others may come.
    Transient(Errno),
    /// An accept filter refused the peer; it is closed already.
    Rejected,
    /// Descriptors or memory ran out: the caller must pause, since the peer still
    /// waits and the listener stays readable.
    Exhausted(Errno),
    /// The listener itself is broken.
    Fatal(Errno),
}

impl AcceptError {
    /// Sorts what accept(2) may report. Linux also hands over pending errors of
    /// the new connection; those are its own trouble, not the listener's.
    pub fn classify(errno: Errno) -> AcceptError {
        match errno.0 {
            libc::EAGAIN => AcceptError::Empty,
            libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM => {
                AcceptError::Exhausted(errno)
            }
            libc::EBADF | libc::EFAULT | libc::EINVAL | libc::ENOTSOCK => AcceptError::Fatal(errno),
            _ => AcceptError::Transient(errno),
        }
    }

    /// The errno of an ACCEPT_FAILED event; `None` when there is nothing to report.
    pub fn errno(self) -> Option<Errno> {
        match self {
            AcceptError::Empty => None,
            AcceptError::Rejected => Some(Errno::EACCES),
            AcceptError::Transient(errno)
            | AcceptError::Exhausted(errno)
            | AcceptError::Fatal(errno) => Some(errno),
        }
    }
}

/// A bound, listening socket.
#[derive(Debug)]
pub enum Listener {
    #[allow(missing_docs)]
    Tcp(tcp::Listener),
    #[allow(missing_docs)]
    Ipc(ipc::Listener),
    #[allow(missing_docs)]
    Tipc(tipc::Listener),
}

impl Listener {
    /// Binds and listens. `address` is what follows `://`; the options are copied.
    /// Names of hosts are looked up here and now, as zmq_bind must report the outcome.
    pub fn bind(
        scheme: Scheme,
        address: &str,
        options: &Options,
    ) -> std::result::Result<Listener, BindError> {
        match scheme {
            Scheme::Tcp => tcp::Listener::bind(address, options).map(Listener::Tcp),
            Scheme::Ipc => ipc::Listener::bind(address, options).map(Listener::Ipc),
            Scheme::Tipc => tipc::Listener::bind(address, options).map(Listener::Tipc),
            _ => Err(Errno::EPROTONOSUPPORT.into()),
        }
    }

    /// One waiting connection, tuned and past the filters.
    pub fn accept(&self) -> std::result::Result<OwnedFd, AcceptError> {
        match self {
            Listener::Tcp(listener) => listener.accept(),
            Listener::Ipc(listener) => listener.accept(),
            Listener::Tipc(listener) => listener.accept(),
        }
    }

    /// What monitor events show.
    pub fn endpoint(&self) -> &str {
        match self {
            Listener::Tcp(listener) => listener.endpoint(),
            Listener::Ipc(listener) => listener.endpoint(),
            Listener::Tipc(listener) => listener.endpoint(),
        }
    }

    /// What LAST_ENDPOINT shows.
    pub fn last_endpoint(&self) -> String {
        match self {
            Listener::Tcp(_) | Listener::Ipc(_) => self.endpoint().to_owned(),
            Listener::Tipc(listener) => listener.own_endpoint(),
        }
    }

    /// Closes the socket and removes what a wildcard bind made. An error is that
    /// of the removal (CLOSE_FAILED); the socket is closed in any case.
    pub fn close(self) -> Result<()> {
        match self {
            Listener::Tcp(_) | Listener::Tipc(_) => Ok(()),
            Listener::Ipc(listener) => listener.close(),
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Listener::Tcp(listener) => listener.as_fd(),
            Listener::Ipc(listener) => listener.as_fd(),
            Listener::Tipc(listener) => listener.as_fd(),
        }
    }
}

/// Where zmq_connect was told to connect to; lives as long as the endpoint.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Target {
    /// The address as text, looked up again at each attempt.
    Tcp {
        address: String,
    },
    Ipc {
        address: IpcAddress,
    },
    Tipc {
        address: tipc::Address,
    },
}

/// One place that an attempt can go to.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Destination {
    Tcp { address: SocketAddr, source: Option<SocketAddr> },
    Ipc { address: IpcAddress },
    Tipc { address: tipc::Address },
}

/// A connection attempt on its way.
#[derive(Debug)]
pub struct Attempt {
    /// The socket; [`Destination::finish_connect`] makes it a connection.
    pub fd: OwnedFd,
    /// The outcome comes when the socket gets writable. Otherwise it is connected.
    pub in_progress: bool,
}

impl Attempt {
    /// Starts to connect this socket to `name`.
    fn start(fd: OwnedFd, name: &SockAddr) -> std::result::Result<Attempt, ConnectError> {
        let in_progress = net::connect(fd.as_fd(), name).map_err(ConnectError::with(&fd))?;
        Ok(Attempt { fd, in_progress })
    }
}

impl Target {
    /// Checks of an address what zmq_connect reports at once.
    pub fn parse(scheme: Scheme, address: &str) -> Result<Target> {
        match scheme {
            Scheme::Tcp => tcp::parse_target(address),
            Scheme::Ipc => ipc::parse_target(address),
            Scheme::Tipc => tipc::parse_target(address),
            _ => Err(Errno::EPROTONOSUPPORT),
        }
    }

    /// Whether [`resolve`](Self::resolve) may have to ask a server and so may block
    /// for seconds: then it must not be called on an I/O thread.
    pub fn needs_lookup(&self, options: &Options) -> bool {
        match self {
            Target::Tcp { address } => {
                tcp::needs_lookup(proxy(options).as_deref().unwrap_or(address), options.ipv6)
            }
            Target::Ipc { .. } | Target::Tipc { .. } => false,
        }
    }

    /// Where the next attempt can go, best first and never empty.
    pub fn resolve(&self, options: &Options) -> Result<Vec<Destination>> {
        match self {
            Target::Tcp { address } => {
                let first = proxy(options);
                tcp::resolve_connect(first.as_deref().unwrap_or(address), options.ipv6)
            }
            Target::Ipc { address } => Ok(vec![Destination::Ipc { address: address.clone() }]),
            Target::Tipc { address } => Ok(vec![Destination::Tipc { address: *address }]),
        }
    }

    /// The dialogue with the proxy that precedes the connection's own bytes, if
    /// there is to be one (ZMQ_SOCKS_PROXY). EINVAL.
    pub fn socks(&self, options: &Options) -> Result<Option<Socks>> {
        let Target::Tcp { address } = self else { return Ok(None) };
        if options.socks_proxy.is_empty() {
            return Ok(None);
        }
        let target = HostPort::parse(TcpAddress::split(address).target, Side::Connect)?;
        let (user, password) = (&options.socks_username, &options.socks_password);
        Socks::new(target.host, target.port, user, password).map(Some)
    }

    /// The endpoint as text: LAST_ENDPOINT after connect, and events of the attempt.
    pub fn endpoint(&self) -> String {
        match self {
            Target::Tcp { address } => format!("tcp://{address}"),
            Target::Ipc { address } => ipc::endpoint(address),
            Target::Tipc { address } => address.to_string(),
        }
    }
}

impl Destination {
    /// Starts to connect.
    pub fn start_connect(&self, options: &Options) -> std::result::Result<Attempt, ConnectError> {
        match self {
            Destination::Tcp { address, source } => tcp::start_connect(*address, *source, options),
            Destination::Ipc { address } => ipc::start_connect(address),
            Destination::Tipc { address } => tipc::start_connect(*address),
        }
    }

    /// Asks for the outcome once the socket is writable (or at once when it never was
    /// in progress), and tunes the connection. ECONNREFUSED also where the kernel has
    /// connected the socket to itself.
    pub fn finish_connect(&self, fd: BorrowedFd, options: &Options) -> Result<()> {
        net::pending_error(fd)?;
        match self {
            Destination::Tcp { .. } => tcp::check_peer(fd).and_then(|()| tcp::tune(fd, options)),
            Destination::Ipc { .. } | Destination::Tipc { .. } => Ok(()),
        }
    }
}

/// The endpoint of a connection's own side as monitor events show it; empty when unknown.
pub fn local_endpoint(fd: BorrowedFd) -> String {
    net::local_name(fd).map(|name| endpoint_of(&name)).unwrap_or_default()
}

/// The endpoint of a connection's peer as monitor events show it; empty when unknown.
pub fn peer_endpoint(fd: BorrowedFd) -> String {
    net::peer_name(fd).map(|name| endpoint_of(&name)).unwrap_or_default()
}

/// The message property Peer-Address: the host in digits, or for a local socket
/// `localhost:UID:GID:PID` of the peer.
pub fn peer_address(fd: BorrowedFd) -> Option<String> {
    let name = net::peer_name(fd).ok()?;
    if let Some(address) = name.as_inet() {
        return net::numeric_host(&address).ok();
    }
    name.as_unix()?;
    let peer = net::peer_credentials(fd).ok()?;
    Some(format!("localhost:{}:{}:{}", peer.uid, peer.gid, peer.pid))
}

fn endpoint_of(name: &SockAddr) -> String {
    if let Some(address) = name.as_inet() {
        return tcp::endpoint(&address);
    }
    if let Some(name) = name.as_unix() {
        return ipc::endpoint_of_name(&name);
    }
    let tipc = name.as_tipc().and_then(|name| tipc::Address::from_sockaddr(&name));
    tipc.map_or(String::new(), |address| address.to_string())
}

#[cfg(test)]
mod tests;
