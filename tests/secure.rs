//! A CURVE server and peers that mean no good: after each of them it says why the connection ended
//! and serves the next honest client.
//!
//! Peers run the library's own sans-I/O handshake over a plain socket, and then send what no
//! library would.

mod common;

#[path = "secure/handshakes.rs"]
mod handshakes;

use common::{Context, Event, Monitor, Raw, Socket, begin, event, hex, kind, option};
use zmq::crypto::SecretKey;
use zmq::zmtp::handshake::{Config, Handshake};
use zmq::zmtp::mechanism::curve::{Opener, Sealer};
use zmq::zmtp::mechanism::{self, Open, Seal};
use zmq::zmtp::zap::Policy;
use zmq::zmtp::{Established, socket_type};

const CURVE_SERVER: i32 = 47;
const CURVE_PUBLICKEY: i32 = 48;
const CURVE_SECRETKEY: i32 = 49;
const CURVE_SERVERKEY: i32 = 50;

/// A bound PULL with CURVE.
struct Server {
    socket: Socket,
    monitor: Monitor,
    endpoint: String,
    key: SecretKey,
    /// Last: its end waits for the sockets.
    context: Context,
}

impl Server {
    fn new() -> Server {
        let (context, key) = (Context::new(), SecretKey::new(&[2; 32]));
        let socket = context.socket(kind::PULL);
        socket.set(CURVE_SERVER, 1);
        socket.set_bytes(CURVE_SECRETKEY, key.bytes());
        let monitor = socket.monitor(&context);
        let endpoint = socket.bind_tcp();
        Server { socket, monitor, endpoint, key, context }
    }

    /// A client whose handshake is over.
    fn peer(&self) -> Peer {
        Peer::new(&self.endpoint, &self.key)
    }

    /// Why the last connection ended.
    fn verdict(&self) -> Vec<Event> {
        self.monitor.until_disconnected()
    }

    /// An honest client still gets through.
    fn serves(&self) {
        let client = self.context.socket(kind::PUSH);
        let key = SecretKey::new(&[1; 32]);
        client.set_bytes(CURVE_SERVERKEY, &self.key.public());
        client.set_bytes(CURVE_PUBLICKEY, &key.public());
        client.set_bytes(CURVE_SECRETKEY, key.bytes());
        client.connect(&self.endpoint);
        client.send(b"honest");
        assert_eq!(self.socket.recv(), b"honest");
        drop(client);
        assert_eq!(self.verdict(), [SUCCEEDED]);
    }
}

/// A raw CURVE client.
struct Peer {
    raw: Raw,
    sealer: Sealer,
    opener: Opener,
}

impl Peer {
    fn new(endpoint: &str, server: &SecretKey) -> Peer {
        let mut raw = Raw::connect(endpoint);
        let Established { unsent, seal, open, .. } = shake(&mut raw, server);
        raw.send(&unsent);
        let (Seal::Curve(sealer), Open::Curve(opener)) = (seal, open) else {
            panic!("CURVE seals");
        };
        Peer { raw, sealer: *sealer, opener: *opener }
    }

    fn sealed(&mut self, more: bool, command: bool, payload: &[u8]) -> Vec<u8> {
        let mut frame = Vec::new();
        self.sealer.append(more, command, &[payload], &mut frame);
        frame
    }
}

fn client(server: &SecretKey) -> Handshake {
    let key = SecretKey::new(&[1; 32]);
    Handshake::new(Config {
        socket_type: socket_type::PUSH,
        routing_id: Vec::new(),
        max_msg_size: -1,
        refuse_old_peers: true,
        app_properties: Vec::new(),
        mechanism: mechanism::Config::CurveClient {
            server_key: server.public(),
            public_key: key.public(),
            secret_key: key,
        },
        zap: Policy::Off,
    })
}

fn shake(raw: &mut Raw, server: &SecretKey) -> Established {
    let mut ours = client(server);
    loop {
        let output = ours.output().to_vec();
        raw.send(&output);
        ours.consume_output(output.len());
        if ours.is_complete() {
            return ours.into_established().expect("complete");
        }
        ours.input(&raw.receive(1)).expect("a good server");
    }
}

const SUCCEEDED: Event = Event { event: event::SUCCEEDED, value: 0 };

fn protocol(value: u32) -> Event {
    Event { event: event::PROTOCOL, value }
}

// hostile: 32, 33, 34
// security: CVE-2014-7203
#[test]
fn rows_32_33_34_bad_traffic_ends_the_connection_and_says_why() {
    let dog = begin(60);
    let server = Server::new();
    type Spoil = fn(&mut Peer) -> Vec<u8>;
    let table: [(&str, Spoil, u32); 7] = [
        ("a clear message", |_| hex("00 01 41"), 0x1000_0011),
        ("a clear command", |_| hex("04 07 04 50494E47 0000"), 0x1000_0001),
        (
            "a short message",
            |peer| [&[0, 32], &peer.sealed(false, false, b"")[2..34]].concat(),
            0x1000_0012,
        ),
        ("a message twice", |peer| peer.sealed(false, false, b"twice").repeat(2), 0x1000_0002),
        (
            "messages out of order",
            |peer| {
                let first = peer.sealed(false, false, b"first");
                [peer.sealed(false, false, b"twice"), first].concat()
            },
            0x1000_0002,
        ),
        ("a flipped bit", |peer| flipped(peer.sealed(false, false, b"x"), 3), 0x1100_0001),
        (
            "a flipped bit in a long message",
            |peer| flipped(peer.sealed(false, false, &[7; 100_000]), 0),
            0x1100_0001,
        ),
    ];
    for (name, spoil, value) in table {
        dog.step(name);
        let mut peer = server.peer();
        let bytes = spoil(&mut peer);
        peer.raw.send(&bytes);
        peer.raw.until_closed();
        assert_eq!(server.verdict(), [SUCCEEDED, protocol(value)], "{name}");
        while let Ok(message) = server.socket.try_recv_now() {
            assert_eq!(message, b"twice", "{name}");
        }
        server.serves();
    }
}

fn flipped(mut bytes: Vec<u8>, from_end: usize) -> Vec<u8> {
    let at = bytes.len() - 1 - from_end;
    bytes[at] ^= 1;
    bytes
}

// hostile: 35
#[test]
fn row_35_only_the_flags_inside_the_box_count() {
    let _dog = begin(60);
    let server = Server::new();
    let mut peer = server.peer();
    let mut frames = Vec::new();
    for (more, flags) in [(true, 0), (false, 1), (true, 4), (false, 5)] {
        let mut frame = peer.sealed(more, false, if more { b"one" } else { b"two" });
        frame[0] |= flags;
        frames.extend(frame);
    }
    peer.raw.send(&frames);
    for _ in 0..2 {
        assert_eq!(server.socket.recv_all(), [b"one", b"two"]);
    }
    drop(peer);
    assert_eq!(server.verdict(), [SUCCEEDED]);
    server.serves();
}

// behaviours: 278
#[test]
fn messages_of_every_size_come_through_cut_anywhere() {
    let _dog = begin(60);
    let server = Server::new();
    let mut peer = server.peer();
    for len in [0, 1, 47, 48, 49, 222, 223, 8158, 8159, 8192, 65_535, 200_000] {
        let body = vec![len as u8; len];
        let mut pieces = [7, 60, 1000, 5000].into_iter().cycle();
        let frames = [peer.sealed(true, false, &body), peer.sealed(false, false, &body)].concat();
        peer.raw.send_split(&frames, || pieces.next().unwrap_or(1));
        assert_eq!(server.socket.recv_all(), [&body[..], &body]);
    }
}

#[test]
fn a_sealed_ping_is_answered_with_a_sealed_pong() {
    let _dog = begin(60);
    let server = Server::new();
    let mut peer = server.peer();
    let ping = peer.sealed(false, true, b"\x04PING\0\0LOL");
    peer.raw.send(&ping);
    let (flags, mut body) = peer.raw.frame();
    let opened = peer.opener.open(&mut body).expect("a good MESSAGE");
    assert_eq!((flags, opened.command), (0, true));
    assert!(body.ends_with(b"\x04PONGLOL"));
}

#[test]
fn the_limit_on_messages_is_one_on_their_sealed_form() {
    let _dog = begin(60);
    let server = Server::new();
    let limited = server.context.socket(kind::PULL);
    limited.set(CURVE_SERVER, 1);
    limited.set_bytes(CURVE_SECRETKEY, server.key.bytes());
    limited.set_i64(option::MAXMSGSIZE, 333);
    let endpoint = limited.bind_tcp();
    let mut peer = Peer::new(&endpoint, &server.key);
    let frame = peer.sealed(false, false, &[7; 300]);
    peer.raw.send(&frame);
    assert_eq!(limited.recv(), [7; 300]);
    let frame = peer.sealed(false, false, &[7; 301]);
    peer.raw.send(&frame);
    peer.raw.until_closed();
}

// hostile: 28
#[test]
fn a_client_with_another_servers_key_is_closed_without_a_word() {
    let _dog = begin(60);
    let server = Server::new();
    let mut raw = Raw::connect(&server.endpoint);
    let mut ours = client(&SecretKey::new(&[3; 32]));
    while ours.peer().is_none() {
        let output = ours.output().to_vec();
        raw.send(&output);
        ours.consume_output(output.len());
        ours.input(&raw.receive(1)).expect("a good greeting");
    }
    raw.send(ours.output());
    assert!(raw.until_closed().is_empty());
    assert_eq!(server.verdict(), [protocol(0x1100_0001)]);
    server.serves();
}
