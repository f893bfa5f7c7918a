//! Soak tests in a short form: many sockets, threads and connections, endpoints that come and go,
//! contexts that end while threads wait. Each counts what must arrive and fails by a watchdog if it
//! hangs. ZMQ_TEST_LONG=1 repeats more often.

#![expect(clippy::disallowed_methods, reason = "pauses of the senders are part of the load")]

mod common;

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use common::{Context, ETERM, Poll, Socket, begin, descriptors, kind, long_form, option};

/// `short` times, or ten times as often in the long form.
fn times(short: usize) -> usize {
    if long_form() { short * 10 } else { short }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes.try_into().expect("4 octets"))
}

// behaviours: 300
#[test]
fn a_thousand_inproc_sockets_talk_without_io_threads() {
    let dog = begin(90);
    let context = Context::with_threads(0);
    context.set(option::MAX_SOCKETS, 1_100);
    // A descriptor for each mailbox.
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid for both calls.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max.min(8_192);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
    }
    let router = context.socket(kind::ROUTER);
    router.bind("inproc://hub");
    let dealers: Vec<Socket> =
        (0..1_000).map(|_| context.connected(kind::DEALER, "inproc://hub")).collect();
    for round in 0..times(5) as u32 {
        dog.step(format!("round {round}"));
        for (at, dealer) in dealers.iter().enumerate() {
            dealer.send(&(at as u32 + round).to_le_bytes());
        }
        for _ in &dealers {
            let frames = router.recv_all();
            router.send_all(&[&frames[0], &frames[1]]);
        }
        for (at, dealer) in dealers.iter().enumerate() {
            assert_eq!(number(&dealer.recv()), at as u32 + round);
        }
    }
}

// behaviours: 98
#[test]
fn a_hundred_threads_open_connect_and_close() {
    let dog = begin(120);
    for threads in [1, 2, 4] {
        dog.step(format!("{threads} I/O threads"));
        let context = Context::with_threads(threads);
        let (publisher, endpoint) = context.bound(kind::PUB);
        thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let sub = context.connected(kind::SUB, &endpoint);
                        sub.subscribe(b"");
                    }
                });
            }
        });
        publisher.send(b"still alive");
    }
}

// behaviours: 95, 96
// security: shutdown
#[test]
fn endpoints_are_free_again_when_unbound_or_closed() {
    let dog = begin(120);
    let context = Context::new();
    let first = context.socket(kind::REP);
    let endpoints = [first.bind_tcp(), first.bind_ipc()];
    drop(first);
    for round in 0..times(200) {
        for endpoint in &endpoints {
            dog.step(format!("round {round} at {endpoint}"));
            let rep = context.socket(kind::REP);
            // Closing is done in the background: the address may be taken a moment longer.
            bind_soon(&rep, endpoint);
            if round % 4 == 0 {
                let req = context.connected(kind::REQ, endpoint);
                req.send(b"q");
                assert_eq!(rep.recv(), b"q");
                rep.send(b"a");
                assert_eq!(req.recv(), b"a");
            }
            if round % 2 == 0 {
                rep.unbind(endpoint);
                bind_soon(&rep, endpoint);
            }
        }
    }
}

fn bind_soon(socket: &Socket, endpoint: &str) {
    while let Err(error) = socket.try_bind(endpoint) {
        assert_eq!(error, libc::EADDRINUSE);
        thread::yield_now();
    }
}

#[test]
fn clients_find_a_server_again_that_restarts_fifty_times() {
    let dog = begin(120);
    let context = Context::with_threads(2);
    let (server, endpoint) = context.bound(kind::PULL);
    let clients: Vec<Socket> = (0..8)
        .map(|_| {
            let push = context.socket(kind::PUSH);
            push.set(option::RECONNECT_IVL, 1);
            push.connect(&endpoint);
            push
        })
        .collect();
    let mut server = Some(server);
    for round in 0..times(50) {
        dog.step(format!("restart {round}"));
        let old = server.take().expect("a server");
        old.set(option::RCVTIMEO, 20);
        loop {
            for (at, client) in clients.iter().enumerate() {
                // Without a server: queued, up to the mark; lost if the client
                // has not yet seen that the last server went.
                let _ = client.try_send_now(&(at as u32).to_le_bytes());
            }
            if round % 2 == 1 || old.try_recv().is_ok() {
                break;
            }
        }
        drop(old);
        let new = context.socket(kind::PULL);
        bind_soon(&new, &endpoint);
        server = Some(new);
    }
    dog.step("all clients come back");
    let server = server.expect("a server");
    let mut seen = [false; 8];
    while seen != [true; 8] {
        for (at, client) in clients.iter().enumerate() {
            let _ = client.try_send_now(&(at as u32).to_le_bytes());
        }
        server.set(option::RCVTIMEO, 20);
        while let Ok(body) = server.try_recv() {
            seen[number(&body) as usize] = true;
            server.set(option::RCVTIMEO, 0);
        }
    }
}

#[test]
fn requests_get_through_while_the_server_restarts() {
    let dog = begin(120);
    let context = Context::with_threads(2);
    let (server, endpoint) = context.bound(kind::REP);
    server.set(option::RCVTIMEO, 20);
    let req = context.socket(kind::REQ);
    req.set(option::REQ_RELAXED, 1);
    req.set(option::REQ_CORRELATE, 1);
    req.set(option::RECONNECT_IVL, 1);
    req.set(option::RCVTIMEO, 20);
    req.connect(&endpoint);
    let count = times(50) as u32;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut server = server;
            loop {
                let mut served = 0;
                while served < 3 {
                    let Ok(request) = server.try_recv() else { continue };
                    if request == b"over" {
                        return;
                    }
                    let _ = server.try_send(&request);
                    served += 1;
                }
                drop(server);
                server = context.socket(kind::REP);
                bind_soon(&server, &endpoint);
                server.set(option::RCVTIMEO, 20);
            }
        });
        for request in 0..count {
            dog.step(format!("request {request}"));
            loop {
                if req.try_send(&request.to_le_bytes()).is_ok()
                    && let Ok(reply) = req.try_recv()
                {
                    assert_eq!(number(&reply), request);
                    break;
                }
            }
        }
        dog.step("the end");
        req.set(option::LINGER, -1);
        req.send(b"over");
    });
}

#[test]
fn sixty_four_senders_lose_nothing_and_keep_their_order() {
    let dog = begin(120);
    let each = times(2_000) as u32;
    for (threads, transport) in [(1, "tcp"), (2, "tcp"), (4, "ipc"), (1, "inproc")] {
        dog.step(format!("{threads} I/O threads, {transport}"));
        let context = Context::with_threads(threads);
        let pull = context.socket(kind::PULL);
        let endpoint = pull.bind_over(transport);
        let (context, endpoint) = (&context, &endpoint);
        thread::scope(|scope| {
            for sender in 0..64_u32 {
                scope.spawn(move || {
                    let push = context.connected(kind::PUSH, endpoint);
                    push.set(option::LINGER, -1);
                    for count in 0..each {
                        push.send_all(&[&sender.to_le_bytes(), &count.to_le_bytes()]);
                    }
                });
            }
            let mut next: HashMap<u32, u32> = HashMap::new();
            for _ in 0..64 * each {
                let frames = pull.recv_all();
                let count = next.entry(number(&frames[0])).or_default();
                assert_eq!((number(&frames[1]), frames.len()), (*count, 2));
                *count += 1;
            }
            assert!(next.len() == 64 && next.values().all(|count| *count == each));
        });
        pull.assert_nothing();
    }
}

#[test]
fn fifty_subscribers_get_every_message_under_nodrop() {
    let dog = begin(120);
    let count = times(1_000) as u32;
    for threads in [1, 2] {
        dog.step(format!("{threads} I/O threads"));
        let context = Context::with_threads(threads);
        let publisher = context.socket(kind::XPUB);
        publisher.set(option::XPUB_NODROP, 1);
        publisher.set(option::XPUB_VERBOSE, 1);
        publisher.set(option::SNDHWM, 100);
        let endpoint = publisher.bind_tcp();
        let (context, endpoint) = (&context, &endpoint);
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(move || {
                    let sub = context.socket(kind::SUB);
                    sub.set(option::RCVHWM, 100);
                    sub.subscribe(b"");
                    sub.connect(endpoint);
                    for wanted in 0..count {
                        assert_eq!(number(&sub.recv()), wanted);
                    }
                });
            }
            for _ in 0..50 {
                assert_eq!(publisher.recv(), b"\x01");
            }
            for number in 0..count {
                publisher.send(&number.to_le_bytes());
            }
        });
    }
}

/// Terminates a context while a thread waits in a call on a socket of it.
fn terminate_during(
    dog: &common::Watchdog,
    rounds: usize,
    kind: i32,
    call: impl Fn(&Socket) -> i32 + Sync,
) {
    for round in 0..rounds {
        dog.step(format!("socket type {kind}, round {round}"));
        let context = Context::new();
        let socket = context.socket(kind);
        socket.set(option::SNDTIMEO, -1);
        socket.set(option::RCVTIMEO, -1);
        match round % 3 {
            0 => drop(socket.bind_tcp()),
            1 => socket.bind("inproc://nobody"),
            _ => socket.connect("tcp://127.0.0.1:9"),
        }
        if kind == kind::PUSH {
            while socket.try_send_now(b"fill").is_ok() {}
        }
        thread::scope(|scope| {
            let call = &call;
            scope.spawn(move || {
                assert_eq!(call(&socket), ETERM);
                // Only closing is left.
                assert_eq!(socket.try_recv_now(), Err(ETERM));
                drop(socket);
            });
            for _ in 0..round % 50 {
                thread::yield_now();
            }
            context.term();
        });
    }
}

// security: shutdown
#[test]
fn a_context_ends_while_a_thread_waits_in_recv() {
    let dog = begin(90);
    terminate_during(&dog, times(250), kind::SUB, |socket| socket.try_recv().expect_err("ETERM"));
    terminate_during(&dog, times(250), kind::REP, |socket| socket.try_recv().expect_err("ETERM"));
}

// security: shutdown
#[test]
fn a_context_ends_while_a_thread_waits_in_send() {
    let dog = begin(90);
    terminate_during(&dog, times(250), kind::PUSH, |socket| {
        socket.try_send(b"one more").expect_err("ETERM")
    });
    terminate_during(&dog, times(250), kind::REQ, |socket| {
        loop {
            // Towards an address without a listener a request is queued, and an answer waited for.
            if let Err(error) = socket.try_send(b"q").and_then(|()| socket.try_recv().map(drop)) {
                return error;
            }
        }
    });
}

// security: shutdown
#[test]
fn a_context_ends_while_a_thread_waits_in_poll() {
    let dog = begin(90);
    terminate_during(&dog, times(500), kind::PULL, |socket| {
        Poll(vec![socket.item(Poll::IN)]).wait(-1).expect_err("ETERM")
    });
}

// security: shutdown
#[test]
fn a_context_ends_while_traffic_flows() {
    let dog = begin(90);
    for round in 0..times(50) {
        dog.step(format!("round {round}"));
        let context = Context::with_threads(2);
        let (pull, endpoint) = context.bound(kind::PULL);
        let push = context.connected(kind::PUSH, &endpoint);
        thread::scope(|scope| {
            scope.spawn(move || while push.try_send(b"on and on").is_ok() {});
            let (first, waiting) = std::sync::mpsc::channel();
            scope.spawn(move || {
                while pull.try_recv().is_ok() {
                    let _ = first.send(());
                }
            });
            waiting.recv().expect("a message");
            context.term();
        });
    }
}

// behaviours: 84
#[test]
fn calls_that_do_not_wait_miss_nothing() {
    let dog = begin(90);
    let count = times(20_000) as u32;
    for threads in [1, 2, 4] {
        dog.step(format!("{threads} I/O threads"));
        let context = Context::with_threads(threads);
        let (pull, endpoint) = context.bound(kind::PULL);
        let push = context.connected(kind::PUSH, &endpoint);
        thread::scope(|scope| {
            scope.spawn(move || {
                push.set(option::LINGER, -1);
                for number in 0..count {
                    while let Err(error) = push.try_send_now(&number.to_le_bytes()) {
                        assert_eq!(error, libc::EAGAIN);
                        thread::yield_now();
                    }
                }
            });
            for wanted in 0..count {
                let body = loop {
                    match pull.try_recv_now() {
                        Ok(body) => break body,
                        Err(error) => assert_eq!(error, libc::EAGAIN),
                    }
                    thread::yield_now();
                };
                assert_eq!(number(&body), wanted);
            }
        });
    }
}

#[test]
fn one_poll_serves_sockets_of_every_transport_and_a_descriptor() {
    let dog = begin(90);
    let each = times(2_000);
    let context = Context::with_threads(2);
    let sinks: Vec<Socket> = (0..4).map(|_| context.socket(kind::PULL)).collect();
    sinks[2].bind("inproc://polled");
    let endpoints =
        [sinks[0].bind_tcp(), sinks[1].bind_ipc(), "inproc://polled".into(), sinks[3].bind_tcp()];
    let (mut writer, reader) = std::os::unix::net::UnixStream::pair().expect("a pair");
    let context = &context;
    thread::scope(|scope| {
        for endpoint in &endpoints {
            scope.spawn(move || {
                let push = context.connected(kind::PUSH, endpoint);
                push.set(option::LINGER, -1);
                for round in 0..each as u32 {
                    push.send(&round.to_le_bytes());
                    if round % 500 == 0 {
                        thread::sleep(Duration::from_millis(2)); // lets the poll fall asleep
                    }
                }
            });
        }
        scope.spawn(move || {
            use std::io::Write;
            for _ in 0..each {
                writer.write_all(b"!").expect("write");
            }
            drop(writer);
        });
        let mut items: Vec<_> = sinks.iter().map(|sink| sink.item(Poll::IN)).collect();
        items.push(Poll::descriptor(std::os::fd::AsRawFd::as_raw_fd(&reader), Poll::IN));
        let mut poll = Poll(items);
        let mut counts = [0; 5];
        while counts != [each; 5] {
            dog.step(format!("{counts:?}"));
            assert!(poll.wait(-1).expect("poll") > 0);
            for (at, sink) in sinks.iter().enumerate() {
                if poll.revents(at) != 0 {
                    assert_eq!(number(&sink.recv()) as usize, counts[at]);
                    counts[at] += 1;
                }
            }
            if poll.revents(4) != 0 {
                use std::io::Read;
                let mut octet = [0];
                match (&reader).read(&mut octet).expect("read") {
                    // At its end it is ready for ever.
                    0 => drop(poll.0.pop().map(|_| poll.0.push(Poll::descriptor(-1, 0)))),
                    n => counts[4] += n,
                }
            }
        }
    });
}

#[test]
fn marks_of_one_hold_up_senders_and_lose_nothing() {
    let dog = begin(90);
    let count = times(3_000) as u32;
    for transport in ["tcp", "ipc", "inproc"] {
        dog.step(transport);
        let context = Context::new();
        let pull = context.socket(kind::PULL);
        pull.set(option::RCVHWM, 1);
        let endpoint = pull.bind_over(transport);
        let push = context.socket(kind::PUSH);
        push.set(option::SNDHWM, 1);
        push.connect(&endpoint);
        thread::scope(|scope| {
            scope.spawn(move || {
                push.set(option::LINGER, -1);
                for number in 0..count {
                    push.send_all(&[b"", &number.to_le_bytes()]);
                }
            });
            for wanted in 0..count {
                assert_eq!(number(&pull.recv_all()[1]), wanted);
            }
        });
    }
}

/// Messages that wait are kept in more than one way (architecture.md, "Between
/// sockets"): this goes from each to each, with a reader that is ahead, behind and
/// asleep.
#[test]
fn streams_between_sockets_keep_every_message_in_order() {
    let dog = begin(90);
    let count = times(60_000) as u32;
    let frame = |number: u32| {
        let mut noise = common::Noise::new(u64::from(number));
        let mut frame = number.to_le_bytes().to_vec();
        let most = [0, 8, 60, 140, 300][noise.below(5)];
        frame.extend(noise.bytes(most));
        frame
    };
    for mark in [1000, 10, 0] {
        dog.step(format!("mark {mark}"));
        let context = Context::new();
        context.set(option::IO_THREADS, 0);
        let (left, right) = (context.socket(kind::PAIR), context.socket(kind::PAIR));
        for socket in [&left, &right] {
            socket.set(option::SNDHWM, mark);
            socket.set(option::RCVHWM, mark);
        }
        left.bind("inproc://stream");
        right.connect("inproc://stream");
        thread::scope(|scope| {
            scope.spawn(move || {
                for number in 0..count {
                    match number % 1000 {
                        500..510 => right.send_all(&[b"first", &frame(number)]),
                        600 => thread::sleep(Duration::from_micros(300)),
                        _ => right.send(&frame(number)),
                    }
                }
                // Closed here: what was sent is still to be read.
            });
            let mut poll = Poll(vec![left.item(Poll::IN)]);
            for number in (0..count).filter(|number| number % 1000 != 600) {
                match number % 7000 {
                    3000 => thread::sleep(Duration::from_millis(1)),
                    5000..5100 => assert_eq!(poll.wait(-1), Ok(1)),
                    _ => {}
                }
                let frames = left.recv_all();
                assert_eq!(frames.last(), Some(&frame(number)), "message {number}");
                assert_eq!(frames.len(), if (500..510).contains(&(number % 1000)) { 2 } else { 1 });
            }
            left.assert_nothing();
        });
    }
}

// behaviours: 134, 135
#[test]
fn immediate_sockets_send_only_where_a_connection_is() {
    let dog = begin(90);
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::IMMEDIATE, 1);
    push.set(option::RECONNECT_IVL, 1);
    // Nobody ever listens on the discard port.
    push.connect("tcp://127.0.0.1:9");
    assert_eq!(push.try_send_now(b"nowhere"), Err(libc::EAGAIN));
    let (mut pull, endpoint) = context.bound(kind::PULL);
    push.connect(&endpoint);
    for round in 0..times(20) {
        dog.step(format!("round {round}"));
        // What goes out before the end of the last connection is noticed is lost.
        pull.set(option::RCVTIMEO, 10);
        while pull.try_recv().is_err() {
            let _ = push.try_send_now(b"probe");
        }
        pull.set(option::RCVTIMEO, common::PATIENCE_MS);
        for wanted in 0..50_u32 {
            push.send(&wanted.to_le_bytes());
            let body = loop {
                let body = pull.recv();
                if body != b"probe" {
                    break body;
                }
            };
            assert_eq!(number(&body), wanted);
        }
        drop(pull);
        while push.try_send_now(b"probe").is_ok() {
            thread::yield_now();
        }
        pull = context.socket(kind::PULL);
        bind_soon(&pull, &endpoint);
    }
}

// security: shutdown
#[test]
fn contexts_come_and_go_without_a_trace() {
    let dog = begin(90);
    let cycle = || {
        let context = Context::with_threads(2);
        let (pull, endpoint) = context.bound(kind::PULL);
        let push = context.connected(kind::PUSH, &endpoint);
        push.send(b"hi");
        assert_eq!(pull.recv(), b"hi");
    };
    cycle();
    let before = descriptors();
    for round in 0..times(200) {
        dog.step(format!("cycle {round}"));
        cycle();
    }
    assert_eq!(descriptors(), before);
    let settled = common::settled_kib();
    for round in 0..times(200) {
        dog.step(format!("measured cycle {round}"));
        cycle();
    }
    let grown = common::settled_kib() - settled;
    assert!(grown < 2_048, "{grown} KiB");
}

#[test]
fn what_is_queued_at_the_end_still_arrives() {
    let dog = begin(90);
    let count = 1_000_u32;
    for round in 0..times(20) {
        dog.step(format!("round {round}"));
        let receiving = Context::new();
        let (pull, endpoint) = receiving.bound(kind::PULL);
        let sending = thread::spawn(move || {
            let context = Context::new();
            let push = context.connected(kind::PUSH, &endpoint);
            push.set(option::LINGER, -1);
            for number in 0..count {
                push.send(&number.to_le_bytes());
            }
        });
        for wanted in 0..count {
            assert_eq!(number(&pull.recv()), wanted);
        }
        sending.join().expect("the sender");
    }
}
