//! What the library does to wait less: messages go past the pattern where there is nothing to
//! decide, sleeping readers are woken in batches, senders of large messages give their connection a
//! moment, and a socket looks again before it sleeps. None of that may be seen but by the clock.

#![expect(clippy::disallowed_methods, reason = "a pause stands for an application at other work")]

mod common;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use common::{Context, ETERM, Socket, begin, kind, option};

const EAGAIN: i32 = libc::EAGAIN;

/// More than make a stream.
const MANY: usize = 500;

/// Runs this test alone in a child, with `ZMQ_SPIN` as given. True: this is the child.
fn in_child(test: &str, spin: &str) -> bool {
    if std::env::var("ZMQ_SPIN").is_ok_and(|value| value == spin) {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().expect("this executable"));
    let status = command.args(["--exact", test, "--nocapture"]).env("ZMQ_SPIN", spin).status();
    assert!(status.expect("a child").success(), "ZMQ_SPIN={spin}");
    false
}

fn number(bytes: &[u8]) -> usize {
    usize::from_ne_bytes(bytes.try_into().expect("a number"))
}

/// Two sockets connected by inproc; the first is bound to `inproc://a`.
fn linked(context: &Context, near: i32, far: i32) -> (Socket, Socket) {
    let bound = context.socket(near);
    bound.bind("inproc://a");
    let connected = context.connected(far, "inproc://a");
    (bound, connected)
}

fn talk(from: &Socket, to: &Socket, frames: &[&[u8]]) {
    from.send_all(frames);
    assert_eq!(to.recv_all(), frames);
}

// ---- sleeping readers -----------------------------------------------------

/// A stream to sleeping workers, after which the sender does other things for ever.
fn workers_get_all_of_a_stream(context: &Context) {
    static DONE: AtomicUsize = AtomicUsize::new(0);
    DONE.store(0, Ordering::SeqCst);
    let push = context.socket(kind::PUSH);
    push.bind("inproc://work");
    thread::scope(|scope| {
        for _ in 0..4 {
            let pull = context.connected(kind::PULL, "inproc://work");
            scope.spawn(move || {
                while pull.recv() != b"end" {
                    DONE.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for round in 1..=20 {
            // Asleep, as far as can be told from outside.
            thread::sleep(Duration::from_millis(2));
            for at in 0..MANY + round {
                push.send(&at.to_ne_bytes());
            }
            // No call of the sender's helps them.
            let wanted = (1..=round).map(|round| MANY + round).sum::<usize>();
            while DONE.load(Ordering::SeqCst) < wanted {
                thread::yield_now();
            }
        }
        (0..4).for_each(|_| push.send(b"end"));
    });
}

#[test]
fn a_sender_that_stops_after_a_stream_leaves_no_reader_asleep() {
    let _dog = begin(60);
    workers_get_all_of_a_stream(&Context::new());
}

#[test]
fn nor_does_it_without_io_threads() {
    let _dog = begin(60);
    workers_get_all_of_a_stream(&Context::with_threads(0));
}

#[test]
fn what_was_streamed_is_there_for_who_looks_in_the_same_thread() {
    let _dog = begin(60);
    let context = Context::new();
    let (push, pull) = linked(&context, kind::PUSH, kind::PULL);
    for at in 0..MANY {
        push.send(&at.to_ne_bytes());
        assert_eq!(pull.try_recv_now().map(|bytes| number(&bytes)), Ok(at));
        pull.assert_nothing();
    }
}

#[test]
fn a_stream_that_meets_the_mark_of_sleeping_readers_goes_on() {
    let _dog = begin(60);
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::SNDHWM, 2);
    push.bind("inproc://a");
    let pull = context.socket(kind::PULL);
    pull.set(option::RCVHWM, 1);
    pull.connect("inproc://a");
    let reader = thread::spawn(move || (0..20_000).all(|at| number(&pull.recv()) == at));
    (0..20_000usize).for_each(|at| push.send(&at.to_ne_bytes()));
    assert!(reader.join().expect("no panic"));
}

// ---- past the pattern -------------------------------------------------------

#[test]
fn a_second_peer_gets_its_share_at_once() {
    let _dog = begin(60);
    let context = Context::new();
    let (push, first) = linked(&context, kind::PUSH, kind::PULL);
    (0..MANY).for_each(|_| talk(&push, &first, &[b"only one"]));
    let second = context.connected(kind::PULL, "inproc://a");
    (0..MANY).for_each(|_| push.send(b"in turn"));
    for pull in [&first, &second] {
        (0..MANY / 2).for_each(|_| assert_eq!(pull.recv(), b"in turn"));
        pull.assert_nothing();
    }
    drop(second);
    (0..MANY).for_each(|_| talk(&push, &first, &[b"one again"]));
    drop(first);
    // The pipe's end is news that comes before the message.
    assert_eq!(push.try_send_now(b"nobody"), Err(EAGAIN));
}

#[test]
fn frames_stay_together_among_plain_messages() {
    let _dog = begin(60);
    let context = Context::new();
    for endpoint in ["inproc://a", "tcp://127.0.0.1:*"] {
        for kinds in [[kind::DEALER; 2], [kind::PAIR; 2]] {
            let a = context.socket(kinds[0]);
            a.bind(endpoint);
            let b = context.connected(kinds[1], &a.last_endpoint());
            for round in 0..MANY {
                talk(&a, &b, &[b"plain"]);
                talk(&b, &a, &[&round.to_ne_bytes()]);
                if round % 7 == 0 {
                    talk(&a, &b, &[b"a", b"", b"c"]);
                    talk(&b, &a, &[b"d", &[7; 3000]]);
                }
            }
        }
    }
}

#[test]
fn a_message_half_read_keeps_its_pipe_when_others_come() {
    let _dog = begin(60);
    let context = Context::new();
    let (pull, first) = linked(&context, kind::PULL, kind::PUSH);
    (0..MANY).for_each(|_| talk(&first, &pull, &[b"plain"]));
    first.send_all(&[b"1", b"2", b"3"]);
    assert_eq!(pull.recv(), b"1");
    let second = context.connected(kind::PUSH, "inproc://a");
    second.send(b"other");
    assert_eq!((pull.recv(), pull.recv()), (b"2".to_vec(), b"3".to_vec()));
    assert_eq!(pull.recv(), b"other");
}

#[test]
fn a_subscriber_to_everything_that_changes_its_mind_is_heard() {
    let _dog = begin(60);
    let context = Context::new();
    let publisher = context.socket(kind::XPUB);
    publisher.bind("inproc://a");
    let sub = context.socket(kind::SUB);
    sub.subscribe(b"");
    sub.connect("inproc://a");
    assert_eq!(publisher.recv(), b"\x01");
    (0..MANY).for_each(|_| talk(&publisher, &sub, &[b"anything"]));
    sub.subscribe(b"B");
    assert_eq!(publisher.recv(), b"\x01B");
    publisher.send(b"A: sent before, filtered after");
    sub.set_bytes(option::UNSUBSCRIBE, b"");
    assert_eq!(publisher.recv(), b"\x00");
    (0..MANY).for_each(|_| talk(&publisher, &sub, &[b"B"]));
    publisher.send(b"A");
    sub.assert_nothing();
}

#[test]
fn a_context_that_ends_is_met_past_the_pattern_too() {
    let _dog = begin(60);
    let context = Context::new();
    let (push, pull) = linked(&context, kind::PUSH, kind::PULL);
    (0..MANY).for_each(|_| talk(&push, &pull, &[b"plain"]));
    context.shutdown();
    assert_eq!(push.try_send(b"x"), Err(ETERM));
    assert_eq!(pull.try_recv(), Err(ETERM));
}

// ---- large messages -------------------------------------------------------

#[test]
fn large_messages_queue_up_to_the_mark_before_a_peer_that_reads_nothing() {
    let _dog = begin(60);
    const MARK: usize = 40;
    let context = Context::new();
    let (pull, endpoint) = context.bound(kind::PULL);
    pull.set(option::RCVHWM, 1);
    let push = context.socket(kind::PUSH);
    push.set(option::SNDHWM, MARK as i32);
    push.connect(&endpoint);
    let large = vec![1; 1 << 20];
    // Blocking sends all return: their wait is bounded.
    (0..MARK).for_each(|_| push.send(&large));
    let mut sent = MARK;
    while push.try_send_now(&large).is_ok() {
        sent += 1;
        thread::sleep(Duration::from_millis(1));
    }
    (0..sent).for_each(|_| assert_eq!(pull.recv().len(), large.len()));
    pull.assert_nothing();
}

#[test]
fn streams_of_large_messages_both_ways_arrive_whole_and_in_order() {
    let _dog = begin(120);
    let context = Context::new();
    for bind in [Socket::bind_tcp, Socket::bind_ipc] {
        let near = context.socket(kind::DEALER);
        let endpoint = bind(&near);
        let far = context.connected(kind::DEALER, &endpoint);
        let stream = |socket: Socket| {
            for at in 0..200usize {
                let size = [9_000, 65_536, 300_000, 1 << 20][at % 4];
                let mut body = vec![at as u8; size];
                body[..8].copy_from_slice(&at.to_ne_bytes());
                socket.send(&body);
            }
            for at in 0..200usize {
                let body = socket.recv();
                assert_eq!(number(&body[..8]), at);
                assert!(body[8..].iter().all(|byte| *byte == at as u8));
            }
            socket
        };
        // Neither is closed before both have everything: they do not linger.
        drop(thread::scope(|scope| {
            let other = scope.spawn(|| stream(far));
            (stream(near), other.join().expect("no panic"))
        }));
    }
}

// ---- waiting awake ----------------------------------------------------------

/// Round trips between two threads. Returns how often this one slept.
fn sleeps_in_a_conversation(rounds: usize) -> i64 {
    let context = Context::new();
    let (rep, endpoint) = context.bound(kind::REP);
    let req = context.connected(kind::REQ, &endpoint);
    let answering = thread::spawn(move || {
        for _ in 0..rounds {
            let request = rep.recv();
            rep.send(&request);
        }
        rep
    });
    let before = voluntary_switches();
    for at in 0..rounds {
        req.send(&at.to_ne_bytes());
        assert_eq!(number(&req.recv()), at);
    }
    let slept = voluntary_switches() - before;
    drop(answering.join().expect("no panic"));
    slept
}

fn voluntary_switches() -> i64 {
    // SAFETY: zeroes are a valid rusage, which the call fills in.
    unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        assert_eq!(libc::getrusage(libc::RUSAGE_THREAD, &mut usage), 0);
        usage.ru_nvcsw
    }
}

#[test]
fn with_spin_0_every_wait_sleeps() {
    const ROUNDS: usize = 2_000;
    if in_child("with_spin_0_every_wait_sleeps", "0") {
        let _dog = begin(60);
        let slept = sleeps_in_a_conversation(ROUNDS);
        assert!(slept > ROUNDS as i64 / 2, "{slept} sleeps in {ROUNDS} round trips");
    }
}

#[test]
fn with_a_long_spin_few_waits_sleep() {
    const ROUNDS: usize = 2_000;
    if in_child("with_a_long_spin_few_waits_sleep", "1000000") {
        let _dog = begin(60);
        let slept = sleeps_in_a_conversation(ROUNDS);
        assert!(slept < ROUNDS as i64 / 2, "{slept} sleeps in {ROUNDS} round trips");
    }
}

#[test]
fn a_spin_ends_with_the_timeout() {
    if in_child("a_spin_ends_with_the_timeout", "100000000") {
        let _dog = begin(60);
        let context = Context::new();
        let (pull, _endpoint) = context.bound(kind::PULL);
        pull.set(option::RCVTIMEO, 20);
        assert_eq!(pull.try_recv(), Err(EAGAIN));
    }
}
