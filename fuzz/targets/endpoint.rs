//! Endpoints: what is taken apart is all of the text, and what is refused has a
//! named errno. Nothing is looked up and nothing is opened.

use zmq::endpoint::{self, HostPort, IpcAddress, Side, TcpAddress};
use zmq::errno::Errno;
use zmq::transport::{Target, tcp, tipc};

use super::script::Script;

/// What a connect may refuse at once.
const NAMED: [Errno; 3] = [Errno::EINVAL, Errno::ENAMETOOLONG, Errno::EPROTONOSUPPORT];

pub fn target(data: &[u8]) {
    let mut script = Script(data);
    let (kind, socket_type) = (script.byte(), i32::from(script.byte() % 22));
    let text = String::from_utf8_lossy(script.rest());
    // Half of the inputs need not find a scheme first.
    let schemes = ["tcp", "ipc", "inproc", "udp", "tipc", "ws", "norm", "TCP"];
    let whole = match kind & 8 {
        0 => text.into_owned(),
        _ => format!("{}://{text}", schemes[usize::from(kind & 7)]),
    };
    let parsed = endpoint::parse(&whole, socket_type);
    match endpoint::split(&whole) {
        Ok((scheme, address)) => {
            let at = whole.len() - address.len();
            assert!(whole[..at].ends_with("://") && whole.find("://") == Some(at - 3));
            assert_eq!(parsed, scheme.check(socket_type).map(|()| (scheme, address)));
            if let Err(errno) = Target::parse(scheme, address) {
                assert!(!scheme.is_built() || NAMED.contains(&errno), "{errno:?}");
            }
            addresses(address);
        }
        Err(errno) => {
            assert_eq!(parsed, Err(errno));
            assert!([Errno::EINVAL, Errno::EPROTONOSUPPORT].contains(&errno));
        }
    }
}

fn addresses(address: &str) {
    let TcpAddress { source, target } = TcpAddress::split(address);
    let again = source.map_or(target.to_owned(), |source| format!("{source};{target}"));
    assert_eq!(again, address);
    for side in [Side::Bind, Side::Connect] {
        match HostPort::parse(target, side) {
            Ok(HostPort { host, zone, .. }) => {
                assert!(target.contains(host) && zone != Some(0));
            }
            Err(errno) => assert_eq!(errno, Errno::EINVAL),
        }
        match IpcAddress::parse(address, side) {
            Ok(IpcAddress::Wildcard) => assert!(side == Side::Bind && address.starts_with('*')),
            Ok(IpcAddress::Path(path)) => assert!(path == address && path.len() < 108),
            Ok(IpcAddress::Abstract(name)) => assert!(address == format!("@{name}")),
            Err(Errno::EINVAL) => assert_eq!(address, "@"),
            Err(errno) => assert!(errno == Errno::ENAMETOOLONG && address.len() >= 108),
        }
    }
    let checked = TcpAddress::check_connect(address);
    assert!(matches!(checked, Ok(()) | Err(Errno::EINVAL)));
    for ipv6 in [false, true] {
        // Where no name has to be asked for, the system's parser may see it.
        if checked.is_ok() && !tcp::needs_lookup(address, ipv6) {
            let _ = tcp::resolve_connect(address, ipv6);
        }
    }
    let _ = tipc::Address::parse(address);
}
