//! Commands of the traffic: what is read of them is part of what was sent, and
//! what we write is read back.

use zmq::zmtp::PeerVersion;
use zmq::zmtp::command::{self, Command, MAX_CONTEXT, MAX_GROUP};
use zmq::zmtp::frame::{self, Framing, Parsed};

use super::memory;
use super::model;
use super::script::Script;

pub fn target(data: &[u8]) {
    let (command, taken) = memory::peak(|| command::parse(data));
    assert_eq!(taken, 0, "reading a command takes no memory");
    assert_eq!(command, expected(data));
    if let Command::Ping { context, .. } = command {
        let mut pong = Vec::new();
        command::pong(context, &mut pong);
        let kept = &context[..context.len().min(MAX_CONTEXT)];
        assert_eq!(body(Framing::V2, &pong, true), [b"\x04PONG", kept].concat());
        assert_eq!(command::parse(&pong[2..]), Command::Pong);
    }
    let mut script = Script(data);
    written(script.word(), script.byte(), script.rest());
}

fn expected(data: &[u8]) -> Command<'_> {
    let Some((name, rest)) = model::sized(data, 1) else { return Command::Ignored };
    let group = rest.split(|byte| *byte == 0).next().unwrap_or_default();
    match name {
        b"PING" if rest.len() >= 2 => {
            Command::Ping { ttl_ds: u16::from_be_bytes([rest[0], rest[1]]), context: &rest[2..] }
        }
        b"PONG" => Command::Pong,
        b"SUBSCRIBE" => Command::Subscribe(rest),
        b"CANCEL" => Command::Cancel(rest),
        b"JOIN" if rest.len() <= MAX_GROUP => Command::Join(group),
        b"LEAVE" if rest.len() <= MAX_GROUP => Command::Leave(group),
        _ => Command::Ignored,
    }
}

/// What we write reads back.
fn written(ttl_ds: u16, kind: u8, topic: &[u8]) {
    let mut ping = Vec::new();
    command::ping(ttl_ds, &mut ping);
    let read = command::parse(body(Framing::V2, &ping, true));
    assert_eq!(read, Command::Ping { ttl_ds, context: b"" });

    let versions = [
        PeerVersion::Unversioned,
        PeerVersion::Versioned0,
        PeerVersion::V2_0,
        PeerVersion::V3_0,
        PeerVersion::V3_1,
    ];
    let (peer, subscribe) = (versions[usize::from(kind >> 1) % 5], kind & 1 != 0);
    let mut prefix = [0xEE; 24];
    let len = command::subscription_prefix(subscribe, peer, topic.len(), &mut prefix);
    let wire = [&prefix[..len], topic].concat();
    let as_command = peer.subscribes_by_command();
    let body = body(peer.framing(), &wire, as_command);
    if as_command {
        let form = if subscribe { Command::Subscribe } else { Command::Cancel };
        assert_eq!(command::parse(body), form(topic));
    } else {
        assert_eq!(body, [&[u8::from(subscribe)], topic].concat());
    }
}

/// The body of the one frame that `wire` is.
fn body(framing: Framing, wire: &[u8], command: bool) -> &[u8] {
    let Ok(Parsed::Frame(header)) = frame::parse(framing, wire) else { panic!("a whole frame") };
    assert_eq!((header.command, header.more), (command, false));
    assert_eq!(header.header_len as u64 + header.body_len, wire.len() as u64);
    &wire[header.header_len..]
}
