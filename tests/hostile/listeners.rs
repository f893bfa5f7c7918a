//! Listeners that mean no good: whatever a connecting socket meets, it goes on, and meets honest
//! peers too.

use std::thread;

use crate::common::{
    Context, GREETING, Noise, Raw, RawListener, Socket, begin, event, hex, kind, long_form, option,
    ready,
};

const STREAM: i32 = 11;
const SOCKS_PROXY: i32 = 68;
const CURVE_SERVER: i32 = 47;
const CURVE_PUBLICKEY: i32 = 48;
const CURVE_SECRETKEY: i32 = 49;
const CURVE_SERVERKEY: i32 = 50;

/// What a socket of the test is, and whom it should meet.
#[derive(Clone, Copy, Debug)]
struct Role {
    kind: i32,
    peer: &'static str,
    curve: bool,
}

const ROLES: [Role; 7] = [
    Role { kind: kind::PULL, peer: "PUSH", curve: false },
    Role { kind: kind::SUB, peer: "PUB", curve: false },
    Role { kind: kind::XPUB, peer: "SUB", curve: false },
    Role { kind: kind::DEALER, peer: "ROUTER", curve: false },
    Role { kind: kind::REQ, peer: "REP", curve: false },
    Role { kind: kind::PULL, peer: "PUSH", curve: true },
    Role { kind: STREAM, peer: "", curve: false },
];

fn socket(context: &Context, role: Role) -> Socket {
    let socket = context.socket(role.kind);
    socket.set(option::RECONNECT_IVL, -1);
    // Random sizes are to be refused, not waited for.
    socket.set_i64(option::MAXMSGSIZE, 100_000);
    if role.curve {
        set_client(&socket);
    }
    socket
}

fn set_client(socket: &Socket) {
    let key = zmq::crypto::SecretKey::new(&[1; 32]);
    socket.set_bytes(CURVE_SERVERKEY, &zmq::crypto::SecretKey::new(&[2; 32]).public());
    socket.set_bytes(CURVE_PUBLICKEY, &key.public());
    socket.set_bytes(CURVE_SECRETKEY, key.bytes());
}

/// How a malicious answer begins.
fn beginning(noise: &mut Noise, role: Role) -> Vec<u8> {
    let curve = "FF 00*8 7F 03 01 4355525645 00*15 00*32";
    match noise.below(5) {
        0 => Vec::new(),
        1 => hex(if role.curve { curve } else { GREETING }),
        2 => [hex(if role.curve { curve } else { GREETING }), ready(role.peer)].concat(),
        3 => [hex(curve), hex("04 A8 07 57454C434F4D45")].concat(),
        _ => hex("FF 00*8 7F 01 08"),
    }
}

// behaviours: 111
#[test]
fn garbage_from_listeners_harms_nobody() {
    let dog = begin(150);
    let context = Context::new();
    let (listener, endpoint) = RawListener::tcp();
    let mut noise = Noise::new(7);
    for role in ROLES {
        let sufferer = socket(&context, role);
        for round in 0..if long_form() { 5_000 } else { 150 } {
            dog.step(format!("{role:?} round {round}"));
            sufferer.connect(&endpoint);
            let mut raw = listener.accept();
            let bytes = [beginning(&mut noise, role), noise.bytes(300)].concat();
            let longest = 1 + noise.below(400);
            raw.send_split(&bytes, || 1 + noise.below(longest));
            if noise.below(4) == 0 {
                raw.reset();
            } else {
                drop(raw);
            }
            // It may have gone by itself; what it has received does not matter.
            let _ = sufferer.try_disconnect(&endpoint);
            while sufferer.try_recv_now().is_ok() {}
        }
        dog.step(format!("{role:?} and an honest peer"));
        meet_honest_peer(&context, &sufferer, role);
    }
}

fn meet_honest_peer(context: &Context, socket: &Socket, role: Role) {
    if role.curve {
        let server = context.socket(kind::PUSH);
        server.set(CURVE_SERVER, 1);
        server.set_bytes(CURVE_SECRETKEY, &[2; 32]);
        socket.connect(&server.bind_tcp());
        server.send(b"honest");
        while socket.recv() != b"honest" {}
        return;
    }
    let (listener, endpoint) = RawListener::tcp();
    socket.connect(&endpoint);
    if role.kind == STREAM {
        listener.accept().send(b"honest");
        while socket.recv() != b"honest" {}
    } else {
        listener.handshaken(role.peer).ping();
    }
}

// hostile: 62
#[test]
fn a_proxy_that_answers_junk_is_left_and_asked_again() {
    let dog = begin(60);
    for junk in ["00 00", "05 FF", "05 01", "04 5A 00*6", "05 00 05 01 00*8", "48545450 FF*300"] {
        dog.step(junk);
        let context = Context::new();
        let (proxy, endpoint) = RawListener::tcp();
        let socket = context.socket(kind::PUSH);
        socket.set(option::RECONNECT_IVL, 1);
        socket.set_bytes(SOCKS_PROXY, endpoint.trim_start_matches("tcp://").as_bytes());
        let monitor = socket.monitor(&context);
        socket.connect("tcp://127.0.0.1:9");
        for _ in 0..3 {
            let mut raw = proxy.accept();
            raw.expect(&hex("05 01 00"));
            raw.send(&hex(junk));
            raw.until_closed();
            monitor.wait_for(event::CONNECT_RETRIED);
        }
        let (mut raw, request) = {
            let mut raw = proxy.accept();
            raw.expect(&hex("05 01 00"));
            raw.send(&hex("05 00"));
            let request = raw.receive(10);
            (raw, request)
        };
        assert_eq!(request, hex("05 01 00 01 7F000001 0009"));
        raw.send(&hex("05 00 00 01 00*6"));
        raw.shake(&hex(GREETING), &ready("PULL"));
        socket.send(b"hi");
        raw.expect(&hex("00 02 6869"));
    }
}

// behaviours: 131
// hostile: 67
#[test]
fn a_connection_to_itself_does_not_end_reconnecting() {
    let _dog = begin(60);
    let context = Context::new();
    // A port nobody listens at any more.
    let (_, endpoint) = RawListener::tcp();
    let address = endpoint.trim_start_matches("tcp://");
    let socket = context.socket(kind::PULL);
    socket.set(option::RECONNECT_IVL, 1);
    let monitor = socket.monitor(&context);
    socket.connect(&format!("tcp://{address};{address}"));
    // It counts as refused, and is tried again.
    monitor.wait_for(event::CONNECT_RETRIED);
    monitor.wait_for(event::CONNECT_RETRIED);
}

// security: pipe-freed-twice
#[test]
fn disconnecting_while_closing_ends_everything_once() {
    let dog = begin(90);
    let context = Context::with_threads(2);
    let (pull, tcp) = context.bound(kind::PULL);
    let ipc = pull.bind_ipc();
    pull.bind("inproc://closing");
    // What lingers for ever must be there before its receiver goes.
    let (mut lingering, mut arrived) = (0, 0);
    for round in 0..if long_form() { 5_000 } else { 300 } {
        dog.step(format!("round {round}"));
        let linger = [0, 10, -1][round % 3];
        for endpoint in [&tcp, &ipc, "inproc://closing"] {
            let push = context.connected(kind::PUSH, endpoint);
            push.set(option::LINGER, linger);
            for _ in 0..round % 4 {
                push.send_all(&[if linger < 0 { b"stays" } else { b"a" }, b"b"]);
                lingering += usize::from(linger < 0);
            }
            if round % 2 == 0 {
                push.disconnect(endpoint);
            }
            drop(push);
        }
        while let Ok(frame) = pull.try_recv_now() {
            arrived += usize::from(frame == b"stays");
        }
    }
    dog.step("all that lingered arrives");
    while arrived < lingering {
        arrived += usize::from(pull.recv() == b"stays");
    }
    // Raw peers that go at the very moment their connection is unbound.
    for round in 0..100 {
        dog.step(format!("unbound {round}"));
        let socket = context.socket(kind::PULL);
        let endpoint = socket.bind_tcp();
        let raw = Raw::handshaken(&endpoint, "PUSH");
        thread::scope(|scope| {
            scope.spawn(|| drop(raw));
            socket.unbind(&endpoint);
            drop(socket);
        });
    }
}
