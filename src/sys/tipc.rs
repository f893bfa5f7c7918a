//! Socket addresses of TIPC (linux/tipc.h), which libc does not declare.
//!
//! The tipc transport makes and reads them; [`net::SockAddr`](super::net::SockAddr)
//! carries them to the kernel. Plain data: nothing here calls anything.

use std::mem::{offset_of, size_of};

/// What the words of a [`Sockaddr`] are: a range of instances of a service type.
pub const ADDR_RANGE: u8 = 1;
/// One instance of a service type, and the domain to look for it in.
pub const ADDR_SERVICE: u8 = 2;
/// A socket's own identity.
pub const ADDR_SOCKET: u8 = 3;

/// Published in the whole zone.
pub const ZONE_SCOPE: i8 = 1;

/// `struct sockaddr_tipc`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sockaddr {
    /// AF_TIPC.
    pub family: libc::sa_family_t,
    /// ADDR_RANGE, ADDR_SERVICE or ADDR_SOCKET.
    pub kind: u8,
    /// How far a name is published; 0 where none is.
    pub scope: i8,
    /// Type, lower, upper; or type, instance, domain; or reference, node, unused.
    pub words: [u32; 3],
}

// The kernel refuses other sizes.
const _: () = assert!(size_of::<Sockaddr>() == 16 && offset_of!(Sockaddr, words) == 4);

impl Sockaddr {
    /// An address of the family AF_TIPC.
    pub fn new(kind: u8, scope: i8, words: [u32; 3]) -> Sockaddr {
        Sockaddr { family: libc::AF_TIPC as libc::sa_family_t, kind, scope, words }
    }
}
