//! The grammar of endpoints: `scheme://address`, and the addresses of tcp and ipc.
//!
//! The socket calls [`parse`] for bind, connect, unbind and disconnect; the
//! transports take the address apart with the rest. Names of hosts are not
//! looked up here and no socket is made.

use crate::errno::{Errno, Result};
use crate::options::leading_number;
use crate::options::types::{DGRAM, DISH, PUB, RADIO, SUB, Types, XPUB, XSUB};
use crate::sys::net::{self, UNIX_PATH_MAX};

/// What stands before `://`; letter case counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Scheme {
    Inproc,
    Ipc,
    Tcp,
    Ws,
    Wss,
    Udp,
    Tipc,
    Vsock,
    Vmci,
    Pgm,
    Epgm,
    Norm,
}

const SCHEMES: [(&str, Scheme); 12] = [
    ("inproc", Scheme::Inproc),
    ("ipc", Scheme::Ipc),
    ("tcp", Scheme::Tcp),
    ("ws", Scheme::Ws),
    ("wss", Scheme::Wss),
    ("udp", Scheme::Udp),
    ("tipc", Scheme::Tipc),
    ("vsock", Scheme::Vsock),
    ("vmci", Scheme::Vmci),
    ("pgm", Scheme::Pgm),
    ("epgm", Scheme::Epgm),
    ("norm", Scheme::Norm),
];

impl Scheme {
    /// Whether this library has the transport; what `zmq_has` answers too.
    pub const fn is_built(self) -> bool {
        matches!(self, Scheme::Inproc | Scheme::Ipc | Scheme::Tcp | Scheme::Tipc)
    }

    /// Whether a socket of this type may use the transport. ENOCOMPATPROTO when
    /// the type may not, EPROTONOSUPPORT when nobody can.
    pub fn check(self, socket_type: i32) -> Result<()> {
        const DATAGRAM: Types = Types::of(&[RADIO, DISH, DGRAM]);
        const MULTICAST: Types = Types::of(&[PUB, SUB, XPUB, XSUB]);
        match self {
            // Part of every libzmq, so the type is judged first even before we have it.
            Scheme::Udp if !DATAGRAM.contains(socket_type) => Err(Errno::ENOCOMPATPROTO),
            _ if !self.is_built() => Err(Errno::EPROTONOSUPPORT),
            Scheme::Pgm | Scheme::Epgm | Scheme::Norm if !MULTICAST.contains(socket_type) => {
                Err(Errno::ENOCOMPATPROTO)
            }
            _ => Ok(()),
        }
    }
}

/// Splits an endpoint and checks that `socket_type` may use its transport.
pub fn parse(text: &str, socket_type: i32) -> Result<(Scheme, &str)> {
    let (scheme, address) = split(text)?;
    scheme.check(socket_type)?;
    Ok((scheme, address))
}

/// Splits at the first `://`. EINVAL when there is none or a side is empty,
/// EPROTONOSUPPORT when the scheme is unknown. [`Scheme::check`] is still to be asked.
pub fn split(text: &str) -> Result<(Scheme, &str)> {
    let (name, address) = text.split_once("://").ok_or(Errno::EINVAL)?;
    if name.is_empty() || address.is_empty() {
        return Err(Errno::EINVAL);
    }
    let known = SCHEMES.iter().find(|(known, _)| *known == name);
    known.map(|(_, scheme)| (*scheme, address)).ok_or(Errno::EPROTONOSUPPORT)
}

/// Which end an address is for; the two have different grammars.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Side {
    Bind,
    Connect,
}

/// A tcp address as written: `[source;]target`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TcpAddress<'a> {
    /// Where to connect from.
    pub source: Option<&'a str>,
    /// Where to bind or to connect to.
    pub target: &'a str,
}

impl<'a> TcpAddress<'a> {
    /// Takes the text apart at its last semicolon.
    pub fn split(text: &'a str) -> TcpAddress<'a> {
        match text.rsplit_once(';') {
            Some((source, target)) => TcpAddress { source: Some(source), target },
            None => TcpAddress { source: None, target: text },
        }
    }

    /// The little of a connect address that zmq_connect checks at once; all
    /// else shows when the connection is tried. EINVAL.
    pub fn check_connect(text: &str) -> Result<()> {
        let first = |c: char| c.is_ascii_alphanumeric() || "[:".contains(c);
        let any = |c: char| c.is_ascii_alphanumeric() || ".-:%;[]_*".contains(c);
        let port = text.rsplit_once(':').map_or("", |(_, port)| port);
        let sound = text.starts_with(first)
            && text.chars().all(any)
            && port.starts_with(|c: char| c.is_ascii_digit());
        if sound { Ok(()) } else { Err(Errno::EINVAL) }
    }
}

/// `host:port`, the host still to be looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostPort<'a> {
    /// Name, literal without brackets and zone, interface name, or `*`.
    pub host: &'a str,
    /// 0 lets the kernel choose when binding.
    pub port: u16,
    /// Number of the interface named after `%`.
    pub zone: Option<u32>,
}

impl<'a> HostPort<'a> {
    /// Parses one half of a tcp address. EINVAL: no port, a port of 0 that is not
    /// written `0`, `*` as port to connect to, or a zone that does not exist.
    pub fn parse(text: &'a str, side: Side) -> Result<HostPort<'a>> {
        let (host, port) = text.rsplit_once(':').ok_or(Errno::EINVAL)?;
        let port = parse_port(port, side)?;
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let (host, zone) = match host.rsplit_once('%') {
            Some((host, zone)) => (host, Some(parse_zone(zone)?)),
            None => (host, None),
        };
        Ok(HostPort { host, port, zone })
    }
}

fn parse_port(text: &str, side: Side) -> Result<u16> {
    match text {
        "0" => Ok(0),
        "*" if side == Side::Bind => Ok(0),
        // As libzmq: the number it begins with, its low 16 bits.
        _ => match leading_number(text.as_bytes()) as u16 {
            0 => Err(Errno::EINVAL),
            port => Ok(port),
        },
    }
}

fn parse_zone(text: &str) -> Result<u32> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return net::interface_index(text).map_err(|_| Errno::EINVAL);
    }
    match leading_number(text.as_bytes()) as u32 {
        0 => Err(Errno::EINVAL),
        zone => Ok(zone),
    }
}

/// An ipc address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IpcAddress {
    /// A fresh path in the directory for temporary files (bind only).
    Wildcard,
    /// A path in the file system.
    Path(String),
    /// A name in Linux's abstract namespace, without the `@`.
    Abstract(String),
}

impl IpcAddress {
    /// EINVAL for a lone `@`, ENAMETOOLONG from 108 bytes on.
    pub fn parse(text: &str, side: Side) -> Result<IpcAddress> {
        if side == Side::Bind && text.starts_with('*') {
            return Ok(IpcAddress::Wildcard);
        }
        if text.len() >= UNIX_PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        match text.strip_prefix('@') {
            Some("") => Err(Errno::EINVAL),
            Some(name) => Ok(IpcAddress::Abstract(name.to_owned())),
            None => Ok(IpcAddress::Path(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_needs_scheme_and_address() {
        for text in ["", "tcp", "tcp:/x", "://x", "tcp://", "://"] {
            assert_eq!(split(text), Err(Errno::EINVAL), "{text}");
        }
        assert_eq!(split("ipc://a://b"), Ok((Scheme::Ipc, "a://b")));
    }

    #[test]
    fn schemes_are_case_sensitive_and_known() {
        assert_eq!(split("TCP://x:1"), Err(Errno::EPROTONOSUPPORT));
        assert_eq!(split("foo://x:1"), Err(Errno::EPROTONOSUPPORT));
        assert_eq!(parse("norm://x:1", PUB), Err(Errno::EPROTONOSUPPORT));
        assert_eq!(parse("tcp://x:1", PUB), Ok((Scheme::Tcp, "x:1")));
    }

    #[test]
    fn udp_is_for_datagram_types() {
        assert_eq!(parse("udp://x:1", PUB), Err(Errno::ENOCOMPATPROTO));
        assert_eq!(parse("udp://x:1", RADIO), Err(Errno::EPROTONOSUPPORT));
    }

    // behaviours: 105, 108
    #[test]
    fn a_connect_address_is_checked_for_form_at_once() {
        for good in ["a:1", "[::1]:5", "::1:5", "10.0.0.1:0;host_1:80abc", "fe80::1%lo:1", "a*:1"] {
            assert_eq!(TcpAddress::check_connect(good), Ok(()), "{good}");
        }
        for bad in ["", "a", "a:", "a:*", "*:1", "-a:1", "a b:1", "a:-1", "a/b:1", "ü:1", "a:1:x"]
        {
            assert_eq!(TcpAddress::check_connect(bad), Err(Errno::EINVAL), "{bad}");
        }
    }

    #[test]
    fn the_source_stands_before_the_last_semicolon() {
        let address = TcpAddress::split("lo:0;host:1");
        assert_eq!(address, TcpAddress { source: Some("lo:0"), target: "host:1" });
        assert_eq!(TcpAddress::split("host:1").source, None);
    }

    #[test]
    fn ports_are_what_atoi_makes_of_them() {
        let port = |text, side| HostPort::parse(text, side).map(|found| found.port);
        assert_eq!(port("h:80abc", Side::Connect), Ok(80));
        assert_eq!(port("h:65537", Side::Connect), Ok(1));
        assert_eq!(port("h:0", Side::Connect), Ok(0));
        assert_eq!(port("h:*", Side::Bind), Ok(0));
        for bad in ["h:*", "h:", "h", "h:00", "h:x", "h:65536"] {
            assert_eq!(port(bad, Side::Connect), Err(Errno::EINVAL), "{bad}");
        }
    }

    // behaviours: 108
    #[test]
    fn brackets_and_zone_come_off() {
        let parsed = HostPort::parse("[fe80::1%lo]:5", Side::Bind).unwrap();
        assert_eq!((parsed.host, parsed.port), ("fe80::1", 5));
        assert_eq!(parsed.zone, Some(net::interface_index("lo").unwrap()));
        assert_eq!(HostPort::parse("::1%7:5", Side::Bind).unwrap().zone, Some(7));
        for bad in ["::1%:5", "::1%0:5", "::1%nosuchif:5"] {
            assert_eq!(HostPort::parse(bad, Side::Bind), Err(Errno::EINVAL), "{bad}");
        }
    }

    #[test]
    fn ipc_names_are_paths_abstract_or_a_wildcard() {
        let parse = |text: &str| IpcAddress::parse(text, Side::Bind);
        assert_eq!(parse("*x"), Ok(IpcAddress::Wildcard));
        assert_eq!(parse("@n"), Ok(IpcAddress::Abstract("n".into())));
        assert_eq!(parse("@"), Err(Errno::EINVAL));
        assert_eq!(parse(&"p".repeat(107)), Ok(IpcAddress::Path("p".repeat(107))));
        assert_eq!(parse(&"p".repeat(108)), Err(Errno::ENAMETOOLONG));
        assert_eq!(IpcAddress::parse("*", Side::Connect), Ok(IpcAddress::Path("*".into())));
    }
}
