//! Stream sockets and names of hosts, as Linux has them.
//!
//! The transports call this and nothing else for sockets; accept filters call
//! [`lookup`]. Every descriptor made here is non-blocking and closes on exec.
//! Every failure is returned: nothing here panics, logs or retries.

use std::ffi::{CStr, CString};
use std::mem::{MaybeUninit, size_of};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use libc::{c_int, socklen_t};

use super::tipc;
use crate::errno::{Errno, Result};

/// Where the bytes of `sun_path` begin.
const UNIX_PATH_OFFSET: usize = std::mem::offset_of!(libc::sockaddr_un, sun_path);
/// Longest path of a local socket, with its NUL.
pub const UNIX_PATH_MAX: usize = size_of::<libc::sockaddr_un>() - UNIX_PATH_OFFSET;

/// A socket address of any family, in the kernel's form.
#[derive(Clone, Copy)]
pub struct SockAddr {
    storage: Storage,
    len: socklen_t,
}

#[repr(C)]
#[derive(Clone, Copy)]
union Storage {
    any: libc::sockaddr_storage,
    family: libc::sa_family_t,
    inet: libc::sockaddr_in,
    inet6: libc::sockaddr_in6,
    unix: libc::sockaddr_un,
    tipc: tipc::Sockaddr,
}

impl SockAddr {
    fn empty() -> SockAddr {
        // SAFETY: all-zero bytes are a valid value of every member of the union.
        let storage = unsafe { MaybeUninit::<Storage>::zeroed().assume_init() };
        SockAddr { storage, len: size_of::<Storage>() as socklen_t }
    }

    /// An IPv4 or IPv6 address with its port.
    pub fn inet(address: SocketAddr) -> SockAddr {
        let mut result = SockAddr::empty();
        match address {
            SocketAddr::V4(v4) => {
                result.storage.inet = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: v4.port().to_be(),
                    sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(v4.ip().octets()) },
                    sin_zero: [0; 8],
                };
                result.len = size_of::<libc::sockaddr_in>() as socklen_t;
            }
            SocketAddr::V6(v6) => {
                result.storage.inet6 = libc::sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: v6.port().to_be(),
                    sin6_flowinfo: v6.flowinfo(),
                    sin6_addr: libc::in6_addr { s6_addr: v6.ip().octets() },
                    sin6_scope_id: v6.scope_id(),
                };
                result.len = size_of::<libc::sockaddr_in6>() as socklen_t;
            }
        }
        result
    }

    /// A local name: a path, or in the abstract namespace the bytes after a NUL.
    /// ENAMETOOLONG when it does not fit.
    pub fn unix(name: &[u8]) -> Result<SockAddr> {
        // The kernel wants no NUL at the end, but a path must leave room for one.
        if name.len() >= UNIX_PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let mut unix = libc::sockaddr_un {
            sun_family: libc::AF_UNIX as libc::sa_family_t,
            sun_path: [0; UNIX_PATH_MAX],
        };
        for (to, from) in unix.sun_path.iter_mut().zip(name) {
            *to = *from as libc::c_char;
        }
        let mut result = SockAddr::empty();
        result.storage.unix = unix;
        result.len = (UNIX_PATH_OFFSET + name.len()) as socklen_t;
        Ok(result)
    }

    /// An address of TIPC.
    pub fn tipc(address: tipc::Sockaddr) -> SockAddr {
        let mut result = SockAddr::empty();
        result.storage.tipc = address;
        result.len = size_of::<tipc::Sockaddr>() as socklen_t;
        result
    }

    /// The address family, AF_INET for instance.
    pub fn family(&self) -> c_int {
        // SAFETY: every member begins with the family, and all bytes are initialised.
        c_int::from(unsafe { self.storage.family })
    }

    /// The IP address and port, if that is what it is.
    pub fn as_inet(&self) -> Option<SocketAddr> {
        match self.family() {
            libc::AF_INET => {
                // SAFETY: the family says so, and any bytes are a valid sockaddr_in.
                let v4 = unsafe { self.storage.inet };
                let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
            }
            libc::AF_INET6 => {
                // SAFETY: the family says so, and any bytes are a valid sockaddr_in6.
                let v6 = unsafe { self.storage.inet6 };
                let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
                let port = u16::from_be(v6.sin6_port);
                Some(SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id).into())
            }
            _ => None,
        }
    }

    /// The bytes of a local name, empty for an unnamed socket; `None` for other families.
    pub fn as_unix(&self) -> Option<Vec<u8>> {
        if self.family() != libc::AF_UNIX {
            return None;
        }
        // SAFETY: the family says so, and any bytes are a valid sockaddr_un.
        let unix = unsafe { self.storage.unix };
        let used = (self.len as usize).saturating_sub(UNIX_PATH_OFFSET);
        let mut name: Vec<u8> = unix.sun_path.iter().take(used).map(|c| *c as u8).collect();
        if name.first().is_some_and(|first| *first != 0) {
            // getsockname counts the NUL of a path.
            name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        }
        Some(name)
    }

    /// The TIPC address, if that is what it is.
    pub fn as_tipc(&self) -> Option<tipc::Sockaddr> {
        if self.family() != libc::AF_TIPC {
            return None;
        }
        // SAFETY: the family says so, and any bytes are a valid sockaddr_tipc.
        Some(unsafe { self.storage.tipc })
    }

    /// The bytes that the kernel is given.
    #[cfg(test)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the storage is initialised throughout and `len` is within it.
        unsafe { std::slice::from_raw_parts(self.as_ptr().cast(), self.len as usize) }
    }

    fn as_ptr(&self) -> *const libc::sockaddr {
        ptr::from_ref(&self.storage).cast()
    }

    fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        ptr::from_mut(&mut self.storage).cast()
    }
}

/// A new non-blocking stream socket of this family.
pub fn stream_socket(family: c_int) -> Result<OwnedFd> {
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: no memory is passed.
    owned(unsafe { libc::socket(family, kind, 0) })
}

/// Takes over a descriptor that the application has made, and makes it non-blocking.
/// EBADF when there is none of that number.
pub fn adopt(fd: RawFd) -> Result<OwnedFd> {
    // SAFETY: no memory is passed; a wrong number gives EBADF.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    // SAFETY: as above.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK) })?;
    // SAFETY: the descriptor is open, as F_GETFL has shown, and zmq_setsockopt(3)
    // says of USE_FD that the application hands it over.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// bind(2)
pub fn bind(fd: BorrowedFd, address: &SockAddr) -> Result<()> {
    // SAFETY: the address is initialised and `len` is within it.
    check(unsafe { libc::bind(fd.as_raw_fd(), address.as_ptr(), address.len) }).map(drop)
}

/// listen(2)
pub fn listen(fd: BorrowedFd, backlog: i32) -> Result<()> {
    // SAFETY: no memory is passed.
    check(unsafe { libc::listen(fd.as_raw_fd(), backlog) }).map(drop)
}

/// accept4(2), or accept(2) where that is denied.
pub fn accept(fd: BorrowedFd) -> Result<(OwnedFd, SockAddr)> {
    let mut peer = SockAddr::empty();
    let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    let len: *mut socklen_t = &mut peer.len;
    // SAFETY: `len` holds the size of the storage, which the kernel does not exceed.
    let accepted = unsafe { libc::accept4(fd.as_raw_fd(), peer.as_mut_ptr(), len, flags) };
    match owned(accepted) {
        Err(Errno::EPERM | Errno::ENOSYS) => accept_plainly(fd),
        result => result.map(|fd| (fd, peer)),
    }
}

/// accept(2). Between it and FD_CLOEXEC another thread may fork and exec.
fn accept_plainly(fd: BorrowedFd) -> Result<(OwnedFd, SockAddr)> {
    let mut peer = SockAddr::empty();
    let len: *mut socklen_t = &mut peer.len;
    // SAFETY: as in `accept`.
    let fd = owned(unsafe { libc::accept(fd.as_raw_fd(), peer.as_mut_ptr(), len) })?;
    // SAFETY: no memory is passed.
    check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) })?;
    // SAFETY: no memory is passed.
    check(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) })?;
    Ok((fd, peer))
}

/// connect(2); true when it is under way and the outcome is still to come.
pub fn connect(fd: BorrowedFd, address: &SockAddr) -> Result<bool> {
    // SAFETY: the address is initialised and `len` is within it.
    match check(unsafe { libc::connect(fd.as_raw_fd(), address.as_ptr(), address.len) }) {
        Ok(_) => Ok(false),
        // An interrupted connect goes on in the background (POSIX, connect).
        Err(Errno::EINPROGRESS | Errno::EINTR) => Ok(true),
        Err(errno) => Err(errno),
    }
}

/// shutdown(2) of both directions: what has been received can still be read.
pub fn shut_down(fd: BorrowedFd) {
    // SAFETY: no memory is passed. ENOTCONN: it is over already.
    unsafe { libc::shutdown(fd.as_raw_fd(), libc::SHUT_RDWR) };
}

/// The outcome of a connect that was under way (SO_ERROR).
pub fn pending_error(fd: BorrowedFd) -> Result<()> {
    match option::<c_int>(fd, libc::SOL_SOCKET, libc::SO_ERROR)? {
        0 => Ok(()),
        errno => Err(Errno(errno)),
    }
}

/// setsockopt(2) of an `int`.
pub fn set_option(fd: BorrowedFd, level: c_int, name: c_int, value: c_int) -> Result<()> {
    set_option_bytes(fd, level, name, &value.to_ne_bytes())
}

/// setsockopt(2) of bytes.
pub fn set_option_bytes(fd: BorrowedFd, level: c_int, name: c_int, value: &[u8]) -> Result<()> {
    let len = value.len() as socklen_t;
    // SAFETY: pointer and length describe `value`, which the kernel only reads.
    check(unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, value.as_ptr().cast(), len) })
        .map(drop)
}

/// getsockopt(2) of an `int`.
#[cfg(test)]
pub fn int_option(fd: BorrowedFd, level: c_int, name: c_int) -> Result<c_int> {
    option(fd, level, name)
}

/// A type of which every bit pattern is a value, so that the kernel may fill it.
trait Plain: Copy {}
impl Plain for c_int {}
impl Plain for libc::ucred {}

fn option<T: Plain>(fd: BorrowedFd, level: c_int, name: c_int) -> Result<T> {
    let mut value = MaybeUninit::<T>::zeroed();
    let mut len = size_of::<T>() as socklen_t;
    let to = value.as_mut_ptr().cast();
    // SAFETY: `len` is the size of what `to` points to.
    check(unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, to, &mut len) })?;
    // SAFETY: zeroed above and `Plain`, so initialised whatever was written.
    Ok(unsafe { value.assume_init() })
}

/// The socket's own name (getsockname).
pub fn local_name(fd: BorrowedFd) -> Result<SockAddr> {
    let mut name = SockAddr::empty();
    let len: *mut socklen_t = &mut name.len;
    // SAFETY: `len` holds the size of the storage, which the kernel does not exceed.
    check(unsafe { libc::getsockname(fd.as_raw_fd(), name.as_mut_ptr(), len) })?;
    Ok(name)
}

/// The peer's name (getpeername).
pub fn peer_name(fd: BorrowedFd) -> Result<SockAddr> {
    let mut name = SockAddr::empty();
    let len: *mut socklen_t = &mut name.len;
    // SAFETY: `len` holds the size of the storage, which the kernel does not exceed.
    check(unsafe { libc::getpeername(fd.as_raw_fd(), name.as_mut_ptr(), len) })?;
    Ok(name)
}

/// Who is at the other end of a local socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Credentials {
    pub pid: i32,
    pub uid: u32,
    pub gid: u32,
}

/// The peer's credentials as of its connect (SO_PEERCRED).
pub fn peer_credentials(fd: BorrowedFd) -> Result<Credentials> {
    let peer = option::<libc::ucred>(fd, libc::SOL_SOCKET, libc::SO_PEERCRED)?;
    Ok(Credentials { pid: peer.pid, uid: peer.uid, gid: peer.gid })
}

/// Room for one entry of the user or group database. A group with more members
/// than fit is treated as unknown, which admits nobody.
const ENTRY_MAX: usize = 64 * 1024;

/// Whether the user of this number is listed by name in the group of that number.
/// False when either is unknown.
pub fn is_listed_member(uid: u32, gid: u32) -> bool {
    user_name(uid).is_some_and(|user| group_lists(gid, &user))
}

fn user_name(uid: u32) -> Option<CString> {
    let mut text = vec![0u8; ENTRY_MAX];
    let mut entry = MaybeUninit::<libc::passwd>::zeroed();
    let mut found = ptr::null_mut();
    let room = text.as_mut_ptr().cast();
    // SAFETY: `entry`, `found` and the room of the length given are ours to be written.
    unsafe { libc::getpwuid_r(uid, entry.as_mut_ptr(), room, text.len(), &mut found) };
    // SAFETY: getpwuid_r(3): null, or `entry` filled in, its name text within the room.
    unsafe { found.as_ref().map(|entry| CStr::from_ptr(entry.pw_name).to_owned()) }
}

fn group_lists(gid: u32, user: &CStr) -> bool {
    let mut text = vec![0u8; ENTRY_MAX];
    let mut entry = MaybeUninit::<libc::group>::zeroed();
    let mut found = ptr::null_mut();
    let room = text.as_mut_ptr().cast();
    // SAFETY: `entry`, `found` and the room of the length given are ours to be written.
    unsafe { libc::getgrgid_r(gid, entry.as_mut_ptr(), room, text.len(), &mut found) };
    // SAFETY: getgrgid_r(3): null, or `entry` filled in.
    let Some(entry) = (unsafe { found.as_ref() }) else { return false };
    let mut member = entry.gr_mem;
    // SAFETY: gr_mem is an array of texts that ends with a null pointer.
    while let Some(name) = unsafe { member.as_ref().filter(|name| !name.is_null()) } {
        // SAFETY: not null, so a text within the room.
        if unsafe { CStr::from_ptr(*name) } == user {
            return true;
        }
        // SAFETY: the entry just looked at was not the last.
        member = unsafe { member.add(1) };
    }
    false
}

/// Makes a directory of a new name, readable by its owner only; the last six
/// characters of `template` are replaced by ones that make it unique (mkdtemp).
pub fn make_unique_dir(template: &str) -> Result<String> {
    let template = CString::new(template).map_err(|_| Errno::EINVAL)?;
    let mut name = template.into_bytes_with_nul();
    // SAFETY: NUL-terminated and ours to be written.
    if unsafe { libc::mkdtemp(name.as_mut_ptr().cast()) }.is_null() {
        return Err(Errno::last());
    }
    name.pop();
    String::from_utf8(name).map_err(|_| Errno::EINVAL)
}

/// What [`lookup`] shall find.
#[derive(Clone, Copy)]
pub struct Lookup {
    /// IPv6 addresses, those of IPv4 hosts mapped into them; else IPv4 only.
    pub ipv6: bool,
    /// Literal addresses only: no server is asked and nothing waits.
    pub numeric: bool,
    /// IPv4 addresses, mapped, also for hosts that have IPv6 ones.
    pub all: bool,
}

/// The addresses of a host, best first. ENODEV when there are none, ENOMEM.
pub fn lookup(host: &str, port: u16, wanted: Lookup) -> Result<Vec<SocketAddr>> {
    let host = CString::new(host).map_err(|_| Errno::ENODEV)?;
    // SAFETY: all-zero is what getaddrinfo(3) asks for in the unused members.
    let mut hints = unsafe { MaybeUninit::<libc::addrinfo>::zeroed().assume_init() };
    hints.ai_socktype = libc::SOCK_STREAM;
    hints.ai_family = if wanted.ipv6 { libc::AF_INET6 } else { libc::AF_INET };
    for (flag, on) in [
        (libc::AI_V4MAPPED, wanted.ipv6),
        (libc::AI_ALL, wanted.ipv6 && wanted.all),
        (libc::AI_NUMERICHOST, wanted.numeric),
    ] {
        hints.ai_flags |= if on { flag } else { 0 };
    }
    let mut list = ptr::null_mut();
    // SAFETY: `host` is NUL-terminated, `hints` complete, `list` ours to be written.
    match unsafe { libc::getaddrinfo(host.as_ptr(), ptr::null(), &hints, &mut list) } {
        0 => {}
        libc::EAI_MEMORY => return Err(Errno::ENOMEM),
        _ => return Err(Errno::ENODEV),
    }
    let mut found = Vec::new();
    let mut next = list;
    // SAFETY: `next` is null or an entry of the list, which lives until freeaddrinfo.
    while let Some(entry) = unsafe { next.as_ref() } {
        // SAFETY: getaddrinfo gives each entry an address of its family.
        if let Some(mut address) = unsafe { inet_at(entry.ai_addr) } {
            address.set_port(port);
            found.push(address);
        }
        next = entry.ai_next;
    }
    // SAFETY: the list is getaddrinfo's and nothing points into it any more.
    unsafe { libc::freeaddrinfo(list) };
    if found.is_empty() { Err(Errno::ENODEV) } else { Ok(found) }
}

/// The first address of a network interface in the family wanted, with port 0. ENODEV when there is none.
pub fn interface_address(name: &str, ipv6: bool) -> Result<SocketAddr> {
    let mut list = ptr::null_mut();
    // SAFETY: `list` is ours to be written.
    check(unsafe { libc::getifaddrs(&mut list) })?;
    let mut found = Err(Errno::ENODEV);
    let mut next = list;
    // SAFETY: `next` is null or an entry of the list, which lives until freeifaddrs.
    while let Some(entry) = unsafe { next.as_ref() } {
        // SAFETY: getifaddrs(3): the name is text, the address null or of its family.
        let (label, address) = unsafe { (CStr::from_ptr(entry.ifa_name), inet_at(entry.ifa_addr)) };
        let address = address.filter(|a| a.is_ipv6() == ipv6);
        if let (true, Some(address)) = (label.to_bytes() == name.as_bytes(), address) {
            found = Ok(address);
            break;
        }
        next = entry.ifa_next;
    }
    // SAFETY: the list is getifaddrs's and nothing points into it any more.
    unsafe { libc::freeifaddrs(list) };
    found
}

/// The number of a network interface. ENODEV when there is none of that name.
pub fn interface_index(name: &str) -> Result<u32> {
    let name = CString::new(name).map_err(|_| Errno::ENODEV)?;
    // SAFETY: `name` is NUL-terminated.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(Errno::ENODEV),
        index => Ok(index),
    }
}

/// The address in digits, with the zone's name if it has one, as getnameinfo(3) writes it.
pub fn numeric_host(address: &SocketAddr) -> Result<String> {
    let address = SockAddr::inet(*address);
    let mut text = [0u8; libc::NI_MAXHOST as usize];
    // SAFETY: both buffers are described by their lengths; the service is not asked for.
    let rc = unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len,
            text.as_mut_ptr().cast(),
            text.len() as socklen_t,
            ptr::null_mut(),
            0,
            libc::NI_NUMERICHOST,
        )
    };
    let text = CStr::from_bytes_until_nul(&text).ok().and_then(|text| text.to_str().ok());
    match text {
        Some(text) if rc == 0 => Ok(text.to_owned()),
        _ => Err(Errno::EINVAL),
    }
}

/// # Safety
/// `address` must be null or point to a socket address of the family it names.
unsafe fn inet_at(address: *const libc::sockaddr) -> Option<SocketAddr> {
    // SAFETY: promised by the caller; every address begins with its family.
    let family = c_int::from(unsafe { address.as_ref() }?.sa_family);
    let mut copy = SockAddr::empty();
    match family {
        // SAFETY: the family says that a sockaddr_in is there.
        libc::AF_INET => copy.storage.inet = unsafe { address.cast::<libc::sockaddr_in>().read() },
        libc::AF_INET6 => {
            // SAFETY: the family says that a sockaddr_in6 is there.
            copy.storage.inet6 = unsafe { address.cast::<libc::sockaddr_in6>().read() };
        }
        _ => return None,
    }
    copy.as_inet()
}

fn check(rc: c_int) -> Result<c_int> {
    if rc < 0 { Err(Errno::last()) } else { Ok(rc) }
}

fn owned(fd: c_int) -> Result<OwnedFd> {
    // SAFETY: the call that gave a number of 0 or more has just made this descriptor for us.
    check(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}
