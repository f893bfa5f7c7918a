//! ipc: local sockets with a path or, on Linux, an abstract name.
//!
//! Called through `transport::{Listener, Target, Destination}`. Never waits.
//! A socket left at a path is unlinked before the path is bound; only what a wildcard
//! bind made is removed at close. Nothing but sockets is ever removed.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::{env, fs};

use super::{AcceptError, Attempt, BindError, ConnectError, Target};
use crate::endpoint::{IpcAddress, Side};
use crate::errno::{Errno, Result};
use crate::options::Options;
use crate::sys::net::{self, SockAddr};

/// `ipc://path` or `ipc://@name`.
pub fn endpoint(address: &IpcAddress) -> String {
    match address {
        IpcAddress::Wildcard => "ipc://*".to_owned(),
        IpcAddress::Path(path) => format!("ipc://{path}"),
        IpcAddress::Abstract(name) => format!("ipc://@{name}"),
    }
}

/// The same for a name as the kernel gives it; just `ipc://` for an unnamed socket.
pub(super) fn endpoint_of_name(name: &[u8]) -> String {
    match name {
        [0, name @ ..] if !name.is_empty() => format!("ipc://@{}", String::from_utf8_lossy(name)),
        name => format!("ipc://{}", String::from_utf8_lossy(name).trim_end_matches('\0')),
    }
}

pub(super) fn parse_target(address: &str) -> Result<Target> {
    Ok(Target::Ipc { address: IpcAddress::parse(address, Side::Connect)? })
}

/// The address in the kernel's form. EINVAL for a wildcard, which names nothing.
fn sockaddr(address: &IpcAddress) -> Result<SockAddr> {
    match address {
        IpcAddress::Wildcard => Err(Errno::EINVAL),
        IpcAddress::Path(path) => SockAddr::unix(path.as_bytes()),
        IpcAddress::Abstract(name) => SockAddr::unix(&[&[0], name.as_bytes()].concat()),
    }
}

/// Starts to connect. Local sockets answer at once: EAGAIN means a full backlog.
pub fn start_connect(address: &IpcAddress) -> std::result::Result<Attempt, ConnectError> {
    let name = sockaddr(address)?;
    Attempt::start(net::stream_socket(libc::AF_UNIX)?, &name)
}

/// A listening local socket.
#[derive(Debug)]
pub struct Listener {
    fd: OwnedFd,
    endpoint: String,
    filter: Filter,
    /// What a wildcard bind made and close removes.
    made: Option<TempPath>,
}

impl Listener {
    /// Binds to the path or name, or takes over USE_FD, whose files stay untouched.
    pub fn bind(text: &str, options: &Options) -> std::result::Result<Listener, BindError> {
        let filter = Filter::new(options);
        if options.use_fd != -1 {
            // An adopted socket has its own path, so a `*` stands for nothing but itself.
            let address = IpcAddress::parse(text, Side::Connect)?;
            let fd = net::adopt(options.use_fd)?;
            return Ok(Listener { fd, endpoint: endpoint(&address), filter, made: None });
        }
        let (address, mut made) = match IpcAddress::parse(text, Side::Bind)? {
            IpcAddress::Wildcard => {
                let made = TempPath::create()?;
                (IpcAddress::parse(&made.file, Side::Connect)?, Some(made))
            }
            address => (address, None),
        };
        let name = sockaddr(&address)?;
        if let IpcAddress::Path(path) = &address
            && socket_at(path).is_some()
        {
            // Left by an earlier process, most often. Anything else that stands there, a
            // link too, has the bind fail with EADDRINUSE.
            _ = fs::remove_file(path);
        }
        let endpoint = endpoint(&address);
        let fd = net::stream_socket(libc::AF_UNIX)?;
        net::bind(fd.as_fd(), &name)
            .and_then(|()| net::listen(fd.as_fd(), options.backlog))
            .map_err(BindError::with(&fd, &endpoint))?;
        if let Some(made) = &mut made {
            made.socket = socket_at(&made.file);
        }
        Ok(Listener { fd, endpoint, filter, made })
    }

    /// One waiting connection that the filters admit.
    pub fn accept(&self) -> std::result::Result<OwnedFd, AcceptError> {
        let (fd, _) = net::accept(self.fd.as_fd()).map_err(AcceptError::classify)?;
        if self.filter.admits(fd.as_fd()) { Ok(fd) } else { Err(AcceptError::Rejected) }
    }

    /// The address bound to; a wildcard's is the path made for it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Closes the socket, then removes a wildcard's file and directory.
    pub fn close(self) -> Result<()> {
        drop(self.fd);
        self.made.map_or(Ok(()), TempPath::remove)
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Who may connect: everyone, or peers of which one of the numbers is listed.
#[derive(Debug)]
struct Filter {
    pids: Vec<i32>,
    uids: Vec<u32>,
    gids: Vec<u32>,
}

impl Filter {
    fn new(options: &Options) -> Filter {
        Filter {
            pids: options.ipc_filter_pids.iter().copied().collect(),
            uids: options.ipc_filter_uids.iter().copied().collect(),
            gids: options.ipc_filter_gids.iter().copied().collect(),
        }
    }

    fn admits(&self, fd: BorrowedFd) -> bool {
        if self.pids.is_empty() && self.uids.is_empty() && self.gids.is_empty() {
            return true;
        }
        let Ok(peer) = net::peer_credentials(fd) else { return false };
        // SO_PEERCRED has the primary group only; the others are in the group database.
        self.pids.contains(&peer.pid)
            || self.uids.contains(&peer.uid)
            || self.gids.contains(&peer.gid)
            || self.gids.iter().any(|gid| net::is_listed_member(peer.uid, *gid))
    }
}

/// Which file it is, wherever it stands.
type FileId = (u64, u64);

/// The socket at this path itself, if there is one.
fn socket_at(path: &str) -> Option<FileId> {
    let found = fs::symlink_metadata(path).ok()?;
    found.file_type().is_socket().then(|| (found.dev(), found.ino()))
}

/// A directory for a socket file, and the file once it is bound; both go when this is
/// dropped.
#[derive(Debug)]
struct TempPath {
    directory: String,
    file: String,
    socket: Option<FileId>,
    removed: bool,
}

impl TempPath {
    /// In the first of $TMPDIR, $TEMPDIR and $TMP that is a directory, else in the current one.
    fn create() -> Result<TempPath> {
        let base = ["TMPDIR", "TEMPDIR", "TMP"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|base| Path::new(base).is_dir());
        let base = base.map_or(String::new(), |base| base.trim_end_matches('/').to_owned() + "/");
        let directory = net::make_unique_dir(&format!("{base}tmpXXXXXX"))?;
        let file = format!("{directory}/socket");
        Ok(TempPath { directory, file, socket: None, removed: false })
    }

    /// ENOENT: the socket is gone, or something else stands in its place and stays.
    fn remove(mut self) -> Result<()> {
        self.remove_now()
    }

    fn remove_now(&mut self) -> Result<()> {
        self.removed = true;
        if let Some(socket) = self.socket {
            if socket_at(&self.file) != Some(socket) {
                return Err(Errno::ENOENT);
            }
            fs::remove_file(&self.file)?;
        }
        Ok(fs::remove_dir(&self.directory)?)
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        if !self.removed {
            // After a failed bind there is no file, yet the directory must go.
            _ = self.remove_now();
        }
    }
}
