//! Runs the table of `rows.rs`: each input over each transport, split in each way.

use crate::common::{
    Context, Event, GREETING, Monitor, Noise, Raw, Socket, begin, event, hex, kind, option, ready,
};
use crate::rows::{Reaction, Row, rows};

/// How an input is cut into writes.
#[derive(Clone, Copy, Debug)]
enum Split {
    Whole,
    Octets,
    Random,
}

// behaviours: 305
#[test]
fn every_bad_input_has_its_reaction_over_tcp() {
    let dog = begin(120);
    for row in rows() {
        for split in [Split::Whole, Split::Octets, Split::Random] {
            dog.step(format!("{} ({split:?})", row.name));
            Scene::new(&row, Socket::bind_tcp).play(&row, split);
        }
    }
}

#[test]
fn every_bad_input_has_its_reaction_over_ipc() {
    let dog = begin(120);
    for row in rows() {
        for split in [Split::Whole, Split::Random] {
            dog.step(format!("{} ({split:?})", row.name));
            Scene::new(&row, Socket::bind_ipc).play(&row, split);
        }
    }
}

/// A socket to be maltreated. Fields are dropped in this order.
struct Scene {
    monitor: Monitor,
    socket: Socket,
    endpoint: String,
    _context: Context,
}

impl Scene {
    fn new(row: &Row, bind: impl Fn(&Socket) -> String) -> Scene {
        let context = Context::new();
        let socket = context.socket(row.kind);
        socket.set_i64(option::MAXMSGSIZE, row.limit);
        let monitor = socket.monitor(&context);
        let endpoint = bind(&socket);
        Scene { monitor, socket, endpoint, _context: context }
    }

    fn play(&self, row: &Row, split: Split) {
        let mut raw = Raw::connect(&self.endpoint);
        let mut noise = Noise::new(row.bytes.len() as u64);
        match split {
            Split::Whole => raw.send(&row.bytes),
            Split::Octets if row.bytes.len() < 1000 => raw.send_split(&row.bytes, || 1),
            Split::Octets | Split::Random => {
                let longest = 2 + row.bytes.len() / 8;
                raw.send_split(&row.bytes, || 1 + noise.below(longest));
            }
        }
        self.expect(row, raw);
        match row.limit {
            0..64 => self.serve_frugal_peer(),
            _ => self.serve_honest_peer(row.kind),
        }
    }

    /// Where the limit lets no READY in, an old peer does better.
    fn serve_frugal_peer(&self) {
        let mut honest = Raw::connect(&self.endpoint);
        honest.send(&hex("01 00 02 01 61 02 00 62"));
        assert_eq!(self.socket.recv_all(), [b"a", b"b"]);
    }

    fn expect(&self, row: &Row, mut raw: Raw) {
        let name = row.name;
        match &row.reaction {
            Reaction::Refused(expected) => {
                raw.until_closed();
                let expected = expected.map(|(event, value)| Event { event, value });
                assert_eq!(self.monitor.until_disconnected(), Vec::from_iter(expected), "{name}");
            }
            Reaction::Ended => {
                raw.until_closed();
                let expected = [Event { event: event::SUCCEEDED, value: 0 }];
                assert_eq!(self.monitor.until_disconnected(), expected, "{name}");
            }
            Reaction::Open => {
                raw.expect(&hex(GREETING));
                raw.ping();
                raw.finish();
            }
            Reaction::Delivers(messages) => {
                for message in messages {
                    assert_eq!(self.socket.recv_all(), *message, "{name}");
                }
                match row.kind {
                    kind::REP => self.socket.send(b"an answer"),
                    // The end of the peer is a message of its own there.
                    kind::XPUB => return self.socket.assert_nothing(),
                    _ => {}
                }
                raw.finish();
                self.socket.assert_nothing();
            }
            Reaction::Waits => {
                raw.finish();
                let expected = [Event { event: event::NO_DETAIL, value: libc::EPIPE as u32 }];
                assert_eq!(self.monitor.until_disconnected(), expected, "{name}");
            }
        }
    }

    fn serve_honest_peer(&self, socket_type: i32) {
        let mut honest = Raw::connect(&self.endpoint);
        honest.shake(&hex(GREETING), &ready(peer_of(socket_type)));
        honest.ping();
        if matches!(socket_type, kind::PULL | kind::DEALER | kind::PAIR) {
            honest.send(&hex("01 00 00 06 686F6E657374"));
            assert_eq!(self.socket.recv_all(), [&b""[..], b"honest"]);
        }
    }
}

/// The name of a socket type that may talk to this one.
fn peer_of(socket_type: i32) -> &'static str {
    match socket_type {
        kind::PAIR => "PAIR",
        kind::PUB | kind::XPUB => "SUB",
        kind::SUB | kind::XSUB => "PUB",
        kind::REQ => "REP",
        kind::REP => "REQ",
        kind::PULL => "PUSH",
        kind::PUSH => "PULL",
        _ => "DEALER",
    }
}
