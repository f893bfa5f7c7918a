//! What the children do. Each case runs alone in its process, so that numbers of sockets start
//! with 1. A case that ends without having waited at stdin has nothing to wait for.

use std::io::Read;
use std::thread;

use crate::common::{Context, Raw, RawListener, Socket, kind, option};

const PLAIN_SERVER: i32 = 44;
const PLAIN_USERNAME: i32 = 45;
const PLAIN_PASSWORD: i32 = 46;
const CURVE_SERVER: i32 = 47;
const CURVE_PUBLICKEY: i32 = 48;
const CURVE_SECRETKEY: i32 = 49;
const CURVE_SERVERKEY: i32 = 50;
const EAGAIN: i32 = libc::EAGAIN;

macro_rules! cases {
    ($($name:ident)*) => {
        pub const CASES: &[(&str, fn())] = &[$((stringify!($name), $name)),*];
    };
}

cases! {
    a_refused_connection_names_reason_and_delay
    a_connection_given_up_says_by_which_option
    binding_is_told_with_its_failure
    a_handshake_tells_what_the_peer_is
    types_that_do_not_fit_are_both_named
    mechanisms_that_differ_are_both_named
    a_wrong_server_key_is_suspected_on_both_sides
    a_refusal_by_the_zap_handler_is_told_with_its_words
    a_missing_zap_handler_is_told
    a_silent_peer_is_told_after_its_time
    a_lost_connection_is_told
    a_send_without_peer_is_told
    the_high_water_mark_is_told_with_its_peers
    a_publisher_tells_whom_it_passes_by
    a_router_names_the_peer_it_does_not_know
    a_reply_nobody_waits_for_is_told
    an_expired_linger_counts_what_it_drops
    what_a_peer_did_not_take_is_counted
    termination_names_the_sockets_it_waits_for
    stderr_closed_before
    stderr_closed_later
    stderr_broken
    stderr_full
}

/// Until the parent has read all it wants.
fn until_released() {
    let mut rest = Vec::new();
    std::io::stdin().read_to_end(&mut rest).expect("stdin");
}

/// An endpoint where nobody listens.
fn nowhere() -> String {
    let (listener, endpoint) = RawListener::tcp();
    drop(listener);
    endpoint
}

fn a_refused_connection_names_reason_and_delay() {
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::RECONNECT_IVL, 5);
    push.connect(&nowhere());
    until_released();
}

fn a_connection_given_up_says_by_which_option() {
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::RECONNECT_IVL, -1);
    push.connect(&nowhere());
    until_released();
}

fn binding_is_told_with_its_failure() {
    let context = Context::new();
    let (rep, endpoint) = context.bound(kind::REP);
    let other = context.socket(kind::REP);
    assert!(other.try_bind(&endpoint).is_err());
    rep.bind("inproc://name");
    assert!(other.try_bind("inproc://name").is_err());
    let _req = context.connected(kind::REQ, "inproc://other");
    rep.unbind(&endpoint);
    until_released();
}

fn a_handshake_tells_what_the_peer_is() {
    let context = Context::new();
    let (router, endpoint) = context.bound(kind::ROUTER);
    let dealer = context.socket(kind::DEALER);
    dealer.set_bytes(option::ROUTING_ID, b"worker");
    dealer.connect(&endpoint);
    dealer.send(b"hello");
    assert_eq!(router.recv_all(), [b"worker".to_vec(), b"hello".to_vec()]);
    until_released();
}

fn types_that_do_not_fit_are_both_named() {
    let context = Context::new();
    let (_sub, endpoint) = context.bound(kind::SUB);
    let _push = context.connected(kind::PUSH, &endpoint);
    until_released();
}

/// A PULL under CURVE with a secret key of its own, and where it is bound.
fn curve_server(context: &Context) -> (Socket, String) {
    let server = context.socket(kind::PULL);
    server.set(CURVE_SERVER, 1);
    server.set_bytes(CURVE_SECRETKEY, &[2; 32]);
    let endpoint = server.bind_tcp();
    (server, endpoint)
}

/// A PUSH with this password, connected to a PULL under PLAIN that asks a ZAP handler.
fn plain_pair(context: &Context, password: &[u8]) -> (Socket, Socket) {
    let server = context.socket(kind::PULL);
    server.set(PLAIN_SERVER, 1);
    server.set_bytes(option::ZAP_DOMAIN, b"test");
    let endpoint = server.bind_tcp();
    let client = context.socket(kind::PUSH);
    client.set_bytes(PLAIN_USERNAME, b"user");
    client.set_bytes(PLAIN_PASSWORD, password);
    client.connect(&endpoint);
    (client, server)
}

fn mechanisms_that_differ_are_both_named() {
    let context = Context::new();
    let (_server, endpoint) = curve_server(&context);
    let _push = context.connected(kind::PUSH, &endpoint);
    until_released();
}

fn a_wrong_server_key_is_suspected_on_both_sides() {
    let context = Context::new();
    let (_server, endpoint) = curve_server(&context);
    let client = context.socket(kind::PUSH);
    let key = |byte| zmq::crypto::SecretKey::new(&[byte; 32]);
    client.set_bytes(CURVE_SERVERKEY, &key(3).public());
    client.set_bytes(CURVE_PUBLICKEY, &key(1).public());
    client.set_bytes(CURVE_SECRETKEY, key(1).bytes());
    client.connect(&endpoint);
    until_released();
}

fn a_refusal_by_the_zap_handler_is_told_with_its_words() {
    let context = Context::new();
    let handler = context.socket(kind::REP);
    handler.bind("inproc://zeromq.zap.01");
    let _pair = plain_pair(&context, b"wrong");
    let request = handler.recv_all();
    handler.send_all(&[b"1.0", &request[1], b"400", b"No access", b"", b""]);
    until_released();
}

fn a_missing_zap_handler_is_told() {
    let context = Context::new();
    let _pair = plain_pair(&context, b"right");
    until_released();
}

fn a_silent_peer_is_told_after_its_time() {
    let context = Context::new();
    let (_listener, endpoint) = RawListener::tcp();
    let push = context.socket(kind::PUSH);
    push.set(option::HANDSHAKE_IVL, 50);
    push.connect(&endpoint);
    until_released();
}

fn a_lost_connection_is_told() {
    let context = Context::new();
    let pull = context.socket(kind::PULL);
    pull.set_i64(option::MAXMSGSIZE, 100);
    let endpoint = pull.bind_tcp();
    drop(Raw::handshaken(&endpoint, "PUSH"));
    let mut long = Raw::handshaken(&endpoint, "PUSH");
    long.send(&[0, 101]);
    long.send(&[0; 101]);
    // Only where the silent one comes: the others may be slow.
    pull.set(option::HEARTBEAT_IVL, 20);
    let _silent = Raw::handshaken(&pull.bind_tcp(), "PUSH");
    until_released();
}

fn a_send_without_peer_is_told() {
    let context = Context::new();
    let (push, other) = (context.socket(kind::PUSH), context.socket(kind::PUSH));
    assert_eq!(push.try_send_now(b"x"), Err(EAGAIN));
    push.bind_tcp();
    assert_eq!(push.try_send_now(b"x"), Err(EAGAIN));
    other.set(option::SNDTIMEO, 1);
    assert_eq!(other.try_send(b"x"), Err(EAGAIN));
    until_released();
}

fn the_high_water_mark_is_told_with_its_peers() {
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::SNDHWM, 2);
    push.connect(&nowhere());
    while push.try_send_now(b"x").is_ok() {}
    push.connect("inproc://later");
    let error = (0..3).find_map(|_| push.try_send_now(b"x").err());
    assert_eq!(error, Some(EAGAIN));
    until_released();
}

fn a_publisher_tells_whom_it_passes_by() {
    let context = Context::new();
    let (publisher, sub) = (context.socket(kind::PUB), context.socket(kind::SUB));
    publisher.set(option::SNDHWM, 1);
    sub.set(option::RCVHWM, 1);
    sub.subscribe(b"");
    publisher.bind("inproc://news");
    sub.connect("inproc://news");
    for _ in 0..3 {
        publisher.send(b"x");
    }
    assert_eq!((sub.recv(), sub.recv()), (b"x".to_vec(), b"x".to_vec()));
    sub.assert_nothing();
    publisher.send(b"y");
    assert_eq!(sub.recv(), b"y");
    until_released();
}

fn a_router_names_the_peer_it_does_not_know() {
    let context = Context::new();
    let router = context.socket(kind::ROUTER);
    router.send_all(&[&[0, 0xff], b"x"]);
    router.send_all(&[b"bob", b"x"]);
    until_released();
}

fn a_reply_nobody_waits_for_is_told() {
    let context = Context::new();
    let rep = context.socket(kind::REP);
    rep.bind("inproc://questions");
    let req = context.connected(kind::REQ, "inproc://questions");
    req.send(b"?");
    assert_eq!(rep.recv(), b"?");
    drop(req);
    rep.send(b"!");
    until_released();
}

fn an_expired_linger_counts_what_it_drops() {
    let context = Context::new();
    let push = context.socket(kind::PUSH);
    push.set(option::LINGER, 300);
    push.connect(&nowhere());
    for _ in 0..3 {
        push.send(b"x");
    }
    drop(push);
    context.term();
    until_released();
}

fn what_a_peer_did_not_take_is_counted() {
    let context = Context::new();
    let (push, endpoint) = context.bound(kind::PUSH);
    let pull = Raw::handshaken(&endpoint, "PULL");
    push.send(b"the first one waits for the peer");
    while push.try_send_now(&[0; 10_000]).is_ok() {}
    pull.reset();
    until_released();
}

fn termination_names_the_sockets_it_waits_for() {
    let context = Context::new();
    let push = context.connected(kind::PUSH, &nowhere());
    push.bind("inproc://here");
    let sub = context.socket(kind::SUB);
    let closing = thread::spawn(move || {
        until_released();
        drop((push, sub));
    });
    context.term();
    closing.join().expect("closed");
}

/// Messages through connections, one of whose descriptors may be number 2.
fn exchange(context: &Context) {
    let (pull, endpoint) = context.bound(kind::PULL);
    let push = context.connected(kind::PUSH, &endpoint);
    let router = context.socket(kind::ROUTER);
    for number in 0..100u32 {
        push.send(&number.to_be_bytes());
        // Something to say in between.
        router.send_all(&[b"nobody", b"x"]);
        assert_eq!(pull.recv(), number.to_be_bytes());
        let extra = context.connected(kind::PUSH, &endpoint);
        extra.send(b"extra");
        assert_eq!(pull.recv(), b"extra");
    }
    pull.assert_nothing();
}

fn stderr_closed_before() {
    // SAFETY: nobody here uses it.
    unsafe { libc::close(2) };
    exchange(&Context::new());
}

fn stderr_closed_later() {
    let context = Context::new();
    context.socket(kind::PULL);
    // SAFETY: nobody here uses it.
    unsafe { libc::close(2) };
    exchange(&context);
}

fn stderr_broken() {
    // SAFETY: the default action, as C programs have it.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    until_released();
    let context = Context::new();
    let router = context.socket(kind::ROUTER);
    // SAFETY: this thread's own errno.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    unsafe { *errno = 0 };
    router.send_all(&[b"nobody", b"x"]);
    // SAFETY: as above.
    assert_eq!(unsafe { *errno }, 0, "a line that fails leaves no errno");
    exchange(&context);
}

fn stderr_full() {
    let context = Context::new();
    let rep = context.socket(kind::REP);
    let other = context.socket(kind::REP);
    other.bind("inproc://name");
    for _ in 0..3000 {
        assert!(rep.try_bind("inproc://name").is_err());
    }
    println!("stderr is full");
    let mut word = [0; 5];
    let more = std::io::stdin().read_exact(&mut word);
    assert!(rep.try_bind("inproc://name").is_err());
    drop(more);
}
