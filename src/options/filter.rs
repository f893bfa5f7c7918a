//! One entry of TCP_ACCEPT_FILTER: a network whose peers are admitted.
//!
//! Parsed when the option is set, asked by the tcp listener for every peer.

use std::net::IpAddr;

use super::leading_number;
use crate::errno::{Errno, Result};
use crate::sys::net::{self, Lookup};

/// An address and how many of its leading bits a peer's must share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressMask {
    address: IpAddr,
    bits: u32,
}

impl AddressMask {
    /// Parses `address[/bits]`, the address a literal. EINVAL when either part is
    /// not one; IPv6 literals need `ipv6`.
    pub fn parse(text: &str, ipv6: bool) -> Result<AddressMask> {
        let (host, mask) = match text.rsplit_once('/') {
            Some((host, mask)) => (host, Some(mask)),
            None => (text, None),
        };
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let lookup = Lookup { ipv6, numeric: true, all: false };
        let found = net::lookup(host, 0, lookup).map_err(|_| Errno::EINVAL)?;
        let address = found.first().ok_or(Errno::EINVAL)?.ip().to_canonical();
        let width = if address.is_ipv4() { 32 } else { 128 };
        let Some(mask) = mask else { return Ok(AddressMask { address, bits: width }) };
        let bits = leading_bits(mask).ok_or(Errno::EINVAL)?;
        // An IPv4 text counts as IPv6 upstream once IPV6 is on, with masks up to
        // 128. There 1.2.3.4/8 admits every IPv4 peer, the first bits of mapped
        // addresses being equal; here such a mask means what it says.
        let bits = match address {
            IpAddr::V4(_) if ipv6 && bits > 96 => bits - 96,
            _ => bits,
        };
        if bits > width { Err(Errno::EINVAL) } else { Ok(AddressMask { address, bits }) }
    }

    /// Whether a peer of this address is admitted.
    pub fn matches(&self, peer: IpAddr) -> bool {
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(peer)) => {
                let differ = own.to_bits() ^ peer.to_bits();
                u64::from(differ) >> (32 - self.bits.min(32)) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(peer)) => {
                let differ = own.to_bits() ^ peer.to_bits();
                differ.checked_shr(128 - self.bits.min(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The number a mask begins with; zero only when written `0`, as upstream has it.
fn leading_bits(mask: &str) -> Option<u32> {
    match u32::try_from(leading_number(mask.as_bytes())).ok()? {
        0 if mask != "0" => None,
        bits => Some(bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(filter: &str, peer: &str) -> bool {
        AddressMask::parse(filter, true).unwrap().matches(peer.parse().unwrap())
    }

    #[test]
    fn a_mask_admits_its_network_only() {
        assert!(admits("10.1.2.3/8", "10.200.0.1"));
        assert!(!admits("10.1.2.3/8", "11.1.2.3"));
        assert!(admits("10.1.2.3", "10.1.2.3"));
        assert!(!admits("10.1.2.3", "10.1.2.2"));
        assert!(admits("0.0.0.0/0", "255.1.1.1"));
        assert!(admits("10.1.2.3/8", "::ffff:10.9.9.9"));
        assert!(admits("fe80::/10", "fe80::1"));
        assert!(!admits("fe80::/10", "ff80::1"));
        assert!(admits("::/0", "1::2"));
        assert!(!admits("::/0", "1.2.3.4"));
        assert!(admits("[::1]/128", "::1"));
    }

    #[test]
    fn broken_masks_are_refused() {
        for text in ["1.2.3.4/", "1.2.3.4/x", "1.2.3.4/-1", "1.2.3.4/33", "1.2.3.4/00", "", "/8"] {
            assert_eq!(AddressMask::parse(text, false), Err(Errno::EINVAL), "{text}");
        }
        assert_eq!(AddressMask::parse("::1/129", true), Err(Errno::EINVAL));
        assert_eq!(AddressMask::parse("no.such.host.invalid", false), Err(Errno::EINVAL));
    }

    #[test]
    fn ipv6_addresses_need_ipv6() {
        assert_eq!(AddressMask::parse("::1", false), Err(Errno::EINVAL));
        assert!(AddressMask::parse("::1", true).is_ok());
    }
}
