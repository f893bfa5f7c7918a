//! Publishers whose only subscriber wants everything, who are asked nothing while they
//! stream: what subscribers say, and whoever comes, counts all the same.

mod common;

use common::{Context, ETERM, Socket, begin, kind, long_form, option};
use zmq::msg::Msg;

fn times(short: usize) -> usize {
    if long_form() { short * 10 } else { short }
}

/// A publisher that waits, and a peer that has heard it. XSUB, which filters nothing.
fn pair(context: &Context, from: i32, transport: &str) -> (Socket, Socket, String) {
    let publisher = context.socket(from);
    publisher.set(option::XPUB_NODROP, 1);
    publisher.set(option::LINGER, 0);
    let endpoint = publisher.bind_over(transport);
    let peer = context.connected(kind::XSUB, &endpoint);
    peer.send(b"\x01");
    meet(&publisher, &peer);
    (publisher, peer, endpoint)
}

/// Returns when what is published arrives, and nothing is under way.
fn meet(publisher: &Socket, peer: &Socket) {
    peer.set(option::RCVTIMEO, 20);
    loop {
        publisher.send(b"hello");
        if peer.try_recv().is_ok() {
            break;
        }
    }
    peer.set(option::RCVTIMEO, common::PATIENCE_MS);
    publisher.send(b"now");
    while peer.recv() != b"now" {}
}

/// Publishes and receives; with several sizes, by buffers and messages.
fn stream(publisher: &Socket, peers: &[&Socket], count: usize) {
    for turn in 0..count / 100 {
        for number in 0..100 {
            let body = vec![number as u8; [1, 60, 700][turn % 3]];
            publisher.send(&body);
        }
        for peer in peers {
            for number in 0..100 {
                assert_eq!(peer.recv()[0], number);
            }
        }
    }
}

#[test]
fn what_the_only_subscriber_says_counts_for_what_is_sent_next() {
    let dog = begin(120);
    for from in [kind::PUB, kind::XPUB] {
        for transport in ["tcp", "ipc", "inproc"] {
            dog.step(format!("{from} over {transport}"));
            let context = Context::new();
            let (publisher, peer, _) = pair(&context, from, transport);
            for _ in 0..times(3) {
                stream(&publisher, &[&peer], 900);
                peer.send(b"\0");
                peer.send(b"\x01b");
                // Until it is known, which for another socket's thread is at once. They are
                // numbered: what comes late is not taken for what was sent last.
                peer.set(option::RCVTIMEO, 20);
                for number in 0.. {
                    let [a, b] = ["a", "b"].map(|topic| format!("{topic}{number}").into_bytes());
                    publisher.send(&a);
                    publisher.send(&b);
                    let mut came = Vec::new();
                    while came.last() != Some(&b) {
                        let Ok(body) = peer.try_recv() else { break };
                        came.push(body);
                    }
                    if came.last() == Some(&b) && !came.contains(&a) {
                        break;
                    }
                    assert_ne!(transport, "inproc");
                }
                peer.set(option::RCVTIMEO, common::PATIENCE_MS);
                publisher.send(b"begin");
                while peer.recv() != b"begin" {}
                for _ in 0..300 {
                    publisher.send(b"a");
                    publisher.send(b"b");
                    assert_eq!(peer.recv(), b"b");
                }
                peer.send(b"\x01");
                meet(&publisher, &peer);
                peer.send(b"\0b");
            }
        }
    }
}

#[test]
fn whoever_comes_gets_the_next_message_and_leaves_it_to_others() {
    let dog = begin(120);
    for transport in ["tcp", "inproc"] {
        dog.step(transport);
        let context = Context::new();
        let (publisher, first, endpoint) = pair(&context, kind::PUB, transport);
        for round in 0..times(20) {
            stream(&publisher, &[&first], 200 + round % 3 * 100);
            // It comes in the middle of a message.
            let parts = round % 3;
            for _ in 0..parts {
                assert_eq!(publisher.try_send_part(b"begun", true, false), Ok(()));
            }
            let second = context.connected(kind::SUB, &endpoint);
            second.subscribe(b"");
            publisher.send(b"end");
            let mut wanted = vec![&b"begun"[..]; parts];
            wanted.push(b"end");
            assert_eq!(first.recv_all(), wanted);
            if transport == "inproc" && parts == 0 {
                assert_eq!(second.recv(), b"end");
            }
            meet(&publisher, &second);
            while first.recv() != b"now" {}
            stream(&publisher, &[&first, &second], 200);
        }
    }
}

#[test]
fn after_the_end_of_the_context_nothing_is_published() {
    let dog = begin(30);
    for transport in ["tcp", "inproc"] {
        dog.step(transport);
        let context = Context::new();
        let (publisher, peer, _) = pair(&context, kind::PUB, transport);
        peer.send(b"\x01topic");
        peer.send(b"\0");
        for _ in 0..1000 {
            assert_eq!(publisher.try_send_part(b"x", false, true).err(), None);
        }
        context.shutdown();
        for _ in 0..3 {
            assert_eq!(publisher.try_send_part(b"topic", false, false), Err(ETERM));
            assert_eq!(publisher.try_send_part(b"topic", true, true), Err(ETERM));
            let mut msg = Msg::copy_of(b"topic").expect("memory");
            assert_eq!(publisher.try_send_msg(&mut msg, false, false), Err(ETERM));
        }
        assert_eq!(peer.try_recv(), Err(ETERM));
    }
}

/// No room is no reason to wait, nor to lose anything later on.
#[test]
fn a_publisher_at_the_mark_drops_what_is_new_and_goes_on() {
    let dog = begin(60);
    for transport in ["tcp", "inproc"] {
        dog.step(transport);
        let context = Context::new();
        let (publisher, peer) = (context.socket(kind::PUB), context.socket(kind::SUB));
        publisher.set(option::SNDHWM, 10);
        publisher.set(option::LINGER, 0);
        peer.set(option::RCVHWM, 10);
        peer.subscribe(b"");
        peer.connect(&publisher.bind_over(transport));
        meet(&publisher, &peer);
        for _ in 0..times(10) {
            let count = 20_000_u32;
            for number in 0..count {
                publisher.send(&[&number.to_le_bytes()[..], &[0; 1000]].concat());
            }
            let mut last = None;
            let mut came = 0;
            peer.set(option::RCVTIMEO, 20);
            // A last word, as soon as there is room for it.
            loop {
                publisher.send(b"end");
                let Ok(body) = peer.try_recv() else { continue };
                if body == b"end" {
                    break;
                }
                let number = u32::from_le_bytes(body[..4].try_into().expect("a number"));
                assert!(last < Some(number));
                last = Some(number);
                came += 1;
            }
            // What is not acknowledged yet counts.
            let most = if transport == "tcp" { count - 1 } else { 20 };
            assert!((10..=most).contains(&came), "{came}");
            // Room for what comes next, once the other last words are gone.
            while peer.try_recv().is_ok() {}
            meet(&publisher, &peer);
        }
    }
}
