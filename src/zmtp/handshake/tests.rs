//! Whole handshakes: against octets of every generation of peers and against
//! another of our own; peers that mean no good are in `hostile`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]

mod hostile;
mod secure;

use super::*;
use crate::zmtp::socket_type::*;
use crate::zmtp::testing::hex;

const GREETING_3_1: &str = "FF 00*7 01 7F 03 01 4E554C4C 00*16 00*32";
const GREETING_3_0: &str = "FF 00*7 01 7F 03 00 4E554C4C 00*48";
const READY_DEALER: &str = "04 29 05 5245414459 0B 536F636B65742D54797065
     00000006 4445414C4552 08 4964656E74697479 00000000";
const READY_ROUTER_R: &str = "04 2A 05 5245414459 0B 536F636B65742D54797065
     00000006 524F55544552 08 4964656E74697479 00000001 72";
const READY_REP: &str = "04 19 05 5245414459 0B 536F636B65742D54797065 00000003 524550";

fn config(socket_type: u8, routing_id: &[u8]) -> Config {
    Config {
        socket_type,
        routing_id: routing_id.to_vec(),
        max_msg_size: -1,
        refuse_old_peers: false,
        app_properties: Vec::new(),
        mechanism: mechanism::Config::Null,
        zap: Policy::Off,
    }
}

fn handshake(socket_type: u8, routing_id: &[u8]) -> Handshake {
    Handshake::new(config(socket_type, routing_id))
}

/// Feeds `peer` as a whole: octets taken, and all output.
fn meet(handshake: &mut Handshake, peer: &[u8]) -> Result<(usize, Vec<u8>), Fault> {
    let taken = handshake.input(peer)?;
    Ok((taken, handshake.output().to_vec()))
}

fn has_mechanism(handshake: &Handshake) -> bool {
    handshake.peer().is_some_and(PeerVersion::has_mechanism)
}

fn property(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    metadata::append(name, value, &mut out);
    out
}

/// Octets of a 3.1 peer whose READY carries these properties.
fn peer_with(properties: &[Vec<u8>]) -> Vec<u8> {
    let mut out = hex(GREETING_3_1);
    frame::append(Framing::V2, true, &[b"\x05READY", &properties.concat()], &mut out);
    out
}

/// Everything that a peer of each generation sends first, and what it speaks.
fn peers() -> Vec<(Vec<u8>, PeerVersion)> {
    vec![
        (hex(&format!("{GREETING_3_1} {READY_ROUTER_R}")), PeerVersion::V3_1),
        (hex(&format!("{GREETING_3_0} {READY_ROUTER_R}")), PeerVersion::V3_0),
        (hex("FF 00*7 02 7F 01 06 00 01 72"), PeerVersion::V2_0),
        (hex("FF 00*7 02 7F 00 06 02 00 72"), PeerVersion::Versioned0),
        (hex("02 00 72"), PeerVersion::Unversioned),
        (hex("FF 00*7 02 00 72"), PeerVersion::Unversioned),
    ]
}

#[test]
fn g1_g3_n1_ours_to_a_3x_peer_is_greeting_and_ready() {
    for greeting in [GREETING_3_1, GREETING_3_0] {
        let mut ours = handshake(DEALER, b"");
        assert_eq!(ours.output(), hex("FF 00*7 01 7F"));
        assert!(!has_mechanism(&ours));
        let (_, out) = meet(&mut ours, &hex(greeting)).unwrap();
        assert_eq!(out, hex(&format!("{GREETING_3_1} {READY_DEALER}")));
        assert!(has_mechanism(&ours) && !ours.is_complete());
    }
}

#[test]
fn g2_the_minimal_greeting_of_the_rfc_is_accepted() {
    let peer = hex(&format!("FF 00*8 7F 03 01 4E554C4C 00*48 {READY_REP}"));
    let mut ours = handshake(REQ, b"");
    assert_eq!(ours.input(&peer), Ok(peer.len()));
    assert!(ours.is_complete());
}

#[test]
fn g4_a_curve_peer_is_a_mechanism_mismatch_only_after_64_octets() {
    let peer = hex("FF 00*7 01 7F 03 01 4355525645 00*15 00*32");
    let mut ours = handshake(REQ, b"");
    assert_eq!(ours.input(&peer[..63]), Ok(63));
    assert_eq!(ours.input(&peer[63..]), Err(Fault::MechanismMismatch));
    assert_eq!(Fault::MechanismMismatch.protocol_error(), Some(0x1100_0002));
}

#[test]
fn g5_g6_ours_to_a_2_0_peer_ends_with_the_routing_id() {
    let peer = hex("FF 00*7 01 7F 01 08 00 00");
    let mut ours = handshake(DEALER, b"ab");
    let (taken, out) = meet(&mut ours, &peer).unwrap();
    assert_eq!((taken, out), (peer.len(), hex("FF 00*7 03 7F 03 05 00 02 6162")));
    assert!(ours.is_complete() && !has_mechanism(&ours));
    let done = ours.into_established().unwrap();
    assert_eq!((done.framing, done.peer), (Framing::V2, PeerVersion::V2_0));
    assert!(!done.handshake_event && !done.subscribe_all);
    assert_eq!(done.routing_id, b"");
}

#[test]
fn g7_g8_g9_ours_to_an_unversioned_peer_is_signature_and_routing_id() {
    for (id, text) in [(&b""[..], "FF 00*7 01 7F"), (b"xyz", "FF 00*7 04 7F 78797A")] {
        let mut ours = handshake(PUSH, id);
        let (taken, out) = meet(&mut ours, &hex("01 00 03 00 6869")).unwrap();
        assert_eq!((taken, out), (2, hex(text)));
        let done = ours.into_established().unwrap();
        assert_eq!((done.framing, done.peer), (Framing::V1, PeerVersion::Unversioned));
    }
}

#[test]
fn versioned_0_exchanges_routing_ids_in_old_frames() {
    let mut ours = handshake(PUB, b"");
    let (_, out) = meet(&mut ours, &hex("FF 00*7 01 7F 00 02 02 00 41")).unwrap();
    assert_eq!(out, hex("FF 00*7 01 7F 03 01 01 00"));
    let done = ours.into_established().unwrap();
    assert_eq!((done.framing, done.routing_id), (Framing::V1, b"A".to_vec()));
    assert!(!done.subscribe_all);
}

#[test]
fn only_unversioned_peers_of_publishers_get_everything() {
    for (socket_type, all) in [(PUB, true), (XPUB, true), (SUB, false), (PUSH, false)] {
        let mut ours = handshake(socket_type, b"");
        ours.input(&hex("01 00")).unwrap();
        assert_eq!(ours.into_established().unwrap().subscribe_all, all);
    }
}

#[test]
fn every_peer_may_be_split_at_every_octet_and_keeps_its_traffic() {
    let traffic = [0x00, 0x02, 0x68, 0x69];
    for (peer, version) in peers() {
        let whole = [&peer[..], &traffic].concat();
        for cut in 0..=whole.len() {
            let mut ours = handshake(DEALER, b"me");
            let first = ours.input(&whole[..cut]).unwrap();
            let second = ours.input(&whole[first..]).unwrap();
            assert_eq!(first + second, peer.len(), "{version:?} cut at {cut}");
            assert_eq!(ours.peer(), Some(version));
            assert_eq!(has_mechanism(&ours), version.has_mechanism());
            assert_eq!(ours.input(&traffic), Ok(0));
            let done = ours.into_established().unwrap();
            assert_eq!((done.peer, done.framing), (version, version.framing()));
            assert_eq!(done.handshake_event, version.has_mechanism());
            assert_eq!(done.routing_id, b"r");
        }
        let mut ours = handshake(DEALER, b"me");
        for (at, byte) in peer.iter().enumerate() {
            assert!(!ours.is_complete(), "{version:?} complete after {at}");
            assert_eq!(ours.input(&[*byte]), Ok(1));
        }
        assert!(ours.is_complete());
    }
}

#[test]
fn output_does_not_depend_on_how_input_is_split() {
    for (peer, _) in peers() {
        let mut ours = handshake(ROUTER, b"me");
        let (_, expected) = meet(&mut ours, &peer).unwrap();
        let (mut ours, mut out) = (handshake(ROUTER, b"me"), Vec::new());
        for byte in &peer {
            out.extend_from_slice(ours.output());
            ours.consume_output(ours.output().len());
            assert_eq!(ours.output(), []);
            ours.input(&[*byte]).unwrap();
        }
        out.extend_from_slice(ours.output());
        assert_eq!(out, expected);
    }
}

#[test]
fn consuming_output_in_pieces_leaves_the_rest_to_the_established() {
    let mut ours = handshake(DEALER, b"");
    ours.consume_output(3);
    assert_eq!(ours.output(), hex("00*5 01 7F"));
    let (_, out) = meet(&mut ours, &peer_with(&[])).unwrap();
    assert_eq!(out, hex(&format!("{GREETING_3_1} {READY_DEALER}"))[3..]);
    ours.consume_output(60);
    assert_eq!(ours.into_established().unwrap().unsent, out[60..]);
    let mut ours = handshake(DEALER, b"");
    ours.consume_output(usize::MAX);
    assert_eq!(ours.output(), []);
}

#[test]
fn an_unfinished_handshake_establishes_nothing() {
    let mut ours = handshake(DEALER, b"");
    ours.input(&hex(GREETING_3_1)).unwrap();
    assert!(ours.into_established().is_none());
}

/// Moves up to `chunk` octets from one side to the other.
fn pump(from: &mut Handshake, to: &mut Handshake, chunk: usize) {
    let output = from.output();
    let bytes = output[..output.len().min(chunk)].to_vec();
    let taken = to.input(&bytes).unwrap();
    from.consume_output(taken);
}

#[test]
fn two_of_ours_meet_in_pieces_of_any_size() {
    for chunk in 1..130 {
        let mut a_config = config(DEALER, b"alice");
        a_config.app_properties.push((b"X-hello".to_vec(), b"hello".to_vec()));
        let (mut a, mut b) = (Handshake::new(a_config), handshake(ROUTER, b"bob"));
        for _ in 0..400 {
            pump(&mut a, &mut b, chunk);
            pump(&mut b, &mut a, chunk);
        }
        let (a, b) = (a.into_established().unwrap(), b.into_established().unwrap());
        assert!(a.unsent.is_empty() && b.unsent.is_empty());
        assert_eq!((a.peer, b.peer), (PeerVersion::V3_1, PeerVersion::V3_1));
        assert!(a.handshake_event && b.handshake_event);
        assert_eq!((a.routing_id, b.routing_id), (b"bob".to_vec(), b"alice".to_vec()));
        let told: [(&[u8], &[u8]); 3] =
            [(b"Socket-Type", b"DEALER"), (b"Identity", b"alice"), (b"X-hello", b"hello")];
        assert_eq!(b.properties, told.map(|(name, value)| (name.to_vec(), value.to_vec())));
    }
}

/// What must have come in before a peer of some generation sends its next piece.
struct StagedPeer {
    version: PeerVersion,
    pieces: Vec<(usize, &'static str)>,
    /// All that it should have received in the end.
    expects: &'static str,
}

fn staged_peers() -> Vec<StagedPeer> {
    let ours_to_3x = "FF 00*7 03 7F 03 01 4E554C4C 00*16 00*32
        04 2B 05 5245414459 0B 536F636B65742D54797065
        00000006 4445414C4552 08 4964656E74697479 00000002 6162";
    vec![
        StagedPeer {
            version: PeerVersion::V3_0,
            pieces: vec![
                (0, "FF 00*7 01 7F"),
                (10, "03"),
                (11, "00 4E554C4C 00*48"),
                (64, READY_ROUTER_R),
            ],
            expects: ours_to_3x,
        },
        StagedPeer {
            version: PeerVersion::V2_0,
            pieces: vec![(0, "FF 00*7 02 7F"), (10, "01 06 00 01 72")],
            expects: "FF 00*7 03 7F 03 05 00 02 6162",
        },
        StagedPeer {
            version: PeerVersion::Unversioned,
            pieces: vec![(0, "02 00 72")],
            expects: "FF 00*7 03 7F 6162",
        },
    ]
}

#[test]
fn older_peers_that_wait_for_our_pieces_are_served_in_order() {
    for peer in staged_peers() {
        let (mut ours, mut received) = (handshake(DEALER, b"ab"), Vec::new());
        for (wanted, piece) in peer.pieces {
            received.extend_from_slice(ours.output());
            ours.consume_output(usize::MAX);
            assert!(received.len() >= wanted, "{:?} waits for {wanted}", peer.version);
            let piece = hex(piece);
            assert_eq!(ours.input(&piece), Ok(piece.len()));
        }
        let done = ours.into_established().unwrap();
        received.extend_from_slice(&done.unsent);
        assert_eq!(received, hex(peer.expects));
        assert_eq!((done.peer, done.routing_id), (peer.version, b"r".to_vec()));
    }
}

#[test]
fn a_large_ready_of_ours_has_a_long_header() {
    let mut big = config(DEALER, b"");
    big.app_properties.push((b"X-big".to_vec(), vec![b'x'; 300]));
    let mut ours = Handshake::new(big);
    let (_, out) = meet(&mut ours, &hex(GREETING_3_1)).unwrap();
    assert_eq!(out[64..73], hex("06 00*6 015F"));
    assert_eq!(out.len(), 64 + 9 + 0x15F);
}
