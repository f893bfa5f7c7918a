//! Patterns alone: routing over inproc pipes, all sockets on one thread, so
//! that neither a wake-up nor a system call is in the figure.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use testing::{Node, connect};
use zmq::msg::Msg;
use zmq::options::types;
// What `testing` finds in the crate and the module around it.
use zmq::pattern::{Pattern, create};
use zmq::{command, errno, msg, options, pipe, sync};

#[path = "../src/pattern/testing.rs"]
#[expect(dead_code, reason = "the patterns' tests use more of it")]
mod testing;

/// Messages of one turn; below the default high-water mark.
const TURN: u64 = 500;

fn send(from: &mut Node, body: &[u8]) {
    let mut msg = Msg::copy_of(body).expect("memory");
    from.pattern.send(&mut from.pipes, &mut msg, true).expect("room");
}

/// Receives until there is nothing.
fn drain(node: &mut Node, msg: &mut Msg) -> u64 {
    node.pump();
    let mut count = 0;
    while node.pattern.recv(&mut node.pipes, msg).is_ok() {
        count += 1;
    }
    count
}

/// One sender, some receivers of another type.
fn one_to(sender: i32, receiver: i32, receivers: usize) -> (Node, Vec<Node>) {
    let mut from = Node::new(sender);
    let mut to: Vec<Node> = (0..receivers).map(|_| Node::new(receiver)).collect();
    for node in &mut to {
        connect(&mut from, node);
        if receiver == types::SUB {
            node.subscribe("topic");
        }
    }
    // Subscriptions are read by a receive that has nothing to give.
    from.pump();
    let _ = from.pattern.recv(&mut from.pipes, &mut Msg::new());
    (from, to)
}

fn one_way(c: &mut Criterion) {
    let mut group = c.benchmark_group("pattern, one way");
    let cases = [
        ("PUSH to 1 PULL", types::PUSH, types::PULL, 1),
        ("PUSH to 8 PULLs", types::PUSH, types::PULL, 8),
        ("PAIR", types::PAIR, types::PAIR, 1),
        ("DEALER to 1 DEALER", types::DEALER, types::DEALER, 1),
        ("PUB to 1 SUB", types::PUB, types::SUB, 1),
        ("PUB to 8 SUBs", types::PUB, types::SUB, 8),
    ];
    for (name, sender, receiver, receivers) in cases {
        let (mut from, mut to) = one_to(sender, receiver, receivers);
        let mut msg = Msg::new();
        let copies = if sender == types::PUB { receivers as u64 } else { 1 };
        group.throughput(Throughput::Elements(TURN * copies));
        group.bench_function(name, |b| {
            b.iter(|| {
                (0..TURN).for_each(|_| send(&mut from, b"topic and body"));
                let received: u64 = to.iter_mut().map(|node| drain(node, &mut msg)).sum();
                from.pump();
                assert_eq!(received, TURN * copies);
            });
        });
    }
    group.finish();
}

fn request_and_reply(c: &mut Criterion) {
    let (mut req, mut rep) = (Node::new(types::REQ), Node::new(types::REP));
    connect(&mut req, &mut rep);
    let mut msg = Msg::new();
    c.bench_function("pattern, REQ to REP and back", |b| {
        b.iter(|| {
            send(&mut req, b"request");
            assert_eq!(drain(&mut rep, &mut msg), 1);
            send(&mut rep, b"reply");
            assert_eq!(drain(&mut req, &mut msg), 1);
            black_box(&msg);
        });
    });
}

criterion_group!(benches, one_way, request_and_reply);
criterion_main!(benches);
