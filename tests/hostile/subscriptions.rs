//! Subscriptions as no honest subscriber sends them.

use std::thread;

use crate::common::{Context, Raw, begin, hex, kind, option, settled_kib};

fn command(name: &str, topic: &[u8]) -> Vec<u8> {
    let body = [&[name.len() as u8][..], name.as_bytes(), topic].concat();
    [&[6][..], &(body.len() as u64).to_be_bytes(), &body].concat()
}

// hostile: 45
// security: issue-2942
#[test]
fn cancelling_what_was_never_subscribed_is_ignored() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PUB);
    let mut raw = Raw::handshaken(&endpoint, "SUB");
    for topic in [&b""[..], b"A", b"AB", b"B"] {
        raw.send(&command("CANCEL", topic));
        raw.send(&[&[0, 1 + topic.len() as u8, 0], topic].concat());
    }
    raw.send(&command("SUBSCRIBE", b"AB"));
    raw.send(&command("CANCEL", b"A"));
    raw.send(&command("CANCEL", b"ABC"));
    raw.ping();
    socket.send(b"ABCD");
    raw.expect(&hex("00 04 41424344"));
    raw.send(&command("CANCEL", b"AB"));
    raw.send(&command("CANCEL", b"AB"));
    raw.send(&command("SUBSCRIBE", b"AC"));
    raw.ping();
    socket.send(b"ABCD");
    socket.send(b"ACCD");
    raw.expect(&hex("00 04 41434344"));
}

// hostile: 44
// security: CVE-2021-20236
#[test]
fn topics_of_a_mebibyte_come_and_go() {
    let _dog = begin(90);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::XPUB);
    let topic: Vec<u8> = (0..1 << 20).map(|at| (at % 251) as u8).collect();
    let mut other = topic.clone();
    other[1 << 19] ^= 1;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut raw = Raw::handshaken(&endpoint, "SUB");
            raw.send(&command("SUBSCRIBE", &topic));
            raw.send(&command("SUBSCRIBE", &other));
            raw.send(&command("CANCEL", &topic));
            let (flags, body) = raw.frame();
            assert!(flags == 2 && body == other);
            raw.send(&command("CANCEL", &other));
            raw.ping();
        });
        let notice = |first: u8, topic: &[u8]| [&[first][..], topic].concat();
        assert!(socket.recv() == notice(1, &topic));
        assert!(socket.recv() == notice(1, &other));
        assert!(socket.recv() == notice(0, &topic));
        socket.send(&topic);
        socket.send(&other);
        assert!(socket.recv() == notice(0, &other));
    });
}

// hostile: 44
// security: CVE-2021-20236
#[test]
fn ten_thousand_nested_prefixes_come_and_go() {
    let dog = begin(120);
    let context = Context::new();
    let socket = context.socket(kind::XPUB);
    socket.set(option::RCVHWM, 0);
    let endpoint = socket.bind_tcp();
    let count = 10_000;
    let topic = vec![b'a'; count];
    let before = settled_kib();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut raw = Raw::handshaken(&endpoint, "SUB");
            for name in ["SUBSCRIBE", "CANCEL"] {
                for len in 1..=count {
                    raw.send(&command(name, &topic[..len]));
                }
            }
            raw.send(&command("SUBSCRIBE", b"end"));
            raw.ping();
            raw.finish();
        });
        for first in [1, 0] {
            for len in 1..=count {
                if len % 1000 == 0 {
                    dog.step(format!("{first} of {len}"));
                }
                let notice = socket.recv();
                assert!(notice.len() == len + 1 && notice[0] == first);
            }
        }
        assert_eq!(socket.recv(), b"\x01end");
        assert_eq!(socket.recv(), b"\x00end");
    });
    let grown = settled_kib() - before;
    assert!(grown < 64 * 1024, "{grown} KiB after everything was cancelled");
}

// security: CVE-2021-20236
#[test]
fn a_subscriber_that_leaves_with_nested_prefixes_overflows_no_stack() {
    let dog = begin(120);
    let context = Context::new();
    let socket = context.socket(kind::PUB);
    // Subscriptions count for the mark like messages.
    socket.set(option::RCVHWM, 0);
    let endpoint = socket.bind_tcp();
    let mut raw = Raw::handshaken(&endpoint, "SUB");
    for len in 1..=3_000 {
        raw.send(&command("SUBSCRIBE", &vec![b'a'; len]));
        if len % 500 == 0 {
            dog.step(format!("subscription {len}"));
            socket.send(b"nobody wants this");
        }
    }
    raw.ping();
    socket.send(b"aa");
    raw.expect(&hex("00 02 6161"));
    raw.finish();
    let mut next = Raw::handshaken(&endpoint, "SUB");
    next.send(&command("SUBSCRIBE", b"aaa"));
    next.ping();
    socket.send(b"aa");
    socket.send(b"aaa");
    next.expect(&hex("00 03 616161"));
}

// hostile: 44
#[test]
fn the_same_topic_a_hundred_thousand_times_is_one_subscription() {
    let dog = begin(90);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PUB);
    let mut raw = Raw::handshaken(&endpoint, "SUB");
    raw.send(&command("SUBSCRIBE", b"A"));
    raw.ping();
    socket.send(b"first");
    let before = settled_kib();
    let block = command("SUBSCRIBE", b"A").repeat(500);
    for round in 0..200 {
        dog.step(format!("round {round}"));
        raw.send(&block);
        raw.ping();
        socket.send(b"not wanted");
    }
    let grown = settled_kib() - before;
    assert!(grown < 4096, "{grown} KiB");
    raw.send(&command("CANCEL", b"A"));
    raw.send(&command("SUBSCRIBE", b"B"));
    raw.ping();
    socket.send(b"A");
    socket.send(b"B");
    raw.expect(&hex("00 01 42"));
}
