//! Messages of several frames: whole, in order and unchanged, by whichever call they
//! are sent and received, over every transport, whatever the application asks of the
//! socket between two frames, and whoever comes or goes meanwhile.

mod common;

use std::thread;

use common::{
    Context, Noise, Poll, Socket, begin, event, expect, frames, kind, long_form, option, receive,
    send,
};
use zmq::msg::Msg;

fn times(short: usize) -> usize {
    if long_form() { short * 10 } else { short }
}

/// Each transport with each way from one socket to another.
#[test]
fn messages_come_as_they_were_sent() {
    let dog = begin(300);
    let count = times(6000);
    let ways = [
        (kind::PUSH, kind::PULL),
        (kind::DEALER, kind::DEALER),
        (kind::PAIR, kind::PAIR),
        (kind::PUB, kind::SUB),
        (kind::DEALER, kind::ROUTER),
        (kind::ROUTER, kind::DEALER),
    ];
    for transport in ["tcp", "ipc", "inproc"] {
        for (from, to) in ways {
            for mark in [1000, 10, 0] {
                dog.step(format!("{transport}, {from} to {to}, mark {mark}"));
                way(transport, from, to, mark, count);
            }
        }
    }
}

fn way(transport: &str, from: i32, to: i32, mark: i32, count: usize) {
    let context = Context::new();
    let (sender, receiver) = (context.socket(from), context.socket(to));
    sender.set(option::SNDHWM, mark);
    receiver.set(option::RCVHWM, mark);
    receiver.set(option::LINGER, 0);
    match from {
        kind::PUB => {
            sender.set(option::XPUB_NODROP, 1);
            receiver.subscribe(b"");
        }
        kind::ROUTER => sender.set(option::ROUTER_MANDATORY, 1),
        _ => {}
    }
    for (socket, name) in [(&sender, b"sender"), (&receiver, b"target")] {
        if [from, to].contains(&kind::ROUTER) {
            socket.set_bytes(option::ROUTING_ID, name);
        }
    }
    let endpoint = sender.bind_over(transport);
    receiver.connect(&endpoint);
    let (before, name) = match (from, to) {
        (kind::ROUTER, _) => (Some(b"target".to_vec()), None),
        (_, kind::ROUTER) => (None, Some(b"sender".to_vec())),
        _ => (None, None),
    };
    meet(&sender, &receiver, before.as_deref(), name.as_deref(), from == kind::PUB);
    thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            let mut noise = Noise::new(7);
            for number in 0..count {
                let mut all = frames(number);
                all.splice(0..0, before.clone());
                send(&sender, &all, false, &mut noise);
            }
        });
        let (mut msg, mut noise) = (Msg::new(), Noise::new(8));
        for number in 0..count {
            let mut all = frames(number);
            all.splice(0..0, name.clone());
            receive(&receiver, &all, &mut msg, &mut noise);
        }
    });
    receiver.assert_nothing();
}

/// Returns when the sockets are connected and nothing is under way.
fn meet(
    sender: &Socket,
    receiver: &Socket,
    before: Option<&[u8]>,
    name: Option<&[u8]>,
    publishes: bool,
) {
    let say = |text: &[u8]| {
        let addressed = before.is_none_or(|name| sender.try_send_part(name, true, false).is_ok());
        if addressed {
            sender.send(text);
        }
        addressed
    };
    receiver.set(option::RCVTIMEO, 20);
    let mut said = false;
    loop {
        // One that publishes may have said it to nobody.
        said = (said && !publishes) || say(b"hello");
        if receiver.try_recv_all().is_ok() {
            break;
        }
    }
    receiver.set(option::RCVTIMEO, common::PATIENCE_MS);
    assert!(say(b"now"));
    until_now(receiver, name);
}

/// Receives what was said before somebody heard, and the last word, behind `name`.
fn until_now(receiver: &Socket, name: Option<&[u8]>) {
    loop {
        let frames = receiver.recv_all();
        assert_eq!(frames.len(), 1 + usize::from(name.is_some()));
        assert!(name.is_none_or(|name| frames[0] == name));
        if frames.last().is_some_and(|last| last == b"now") {
            return;
        }
    }
}

/// Sends messages, and frames of another one, which goes on. How many of those.
fn stream_and_begin(socket: &Socket, count: usize, noise: &mut Noise) -> usize {
    for number in 0..count {
        send(socket, &frames(number), false, noise);
    }
    let begun = 1 + noise.below(3);
    for _ in 0..begun {
        assert_eq!(socket.try_send_part(b"begun", true, false), Ok(()));
    }
    begun
}

/// A stream is on its way, a message begun, and its peer leaves: the rest of it goes
/// nowhere, and what follows goes whole to the next peer.
#[test]
fn a_message_is_lost_as_a_whole_when_its_peer_leaves() {
    let dog = begin(120);
    for transport in ["tcp", "inproc"] {
        for round in 0..times(30) {
            dog.step(format!("{transport}, round {round}"));
            let mut noise = Noise::new(round as u64);
            let context = Context::new();
            let push = context.socket(kind::PUSH);
            push.set(option::LINGER, 0);
            let monitor = push.monitor(&context);
            let endpoint = push.bind_over(transport);
            let first = context.connected(kind::PULL, &endpoint);
            let streamed = 600 + noise.below(400);
            // The peer lives until the message is begun: it would not be begun without one.
            let first = thread::scope(|scope| {
                let reader = scope.spawn(|| {
                    let (first, mut noise) = (first, Noise::new(1));
                    for number in 0..streamed {
                        receive(&first, &frames(number), &mut Msg::new(), &mut noise);
                    }
                    first
                });
                stream_and_begin(&push, streamed, &mut noise);
                reader.join().expect("all that was streamed")
            });
            drop(first);
            if noise.below(2) == 0 {
                assert!(push.get(option::EVENTS) >= 0);
            }
            let finish = || {
                assert_eq!(push.try_send_part(b"rest", true, false), Ok(()));
                assert_eq!(push.try_send_part(b"end", false, false), Ok(()));
            };
            let next = if transport == "tcp" {
                finish();
                // Until it is known that nobody is there: the peer had read everything, so
                // that it is not for want of room.
                monitor.wait_for(event::DISCONNECTED);
                while push.get(option::EVENTS) & i32::from(Poll::OUT) != 0 {
                    thread::yield_now();
                }
                context.connected(kind::PULL, &endpoint)
            } else {
                let next = context.connected(kind::PULL, &endpoint);
                finish();
                next
            };
            for number in 0..700 {
                send(&push, &frames(number), false, &mut noise);
                receive(&next, &frames(number), &mut Msg::new(), &mut noise);
            }
            next.assert_nothing();
        }
    }
}

/// A message begun goes on to where it began when another peer comes in the middle.
#[test]
fn a_peer_that_comes_in_the_middle_gets_the_next_message() {
    let dog = begin(120);
    for transport in ["tcp", "inproc"] {
        for round in 0..times(30) {
            dog.step(format!("{transport}, round {round}"));
            let mut noise = Noise::new(round as u64);
            let context = Context::new();
            let push = context.socket(kind::PUSH);
            let endpoint = push.bind_over(transport);
            let first = context.connected(kind::PULL, &endpoint);
            let streamed = 200 + noise.below(300);
            let begun = stream_and_begin(&push, streamed, &mut noise);
            let second = context.connected(kind::PULL, &endpoint);
            if noise.below(2) == 0 {
                assert!(push.get(option::EVENTS) >= 0);
            }
            assert_eq!(push.try_send_part(b"end", false, false), Ok(()));
            for number in 0..streamed {
                receive(&first, &frames(number), &mut Msg::new(), &mut noise);
            }
            let mut wanted = vec![&b"begun"[..]; begun];
            wanted.push(b"end");
            assert_eq!(first.recv_all(), wanted);
            // In turn, once both are there.
            second.set(option::RCVTIMEO, 1);
            let mut both = [false; 2];
            first.set(option::RCVTIMEO, 1);
            while both != [true; 2] {
                push.send_all(&[b"one", b"two"]);
                for (socket, has) in [&first, &second].into_iter().zip(&mut both) {
                    if let Ok(frames) = socket.try_recv_all() {
                        assert_eq!(frames, [b"one", b"two"]);
                        *has = true;
                    }
                }
            }
        }
    }
}

/// What was begun and never ended is never seen.
#[test]
fn a_socket_closed_in_the_middle_of_a_message_delivers_those_before() {
    let dog = begin(120);
    for transport in ["tcp", "inproc"] {
        for round in 0..times(30) {
            dog.step(format!("{transport}, round {round}"));
            let mut noise = Noise::new(round as u64);
            let context = Context::new();
            let pull = context.socket(kind::PULL);
            let endpoint = pull.bind_over(transport);
            let push = context.connected(kind::PUSH, &endpoint);
            let streamed = 300 + noise.below(300);
            stream_and_begin(&push, streamed, &mut noise);
            drop(push);
            for number in 0..streamed {
                receive(&pull, &frames(number), &mut Msg::new(), &mut noise);
            }
            pull.assert_nothing();
        }
    }
}

/// What a SUB has begun to receive it receives whole, though it has unsubscribed.
#[test]
fn a_message_begun_is_received_whole_whatever_is_subscribed_meanwhile() {
    let dog = begin(60);
    for transport in ["tcp", "inproc"] {
        dog.step(transport);
        let context = Context::new();
        let publisher = context.socket(kind::PUB);
        let endpoint = publisher.bind_over(transport);
        let sub = context.socket(kind::SUB);
        sub.subscribe(b"");
        sub.connect(&endpoint);
        meet(&publisher, &sub, None, None, true);
        for _ in 0..400 {
            publisher.send_all(&[b"topic", b"more", b"last"]);
        }
        for _ in 0..300 {
            assert_eq!(sub.recv_all(), [&b"topic"[..], b"more", b"last"]);
        }
        assert_eq!(sub.recv_buffer(9), (5, b"topic".to_vec()));
        sub.unsubscribe(b"");
        assert_eq!(sub.recv_buffer(9), (4, b"more".to_vec()));
        sub.subscribe(b"m");
        assert_eq!(sub.recv_buffer(9), (4, b"last".to_vec()));
        sub.assert_nothing();
    }
}

/// Receives messages until none is left: their numbers, each having been checked.
/// `behind`: the frames before the numbered ones.
fn numbers_of(socket: &Socket, behind: usize, msg: &mut Msg, noise: &mut Noise) -> Vec<usize> {
    let mut numbers = Vec::new();
    while Poll(vec![socket.item(Poll::IN)]).wait(0) == Ok(1) {
        for _ in 0..behind {
            assert_eq!(socket.recv_buffer(1).0, 1);
        }
        let first = socket.recv();
        let number = u32::from_le_bytes(first[..4].try_into().expect("a number")) as usize;
        let all = frames(number);
        assert_eq!(first, all[0], "message {number}");
        for (place, body) in all.iter().enumerate().skip(1) {
            expect(socket, body, place + 1 < all.len(), msg, noise);
        }
        assert_eq!(socket.get(option::RCVMORE), 0);
        numbers.push(number);
    }
    numbers
}

/// What is published to several comes whole to each, whether they keep up or not.
#[test]
fn messages_to_all_peers_come_whole_to_each() {
    let dog = begin(120);
    for transport in ["tcp", "ipc", "inproc"] {
        for pause in [1, 50, 700] {
            dog.step(format!("{transport}, {pause}"));
            let context = Context::new();
            let publisher = context.socket(kind::PUB);
            publisher.set(option::XPUB_NODROP, 1);
            let endpoint = publisher.bind_over(transport);
            let subs = [(); 3].map(|()| {
                let sub = context.connected(kind::SUB, &endpoint);
                sub.subscribe(b"");
                meet(&publisher, &sub, None, None, true);
                sub
            });
            publisher.send(b"go");
            subs.iter().for_each(|sub| while sub.recv() != b"go" {});
            let (mut noise, mut msg) = (Noise::new(5), Msg::new());
            for turn in 0..times(6000) / pause {
                let numbers = turn * pause..(turn + 1) * pause;
                numbers
                    .clone()
                    .for_each(|number| send(&publisher, &frames(number), false, &mut noise));
                for sub in &subs {
                    for number in numbers.clone() {
                        receive(sub, &frames(number), &mut msg, &mut noise);
                    }
                }
            }
            subs.iter().for_each(Socket::assert_nothing);
        }
    }
}

/// One socket sends to several, which the messages are for in turn, by name or by
/// topic; each gets what it should, in order.
#[test]
fn messages_to_many_peers_go_whole_where_they_should() {
    const PEERS: usize = 3;
    let dog = begin(120);
    for transport in ["tcp", "inproc"] {
        for (from, to) in
            [(kind::PUSH, kind::PULL), (kind::ROUTER, kind::DEALER), (kind::PUB, kind::SUB)]
        {
            dog.step(format!("{transport}, {from} to {to}"));
            let context = Context::new();
            let sender = context.socket(from);
            let behind = usize::from(from != kind::PUSH);
            if from == kind::ROUTER {
                sender.set(option::ROUTER_MANDATORY, 1);
            } else if from == kind::PUB {
                sender.set(option::XPUB_NODROP, 1);
            }
            let endpoint = sender.bind_over(transport);
            let name = |peer: usize| vec![b'a' + peer as u8];
            let receivers: Vec<Socket> = (0..PEERS)
                .map(|peer| {
                    let socket = context.socket(to);
                    match to {
                        kind::DEALER => socket.set_bytes(option::ROUTING_ID, &name(peer)),
                        kind::SUB => socket.subscribe(&name(peer)),
                        _ => {}
                    }
                    socket.connect(&endpoint);
                    socket
                })
                .collect();
            // Until everybody is heard of.
            for (peer, socket) in receivers.iter().enumerate() {
                socket.set(option::RCVTIMEO, 1);
                loop {
                    let there =
                        behind == 0 || sender.try_send_part(&name(peer), true, false).is_ok();
                    if there {
                        sender.send(b"hello");
                    }
                    if socket.try_recv_all().is_ok() {
                        break;
                    }
                }
                socket.set(option::RCVTIMEO, common::PATIENCE_MS);
            }
            for peer in 0..PEERS {
                if behind == 1 {
                    assert_eq!(sender.try_send_part(&name(peer), true, false), Ok(()));
                }
                sender.send(b"now");
            }
            for (peer, socket) in receivers.iter().enumerate() {
                until_now(socket, (to == kind::SUB).then_some(&name(peer)));
            }
            let (mut noise, mut msg) = (Noise::new(3), Msg::new());
            let mut last: [Option<usize>; PEERS] = [None; PEERS];
            let mut came = 0;
            let count = times(4000);
            for number in 0..count {
                let chosen = noise.below(PEERS);
                if behind == 1 {
                    send(&sender, &[name(chosen)], true, &mut noise);
                }
                send(&sender, &frames(number), false, &mut noise);
                if number % 500 < 499 && number + 1 < count {
                    continue;
                }
                let until = came + number % 500 + 1;
                while came < until {
                    for peer in 0..PEERS {
                        let socket = &receivers[peer];
                        let behind = usize::from(to == kind::SUB);
                        for number in numbers_of(socket, behind, &mut msg, &mut noise) {
                            if let Some(last) = last[peer].replace(number) {
                                assert!(last < number, "{number} after {last}");
                                // All have room, so that they get exactly their turn.
                                assert!(from != kind::PUSH || number == last + PEERS);
                            }
                            came += 1;
                        }
                    }
                }
            }
            assert_eq!(came, count);
        }
    }
}

#[test]
fn the_end_of_a_message_whose_peer_is_gone_goes_to_nobody_else() {
    let _dog = begin(60);
    let context = Context::new();
    for transport in ["inproc", "tcp"] {
        for streak in [0, 400] {
            let (gone, other) = (context.socket(kind::PULL), context.socket(kind::PULL));
            let (first, second) = (gone.bind_over(transport), other.bind_over(transport));
            let sender = context.connected(kind::PUSH, &first);
            sender.send(b"");
            assert_eq!(gone.recv(), b"");
            for _ in 0..streak {
                assert_eq!(sender.try_send_part(b"part", true, false), Ok(()));
                assert_eq!(sender.try_send_part(b"end", false, false), Ok(()));
            }
            assert_eq!(sender.try_send_part(b"part", true, false), Ok(()));
            sender.connect(&second);
            while sender.get(option::EVENTS) == 0 {}
            sender.disconnect(&first);
            assert_eq!(sender.try_send_part(b"end", false, true), Err(libc::EAGAIN), "told once");
            while sender.try_send_part(b"whole", false, true).is_err() {}
            assert_eq!(other.recv(), b"whole");
        }
    }
}
