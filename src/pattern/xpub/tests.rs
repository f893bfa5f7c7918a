//! XPUB against real SUB and XSUB patterns.

use super::super::testing::{Node, connect};
use crate::errno::Errno;
use crate::msg::Msg;
use crate::options::Options;
use crate::options::types::{SUB, XPUB, XSUB};
use crate::pipe::PipeId;

fn xpub_and_subs<const N: usize>(set: impl FnOnce(&mut Options)) -> (Node, [Node; N]) {
    let mut xpub = Node::with(XPUB, set);
    let mut subs = std::array::from_fn(|_| Node::new(SUB));
    subs.iter_mut().for_each(|sub| connect(sub, &mut xpub));
    (xpub, subs)
}

/// Everything that can be received, a message a string.
fn all(node: &mut Node) -> Vec<String> {
    node.pump();
    let mut got = Vec::new();
    while let Ok((frame, more)) = node.recv_frame() {
        assert!(!more, "notices are single frames");
        got.push(frame);
    }
    got
}

#[test]
fn only_the_first_subscribe_and_the_last_unsubscribe_are_told() {
    let (mut xpub, [mut a, mut b]) = xpub_and_subs(|_| {});
    a.subscribe("A");
    a.subscribe("A");
    b.subscribe("A");
    b.subscribe("B");
    assert_eq!(all(&mut xpub), ["\x01A", "\x01B"]);
    b.unsubscribe("A");
    assert_eq!(all(&mut xpub), [""; 0]);
    a.unsubscribe("A");
    a.unsubscribe("A");
    assert_eq!(all(&mut xpub), ["\0A"]);
}

#[test]
fn verbose_tells_every_subscribe_and_verboser_every_unsubscribe_too() {
    for verboser in [false, true] {
        let (mut xpub, [mut a, mut b]) = xpub_and_subs(|o| {
            o.xpub_verbose = true;
            o.xpub_verboser = verboser;
        });
        a.subscribe("A");
        b.subscribe("A");
        b.subscribe("A");
        assert_eq!(all(&mut xpub), ["\x01A", "\x01A", "\x01A"]);
        a.unsubscribe("A");
        assert_eq!(all(&mut xpub).len(), usize::from(verboser));
        b.unsubscribe("A");
        b.unsubscribe("A");
        assert_eq!(all(&mut xpub), ["\0A"]);
    }
}

#[test]
fn a_leaving_peer_yields_a_notice_per_topic_that_is_no_longer_held() {
    for verboser in [false, true] {
        let (mut xpub, [mut a, mut b]) = xpub_and_subs(|o| o.xpub_verboser = verboser);
        a.subscribe("A");
        b.subscribe("C");
        b.subscribe("A");
        b.subscribe("B");
        all(&mut xpub);
        b.close();
        let told = all(&mut xpub);
        assert_eq!(told, if verboser { vec!["\0A", "\0B", "\0C"] } else { vec!["\0B", "\0C"] });
        assert_eq!(xpub.pattern.topics_count(), Some(1));
    }
}

#[test]
fn unsubscribing_what_nobody_holds_is_told_and_changes_nothing() {
    let mut xpub = Node::new(XPUB);
    let mut xsub = Node::with(XSUB, |o| o.xsub_verbose_unsubscribe = true);
    connect(&mut xsub, &mut xpub);
    assert_eq!(xsub.send(&["\0A"]), Ok(()));
    assert_eq!(all(&mut xpub), ["\0A"]);
}

// behaviours: 186, 188
#[test]
fn manual_mode_subscribes_what_the_application_says_for_whom_it_read_last() {
    let (mut xpub, [mut a, mut b]) = xpub_and_subs(|o| o.xpub_manual = true);
    xpub.subscribe("early options change nothing");
    a.subscribe("A");
    b.subscribe("B");
    xpub.pump();
    assert_eq!(xpub.recv(), ["\x01A"]);
    xpub.subscribe("XA");
    assert_eq!(xpub.recv(), ["\x01B"]);
    xpub.subscribe("XB");
    assert_eq!(xpub.pattern.topics_count(), Some(2));
    a.subscribe("");
    b.subscribe("");
    for text in ["A", "B", "XA", "XB"] {
        assert_eq!(xpub.send(&[text]), Ok(()));
    }
    assert_eq!(all(&mut a), ["XA"]);
    assert_eq!(all(&mut b), ["XB"]);
    xpub.unsubscribe("XA");
    assert_eq!(xpub.pattern.topics_count(), Some(2), "B was read last");
}

// behaviours: 187
#[test]
fn manual_mode_reports_on_disconnect_what_the_peer_had_asked_for() {
    let (mut xpub, [mut a, mut b]) = xpub_and_subs(|o| o.xpub_manual = true);
    a.subscribe("A");
    a.subscribe("B");
    b.subscribe("A");
    xpub.pump();
    for want in ["\x01A", "\x01B", "\x01A"] {
        assert_eq!(xpub.recv(), [want]);
        xpub.subscribe("X");
    }
    a.close();
    assert_eq!(all(&mut xpub), ["\0A", "\0B"]);
    assert_eq!(xpub.pattern.topics_count(), Some(1));
    xpub.unsubscribe("X");
    assert_eq!(xpub.pattern.topics_count(), Some(1), "the pipe is gone, nothing is current");
    b.close();
    assert_eq!(all(&mut xpub), ["\0A"]);
    assert_eq!(xpub.pattern.topics_count(), Some(0));
}

// behaviours: 189
#[test]
fn a_notice_of_a_peer_that_left_makes_nothing_current() {
    let (mut xpub, [mut a]) = xpub_and_subs(|o| o.xpub_manual = true);
    a.subscribe("A");
    xpub.pump();
    a.close();
    xpub.pump();
    assert_eq!(xpub.recv(), ["\x01A"]);
    xpub.subscribe("A");
    assert_eq!(xpub.pattern.topics_count(), Some(0));
    assert_eq!(xpub.recv(), ["\0A"]);
}

#[test]
fn subscribe_options_need_manual_mode() {
    let mut xpub = Node::new(XPUB);
    let refused = xpub.pattern.subscription(&mut xpub.pipes, true, b"A");
    assert_eq!(refused, Err(Errno::EINVAL));
}

// behaviours: 190
#[test]
fn last_value_goes_to_the_peer_read_last_and_then_to_all() {
    let (mut xpub, [mut a, mut b]) = xpub_and_subs(|o| {
        o.xpub_manual = true;
        o.xpub_manual_last_value = true;
    });
    a.subscribe("A");
    xpub.pump();
    assert_eq!(xpub.recv(), ["\x01A"]);
    xpub.subscribe("A");
    b.subscribe("A");
    xpub.pump();
    assert_eq!(xpub.recv(), ["\x01A"]);
    xpub.subscribe("A");
    assert_eq!(xpub.send(&["A last value"]), Ok(()));
    assert_eq!(xpub.send(&["A next"]), Ok(()));
    assert_eq!(all(&mut a), ["A next"]);
    assert_eq!(all(&mut b), ["A last value", "A next"]);
}

#[test]
fn welcome_reaches_each_subscriber_that_lets_it_through() {
    let mut xpub = Node::with(XPUB, |o| o.xpub_welcome_msg = b"W".to_vec());
    let (mut a, mut b) = (Node::new(SUB), Node::new(SUB));
    a.subscribe("W");
    b.subscribe("B");
    connect(&mut a, &mut xpub);
    connect(&mut b, &mut xpub);
    assert_eq!(all(&mut xpub), ["\x01W", "\x01B"]);
    assert_eq!(all(&mut a), ["W"]);
    assert_eq!(all(&mut b), [""; 0]);
}

#[test]
fn nodrop_gives_eagain_when_a_matching_peer_is_full_and_loses_nothing() {
    let mut xpub = Node::with(XPUB, |o| {
        o.xpub_nodrop = true;
        o.sndhwm = 3;
    });
    let mut subs = ["A", "B"].map(|topic| {
        let mut sub = Node::with(SUB, |o| o.rcvhwm = 2);
        sub.subscribe(topic);
        connect(&mut sub, &mut xpub);
        sub
    });
    let mut sent = 0;
    while xpub.send(&[&format!("A{sent}")]).is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 5);
    assert_eq!(xpub.send(&["B"]), Ok(()), "the other has room");
    let got = all(&mut subs[0]);
    assert_eq!(got, ["A0", "A1", "A2", "A3", "A4"]);
    assert_eq!(xpub.send(&["A again"]), Ok(()));
    assert_eq!(all(&mut subs[0]), ["A again"]);
    assert_eq!(all(&mut subs[1]), ["B"]);
}

#[test]
fn without_nodrop_a_full_peer_misses_whole_messages_and_others_do_not() {
    let mut xpub = Node::with(XPUB, |o| o.sndhwm = 1);
    let mut subs = [1, 50].map(|hwm| {
        let mut sub = Node::with(SUB, |o| o.rcvhwm = hwm);
        sub.subscribe("");
        connect(&mut sub, &mut xpub);
        sub
    });
    for i in 0..10 {
        assert_eq!(xpub.send(&[&i.to_string(), "end"]), Ok(()));
    }
    let mut count = |i: usize| {
        let mut got = 0;
        while subs[i].recv().len() == 2 {
            got += 1;
        }
        got
    };
    assert_eq!((count(0), count(1)), (2, 10));
    assert_eq!(xpub.send(&["more", "end"]), Ok(()));
    assert_eq!((count(0), count(1)), (1, 1));
}

#[test]
fn user_messages_and_empty_frames_pass_unchanged() {
    let (mut xpub, mut xsub) = (Node::new(XPUB), Node::new(XSUB));
    connect(&mut xsub, &mut xpub);
    assert_eq!(xsub.send(&[""]), Ok(()));
    assert_eq!(xsub.send(&["\x02x", ""]), Ok(()));
    xpub.pump();
    assert_eq!(xpub.recv(), [""]);
    assert_eq!(xpub.recv(), ["\x02x", ""]);
}

#[test]
fn nobody_need_be_asked_while_one_peer_wants_everything() {
    let (mut xpub, [mut sub]) = xpub_and_subs(|_| {});
    let asked = |xpub: &mut Node| {
        xpub.pump();
        xpub.pattern.way_out() == PipeId::NONE
    };
    sub.subscribe("A");
    assert!(asked(&mut xpub), "it wants less");
    sub.subscribe("");
    assert!(!asked(&mut xpub));
    for asks in [true, false] {
        xpub.set(|o| o.invert_matching = asks);
        assert_eq!(asked(&mut xpub), asks);
    }
    for asks in [true, false] {
        xpub.set(|o| o.xpub_manual_last_value = asks);
        assert_eq!(asked(&mut xpub), asks);
    }
    let mut other = Node::new(SUB);
    connect(&mut other, &mut xpub);
    assert!(asked(&mut xpub), "it may want something");
    other.close();
    assert!(!asked(&mut xpub));
    sub.unsubscribe("");
    assert!(asked(&mut xpub));
}

#[test]
fn a_message_begun_past_the_pattern_ends_where_it_began() {
    let (mut xpub, [mut sub]) = xpub_and_subs(|_| {});
    sub.subscribe("");
    xpub.pump();
    let to = xpub.pattern.way_out();
    let mut msg = Msg::copy_of(b"begun").unwrap();
    msg.set_more(true);
    assert!(xpub.pipes.write(to, &mut msg));
    xpub.pattern.went_past(true);
    assert_eq!(xpub.pattern.way_out(), to, "for the rest");
    let mut other = Node::new(SUB);
    other.subscribe("");
    connect(&mut other, &mut xpub);
    xpub.pump();
    assert_eq!(xpub.send(&["end"]), Ok(()));
    assert_eq!(xpub.send(&["next"]), Ok(()));
    assert_eq!((sub.recv(), sub.recv()), (vec!["begun".into(), "end".into()], vec!["next".into()]));
    assert_eq!(other.recv(), ["next"]);
    assert!(!sub.has_in() && !other.has_in());
}

/// Messages of one topic in a row are matched once, and again after any change.
#[test]
fn every_change_counts_for_the_next_message_of_the_same_topic() {
    let (mut xpub, [mut a, mut b]) = xpub_and_subs(|_| {});
    a.subscribe("to");
    let publish = |xpub: &mut Node, peers: &mut [(&mut Node, bool)]| {
        xpub.pump();
        for body in ["topic 1", "topic 2"] {
            assert_eq!(xpub.send(&[body, "more"]), Ok(()));
            for (place, (peer, gets)) in peers.iter_mut().enumerate() {
                let wanted = if *gets { vec![body, "more"] } else { vec![] };
                assert_eq!(peer.recv(), wanted, "peer {place}");
            }
        }
    };
    publish(&mut xpub, &mut [(&mut a, true), (&mut b, false)]);
    b.subscribe("topic");
    publish(&mut xpub, &mut [(&mut a, true), (&mut b, true)]);
    a.unsubscribe("to");
    publish(&mut xpub, &mut [(&mut a, false), (&mut b, true)]);
    let mut c = Node::new(SUB);
    c.subscribe("");
    connect(&mut c, &mut xpub);
    publish(&mut xpub, &mut [(&mut a, false), (&mut b, true), (&mut c, true)]);
    b.close();
    publish(&mut xpub, &mut [(&mut a, false), (&mut c, true)]);
    let mut d = Node::with(XSUB, |_| {});
    connect(&mut d, &mut xpub);
    publish(&mut xpub, &mut [(&mut a, false), (&mut c, true), (&mut d, false)]);
    xpub.set(|o| o.invert_matching = true);
    publish(&mut xpub, &mut [(&mut c, false), (&mut d, true)]);
    xpub.set(|o| o.invert_matching = false);
    publish(&mut xpub, &mut [(&mut c, true), (&mut d, false)]);
}
