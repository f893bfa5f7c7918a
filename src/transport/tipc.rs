//! tipc: stream sockets of the kernel's TIPC, named by service or by themselves.
//!
//! Called through `transport::{Listener, Target, Destination}`. Never waits.
//! Where the kernel has no TIPC (the module `tipc` is not loaded) every socket
//! fails with EAFNOSUPPORT: a bind at once, a connect in each of its attempts.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::{AcceptError, Attempt, BindError, ConnectError, Target};
use crate::errno::{Errno, Result};
use crate::options::Options;
use crate::sys::net::{self, SockAddr};
use crate::sys::tipc::{ADDR_RANGE, ADDR_SERVICE, ADDR_SOCKET, Sockaddr, ZONE_SCOPE};

/// Service types below are TIPC's own.
const FIRST_USER_TYPE: u32 = 64;
/// Where a service is looked for unless the address says: `1.0.0`, the whole zone 1.
const OWN_ZONE: u32 = 1 << 24;

/// What stands after `tipc://`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Address {
    /// `{type,lower,upper}`: every instance from lower to upper.
    Range { kind: u32, lower: u32, upper: u32 },
    /// `{type,instance}` or `{type,instance}@zone.cluster.node`.
    Service { kind: u32, instance: u32, domain: u32 },
    /// `<zone.cluster.node:reference>`, a socket by its own identity.
    Socket { node: u32, reference: u32 },
    /// `<*>`: the identity that the kernel gives the socket (bind only).
    Own,
}

impl Address {
    /// EINVAL for anything malformed, where libzmq fails and leaves errno as it was.
    ///
    /// Numbers are read as C's `%u` reads them, and as there what follows the last
    /// one goes unread: `{1000,1` and `{1000,1}x` mean `{1000,1}`. A domain must
    /// be complete; a range takes one and ignores it.
    pub fn parse(text: &str) -> Result<Address> {
        if text.starts_with("<*>") {
            return Ok(Address::Own);
        }
        let domain = text.split_once('@').map(|(_, domain)| parse_domain(domain)).transpose()?;
        match text.as_bytes() {
            [b'{', rest @ ..] => Address::parse_service(rest, domain),
            [b'<', rest @ ..] => {
                let ([zone, cluster, node, reference], _) =
                    numbers(rest, *b"..:").ok_or(Errno::EINVAL)?;
                Ok(Address::Socket { node: join(zone, cluster, node), reference })
            }
            _ => Err(Errno::EINVAL),
        }
    }

    fn parse_service(text: &[u8], domain: Option<u32>) -> Result<Address> {
        if let Some(([kind, lower, upper], _)) = numbers(text, *b",,") {
            let sound = kind >= FIRST_USER_TYPE && lower <= upper;
            return if sound {
                Ok(Address::Range { kind, lower, upper })
            } else {
                Err(Errno::EINVAL)
            };
        }
        match numbers(text, *b",") {
            // One more than a range needs, as libzmq has it.
            Some(([kind, instance], _)) if kind > FIRST_USER_TYPE => {
                Ok(Address::Service { kind, instance, domain: domain.unwrap_or(OWN_ZONE) })
            }
            _ => Err(Errno::EINVAL),
        }
    }

    /// The address in the kernel's form; `None` for the one that the kernel gives.
    fn sockaddr(self) -> Option<SockAddr> {
        let address = match self {
            Address::Range { kind, lower, upper } => {
                Sockaddr::new(ADDR_RANGE, ZONE_SCOPE, [kind, lower, upper])
            }
            Address::Service { kind, instance, domain } => {
                Sockaddr::new(ADDR_SERVICE, 0, [kind, instance, domain])
            }
            Address::Socket { node, reference } => {
                Sockaddr::new(ADDR_SOCKET, 0, [reference, node, 0])
            }
            Address::Own => return None,
        };
        Some(SockAddr::tipc(address))
    }

    /// Reads an address in the kernel's form.
    pub(super) fn from_sockaddr(address: &Sockaddr) -> Option<Address> {
        let [first, second, third] = address.words;
        match address.kind {
            ADDR_RANGE => Some(Address::Range { kind: first, lower: second, upper: third }),
            ADDR_SERVICE => Some(Address::Service { kind: first, instance: second, domain: third }),
            ADDR_SOCKET => Some(Address::Socket { reference: first, node: second }),
            _ => None,
        }
    }
}

/// The endpoint as libzmq writes it. A service's domain stands where a range has
/// its upper end, so that the text means something else when it is parsed again.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Address::Range { kind, lower: second, upper: third }
            | Address::Service { kind, instance: second, domain: third } => {
                write!(f, "tipc://{{{kind}, {second}, {third}}}")
            }
            Address::Socket { node, reference } => {
                let (zone, cluster, node) = (node >> 24, node >> 12 & 0xfff, node & 0xfff);
                write!(f, "tipc://<{zone}.{cluster}.{node}:{reference}>")
            }
            Address::Own => f.write_str("tipc://<*>"),
        }
    }
}

/// A node's address: 8 bits of zone, 12 of cluster, 12 of node. Numbers that are
/// too large run into their neighbours, as in linux/tipc.h.
fn join(zone: u32, cluster: u32, node: u32) -> u32 {
    zone << 24 | cluster << 12 | node
}

fn parse_domain(text: &str) -> Result<u32> {
    match numbers(text.as_bytes(), *b"..") {
        Some(([zone, cluster, node], [])) => Ok(join(zone, cluster, node)),
        _ => Err(Errno::EINVAL),
    }
}

/// `N` numbers with the bytes of `between` between them, and what follows.
fn numbers<const N: usize, const M: usize>(
    mut text: &[u8],
    between: [u8; M],
) -> Option<([u32; N], &[u8])> {
    let mut found = [0; N];
    for (at, number) in found.iter_mut().enumerate() {
        if at > 0 {
            text = text.strip_prefix(&[*between.get(at - 1)?])?;
        }
        (*number, text) = number_at_start(text)?;
    }
    Some((found, text))
}

/// One number as C's `%u` reads it: space and a sign may precede it, what is too
/// large for 64 bits is the largest, and the low 32 bits count.
fn number_at_start(text: &[u8]) -> Option<(u32, &[u8])> {
    let space = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0x0b;
    let text = text.get(text.iter().take_while(space).count()..)?;
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count).filter(|(digits, _)| !digits.is_empty())?;
    let value = digits
        .iter()
        .try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    let value = value.map_or(u64::MAX, |v| if negative { v.wrapping_neg() } else { v });
    Some((value as u32, rest))
}

pub(super) fn parse_target(address: &str) -> Result<Target> {
    match Address::parse(address)? {
        Address::Own => Err(Errno::EINVAL),
        address => Ok(Target::Tipc { address }),
    }
}

/// Starts to connect.
pub(super) fn start_connect(address: Address) -> std::result::Result<Attempt, ConnectError> {
    let name = address.sockaddr().ok_or(Errno::EINVAL)?;
    Attempt::start(net::stream_socket(libc::AF_TIPC)?, &name)
}

/// A listening TIPC socket.
#[derive(Debug)]
pub struct Listener {
    fd: OwnedFd,
    endpoint: String,
}

impl Listener {
    /// Publishes the name, or with `<*>` listens under the socket's own identity.
    /// EINVAL for any other identity, which cannot be chosen.
    pub fn bind(text: &str, options: &Options) -> std::result::Result<Listener, BindError> {
        let address = Address::parse(text)?;
        if matches!(address, Address::Socket { .. }) {
            return Err(Errno::EINVAL.into());
        }
        let fd = net::stream_socket(libc::AF_TIPC)?;
        let name = address.sockaddr();
        let endpoint = match name {
            Some(_) => address.to_string(),
            None => own_endpoint(fd.as_fd())?,
        };
        name.map_or(Ok(()), |name| net::bind(fd.as_fd(), &name))
            .and_then(|()| net::listen(fd.as_fd(), options.backlog))
            .map_err(BindError::with(&fd, &endpoint))?;
        Ok(Listener { fd, endpoint })
    }

    /// One waiting connection.
    pub fn accept(&self) -> std::result::Result<OwnedFd, AcceptError> {
        net::accept(self.fd.as_fd()).map(|(fd, _)| fd).map_err(AcceptError::classify)
    }

    /// The name published, as monitor events show it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What LAST_ENDPOINT shows: the socket's own identity even where it has a name.
    pub fn own_endpoint(&self) -> String {
        own_endpoint(self.fd.as_fd()).unwrap_or_else(|_| self.endpoint.clone())
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn own_endpoint(fd: BorrowedFd) -> Result<String> {
    let name = net::local_name(fd)?.as_tipc().ok_or(Errno::EINVAL)?;
    Address::from_sockaddr(&name).map(|address| address.to_string()).ok_or(Errno::EINVAL)
}

#[cfg(test)]
#[path = "tipc_tests.rs"]
mod tests;
