//! Handshakes spoilt by hand, peers of other mechanisms and of older protocols: each is refused
//! for its reason, and the next honest client is served.

use std::thread;

use zmq::crypto::{BoxKey, Nonce, PublicKey, SecretKey};

use crate::common::{
    Context, Event, GREETING, Monitor, Raw, Socket, begin, descriptors, event, hex, kind,
    long_form, option, ready, settled_kib,
};
use crate::{SUCCEEDED, Server, protocol};

const UNSPECIFIED: u32 = 0x1000_0000;
const UNEXPECTED_COMMAND: u32 = 0x1000_0001;
const KEY_EXCHANGE: u32 = 0x1000_0003;
const MALFORMED_HELLO: u32 = 0x1000_0013;
const MALFORMED_INITIATE: u32 = 0x1000_0014;
const CRYPTOGRAPHIC: u32 = 0x1100_0001;
const MECHANISM_MISMATCH: u32 = 0x1100_0002;

const CURVE_GREETING: &str = "FF 00*8 7F 03 01 4355525645 00*15 00*32";
const PLAIN_GREETING: &str = "FF 00*8 7F 03 01 504C41494E 00*15 00*32";
const PLAIN_SERVER: i32 = 44;
const PLAIN_USERNAME: i32 = 45;
const PLAIN_PASSWORD: i32 = 46;

fn nonce(purpose: &[u8], rest: &[u8]) -> Nonce {
    [purpose, rest].concat().try_into().expect("24 octets")
}

fn command(body: &[u8]) -> Vec<u8> {
    match u8::try_from(body.len()) {
        Ok(len) => [&[4, len], body].concat(),
        Err(_) => [&[6][..], &(body.len() as u64).to_be_bytes(), body].concat(),
    }
}

/// A CURVE client made by hand: RFC 26 without a library.
struct Hand {
    raw: Raw,
    /// c'
    short: SecretKey,
    /// c
    long: SecretKey,
    server: PublicKey,
}

/// What WELCOME brings: S' and the cookie.
type Welcome = (PublicKey, Vec<u8>);

impl Hand {
    fn new(server: &Server) -> Hand {
        let mut raw = Raw::connect(&server.endpoint);
        raw.send(&hex(CURVE_GREETING));
        raw.receive(64);
        let short = SecretKey::random().expect("random numbers");
        Hand { raw, short, long: SecretKey::new(&[1; 32]), server: server.key.public() }
    }

    fn hello(&self) -> Vec<u8> {
        let counter = 1_u64.to_be_bytes();
        let key = BoxKey::agree(&self.server, &self.short).expect("a key");
        let sealed = key.seal(&nonce(b"CurveZMQHELLO---", &counter), &[0; 64]);
        [b"\x05HELLO\x01\x00", &[0; 72][..], &self.short.public(), &counter, &sealed].concat()
    }

    fn send(&mut self, body: &[u8]) {
        self.raw.send(&command(body));
    }

    fn welcome(&mut self) -> Welcome {
        let hello = self.hello();
        self.send(&hello);
        let (flags, body) = self.raw.frame();
        assert_eq!((flags, &body[..8]), (4, &b"\x07WELCOME"[..]));
        let key = BoxKey::agree(&self.server, &self.short).expect("a key");
        let plain = key.open(&nonce(b"WELCOME-", &body[8..24]), &body[24..]).expect("a WELCOME");
        (plain[..32].try_into().expect("32 octets"), plain[32..].to_vec())
    }

    /// INITIATE that vouches for this short key.
    fn initiate(&self, welcome: &Welcome, vouched: &PublicKey, metadata: &[u8]) -> Vec<u8> {
        let (server_short, cookie) = welcome;
        let vouch_key = BoxKey::agree(server_short, &self.long).expect("a key");
        let vouched = [*vouched, self.server].concat();
        let vouch = vouch_key.seal(&nonce(b"VOUCH---", &[9; 16]), &vouched);
        let plain = [&self.long.public()[..], &[9; 16], &vouch, metadata].concat();
        let counter = 2_u64.to_be_bytes();
        let key = BoxKey::agree(server_short, &self.short).expect("a key");
        let sealed = key.seal(&nonce(b"CurveZMQINITIATE", &counter), &plain);
        [b"\x08INITIATE", &cookie[..], &counter, &sealed].concat()
    }

    fn good_initiate(&self, welcome: &Welcome) -> Vec<u8> {
        self.initiate(welcome, &self.short.public(), &metadata(0))
    }
}

/// The properties of a PUSH socket, and one of this length.
fn metadata(extra: usize) -> Vec<u8> {
    let mut bytes = hex("0B 536F636B65742D54797065 00000004 50555348");
    if extra > 0 {
        bytes.extend(b"\x06X-long");
        bytes.extend((extra as u32).to_be_bytes());
        bytes.resize(bytes.len() + extra, b'x');
    }
    bytes
}

/// With another octet in a place where a known one stands.
fn with(mut body: Vec<u8>, at: usize, octet: u8) -> Vec<u8> {
    assert_ne!(std::mem::replace(&mut body[at], octet), octet, "nothing is altered");
    body
}

// behaviours: 275
// hostile: 28
#[test]
fn a_hello_that_is_spoilt_has_its_reason() {
    let dog = begin(60);
    let server = Server::new();
    type Spoil = fn(&Hand) -> Vec<u8>;
    let table: [(&str, Spoil, u32); 8] = [
        ("too short", |hand| hand.hello()[..199].to_vec(), MALFORMED_HELLO),
        ("too long", |hand| [&hand.hello()[..], b"x"].concat(), MALFORMED_HELLO),
        ("the name alone", |_| b"\x05HELLO".to_vec(), MALFORMED_HELLO),
        ("another version", |hand| with(hand.hello(), 6, 2), MALFORMED_HELLO),
        ("another name", |hand| with(hand.hello(), 1, b'h'), UNEXPECTED_COMMAND),
        (
            "no key",
            |hand| [&hand.hello()[..80], &[0; 32], &hand.hello()[112..]].concat(),
            CRYPTOGRAPHIC,
        ),
        ("a spoilt box", |hand| flipped(hand.hello(), 150), CRYPTOGRAPHIC),
        ("INITIATE instead", |_| b"\x08INITIATE".to_vec(), UNEXPECTED_COMMAND),
    ];
    for (name, spoil, value) in table {
        dog.step(name);
        let mut hand = Hand::new(&server);
        let body = spoil(&hand);
        hand.send(&body);
        assert!(hand.raw.until_closed().is_empty(), "{name}: an answer");
        assert_eq!(server.verdict(), [protocol(value)], "{name}");
        server.serves();
    }
}

// behaviours: 275
// hostile: 30, 31
#[test]
fn an_initiate_that_is_spoilt_has_its_reason() {
    let dog = begin(60);
    let server = Server::new();
    type Spoil = fn(&Hand, &Welcome, &Welcome) -> Vec<u8>;
    let table: [(&str, Spoil, u32); 8] = [
        ("too short", |hand, own, _| hand.good_initiate(own)[..256].to_vec(), MALFORMED_INITIATE),
        ("another name", |hand, own, _| with(hand.good_initiate(own), 3, b'!'), UNEXPECTED_COMMAND),
        ("HELLO again", |hand, _, _| hand.hello(), UNEXPECTED_COMMAND),
        (
            "an altered cookie",
            |hand, own, _| hand.good_initiate(&(own.0, flipped(own.1.clone(), 50))),
            CRYPTOGRAPHIC,
        ),
        (
            "another connection's cookie",
            |hand, own, other| hand.good_initiate(&(own.0, other.1.clone())),
            CRYPTOGRAPHIC,
        ),
        ("all of another connection's", |hand, _, other| hand.good_initiate(other), CRYPTOGRAPHIC),
        ("a spoilt box", |hand, own, _| flipped(hand.good_initiate(own), 130), CRYPTOGRAPHIC),
        (
            "a vouch for somebody else",
            |hand, own, _| hand.initiate(own, &SecretKey::new(&[7; 32]).public(), &metadata(0)),
            KEY_EXCHANGE,
        ),
    ];
    for (name, spoil, value) in table {
        dog.step(name);
        let mut other = Hand::new(&server);
        let others = other.welcome();
        let mut hand = Hand::new(&server);
        let own = hand.welcome();
        let body = spoil(&hand, &own, &others);
        hand.send(&body);
        hand.raw.until_closed();
        assert_eq!(server.verdict(), [protocol(value)], "{name}");
        drop(other);
        assert_eq!(server.verdict().len(), 1);
        server.serves();
    }
}

fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}

// hostile: 30
#[test]
fn an_initiate_seen_on_another_connection_is_of_no_use() {
    let _dog = begin(60);
    let server = Server::new();
    let mut seen = Hand::new(&server);
    let welcome = seen.welcome();
    let initiate = seen.good_initiate(&welcome);
    seen.send(&initiate);
    seen.raw.skip_frame();
    let mut again = Hand::new(&server);
    again.short = seen.short.clone();
    again.welcome();
    again.send(&initiate);
    again.raw.until_closed();
    assert_eq!(server.verdict(), [SUCCEEDED, protocol(CRYPTOGRAPHIC)]);
    drop(seen);
    assert_eq!(server.verdict(), []);
    server.serves();
}

// security: CVE-2019-13132
#[test]
fn long_metadata_is_taken_or_refused_and_harms_nobody() {
    let dog = begin(60);
    let server = Server::new();
    for (len, fits) in [(300, true), (4_000, true), (1 << 20, false), (8 << 20, false)] {
        dog.step(format!("{len} octets"));
        let mut hand = Hand::new(&server);
        let welcome = hand.welcome();
        let body = hand.initiate(&welcome, &hand.short.public(), &metadata(len));
        hand.send(&body);
        if fits {
            let (_, answer) = hand.raw.frame();
            assert_eq!(&answer[..6], b"\x05READY");
            drop(hand);
            assert_eq!(server.verdict(), [SUCCEEDED]);
        } else {
            hand.raw.until_closed();
            assert_eq!(server.verdict(), []);
        }
        server.serves();
    }
}

// hostile: 27
#[test]
fn an_initiate_right_behind_hello_is_refused() {
    let _dog = begin(60);
    let server = Server::new();
    let mut hand = Hand::new(&server);
    let mut other = Hand::new(&server);
    let welcome = other.welcome();
    let both = [command(&hand.hello()), command(&hand.good_initiate(&welcome))].concat();
    hand.raw.send(&both);
    hand.raw.until_closed();
    let verdict = server.verdict();
    // libzmq has no WELCOME ready by then and says UNSPECIFIED, we have and find the cookie wrong.
    assert!(verdict == [protocol(CRYPTOGRAPHIC)] || verdict == [protocol(UNSPECIFIED)]);
    drop(other);
    assert_eq!(server.verdict().len(), 1);
    server.serves();
}

// hostile: 29
#[test]
fn a_flood_of_hellos_leaves_nothing_behind() {
    let dog = begin(120);
    let server = Server::new();
    let round = |number: usize| {
        dog.step(format!("HELLO {number}"));
        let mut hand = Hand::new(&server);
        hand.welcome();
        drop(hand);
        assert_eq!(server.verdict().len(), 1);
        if number.is_multiple_of(50) {
            server.serves();
        }
    };
    (0..200).for_each(round);
    let (before, open) = (settled_kib(), descriptors());
    (200..if long_form() { 20_000 } else { 1_000 }).for_each(round);
    let grown = settled_kib() - before;
    assert!(grown < 1024, "{grown} KiB");
    while descriptors() > open {
        thread::yield_now();
    }
    let waiting: Vec<Hand> = (0..100).map(|_| Hand::new(&server)).collect();
    let push = honest(&server);
    push.send(b"honest");
    assert_eq!(server.socket.recv(), b"honest");
    drop(waiting);
}

fn honest(server: &Server) -> Socket {
    let client = server.context.socket(kind::PUSH);
    let key = SecretKey::new(&[1; 32]);
    client.set_bytes(crate::CURVE_SERVERKEY, &server.key.public());
    client.set_bytes(crate::CURVE_PUBLICKEY, &key.public());
    client.set_bytes(crate::CURVE_SECRETKEY, key.bytes());
    client.connect(&server.endpoint);
    client
}

/// A PULL that asks a ZAP handler, which lets in everybody that it is asked about.
struct Guarded {
    socket: Socket,
    monitor: Monitor,
    endpoint: String,
    plain: bool,
    context: Context,
}

impl Guarded {
    fn new(plain: bool) -> Guarded {
        let context = Context::new();
        let handler = context.socket(kind::REP);
        handler.set(option::RCVTIMEO, -1);
        handler.bind("inproc://zeromq.zap.01");
        thread::spawn(move || {
            while handler.try_recv_all().is_ok() {
                handler.send_all(&[b"1.0", b"1", b"200", b"OK", b"", b""]);
            }
        });
        let socket = context.socket(kind::PULL);
        if plain {
            socket.set(PLAIN_SERVER, 1);
        } else {
            socket.set_bytes(option::ZAP_DOMAIN, b"domain");
        }
        let monitor = socket.monitor(&context);
        let endpoint = socket.bind_tcp();
        Guarded { socket, monitor, endpoint, plain, context }
    }

    fn serves(&self) {
        let client = self.context.socket(kind::PUSH);
        if self.plain {
            client.set_bytes(PLAIN_USERNAME, b"name");
            client.set_bytes(PLAIN_PASSWORD, b"word");
        }
        client.connect(&self.endpoint);
        client.send(b"honest");
        assert_eq!(self.socket.recv(), b"honest");
        drop(client);
        assert_eq!(self.monitor.until_disconnected(), [SUCCEEDED]);
    }
}

/// All that a peer of an older version says, with a message.
fn old_peers() -> [(&'static str, Vec<u8>); 4] {
    [
        ("ZMTP 1.0", hex("01 00 06 00 736E65616B")),
        ("ZMTP 1.0, long", hex("FF 00*7 01 00 06 00 736E65616B")),
        ("revision 0", hex("FF 00*8 7F 00 08 01 00 06 00 736E65616B")),
        ("ZMTP 2.0", hex("FF 00*8 7F 01 08 00 00 00 05 736E65616B")),
    ]
}

// behaviours: 268, 275, 279
// hostile: 4
// security: CVE-2014-7202
#[test]
fn old_peers_get_nothing_through_where_there_is_security() {
    let dog = begin(60);
    let (curve, plain, domain) = (Server::new(), Guarded::new(true), Guarded::new(false));
    for (name, bytes) in old_peers() {
        for (what, endpoint, socket, monitor) in [
            ("CURVE", &curve.endpoint, &curve.socket, &curve.monitor),
            ("PLAIN", &plain.endpoint, &plain.socket, &plain.monitor),
            ("NULL with a domain", &domain.endpoint, &domain.socket, &domain.monitor),
        ] {
            dog.step(format!("{name} to {what}"));
            let mut raw = Raw::connect(endpoint);
            raw.send(&bytes);
            raw.until_closed();
            let events = monitor.until_disconnected();
            assert_eq!(events, [], "{name} to {what}");
            socket.assert_nothing();
        }
        curve.serves();
        plain.serves();
        domain.serves();
    }
}

// hostile: 4, 11
// security: CVE-2014-7202
#[test]
fn other_mechanisms_get_nothing_through() {
    let dog = begin(60);
    let (curve, plain, domain) = (Server::new(), Guarded::new(true), Guarded::new(false));
    let then = [ready("PUSH"), hex("00 05 736E65616B")].concat();
    for (number, greeting) in [GREETING, PLAIN_GREETING, CURVE_GREETING].into_iter().enumerate() {
        for (own, endpoint, socket, monitor) in [
            (2, &curve.endpoint, &curve.socket, &curve.monitor),
            (1, &plain.endpoint, &plain.socket, &plain.monitor),
            (0, &domain.endpoint, &domain.socket, &domain.monitor),
        ] {
            if own == number {
                continue;
            }
            dog.step(format!("mechanism {number} to {own}"));
            let mut raw = Raw::connect(endpoint);
            raw.send(&[hex(greeting), then.clone()].concat());
            raw.until_closed();
            assert_eq!(monitor.until_disconnected(), [protocol(MECHANISM_MISMATCH)]);
            socket.assert_nothing();
        }
        curve.serves();
        plain.serves();
        domain.serves();
    }
}

// behaviours: 268
// hostile: 26
#[test]
fn a_plain_hello_that_does_not_add_up_is_malformed() {
    let dog = begin(60);
    let server = Guarded::new(true);
    for (name, body, value) in [
        ("a trailing octet", "05 48454C4C4F 01 61 01 62 00", MALFORMED_HELLO),
        ("a name beyond the end", "05 48454C4C4F FF 61 01 62", MALFORMED_HELLO),
        ("a password beyond the end", "05 48454C4C4F 01 61 02 62", MALFORMED_HELLO),
        ("no password", "05 48454C4C4F 01 61", MALFORMED_HELLO),
        ("nothing", "05 48454C4C4F", MALFORMED_HELLO),
        ("READY", "05 5245414459", UNEXPECTED_COMMAND),
        ("INITIATE", "08 494E495449415445", UNEXPECTED_COMMAND),
    ] {
        dog.step(name);
        let mut raw = Raw::connect(&server.endpoint);
        raw.send(&[hex(PLAIN_GREETING), command(&hex(body))].concat());
        raw.until_closed();
        assert_eq!(server.monitor.until_disconnected(), [protocol(value)], "{name}");
        server.serves();
    }
}

// hostile: 27
#[test]
fn a_plain_client_that_does_not_wait_for_its_verdict_is_refused() {
    let _dog = begin(60);
    let context = Context::new();
    let handler = context.socket(kind::REP);
    handler.bind("inproc://zeromq.zap.01");
    let socket = context.socket(kind::PULL);
    socket.set(PLAIN_SERVER, 1);
    let monitor = socket.monitor(&context);
    let endpoint = socket.bind_tcp();
    let mut raw = Raw::connect(&endpoint);
    let hello = command(&hex("05 48454C4C4F 01 61 01 62"));
    raw.send(&[hex(PLAIN_GREETING), hello, command(&hex("08 494E495449415445"))].concat());
    raw.until_closed();
    assert_eq!(monitor.until_disconnected(), [protocol(UNSPECIFIED)]);
    let client = context.socket(kind::PUSH);
    client.set_bytes(PLAIN_USERNAME, b"name");
    client.set_bytes(PLAIN_PASSWORD, b"word");
    client.connect(&endpoint);
    client.send(b"honest");
    // The question about the first may still be there.
    handler.set(option::RCVTIMEO, 20);
    while socket.try_recv_now() != Ok(b"honest".to_vec()) {
        if handler.try_recv_all().is_ok() {
            handler.send_all(&[b"1.0", b"1", b"200", b"OK", b"", b""]);
        }
    }
}

// behaviours: 268
#[test]
fn two_servers_get_nowhere() {
    let _dog = begin(60);
    let server = Guarded::new(true);
    let other = server.context.socket(kind::PUSH);
    other.set(PLAIN_SERVER, 1);
    other.set(option::HANDSHAKE_IVL, 200);
    other.connect(&server.endpoint);
    let events = server.monitor.until_disconnected();
    let given_up = Event { event: event::NO_DETAIL, value: libc::EPIPE as u32 };
    assert_eq!(events, [given_up]);
    drop(other);
    server.socket.assert_nothing();
}
