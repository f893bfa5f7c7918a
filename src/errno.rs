//! Error numbers: the one failure type that crosses layer borders.
//!
//! Inside the library every operation that the C API can report returns
//! [`Result<T>`]; `capi/` alone turns an [`Errno`] into C's `errno`.

use std::fmt;

/// An error number as C programs see it: the platform's, or one of ØMQ's own
/// (above [`HAUSNUMERO`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(pub i32);

/// What every fallible operation below the C API returns.
pub type Result<T> = std::result::Result<T, Errno>;

/// Base of the library's own error numbers (zmq.h, `ZMQ_HAUSNUMERO`).
pub const HAUSNUMERO: i32 = 156_384_712;

macro_rules! errnos {
    ($($name:ident = $value:expr;)*) => {
        impl Errno {
            $(#[allow(missing_docs)] pub const $name: Errno = Errno($value);)*
            fn name(self) -> Option<&'static str> {
                // Not a match: EAGAIN and EWOULDBLOCK style aliases may collide.
                $(if self == Errno::$name { return Some(stringify!($name)); })*
                None
            }
        }
    };
}

errnos! {
    EPERM = libc::EPERM;
    ENOENT = libc::ENOENT;
    EINTR = libc::EINTR;
    EIO = libc::EIO;
    EBADF = libc::EBADF;
    EAGAIN = libc::EAGAIN;
    ENOMEM = libc::ENOMEM;
    EACCES = libc::EACCES;
    EFAULT = libc::EFAULT;
    EBUSY = libc::EBUSY;
    EEXIST = libc::EEXIST;
    ENODEV = libc::ENODEV;
    EINVAL = libc::EINVAL;
    ENFILE = libc::ENFILE;
    EMFILE = libc::EMFILE;
    EPIPE = libc::EPIPE;
    ENAMETOOLONG = libc::ENAMETOOLONG;
    EPROTO = libc::EPROTO;
    ENOTSOCK = libc::ENOTSOCK;
    EMSGSIZE = libc::EMSGSIZE;
    EPROTONOSUPPORT = libc::EPROTONOSUPPORT;
    ENOTSUP = libc::ENOTSUP;
    EAFNOSUPPORT = libc::EAFNOSUPPORT;
    EADDRINUSE = libc::EADDRINUSE;
    EADDRNOTAVAIL = libc::EADDRNOTAVAIL;
    ENETDOWN = libc::ENETDOWN;
    ENETUNREACH = libc::ENETUNREACH;
    ENETRESET = libc::ENETRESET;
    ECONNABORTED = libc::ECONNABORTED;
    ECONNRESET = libc::ECONNRESET;
    ENOBUFS = libc::ENOBUFS;
    ENOTCONN = libc::ENOTCONN;
    ETIMEDOUT = libc::ETIMEDOUT;
    ECONNREFUSED = libc::ECONNREFUSED;
    EHOSTUNREACH = libc::EHOSTUNREACH;
    EINPROGRESS = libc::EINPROGRESS;
    ENOSYS = libc::ENOSYS;
    EFSM = HAUSNUMERO + 51;
    ENOCOMPATPROTO = HAUSNUMERO + 52;
    ETERM = HAUSNUMERO + 53;
    EMTHREAD = HAUSNUMERO + 54;
}

impl Errno {
    /// The calling thread's C `errno`, as a failed system call left it.
    pub fn last() -> Errno {
        Errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO))
    }
}

impl From<std::io::Error> for Errno {
    fn from(error: std::io::Error) -> Self {
        Errno(error.raw_os_error().unwrap_or(libc::EIO))
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name}({})", self.0),
            None => write!(f, "Errno({})", self.0),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Errno {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_numbers_are_those_of_the_header() {
        assert_eq!(Errno::EFSM.0, 156_384_763);
        assert_eq!(Errno::EMTHREAD.0, 156_384_766);
    }

    #[test]
    fn debug_shows_the_name() {
        assert_eq!(format!("{:?}", Errno::ETERM), "ETERM(156384765)");
    }
}
