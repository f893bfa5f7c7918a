//! Handshakes with odd, malformed and hostile peers. Rows are those of the list
//! of inputs whose outcome was compared with libzmq's.

use super::*;
use crate::zmtp::fault::Part;
use crate::zmtp::testing::Noise;

/// The fault that `peer`'s octets lead to.
fn fault(mut handshake: Handshake, peer: &[u8]) -> Fault {
    let fault = handshake.input(peer).unwrap_err();
    assert!(!handshake.is_complete());
    assert_eq!(handshake.input(b"more"), Err(fault), "a fault is final");
    fault
}

#[test]
fn row_3_an_http_request_is_an_unversioned_peer() {
    let request =
        b"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: something/1.0\r\nAccept: */*\r\n";
    let mut ours = handshake(PUB, b"");
    assert_eq!(ours.input(request), Ok(72));
    assert_eq!(ours.peer(), Some(PeerVersion::Unversioned));
}

// hostile: 4
#[test]
fn row_4_old_peers_are_refused_where_security_is_required() {
    for (peer, version) in peers() {
        let ours = Handshake::new(Config { refuse_old_peers: true, ..config(DEALER, b"") });
        if version.has_mechanism() {
            let mut ours = ours;
            assert_eq!(ours.input(&peer), Ok(peer.len()));
        } else {
            let fault = fault(ours, &peer);
            assert_eq!(fault, Fault::OldPeer);
            assert_eq!((fault.protocol_error(), fault.auth_status()), (None, None));
        }
    }
}

#[test]
fn row_5_a_long_first_frame_of_an_unversioned_peer_is_its_routing_id() {
    let mut ours = handshake(ROUTER, b"");
    assert_eq!(ours.input(&hex("FF 00*7 01 00")), Ok(10));
    assert_eq!(ours.into_established().unwrap().routing_id, b"");
    let mut ours = handshake(ROUTER, b"");
    assert_eq!(ours.input(&hex("FF 00*7 04 FE 616263 02")), Ok(13));
    assert_eq!(ours.into_established().unwrap().routing_id, b"abc");
}

#[test]
fn row_6_a_first_length_of_zero_is_a_fault() {
    assert_eq!(fault(handshake(PULL, b""), &[0]), Fault::ZeroLengthFrame);
    assert_eq!(fault(handshake(PULL, b""), &hex("FF 00*8 00")), Fault::ZeroLengthFrame);
    let versioned = hex("FF 00*7 01 7F 00 08 00");
    assert_eq!(fault(handshake(PULL, b""), &versioned), Fault::ZeroLengthFrame);
}

#[test]
fn rows_7_9_20_huge_frames_are_refused_at_their_header() {
    let long = ["FF*9 00", "FF 80 00*7 00", "FF 00*6 0101 00"];
    for text in long {
        assert_eq!(fault(handshake(ROUTER, b""), &hex(text)), Fault::FrameTooLarge, "{text}");
    }
    let id_256 = hex("FF 00*7 01 7F 01 05 02 00*6 0100");
    assert_eq!(fault(handshake(ROUTER, b""), &id_256), Fault::FrameTooLarge);
    for size in ["FF*8", "80 00*7", "7F FF*7", "00*2 01 00*5", "00*5 020000"] {
        let peer = hex(&format!("{GREETING_3_1} 06 {size}"));
        assert_eq!(fault(handshake(ROUTER, b""), &peer), Fault::FrameTooLarge, "{size}");
    }
}

#[test]
fn row_8_the_size_limit_of_the_socket_holds_for_handshake_frames() {
    for (limit, good) in [(41, true), (40, false), (0, false), (-1, true), (i64::MAX, true)] {
        let mut ours = Handshake::new(Config { max_msg_size: limit, ..config(DEALER, b"") });
        let peer = hex(&format!("{GREETING_3_1} {READY_DEALER}"));
        assert_eq!(ours.input(&peer).err(), (!good).then_some(Fault::FrameTooLarge));
    }
    for old in ["05 00 72727272", "FF 00*7 01 7F 01 05 00 04 72727272"] {
        let ours = Handshake::new(Config { max_msg_size: 3, ..config(DEALER, b"") });
        assert_eq!(fault(ours, &hex(old)), Fault::FrameTooLarge);
        let mut ours = Handshake::new(Config { max_msg_size: 4, ..config(DEALER, b"") });
        assert!(ours.input(&hex(old)).is_ok() && ours.is_complete());
    }
}

#[test]
fn rows_10_15_header_flags_do_not_matter_in_a_handshake() {
    let ready = &hex(READY_REP)[2..];
    for header in ["00 19", "04 19", "01 19", "FD 19", "02 00*7 19", "FF 00*7 19"] {
        let peer = [hex(GREETING_3_1), hex(header), ready.to_vec()].concat();
        let mut ours = handshake(REQ, b"");
        assert_eq!(ours.input(&peer), Ok(peer.len()), "{header}");
        assert!(ours.is_complete());
    }
}

#[test]
fn row_11_other_mechanisms_are_mismatches() {
    for name in ["4E554C4C 00*15 01", "4E554C4C 20*16", "504C41494E 00*15", "00*20"] {
        let peer = hex(&format!("FF 00*7 01 7F 03 01 {name} 00*32"));
        assert_eq!(fault(handshake(REQ, b""), &peer), Fault::MechanismMismatch, "{name}");
    }
}

#[test]
fn rows_12_13_odd_revisions_roles_and_filler_are_spoken_to_as_3_1() {
    for head in ["02 00", "04 00", "FF FF", "03 01", "03 09"] {
        let peer = hex(&format!("FF A5*8 81 {head} 4E554C4C 00*16 01 5A*31 {READY_REP}"));
        let mut ours = handshake(REQ, b"");
        assert_eq!(ours.input(&peer), Ok(peer.len()), "{head}");
        assert_eq!(ours.into_established().unwrap().peer, PeerVersion::V3_1);
    }
}

#[test]
fn row_14_traffic_before_ready_is_unexpected() {
    for early in ["00 02 6869", "04 07 04 50494E47 0000", "04 00", "00 00"] {
        let peer = hex(&format!("{GREETING_3_1} {early} {READY_REP}"));
        let fault = fault(handshake(REQ, b""), &peer);
        assert_eq!(fault, Fault::UnexpectedCommand, "{early}");
        assert_eq!(fault.protocol_error(), Some(0x1000_0001));
    }
}

#[test]
fn row_17_broken_properties_are_a_silent_fault() {
    let broken = [
        b"\x0BSocket-Type\0\0\0\x03RE".to_vec(),
        [property(b"Socket-Type", b"REP"), vec![0]].concat(),
        b"\x01X\xFF\xFF\xFF\xFF".to_vec(),
        b"\x05X".to_vec(),
    ];
    for metadata in broken {
        let fault = fault(handshake(REQ, b""), &peer_with(&[metadata]));
        assert_eq!((fault, fault.protocol_error()), (Fault::Metadata, None));
    }
}

#[test]
fn row_18_odd_but_whole_properties_are_accepted_up_to_the_bound() {
    let odd = [property(b"", b""), property(b"", b"x"), property(b"socket-type", b"none"), vec![]];
    let peer = peer_with(&odd);
    let mut ours = handshake(REQ, b"");
    assert_eq!(ours.input(&peer), Ok(peer.len()));
    assert_eq!(ours.into_established().unwrap().properties.len(), 3);

    let many = vec![property(b"", b""); 2_000];
    assert_eq!(fault(handshake(REQ, b""), &peer_with(&many)), Fault::Metadata);
    let many = vec![property(b"", b""); 100_000];
    assert_eq!(fault(handshake(REQ, b""), &peer_with(&many)), Fault::FrameTooLarge);
}

#[test]
fn row_19_a_wrong_socket_type_is_a_silent_fault_and_earns_no_error_command() {
    for wrong in [&b"REQ"[..], b"PUB", b"rep", b"", b"REP\0"] {
        let mut ours = handshake(REQ, b"");
        let peer = peer_with(&[property(b"Socket-Type", wrong)]);
        let fault = ours.input(&peer).unwrap_err();
        assert!(matches!(fault, Fault::SocketTypeMismatch(_)) && fault.protocol_error().is_none());
        assert_eq!(ours.output().len(), 64 + hex(READY_REP).len() + 13);
    }
}

#[test]
fn row_20_a_routing_id_has_at_most_255_octets_and_the_last_counts() {
    let id = |len| property(b"Identity", &vec![7; len]);
    let mut ours = handshake(ROUTER, b"");
    ours.input(&peer_with(&[id(3), id(255)])).unwrap();
    let done = ours.into_established().unwrap();
    assert_eq!((done.routing_id.len(), done.properties[0].1.len()), (255, 3));
    assert_eq!(fault(handshake(ROUTER, b""), &peer_with(&[id(256)])), Fault::Metadata);
}

#[test]
fn row_23_names_reserved_to_us_are_dropped() {
    let claims = [
        property(b"User-Id", b"root"),
        property(b"Peer-Address", b"10.0.0.1"),
        property(b"__fd", b"0"),
        property(b"X-User-Id", b"fine"),
    ];
    let mut ours = handshake(REQ, b"");
    ours.input(&peer_with(&claims)).unwrap();
    let properties = ours.into_established().unwrap().properties;
    assert_eq!(properties, [(b"X-User-Id".to_vec(), b"fine".to_vec())]);
}

#[test]
fn n9_rows_24_25_an_error_command_ends_the_handshake() {
    let table = [
        ("04 0A 05 4552524F52 03 343030", Fault::Refused(Some(400)), None, Some(400)),
        ("04 0A 05 4552524F52 03 373737", Fault::Refused(None), None, None),
        ("04 06 05 4552524F52", Fault::Malformed(Part::Error), Some(0x1000_0015), None),
        ("04 08 05 4552524F52 05 34", Fault::Malformed(Part::Error), Some(0x1000_0015), None),
    ];
    for (error, expected, protocol, auth) in table {
        let fault = fault(handshake(REQ, b""), &hex(&format!("{GREETING_3_1} {error}")));
        assert_eq!(fault, expected);
        assert_eq!((fault.protocol_error(), fault.auth_status()), (protocol, auth));
    }
}

/// Feeds `bytes` in random pieces; any outcome will do, but a sane one.
fn survive(noise: &mut Noise, bytes: &[u8]) {
    let limit = if noise.next() & 1 == 0 { -1 } else { 100 };
    let socket_type = noise.below(22) as u8;
    let mut ours = Handshake::new(Config { max_msg_size: limit, ..config(socket_type, b"id") });
    let mut rest = bytes;
    while !rest.is_empty() && !ours.is_complete() {
        let piece = &rest[..1 + noise.below(rest.len())];
        match ours.input(piece) {
            Ok(taken) => {
                assert!(taken == piece.len() || ours.is_complete());
                rest = &rest[taken..];
            }
            Err(fault) => {
                assert_eq!(ours.input(b"x"), Err(fault));
                break;
            }
        }
    }
    ours.consume_output(noise.below(200));
    assert_eq!(ours.is_complete(), ours.into_established().is_some());
}

#[test]
fn garbage_never_panics() {
    let mut noise = Noise::new(3);
    for _ in 0..3_000 {
        let bytes = noise.bytes(200);
        survive(&mut noise, &bytes);
    }
}

#[test]
fn damaged_handshakes_never_panic() {
    let mut noise = Noise::new(4);
    let peers = peers();
    for _ in 0..6_000 {
        let mut bytes = peers[noise.below(peers.len())].0.clone();
        for _ in 0..1 + noise.below(4) {
            let at = noise.below(bytes.len());
            match noise.below(3) {
                0 => bytes[at] = noise.next() as u8,
                1 => bytes.truncate(at + 1),
                _ => bytes.insert(at, noise.next() as u8),
            }
        }
        survive(&mut noise, &bytes);
    }
}
