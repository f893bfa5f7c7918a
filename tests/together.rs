//! Publishers that stream to several subscribers, whose messages are written once for
//! all of them: each gets everything, whole and in order, whatever happens to one of
//! them or is sent between.

#![expect(clippy::disallowed_methods, reason = "a pause stands for a publisher at other work")]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{Context, Noise, Socket, begin, kind, long_form, option};

/// Not a message of the stream: before it, and its end.
const HELLO: u64 = u64::MAX - 1;
const LAST: u64 = u64::MAX;

/// A body that begins with its number.
fn numbered(number: u64, len: usize) -> Vec<u8> {
    let mut body = vec![number as u8; len.max(8)];
    body[..8].copy_from_slice(&number.to_le_bytes());
    body
}

/// How the message with this number is sent: most in one small frame.
fn frames(number: u64) -> Vec<Vec<u8>> {
    let lens = match number {
        HELLO | LAST => &[8][..],
        _ if number % 1000 == 999 => &[8, 9, 300],
        _ if number % 1500 == 700 => &[20_000],
        _ => &[[8], [40], [300]][number as usize / 100 % 3],
    };
    lens.iter().map(|len| numbered(number, *len)).collect()
}

/// The number of the next message of the stream, which must be whole. None: there is
/// none for long.
fn receive(socket: &Socket) -> Option<u64> {
    loop {
        let all = match socket.try_recv_all() {
            Ok(all) => all,
            Err(error) => {
                assert_eq!(error, libc::EAGAIN);
                return None;
            }
        };
        let mut number = [0; 8];
        number.copy_from_slice(&all[0][..8]);
        let number = u64::from_le_bytes(number);
        assert!(all == frames(number), "message {number} is damaged");
        if number != HELLO {
            return Some(number);
        }
    }
}

/// Receives the next `most` messages without a gap, or up to the last one, which is
/// returned if it came.
fn follow(socket: &Socket, most: usize) -> Option<u64> {
    let mut next = None;
    for _ in 0..most {
        let number = receive(socket)?;
        if number == LAST {
            return Some(LAST);
        }
        assert!(next.is_none_or(|next| next == number), "{number} instead of {next:?}");
        next = Some(number + 1);
    }
    None
}

/// A subscriber to everything, and its publisher knows.
fn subscriber(context: &Context, publisher: &Socket, endpoint: &str) -> Socket {
    let subscriber = context.connected(kind::SUB, endpoint);
    subscriber.subscribe(b"");
    subscriber.set(option::RCVTIMEO, 20);
    loop {
        publisher.send(&numbered(HELLO, 8));
        if subscriber.try_recv().is_ok() {
            break;
        }
    }
    subscriber.set(option::RCVTIMEO, common::PATIENCE_MS);
    subscriber
}

/// Sends `count` messages, with something else between now and then.
fn publish(publisher: &Socket, count: u64, noise: &mut Noise) {
    for number in (0..count).chain([LAST]) {
        let frames = frames(number);
        publisher.send_all(&frames.iter().map(Vec::as_slice).collect::<Vec<_>>());
        match noise.below(2000) {
            // Connections settle, all or some.
            0 => thread::sleep(Duration::from_millis(noise.below(8) as u64)),
            1 => publisher.set(option::SNDHWM, 1 + noise.below(1500) as i32),
            _ => {}
        }
    }
}

#[test]
fn each_subscriber_gets_everything_while_others_come_and_go() {
    let dog = begin(240);
    let count = if long_form() { 3_000_000 } else { 100_000 };
    for (transport, from) in [("tcp", kind::PUB), ("ipc", kind::XPUB)] {
        dog.step(transport);
        let context = Context::new();
        let publisher = context.socket(from);
        publisher.set(option::XPUB_NODROP, 1);
        publisher.set(option::LINGER, -1);
        let endpoint = publisher.bind_over(transport);
        let stay = [(); 3].map(|()| subscriber(&context, &publisher, &endpoint));
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for socket in stay {
                scope.spawn(move || assert_eq!(follow(&socket, usize::MAX), Some(LAST)));
            }
            scope.spawn(|| {
                let mut noise = Noise::new(2);
                while !over.load(Ordering::Relaxed) {
                    let visitor = context.connected(kind::SUB, &endpoint);
                    visitor.set(option::RCVTIMEO, 100);
                    visitor.subscribe(b"");
                    follow(&visitor, noise.below(5000));
                }
            });
            publish(&publisher, count, &mut Noise::new(1));
            // What it has sent comes all the same.
            drop(publisher);
            over.store(true, Ordering::Relaxed);
        });
    }
}

/// Without XPUB_NODROP a subscriber that is full misses whole messages, and only that one.
#[test]
fn who_does_not_receive_misses_messages_as_a_whole() {
    let dog = begin(240);
    let count = if long_form() { 300_000 } else { 30_000 };
    for transport in ["tcp", "ipc"] {
        dog.step(transport);
        let context = Context::new();
        let publisher = context.socket(kind::PUB);
        publisher.set(option::SNDHWM, 4000);
        let endpoint = publisher.bind_over(transport);
        let keen = [(); 2].map(|()| subscriber(&context, &publisher, &endpoint));
        let lazy = subscriber(&context, &publisher, &endpoint);
        let mut newest = None;
        for turn in 0..count / 1000 {
            for number in turn * 1000..(turn + 1) * 1000 {
                publisher.send_all(&frames(number).iter().map(Vec::as_slice).collect::<Vec<_>>());
            }
            for socket in &keen {
                for number in turn * 1000..(turn + 1) * 1000 {
                    assert_eq!(receive(socket), Some(number));
                }
            }
            // Now and then it does, a little.
            for _ in 0..if turn % 8 == 7 { 900 } else { 0 } {
                let number = receive(&lazy);
                assert!(number > newest, "{number:?} after {newest:?}");
                newest = number;
            }
        }
        assert!(newest.is_some());
    }
}
