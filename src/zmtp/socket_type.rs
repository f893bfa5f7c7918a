//! Socket types as the protocol knows them: numbers (greeting of ZMTP 2.0),
//! names (property `Socket-Type`) and who may talk to whom.

// The numbers are `ZMQ_PAIR` .. `ZMQ_CHANNEL` of zmq.h and zmq_draft.h.
pub const PAIR: u8 = 0;
pub const PUB: u8 = 1;
pub const SUB: u8 = 2;
pub const REQ: u8 = 3;
pub const REP: u8 = 4;
pub const DEALER: u8 = 5;
pub const ROUTER: u8 = 6;
pub const PULL: u8 = 7;
pub const PUSH: u8 = 8;
pub const XPUB: u8 = 9;
pub const XSUB: u8 = 10;
pub const STREAM: u8 = 11;
pub const SERVER: u8 = 12;
pub const CLIENT: u8 = 13;
pub const RADIO: u8 = 14;
pub const DISH: u8 = 15;
pub const GATHER: u8 = 16;
pub const SCATTER: u8 = 17;
pub const DGRAM: u8 = 18;
pub const PEER: u8 = 19;
pub const CHANNEL: u8 = 20;

/// By number: the name, and the names it accepts as peers.
const TYPES: [(&str, &[&str]); 21] = [
    ("PAIR", &["PAIR"]),
    ("PUB", &["SUB", "XSUB"]),
    ("SUB", &["PUB", "XPUB"]),
    ("REQ", &["REP", "ROUTER"]),
    ("REP", &["REQ", "DEALER"]),
    ("DEALER", &["REP", "DEALER", "ROUTER"]),
    ("ROUTER", &["REQ", "DEALER", "ROUTER"]),
    ("PULL", &["PUSH"]),
    ("PUSH", &["PULL"]),
    ("XPUB", &["SUB", "XSUB"]),
    ("XSUB", &["PUB", "XPUB"]),
    // Raw sockets have no peers that speak ZMTP.
    ("STREAM", &[]),
    ("SERVER", &["CLIENT"]),
    ("CLIENT", &["SERVER"]),
    ("RADIO", &["DISH"]),
    ("DISH", &["RADIO"]),
    ("GATHER", &["SCATTER"]),
    ("SCATTER", &["GATHER"]),
    ("DGRAM", &["DGRAM"]),
    ("PEER", &["PEER"]),
    ("CHANNEL", &["CHANNEL"]),
];

/// The name on the wire, `None` for a number that is no socket type.
pub fn name(socket_type: u8) -> Option<&'static str> {
    TYPES.get(usize::from(socket_type)).map(|(name, _)| *name)
}

/// The number of a name, spelled exactly so.
pub fn number(name: &[u8]) -> Option<u8> {
    let place = TYPES.iter().position(|(known, _)| known.as_bytes() == name)?;
    u8::try_from(place).ok()
}

/// Whether a socket of type `own` talks to a peer that calls itself `peer`,
/// spelled exactly so.
pub fn accepts(own: u8, peer: &[u8]) -> bool {
    TYPES
        .get(usize::from(own))
        .is_some_and(|(_, peers)| peers.iter().any(|name| name.as_bytes() == peer))
}

/// Whether the type tells ZMTP 3.x peers its routing id, even an empty one.
pub fn announces_routing_id(socket_type: u8) -> bool {
    matches!(socket_type, REQ | DEALER | ROUTER)
}

/// Whether the type subscribes, so sends subscriptions.
pub fn subscribes(socket_type: u8) -> bool {
    matches!(socket_type, SUB | XSUB)
}

/// Whether the type publishes, so takes subscriptions.
pub fn publishes(socket_type: u8) -> bool {
    matches!(socket_type, PUB | XPUB)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_their_types() {
        assert_eq!(name(PAIR), Some("PAIR"));
        assert_eq!(name(XSUB), Some("XSUB"));
        assert_eq!(name(STREAM), Some("STREAM"));
        assert_eq!(name(CHANNEL), Some("CHANNEL"));
        assert_eq!(name(21), None);
        assert!((0..=CHANNEL).all(|own| number(name(own).unwrap().as_bytes()) == Some(own)));
        assert_eq!(number(b"push"), None);
    }

    #[test]
    fn compatibility_is_symmetric() {
        for own in 0..=CHANNEL {
            for peer in 0..=CHANNEL {
                let (own_name, peer_name) = (name(own).unwrap(), name(peer).unwrap());
                assert_eq!(
                    accepts(own, peer_name.as_bytes()),
                    accepts(peer, own_name.as_bytes()),
                    "{own_name} and {peer_name}"
                );
            }
        }
    }

    #[test]
    fn names_are_compared_exactly_and_stream_accepts_nobody() {
        assert!(accepts(REQ, b"ROUTER"));
        assert!(!accepts(REQ, b"router"));
        assert!(!accepts(REQ, b"REP\0"));
        assert!(!accepts(REQ, b"REQ"));
        assert!(!accepts(REQ, b""));
        assert!(!accepts(REP, b"ROUTER"));
        assert!((0..=CHANNEL).all(|t| !accepts(STREAM, name(t).unwrap().as_bytes())));
        assert!(!accepts(200, b"PAIR"));
    }
}
