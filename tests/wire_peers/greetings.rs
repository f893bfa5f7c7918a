//! Greetings: in which pieces they go out, what follows them, and which events they make.

use crate::common::{
    Context, Event, GREETING, GREETING_3_0, GREETING_START, begin, event, hex, kind, option, ready,
};
use crate::peer::{ROLES, VERSIONS, Version, link};

// behaviours: 301
#[test]
fn g1_our_greeting_goes_out_in_pieces_of_10_1_and_53_octets() {
    let dog = begin(60);
    for role in ROLES {
        for theirs in [GREETING, GREETING_3_0] {
            dog.step(format!("{role:?} {theirs}"));
            let context = Context::new();
            let (_socket, mut raw) = link(&context, kind::DEALER, role, |_| ());
            let (theirs, ours) = (hex(theirs), hex(GREETING));
            raw.expect(&ours[..10]);
            raw.send(&theirs[..10]);
            raw.expect(&ours[10..11]);
            raw.send(&theirs[10..11]);
            raw.expect(&ours[11..]);
            raw.send(&theirs[11..]);
            // N1
            raw.expect(&hex(
                "04 29 05 5245414459 0B 536F636B65742D54797065 00000006 4445414C4552 \
                 08 4964656E74697479 00000000",
            ));
        }
    }
}

// behaviours: 304
#[test]
fn n1_to_n6_ready_names_the_type_and_where_it_matters_the_identity() {
    let dog = begin(60);
    let table = [
        (kind::PAIR, "PAIR"),
        (kind::PUB, "PUB"),
        (kind::SUB, "SUB"),
        (kind::REQ, "REQ"),
        (kind::REP, "REP"),
        (kind::DEALER, "DEALER"),
        (kind::ROUTER, "ROUTER"),
        (kind::PULL, "PULL"),
        (kind::PUSH, "PUSH"),
        (kind::XPUB, "XPUB"),
        (kind::XSUB, "XSUB"),
    ];
    for (number, name) in table {
        for role in ROLES {
            dog.step(format!("{name} {role:?}"));
            let context = Context::new();
            let (_socket, mut raw) = link(&context, number, role, |_| ());
            raw.send(&hex(GREETING));
            raw.expect(&hex(GREETING));
            raw.expect(&ready(name));
        }
    }
    dog.step("an identity");
    let context = Context::new();
    let (_socket, mut raw) = link(&context, kind::DEALER, ROLES[0], |socket| {
        socket.set_bytes(option::ROUTING_ID, b"ab");
    });
    raw.send(&hex(GREETING));
    raw.expect(&hex("FF 00*7 03 7F"));
    raw.expect(&hex(GREETING)[10..]);
    raw.expect(&hex("04 2B 05 5245414459 0B 536F636B65742D54797065 00000006 4445414C4552 \
         08 4964656E74697479 00000002 6162"));
}

#[test]
fn g5_g6_to_zmtp_2_0_goes_our_type_and_our_routing_id() {
    let dog = begin(60);
    for role in ROLES {
        for (revision, id_frame) in [(1, "00 02 6162"), (0, "03 00 6162")] {
            dog.step(format!("{role:?} revision {revision}"));
            let context = Context::new();
            let (socket, mut raw) = link(&context, kind::DEALER, role, |socket| {
                socket.set_bytes(option::ROUTING_ID, b"ab");
            });
            raw.expect(&hex("FF 00*7 03 7F"));
            raw.send(&hex("FF 00*7 01 7F"));
            raw.expect(&[3]);
            raw.send(&[revision]);
            raw.expect(&[5]);
            raw.send(&[6]);
            raw.expect(&hex(id_frame));
            raw.send(&hex(if revision == 1 { "00 00 00 02 6869" } else { "01 00 03 00 6869" }));
            assert_eq!(socket.recv(), b"hi");
        }
    }
}

// behaviours: 302
#[test]
fn g8_g9_to_zmtp_1_0_the_greeting_is_the_header_of_our_routing_id() {
    let dog = begin(60);
    for role in ROLES {
        for id in [&b""[..], b"xyz"] {
            dog.step(format!("{role:?} {id:?}"));
            let context = Context::new();
            let (socket, mut raw) = link(&context, kind::PAIR, role, |socket| {
                if !id.is_empty() {
                    socket.set_bytes(option::ROUTING_ID, id);
                }
            });
            raw.expect(&[&hex("FF 00*7")[..], &[id.len() as u8 + 1, 0x7F]].concat());
            raw.send(&hex("01 00"));
            raw.expect(id);
            raw.send(&hex("03 00 6869"));
            assert_eq!(socket.recv(), b"hi");
            socket.send(b"hi");
            raw.expect(&hex("03 00 6869"));
        }
    }
}

#[test]
fn a_peer_that_says_nothing_gets_ten_octets_and_no_more() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, mut raw) = link(&context, kind::PUSH, ROLES[0], |socket| {
        socket.set(option::HANDSHAKE_IVL, 200);
    });
    assert_eq!(raw.until_closed(), hex(GREETING_START));
    drop(socket);
}

#[test]
fn only_zmtp_3_has_a_handshake_as_far_as_events_go() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let socket = context.socket(kind::PULL);
        let monitor = socket.monitor(&context);
        let mut raw = crate::common::Raw::connect(&socket.bind_tcp());
        version.meet(&mut raw, "PUSH", 8, b"");
        raw.send(&version.frame(false, b"hi"));
        let (body, property) = socket.recv_property("Peer-Address");
        assert_eq!(body, b"hi");
        assert_eq!(property.is_some(), version.is_3());
        raw.finish();
        let expected = if version.is_3() {
            Event { event: event::SUCCEEDED, value: 0 }
        } else {
            Event { event: event::NO_DETAIL, value: libc::EPIPE as u32 }
        };
        assert_eq!(monitor.until_disconnected(), [expected]);
    }
}

// behaviours: 127
#[test]
fn an_old_peer_that_leaves_is_connected_to_again() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let (listener, endpoint) = crate::common::RawListener::tcp();
        let socket = context.socket(kind::PUSH);
        socket.set(option::RECONNECT_IVL, 1);
        socket.connect(&endpoint);
        for round in 0..3_u8 {
            let mut raw = listener.accept();
            version.meet(&mut raw, "PULL", 7, b"");
            socket.send(&[round]);
            raw.expect(&version.frame(false, &[round]));
        }
    }
    assert_eq!(Version::V1.frame(false, b"hi"), hex("03 00 6869"));
}
