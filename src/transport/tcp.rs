//! tcp: names to addresses, listening, connecting, and the options of a connection.
//!
//! Called through `transport::{Listener, Target, Destination}`. Only
//! [`resolve_bind`] and [`resolve_connect`] may wait for a name server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use libc::{IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, SOL_SOCKET};

use super::{AcceptError, Attempt, BindError, ConnectError, Destination, Target};
use crate::endpoint::{HostPort, Side, TcpAddress};
use crate::errno::{Errno, Result};
use crate::options::Options;
use crate::sys::net::{self, Lookup, SockAddr};
use crate::tuning;

/// The address to bind to: `*`, an interface, a literal or a name, in that order.
///
/// EINVAL: no port, port 0 not written so, bad zone. ENODEV: no such host.
pub fn resolve_bind(text: &str, ipv6: bool) -> Result<SocketAddr> {
    let parts = TcpAddress::split(text);
    // Of no use to a bind, yet a wrong one fails it.
    parts.source.map(|source| resolve_source(source, ipv6)).transpose()?;
    resolve_local(parts.target, Lookup { ipv6, numeric: false, all: false })
}

/// The addresses to connect to, best first; each carries the address to connect from.
///
/// EINVAL: unusable text or no such host. ENODEV: no such source.
pub fn resolve_connect(text: &str, ipv6: bool) -> Result<Vec<Destination>> {
    let parts = TcpAddress::split(text);
    let source = parts.source.map(|source| resolve_source(source, ipv6)).transpose()?;
    let target = HostPort::parse(parts.target, Side::Connect)?;
    let wanted = Lookup { ipv6, numeric: false, all: true };
    let found = net::lookup(target.host, target.port, wanted).map_err(|errno| match errno {
        Errno::ENODEV => Errno::EINVAL,
        other => other,
    })?;
    let in_zone = |address| zoned(address, target.zone);
    Ok(found.into_iter().map(|a| Destination::Tcp { address: in_zone(a), source }).collect())
}

/// Whether the host is a name, so that [`resolve_connect`] has to look it up.
pub fn needs_lookup(text: &str, ipv6: bool) -> bool {
    let Ok(target) = HostPort::parse(TcpAddress::split(text).target, Side::Connect) else {
        return false;
    };
    // What has a colon is an IPv6 literal or nothing; it is in no name server.
    let literal = Lookup { ipv6, numeric: true, all: false };
    !target.host.contains(':') && net::lookup(target.host, 0, literal).is_err()
}

/// The stored endpoints that an unbind or disconnect of `text` may mean besides the
/// text itself: resolved as a target first, then as an address to bind to, the
/// second only if the first succeeds, as in libzmq. May wait for a name server.
pub fn numeric_forms(text: &str, ipv6: bool) -> Vec<String> {
    let mut forms = Vec::new();
    let targets = resolve_connect(text, ipv6).unwrap_or_default();
    if let Some(Destination::Tcp { address, .. }) = targets.first() {
        forms.push(endpoint(address));
        forms.extend(resolve_bind(text, ipv6).map(|address| endpoint(&address)));
    }
    forms
}

/// `tcp://host:port` in digits.
pub fn endpoint(address: &SocketAddr) -> String {
    let host = net::numeric_host(address).unwrap_or_else(|_| address.ip().to_string());
    let port = address.port();
    if address.is_ipv6() {
        format!("tcp://[{host}]:{port}")
    } else {
        format!("tcp://{host}:{port}")
    }
}

pub(super) fn parse_target(address: &str) -> Result<Target> {
    TcpAddress::check_connect(address)?;
    Ok(Target::Tcp { address: address.to_owned() })
}

/// An address to connect from: an interface or a literal, never a name.
fn resolve_source(text: &str, ipv6: bool) -> Result<SocketAddr> {
    resolve_local(text, Lookup { ipv6, numeric: true, all: false })
}

fn resolve_local(text: &str, wanted: Lookup) -> Result<SocketAddr> {
    let HostPort { host, port, zone } = HostPort::parse(text, Side::Bind)?;
    if host == "*" {
        let any = if wanted.ipv6 {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED)
        } else {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        };
        return Ok(SocketAddr::new(any, port));
    }
    // A sandbox without AF_NETLINK has no list of interfaces; addresses need none.
    let unlisted = match net::interface_address(host, wanted.ipv6) {
        Ok(mut address) => {
            address.set_port(port);
            return Ok(zoned(address, zone));
        }
        Err(errno) => errno,
    };
    match net::lookup(host, port, wanted) {
        Ok(found) => found.first().map(|address| zoned(*address, zone)).ok_or(Errno::ENODEV),
        Err(Errno::ENODEV) => Err(unlisted),
        Err(errno) => Err(errno),
    }
}

fn zoned(mut address: SocketAddr, zone: Option<u32>) -> SocketAddr {
    if let (SocketAddr::V6(v6), Some(zone)) = (&mut address, zone) {
        v6.set_scope_id(zone);
    }
    address
}

/// A listening tcp socket.
#[derive(Debug)]
pub struct Listener {
    fd: OwnedFd,
    endpoint: String,
    options: Box<Options>,
}

impl Listener {
    /// Binds to what `text` names, or takes over USE_FD without reading it.
    pub fn bind(text: &str, options: &Options) -> std::result::Result<Listener, BindError> {
        let fd = if options.use_fd == -1 {
            let address = resolve_bind(text, options.ipv6)?;
            let (fd, address) = open(address, options)?;
            listen(fd.as_fd(), address, options).map_err(BindError::with(&fd, ""))?;
            fd
        } else {
            net::adopt(options.use_fd)?
        };
        // Without its name nobody could connect to a wildcard, or unbind it.
        let name = net::local_name(fd.as_fd()).map_err(BindError::with(&fd, ""))?;
        let endpoint = super::endpoint_of(&name);
        Ok(Listener { fd, endpoint, options: Box::new(options.clone()) })
    }

    /// One waiting connection, admitted by the filters and tuned.
    pub fn accept(&self) -> std::result::Result<OwnedFd, AcceptError> {
        let (fd, peer) = net::accept(self.fd.as_fd()).map_err(AcceptError::classify)?;
        let filters = &self.options.tcp_accept_filters;
        let peer = peer.as_inet().map(|peer| peer.ip());
        let admitted = |ip: IpAddr| filters.iter().any(|filter| filter.matches(ip));
        if !filters.is_empty() && !peer.is_some_and(admitted) {
            return Err(AcceptError::Rejected);
        }
        let v6 = peer.is_some_and(|ip| ip.is_ipv6());
        mark(fd.as_fd(), v6, &self.options)
            .and_then(|()| tune(fd.as_fd(), &self.options))
            .map_err(AcceptError::Transient)?;
        Ok(fd)
    }

    /// The address bound to, in digits.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn listen(fd: BorrowedFd, address: SocketAddr, options: &Options) -> Result<()> {
    // A listener may come back while connections of the one before it linger in TIME_WAIT.
    net::set_option(fd, SOL_SOCKET, libc::SO_REUSEADDR, 1)?;
    net::bind(fd, &SockAddr::inet(address))?;
    net::listen(fd, options.backlog)
}

/// Starts to connect to `address`, from `source` if there is one.
pub fn start_connect(
    address: SocketAddr,
    source: Option<SocketAddr>,
    options: &Options,
) -> std::result::Result<Attempt, ConnectError> {
    let (fd, address) = open(address, options)?;
    if let Some(source) = source {
        let failed = ConnectError::with(&fd);
        // Several connections may share one source port if their targets differ.
        net::set_option(fd.as_fd(), SOL_SOCKET, libc::SO_REUSEADDR, 1).map_err(&failed)?;
        let source = if address.is_ipv4() { as_ipv4(source).unwrap_or(source) } else { source };
        net::bind(fd.as_fd(), &SockAddr::inet(source)).map_err(&failed)?;
    }
    Attempt::start(fd, &SockAddr::inet(address))
}

/// ECONNREFUSED: there is no peer. Where nobody listens at a port of this machine, the kernel may
/// choose that port for the connecting end as well and so connect it to itself. The connection is
/// then reset when it is closed: in TIME_WAIT it would keep the peer that is to come from binding.
pub fn check_peer(fd: BorrowedFd) -> Result<()> {
    let (Ok(local), Ok(peer)) = (net::local_name(fd), net::peer_name(fd)) else { return Ok(()) };
    if local.as_inet().is_none() || local.as_inet() != peer.as_inet() {
        return Ok(());
    }
    // struct linger: on, for 0 seconds. Without it the connection is refused all the same.
    let reset = [1_i32, 0].map(i32::to_ne_bytes).concat();
    _ = net::set_option_bytes(fd, SOL_SOCKET, libc::SO_LINGER, &reset);
    Err(Errno::ECONNREFUSED)
}

/// A socket for this address with everything set that must be set before it is
/// bound or connected. On a system without IPv6 the address becomes its IPv4 form.
fn open(address: SocketAddr, options: &Options) -> Result<(OwnedFd, SocketAddr)> {
    let family = if address.is_ipv6() { libc::AF_INET6 } else { libc::AF_INET };
    let fd = match (net::stream_socket(family), as_ipv4(address)) {
        (Err(Errno::EAFNOSUPPORT), Some(v4)) if address.is_ipv6() => return open(v4, options),
        (result, _) => result?,
    };
    let socket = fd.as_fd();
    if address.is_ipv6() {
        net::set_option(socket, IPPROTO_IPV6, libc::IPV6_V6ONLY, 0)?;
    }
    mark(socket, address.is_ipv6(), options)?;
    if !options.bindtodevice.is_empty() {
        net::set_option_bytes(socket, SOL_SOCKET, libc::SO_BINDTODEVICE, &options.bindtodevice)?;
    }
    // Before connect and listen: the window scale is settled by the first segment (tcp(7)).
    for (name, size) in [(libc::SO_SNDBUF, options.sndbuf), (libc::SO_RCVBUF, options.rcvbuf)] {
        if size >= 0 {
            net::set_option(socket, SOL_SOCKET, name, size)?;
        }
    }
    Ok((fd, address))
}

/// The IPv4 address that a mapped or unspecified IPv6 address stands for.
fn as_ipv4(address: SocketAddr) -> Option<SocketAddr> {
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip,
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv4Addr::UNSPECIFIED,
        IpAddr::V6(ip) => ip.to_ipv4_mapped()?,
    };
    Some(SocketAddr::new(ip.into(), address.port()))
}

/// TOS, PRIORITY and BUSY_POLL: how the kernel treats the packets.
fn mark(fd: BorrowedFd, v6: bool, options: &Options) -> Result<()> {
    if options.tos != 0 {
        // A dual-stack socket needs both: IP_TOS is for its IPv4 peers.
        net::set_option(fd, IPPROTO_IP, libc::IP_TOS, options.tos)?;
        if v6 {
            net::set_option(fd, IPPROTO_IPV6, libc::IPV6_TCLASS, options.tos)?;
        }
    }
    if options.priority != 0 {
        net::set_option(fd, SOL_SOCKET, libc::SO_PRIORITY, options.priority)?;
    }
    if options.busy_poll > 0 {
        net::set_option(fd, SOL_SOCKET, libc::SO_BUSY_POLL, options.busy_poll)?;
    }
    Ok(())
}

/// Tunes an established connection: TCP_NODELAY, keep-alive, TCP_MAXRT.
pub fn tune(fd: BorrowedFd, options: &Options) -> Result<()> {
    // Batching is done above, where it is known whether more will follow.
    net::set_option(fd, IPPROTO_TCP, libc::TCP_NODELAY, 1)?;
    if options.tcp_keepalive != -1 {
        net::set_option(fd, SOL_SOCKET, libc::SO_KEEPALIVE, options.tcp_keepalive)?;
    }
    if options.tcp_keepalive == 1 {
        for (name, value) in [
            (libc::TCP_KEEPCNT, options.tcp_keepalive_cnt),
            (libc::TCP_KEEPIDLE, options.tcp_keepalive_idle),
            (libc::TCP_KEEPINTVL, options.tcp_keepalive_intvl),
        ] {
            if value != -1 {
                net::set_option(fd, IPPROTO_TCP, name, value)?;
            }
        }
    }
    if (1..=tuning::SHORT_QUEUE).contains(&options.sndhwm) {
        // The kernel would queue megabytes behind a mark of a few messages.
        net::set_option(fd, IPPROTO_TCP, libc::TCP_NOTSENT_LOWAT, tuning::SHORT_QUEUE_BYTES)?;
    }
    if options.tcp_maxrt > 0 {
        net::set_option(fd, IPPROTO_TCP, libc::TCP_USER_TIMEOUT, options.tcp_maxrt)?;
    }
    Ok(())
}
