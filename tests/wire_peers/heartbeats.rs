//! PING and PONG, and peers that stay silent.

use crate::common::{Context, Event, RawListener, begin, event, hex, kind, option};
use crate::peer::{ROLES, VERSIONS, Version, link};

const PING_3000: &str = "04 07 04 50494E47 001E";
const PONG: &str = "04 05 04 504F4E47";

// behaviours: 258, 262
#[test]
fn f12_a_mute_peer_is_sent_pings_and_given_up() {
    let dog = begin(60);
    for version in [Version::V3_0, Version::V3_1] {
        for timeout in [None, Some(200)] {
            dog.step(format!("{version:?} timeout {timeout:?}"));
            let context = Context::new();
            let socket = context.socket(kind::PULL);
            socket.set(option::HEARTBEAT_IVL, 100);
            socket.set(option::HEARTBEAT_TTL, 3_000);
            if let Some(timeout) = timeout {
                socket.set(option::HEARTBEAT_TIMEOUT, timeout);
            }
            let monitor = socket.monitor(&context);
            let mut raw = crate::common::Raw::connect(&socket.bind_tcp());
            version.meet(&mut raw, "PUSH", 8, b"");
            let heard = raw.until_closed();
            let ping = hex(PING_3000);
            assert!(!heard.is_empty() && heard.chunks(ping.len()).all(|part| part == ping));
            let succeeded = Event { event: event::SUCCEEDED, value: 0 };
            assert_eq!(monitor.until_disconnected(), [succeeded]);
        }
    }
}

#[test]
fn a_mute_listener_is_given_up_and_connected_to_again() {
    let dog = begin(60);
    let context = Context::new();
    let (listener, endpoint) = RawListener::tcp();
    let socket = context.socket(kind::PUSH);
    socket.set(option::HEARTBEAT_IVL, 50);
    socket.set(option::RECONNECT_IVL, 1);
    let monitor = socket.monitor(&context);
    socket.connect(&endpoint);
    for round in 0..3 {
        dog.step(format!("connection {round}"));
        let mut raw = listener.accept();
        Version::V3_1.meet(&mut raw, "PULL", 7, b"");
        raw.until_closed();
        let succeeded = Event { event: event::SUCCEEDED, value: 0 };
        assert_eq!(monitor.until_disconnected(), [succeeded]);
        monitor.wait_for(event::CONNECT_RETRIED);
    }
}

// behaviours: 263
#[test]
fn a_peer_that_answers_or_says_anything_is_kept() {
    let dog = begin(60);
    for answer in [PONG, "04 00", "00 01 61"] {
        dog.step(answer);
        let context = Context::new();
        let (socket, mut raw) = link(&context, kind::PULL, ROLES[0], |socket| {
            socket.set(option::HEARTBEAT_IVL, 50);
            socket.set(option::HEARTBEAT_TIMEOUT, crate::common::PATIENCE_MS);
        });
        Version::V3_1.meet(&mut raw, "PUSH", 8, b"");
        for _ in 0..6 {
            raw.expect(&hex("04 07 04 50494E47 0000"));
            raw.send(&hex(answer));
        }
        raw.send(&hex("00 02 6869"));
        while socket.recv() != b"hi" {}
    }
}

#[test]
fn old_peers_get_no_pings_and_are_not_given_up() {
    let dog = begin(60);
    for version in VERSIONS.into_iter().filter(|version| !version.is_3()) {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let socket = context.socket(kind::DEALER);
        socket.set(option::HEARTBEAT_IVL, 50);
        let endpoint = socket.bind_tcp();
        let mut old = crate::common::Raw::connect(&endpoint);
        version.meet(&mut old, "DEALER", 5, b"");
        // A newer peer that comes and goes in the meantime tells the time.
        let mut mute = crate::common::Raw::connect(&endpoint);
        Version::V3_1.meet(&mut mute, "DEALER", 5, b"");
        mute.until_closed();
        old.send(&version.message(&[b"hi"]));
        assert_eq!(socket.recv(), b"hi");
        socket.send(b"ho");
        old.expect(&version.message(&[b"ho"]));
    }
}

// behaviours: 259, 262
#[test]
fn f13_to_f15_pings_are_answered_with_their_context() {
    let dog = begin(60);
    for version in [Version::V3_0, Version::V3_1] {
        for role in ROLES {
            dog.step(format!("{version:?} {role:?}"));
            let context = Context::new();
            let (_socket, mut raw) = link(&context, kind::REQ, role, |_| ());
            version.meet(&mut raw, "REP", 4, b"");
            raw.send(&hex("04 0A 04 50494E47 0000 4C4F4C"));
            raw.expect(&hex("04 08 04 504F4E47 4C4F4C"));
            raw.send(&hex("04 41 04 50494E47 0000 AB*58"));
            raw.expect(&hex("04 15 04 504F4E47 AB*16"));
            raw.send(&hex("04 07 04 50494E47 0000"));
            raw.expect(&hex(PONG));
        }
    }
}

#[test]
fn a_ping_between_the_frames_of_a_message_is_answered_at_once() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, mut raw) = link(&context, kind::PULL, ROLES[0], |_| ());
    Version::V3_1.meet(&mut raw, "PUSH", 8, b"");
    raw.send(&hex("01 01 61"));
    raw.ping();
    raw.send(&hex("01 01 62"));
    raw.ping();
    raw.send(&hex("00 01 63"));
    assert_eq!(socket.recv_all(), [b"a", b"b", b"c"]);
}

// behaviours: 198
#[test]
fn no_type_hands_heartbeats_to_its_application() {
    let dog = begin(60);
    let table = [
        (kind::PAIR, "PAIR", 0, "00 02 6869"),
        (kind::SUB, "PUB", 1, "00 02 6869"),
        (kind::XSUB, "PUB", 1, "00 02 6869"),
        (kind::XPUB, "SUB", 2, "00 02 6869"),
        (kind::REP, "REQ", 3, "01 00 00 02 6869"),
        (kind::DEALER, "DEALER", 5, "00 02 6869"),
        (kind::ROUTER, "DEALER", 5, "00 02 6869"),
        (kind::PULL, "PUSH", 8, "00 02 6869"),
    ];
    for (number, peer, peer_number, message) in table {
        dog.step(format!("type {number}"));
        let context = Context::new();
        let (socket, mut raw) = link(&context, number, ROLES[0], |socket| match number {
            kind::SUB => socket.subscribe(b""),
            _ => {
                socket.set(option::HEARTBEAT_IVL, 50);
                // Pings, but no end of a peer that is slow.
                socket.set(option::HEARTBEAT_TIMEOUT, crate::common::PATIENCE_MS);
            }
        });
        Version::V3_1.meet(&mut raw, peer, peer_number, b"");
        if number == kind::XSUB {
            socket.send(b"\x01");
        }
        raw.send(&hex(&format!("04 07 04 50494E47 0000 {PONG} {message}")));
        let frames = socket.recv_all();
        assert_eq!(frames.last().map(Vec::as_slice), Some(&b"hi"[..]));
        raw.ping();
        assert!(socket.try_recv_now().is_err());
    }
}
