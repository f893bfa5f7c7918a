//! Peers that take their time, and handshakes cut at every octet.

use std::thread;
use std::time::Duration;

use crate::common::{
    Context, Event, GREETING, GREETING_3_0, PATIENCE_MS, Raw, begin, event, hex, kind, option,
    ready,
};

const TIMED_OUT: [Event; 1] = [Event { event: event::NO_DETAIL, value: libc::ETIMEDOUT as u32 }];

// hostile: 1
#[test]
fn silent_peers_are_dropped_when_the_handshake_interval_is_over() {
    let dog = begin(60);
    for begun in ["", "FF", "FF 00*7 01 7F 03", GREETING] {
        dog.step(format!("silence after {begun:?}"));
        let context = Context::new();
        let socket = context.socket(kind::PULL);
        socket.set(option::HANDSHAKE_IVL, 100);
        let monitor = socket.monitor(&context);
        let mut raw = Raw::connect(&socket.bind_tcp());
        raw.send(&hex(begun));
        raw.until_closed();
        assert_eq!(monitor.until_disconnected(), TIMED_OUT);
    }
}

// hostile: 2
#[test]
fn an_octet_now_and_then_does_not_prolong_a_handshake() {
    let _dog = begin(60);
    let context = Context::new();
    let socket = context.socket(kind::PULL);
    socket.set(option::HANDSHAKE_IVL, 300);
    let monitor = socket.monitor(&context);
    let mut raw = Raw::connect(&socket.bind_tcp());
    // A command that would end after 1000 octets, ten seconds later.
    let bytes = [hex(GREETING), hex("06 00*6 03E8 05 5245414459 0B*1000")].concat();
    for octet in bytes {
        if raw.try_send(&[octet]).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(10)); // the peer's slowness, not ours
    }
    assert_eq!(monitor.until_disconnected(), TIMED_OUT);
}

#[test]
fn the_handshake_interval_ends_with_the_handshake_whatever_the_version() {
    let dog = begin(120);
    // Longer where this thread is too slow to be one of them in time.
    for interval in [500, 5_000, 50_000] {
        dog.step(format!("{interval} ms"));
        if handshakes_end_within(interval) {
            return;
        }
    }
    panic!("no handshake in time");
}

/// False: an interval ended before all peers had said what makes a handshake.
fn handshakes_end_within(interval: i32) -> bool {
    let context = Context::new();
    let socket = context.socket(kind::PULL);
    socket.set(option::HANDSHAKE_IVL, interval);
    let monitor = socket.monitor(&context);
    let endpoint = socket.bind_tcp();
    let beginnings = [
        hex("01 00"),
        hex("FF 00*8 7F 00 08 01 00"),
        hex("FF 00*8 7F 01 08 00 00"),
        [hex(GREETING_3_0), ready("PUSH")].concat(),
        [hex(GREETING), ready("PUSH")].concat(),
    ];
    let mut peers: Vec<Raw> = beginnings.iter().map(|_| Raw::connect(&endpoint)).collect();
    socket.set(option::RCVTIMEO, interval);
    for (number, (raw, bytes)) in peers.iter_mut().zip(&beginnings).enumerate() {
        raw.send(&[bytes, &hex(if number < 2 { "03 00 6869" } else { "00 02 6869" })[..]].concat());
        if socket.try_recv().is_err() {
            return false;
        }
    }
    socket.set(option::RCVTIMEO, PATIENCE_MS);
    // Later than the others, so their time is over when this one's is.
    Raw::connect(&endpoint).until_closed();
    assert_eq!(monitor.wait_for(event::NO_DETAIL).value, libc::ETIMEDOUT as u32);
    for (number, raw) in peers.iter_mut().enumerate() {
        raw.try_send(&hex(if number < 2 { "03 00 6869" } else { "00 02 6869" })).expect("open");
        assert_eq!(socket.recv(), b"hi");
    }
    true
}

// security: CVE-2020-36400
#[test]
fn handshakes_may_be_cut_at_every_octet() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    let handshakes = [
        hex("01 00 03 00 6869"),
        hex("FF 00*7 05 00 61626364 03 00 6869"),
        hex("FF 00*8 7F 00 08 01 00 03 00 6869"),
        hex("FF 00*8 7F 01 08 00 00 00 02 6869"),
        [hex(GREETING_3_0), ready("PUSH"), hex("00 02 6869")].concat(),
        [hex(GREETING), ready("PUSH"), hex("02 00*7 02 6869")].concat(),
    ];
    for bytes in handshakes {
        for cut in 1..bytes.len() {
            dog.step(format!("{bytes:02X?} cut at {cut}"));
            let mut raw = Raw::connect(&endpoint);
            raw.send(&bytes[..cut]);
            thread::yield_now();
            raw.send(&bytes[cut..]);
            assert_eq!(socket.recv(), b"hi");
        }
    }
}

#[test]
fn a_silent_listener_does_not_stop_the_socket_from_reaching_another() {
    let _dog = begin(60);
    let context = Context::new();
    let (pull, good) = context.bound(kind::PULL);
    let (silent, bad) = crate::common::RawListener::tcp();
    let push = context.connected(kind::PUSH, &bad);
    let _held = silent.accept();
    push.connect(&good);
    // Half of what is sent waits for the silent one.
    for _ in 0..20 {
        push.send(b"hi");
    }
    for _ in 0..10 {
        assert_eq!(pull.recv(), b"hi");
    }
}
