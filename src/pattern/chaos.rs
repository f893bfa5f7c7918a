//! Peers that come, go, fill up and subscribe in random order: messages must
//! stay whole, in order and where they belong.

use super::testing::{Node, connect};
use crate::options::types::{DEALER, PUB, PULL, PUSH, SUB};

/// xorshift64: the same course on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

/// One message of one to three frames, each "number/place".
fn send(node: &mut Node, number: usize, frames: usize, head: &str) -> bool {
    let frames: Vec<String> =
        (0..frames).map(|i| format!("{head}{number}/{}", frames - i)).collect();
    node.send(&frames.iter().map(String::as_str).collect::<Vec<_>>()).is_ok()
}

/// Receives one message, checks that it is whole, and returns its number.
fn check(node: &mut Node, head: usize) -> Option<usize> {
    let frames = node.recv();
    let parsed: Vec<(usize, usize)> = frames
        .iter()
        .filter_map(|frame| frame[head..].split_once('/'))
        .filter_map(|(number, left)| Some((number.parse().ok()?, left.parse().ok()?)))
        .collect();
    assert_eq!(parsed.len(), frames.len());
    for (i, (number, left)) in parsed.iter().enumerate() {
        assert_eq!((*number, *left), (parsed[0].0, parsed.len() - i), "{frames:?}");
    }
    parsed.first().map(|(number, _)| *number)
}

/// Receives everything, in order; how many.
fn check_all(node: &mut Node, head: usize, last: &mut Option<usize>) -> usize {
    let mut count = 0;
    while let Some(number) = check(node, head) {
        assert!(last.is_none_or(|last| last < number));
        *last = Some(number);
        count += 1;
    }
    count
}

#[test]
fn balanced_messages_arrive_once_whole_and_in_order() {
    for (from, to) in [(PUSH, PULL), (DEALER, DEALER)] {
        let mut random = Random(0x5151_7777_1234_9999);
        let mut sender = Node::with(from, |o| o.sndhwm = 2);
        let mut peers: Vec<(Node, Option<usize>)> = Vec::new();
        let (mut sent, mut received, mut refused) = (0, 0, 0);
        for number in 0..20_000 {
            match random.below(40) {
                0 if peers.len() < 8 => {
                    let mut peer = Node::with(to, |o| o.rcvhwm = 1);
                    connect(&mut peer, &mut sender);
                    peers.push((peer, None));
                }
                1 if peers.len() > 1 => {
                    let (mut peer, mut last) = peers.swap_remove(random.below(peers.len()));
                    received += check_all(&mut peer, 0, &mut last);
                    peer.close();
                }
                2..10 if !peers.is_empty() => {
                    let chosen = random.below(peers.len());
                    let (peer, last) = &mut peers[chosen];
                    received += check_all(peer, 0, last);
                }
                10..14 => {
                    for (peer, last) in &mut peers {
                        received += check_all(peer, 0, last);
                    }
                }
                _ => {
                    let done = send(&mut sender, number, 1 + random.below(3), "");
                    sent += usize::from(done);
                    refused += usize::from(!done);
                }
            }
        }
        for (peer, last) in &mut peers {
            received += check_all(peer, 0, last);
        }
        assert_eq!(sent, received);
        assert!(refused > 100 && sent > 1000, "{sent} sent, {refused} refused");
    }
}

#[test]
fn fair_queued_messages_arrive_once_whole_and_in_order() {
    let mut random = Random(0xabcd_ef01_2345_6789);
    let mut receiver = Node::new(PULL);
    let mut senders: Vec<Node> = Vec::new();
    let (mut sent, mut received) = (0, 0);
    for number in 0..20_000 {
        match random.below(30) {
            0 if senders.len() < 8 => {
                senders.push(Node::new(PUSH));
                connect(&mut receiver, senders.last_mut().unwrap_or_else(|| unreachable!()));
            }
            1 if senders.len() > 1 => {
                drop(senders.swap_remove(random.below(senders.len())).close())
            }
            2..15 => received += usize::from(check(&mut receiver, 0).is_some()),
            15 => assert_eq!(receiver.has_in(), sent > received),
            _ if !senders.is_empty() => {
                let sender = random.below(senders.len());
                sent += usize::from(send(&mut senders[sender], number, 1 + random.below(3), ""));
            }
            _ => {}
        }
    }
    while check(&mut receiver, 0).is_some() {
        received += 1;
    }
    assert_eq!(sent, received);
    assert!(sent > 1000);
}

#[test]
fn published_messages_reach_subscribers_whole_in_order_and_only_if_wanted() {
    let mut random = Random(0x0f0f_1234_4321_f0f0);
    let mut publisher = Node::with(PUB, |o| o.sndhwm = 2);
    let mut subs: Vec<(Node, usize, Option<usize>)> = Vec::new();
    let mut received = 0;
    for number in 0..20_000 {
        match random.below(40) {
            0 if subs.len() < 8 => {
                let mut sub = Node::with(SUB, |o| o.rcvhwm = 1);
                let topic = random.below(3);
                sub.subscribe(["a", "b", ""][topic]);
                connect(&mut sub, &mut publisher);
                subs.push((sub, topic, None));
            }
            1 if subs.len() > 1 => drop(subs.swap_remove(random.below(subs.len())).0.close()),
            2..12 if !subs.is_empty() => {
                let chosen = random.below(subs.len());
                let (sub, topic, last) = &mut subs[chosen];
                // Another may be full: what was sent last must have come here.
                received += check_all(sub, 1, last);
                let head = if *topic == 1 { "b" } else { "a" };
                assert!(send(&mut publisher, number, 2, head));
                assert_eq!(check(sub, 1), Some(number));
                *last = Some(number);
            }
            _ => {
                let head = ["a", "b", "c"][random.below(3)];
                assert!(send(&mut publisher, number, 1 + random.below(3), head));
            }
        }
        assert!(publisher.has_out());
    }
    assert!(received > 1000);
    subs.drain(..).for_each(|(sub, _, _)| drop(sub.close()));
    publisher.pump();
    assert_eq!((publisher.pattern.topics_count(), publisher.pipes.len()), (Some(0), 0));
}
