//! Patterns alone: routing over inproc pipes, all sockets on one thread, so
//! that neither a wake-up nor a system call is in the figure.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zmq::command::{SocketCommand, SocketMailbox, socket_mailbox};
use zmq::msg::{Msg, ROUTING_ID};
use zmq::options::{ContextOptions, Options, types};
use zmq::pattern::{Pattern, create};
use zmq::pipe::{EndSettings, Pipes, inproc_pair};
use zmq::sync::Arc;

/// Messages of one turn; below the default high-water mark.
const TURN: u64 = 500;

/// A socket reduced to its routing.
struct Node {
    options: Options,
    pipes: Pipes,
    pattern: Box<dyn Pattern>,
    mailbox: Arc<SocketMailbox>,
}

impl Node {
    fn new(socket_type: i32) -> Node {
        let options = Options::new(socket_type, &ContextOptions::default());
        let mut pipes = Pipes::new();
        let mut pattern = create(socket_type, &options).expect("a known type");
        pattern.option_changed(&mut pipes, &options, 0);
        Node { options, pipes, pattern, mailbox: socket_mailbox().expect("an eventfd") }
    }

    fn settings(&self) -> EndSettings {
        EndSettings {
            mailbox: Some(self.mailbox.clone()),
            sndhwm: self.options.sndhwm,
            rcvhwm: self.options.rcvhwm,
            ..EndSettings::default()
        }
    }

    /// Carries out what the other sockets have asked for.
    fn pump(&mut self) {
        let mut commands = Vec::new();
        self.mailbox.drain(&mut commands);
        for command in commands {
            match command {
                SocketCommand::ReadActivated(id) => {
                    self.pattern.read_activated(&mut self.pipes, id)
                }
                SocketCommand::WriteActivated(id) => {
                    self.pattern.write_activated(&mut self.pipes, id)
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, body: &[u8], more: bool) {
        let mut msg = Msg::copy_of(body).expect("memory");
        msg.set_more(more);
        self.pattern.send(&mut self.pipes, &mut msg, true).expect("room");
    }

    /// Receives until there is nothing.
    fn drain(&mut self, msg: &mut Msg) -> u64 {
        self.pump();
        let mut count = 0;
        while self.pattern.recv(&mut self.pipes, msg).is_ok() {
            count += 1;
        }
        count
    }
}

fn anonymous() -> Msg {
    let mut id = Msg::new();
    id.set_flags(ROUTING_ID);
    id
}

fn connect(from: &mut Node, to: &mut Node) {
    let (mut near, mut far) = inproc_pair(&from.settings(), &to.settings());
    // Types that route by peer read its id first.
    if to.options.recv_routing_id {
        near.preload(anonymous());
    }
    if from.options.recv_routing_id {
        far.preload(anonymous());
    }
    let id = from.pipes.insert(Box::new(near));
    from.pattern.attached(&mut from.pipes, id, &from.options);
    let id = to.pipes.insert(Box::new(far));
    to.pattern.attached(&mut to.pipes, id, &to.options);
    from.pump();
    to.pump();
}

/// One sender, some receivers of another type.
fn one_to(sender: i32, receiver: i32, receivers: usize) -> (Node, Vec<Node>) {
    let mut from = Node::new(sender);
    let mut to: Vec<Node> = (0..receivers).map(|_| Node::new(receiver)).collect();
    for node in &mut to {
        connect(&mut from, node);
        if receiver == types::SUB {
            node.pattern.subscription(&mut node.pipes, true, b"topic").expect("a subscription");
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
                (0..TURN).for_each(|_| from.send(b"topic and body", false));
                let received: u64 = to.iter_mut().map(|node| node.drain(&mut msg)).sum();
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
            req.send(b"request", false);
            assert_eq!(rep.drain(&mut msg), 1);
            rep.send(b"reply", false);
            assert_eq!(req.drain(&mut msg), 1);
            black_box(&msg);
        });
    });
}

criterion_group!(benches, one_way, request_and_reply);
criterion_main!(benches);
