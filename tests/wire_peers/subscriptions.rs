//! Subscriptions in the form each version knows, both ways.

use crate::common::{Context, begin, hex, kind};
use crate::peer::{ROLES, VERSIONS, Version, link};

/// A subscription or its end as it must look on the wire.
fn subscription(version: Version, subscribe: bool, topic: &[u8]) -> Vec<u8> {
    if version != Version::V3_1 {
        return version.frame(false, &[&[u8::from(subscribe)], topic].concat());
    }
    let name: &[u8] = if subscribe { b"\x09SUBSCRIBE" } else { b"\x06CANCEL" };
    let mut frame = version.frame(false, &[name, topic].concat());
    frame[0] |= 4;
    frame
}

#[test]
fn the_forms_are_those_of_the_test_vectors() {
    let topic = |len: usize| vec![0x74; len];
    let subscribe = "09 535542534352494245";
    let table = [
        (Version::V3_1, true, b"A".to_vec(), format!("04 0B {subscribe} 41")),
        (Version::V3_1, false, b"A".to_vec(), "04 08 06 43414E43454C 41".into()),
        (Version::V3_1, true, vec![], format!("04 0A {subscribe}")),
        (Version::V3_1, true, topic(245), format!("04 FF {subscribe} 74*245")),
        (Version::V3_1, true, topic(246), format!("06 00*6 0100 {subscribe} 74*246")),
        (Version::V3_0, true, b"A".to_vec(), "00 02 01 41".into()),
        (Version::V3_0, false, b"A".to_vec(), "00 02 00 41".into()),
        (Version::V3_0, true, vec![], "00 01 01".into()),
        (Version::V3_0, true, topic(255), "02 00*6 0100 01 74*255".into()),
        (Version::V2, true, b"A".to_vec(), "00 02 01 41".into()),
        (Version::V1, true, b"A".to_vec(), "03 00 01 41".into()),
        (Version::V1, false, b"A".to_vec(), "03 00 00 41".into()),
    ];
    for (version, on, topic, bytes) in table {
        assert_eq!(subscription(version, on, &topic), hex(&bytes));
    }
}

// behaviours: 196
#[test]
fn f6_to_f11_subscribers_speak_the_form_of_the_publisher() {
    let dog = begin(120);
    for version in VERSIONS {
        for role in ROLES {
            let context = Context::new();
            let (sub, mut raw) = link(&context, kind::SUB, role, |socket| socket.subscribe(b"A"));
            version.meet(&mut raw, "PUB", 1, b"");
            raw.await_input(&sub);
            raw.expect(&subscription(version, true, b"A"));
            for len in [0, 1, 244, 245, 246, 247, 248, 249, 252, 253, 254, 255, 256, 70_000] {
                dog.step(format!("{version:?} {role:?} topic of {len}"));
                let topic = vec![0x74; len];
                sub.subscribe(&topic);
                raw.expect(&subscription(version, true, &topic));
                raw.send(&version.message(&[&[&topic[..], b"x"].concat(), b"body"]));
                assert_eq!(sub.recv_all(), [[&topic[..], b"x"].concat(), b"body".to_vec()]);
                sub.unsubscribe(&topic);
                raw.expect(&subscription(version, false, &topic));
            }
            // Not asked for any more: filtered on our side too.
            raw.send(&version.message(&[b"tx"]));
            raw.send(&version.message(&[b"Ax"]));
            assert_eq!(sub.recv(), b"Ax");
        }
    }
}

// behaviours: 196, 302
#[test]
fn publishers_understand_the_form_of_the_subscriber() {
    let dog = begin(120);
    for version in VERSIONS {
        for role in ROLES {
            let context = Context::new();
            let (xpub, mut raw) = link(&context, kind::XPUB, role, |_| ());
            version.meet(&mut raw, "SUB", 2, b"");
            if version == Version::V1 {
                // It cannot say what it wants, so it gets everything.
                assert_eq!(xpub.recv(), b"\x01");
                xpub.send(b"anything");
                raw.expect(&version.message(&[b"anything"]));
                continue;
            }
            for len in [0, 1, 245, 246, 254, 255, 256, 70_000] {
                dog.step(format!("{version:?} {role:?} topic of {len}"));
                let topic = vec![0x74; len];
                let mut notice = vec![1];
                notice.extend_from_slice(&topic);
                raw.send(&subscription(version, true, &topic));
                assert!(xpub.recv() == notice);
                let body = [&topic[..], b"!"].concat();
                if len > 0 {
                    xpub.send(b"something else");
                }
                xpub.send(&body);
                raw.expect(&version.message(&[&body]));
                raw.send(&subscription(version, false, &topic));
                notice[0] = 0;
                assert!(xpub.recv() == notice);
            }
        }
    }
}

// behaviours: 196
#[test]
fn either_form_is_understood_from_any_peer_that_knows_commands() {
    let _dog = begin(60);
    let context = Context::new();
    for (version, form) in [(Version::V3_0, Version::V3_1), (Version::V3_1, Version::V3_0)] {
        let (xpub, mut raw) = link(&context, kind::XPUB, ROLES[0], |_| ());
        version.meet(&mut raw, "SUB", 2, b"");
        raw.send(&subscription(form, true, b"A"));
        assert_eq!(xpub.recv(), b"\x01A");
        raw.send(&subscription(version, true, b"A"));
        raw.send(&subscription(version, false, b"A"));
        assert_eq!(xpub.recv(), b"\x00A");
    }
}

// behaviours: 128
#[test]
fn a_publisher_that_comes_back_hears_every_subscription_once_more() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let (listener, endpoint) = crate::common::RawListener::tcp();
        let sub = context.socket(kind::SUB);
        sub.set(crate::common::option::RECONNECT_IVL, 1);
        sub.connect(&endpoint);
        for topic in [b"A", b"B", b"B"] {
            sub.subscribe(topic);
        }
        for round in 0..3 {
            let mut raw = listener.accept();
            version.meet(&mut raw, "PUB", 1, b"");
            let one = subscription(version, true, b"A");
            let mut heard = Vec::new();
            raw.await_input(&sub);
            // Before the first connection duplicates may be told as they were made.
            for _ in 0..if round == 0 { 3 } else { 2 } {
                heard.push(raw.receive(one.len()));
            }
            heard.sort();
            heard.dedup();
            assert_eq!(heard, [one, subscription(version, true, b"B")]);
            raw.send(&version.message(&[b"B!"]));
            assert_eq!(sub.recv(), b"B!");
        }
    }
}

// behaviours: 197
#[test]
fn an_xsub_sees_messages_and_nothing_else() {
    let dog = begin(60);
    for version in [Version::V3_0, Version::V3_1] {
        for role in ROLES {
            dog.step(format!("{version:?} {role:?}"));
            let context = Context::new();
            let (xsub, mut raw) = link(&context, kind::XSUB, role, |_| ());
            version.meet(&mut raw, "PUB", 1, b"");
            xsub.send(b"\x01A");
            raw.await_input(&xsub);
            // As a message or, when it was there before the connection, as a command.
            raw.skip_frame();
            raw.send(&version.message(&[b"A1"]));
            raw.send(&hex("04 07 04 50494E47 0000 04 05 04 504F4E47 04 04 03 464F4F"));
            raw.send(&version.message(&[b"A2", b"more"]));
            assert_eq!(xsub.recv_all(), [b"A1"]);
            assert_eq!(xsub.recv_all(), [&b"A2"[..], b"more"]);
            raw.ping();
            xsub.assert_nothing();
        }
    }
}
