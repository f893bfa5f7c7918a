//! Traffic commands: what comes in frames with the COMMAND bit after the
//! handshake, and the frames that carry ours. The engine calls it.
//!
//! A command's body is one octet of name length, the name, and data. Nothing a
//! peer can put there is a fault: what is unknown or malformed is ignored, and
//! still counts as traffic for the heartbeat.

use super::frame::{self, Framing, MAX_HEADER};
use super::greeting::PeerVersion;

/// A PONG returns at most so much of a PING's context (RFC 37).
pub const MAX_CONTEXT: usize = 16;
/// Longest name of a RADIO/DISH group.
pub const MAX_GROUP: usize = 255;

/// A received command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// Wants a PONG with this context; `ttl_ds` is in tenths of a second.
    Ping {
        ttl_ds: u16,
        context: &'a [u8],
    },
    /// Answers some PING; nobody checks which.
    Pong,
    Subscribe(&'a [u8]),
    Cancel(&'a [u8]),
    /// A group, at most [`MAX_GROUP`] octets without a zero.
    Join(&'a [u8]),
    Leave(&'a [u8]),
    /// Unknown or malformed.
    Ignored,
}

/// Reads the body of a command frame.
pub fn parse(body: &[u8]) -> Command<'_> {
    let Some((name, data)) = split_name(body) else {
        return Command::Ignored;
    };
    match name {
        b"PING" => match data.split_first_chunk::<2>() {
            Some((ttl, context)) => Command::Ping { ttl_ds: u16::from_be_bytes(*ttl), context },
            None => Command::Ignored,
        },
        b"PONG" => Command::Pong,
        b"SUBSCRIBE" => Command::Subscribe(data),
        b"CANCEL" => Command::Cancel(data),
        b"JOIN" if data.len() <= MAX_GROUP => Command::Join(until_zero(data)),
        b"LEAVE" if data.len() <= MAX_GROUP => Command::Leave(until_zero(data)),
        _ => Command::Ignored,
    }
}

fn split_name(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = body.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

/// Groups are C strings in the API of libzmq.
fn until_zero(group: &[u8]) -> &[u8] {
    group.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Appends a PING frame. See `heartbeat` for the TTL to announce.
pub fn ping(ttl_ds: u16, out: &mut Vec<u8>) {
    append(&[b"\x04PING", &ttl_ds.to_be_bytes()], out);
}

/// Appends the PONG frame that answers a PING with this context.
pub fn pong(context: &[u8], out: &mut Vec<u8>) {
    append(&[b"\x04PONG", context.get(..MAX_CONTEXT).unwrap_or(context)], out);
}

fn append(body: &[&[u8]], out: &mut Vec<u8>) {
    frame::append(Framing::V2, true, body, out);
}

/// What precedes the topic in the body of a (un)subscription to this peer, and
/// whether its frame is a command.
#[inline]
pub fn subscription_body(subscribe: bool, peer: PeerVersion) -> (&'static [u8], bool) {
    match (peer.subscribes_by_command(), subscribe) {
        (true, true) => (b"\x09SUBSCRIBE", true),
        (true, false) => (b"\x06CANCEL", true),
        (false, true) => (b"\x01", false),
        (false, false) => (b"\x00", false),
    }
}

/// Writes all that precedes the topic on the wire, frame header included, and
/// returns its length, at most 19. The header's size is that of the whole body,
/// so that it has its long form whenever body and not only topic need it.
pub fn subscription_prefix(
    subscribe: bool,
    peer: PeerVersion,
    topic_len: usize,
    out: &mut [u8; 24],
) -> usize {
    let (prefix, command) = subscription_body(subscribe, peer);
    let body_len = topic_len.saturating_add(prefix.len());
    let mut header = [0; MAX_HEADER];
    let header_len = frame::write_header(peer.framing(), false, command, body_len, &mut header);
    let bytes = header.iter().take(header_len).chain(prefix);
    for (slot, byte) in out.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    header_len.saturating_add(prefix.len())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::zmtp::testing::{Noise, hex};

    fn subscription(subscribe: bool, peer: PeerVersion, topic: &[u8]) -> Vec<u8> {
        let mut out = [0xEE; 24];
        let n = subscription_prefix(subscribe, peer, topic.len(), &mut out);
        [&out[..n], topic].concat()
    }

    fn written(write: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn f6_f7_f8_f9_subscriptions_take_the_form_the_peer_knows() {
        use PeerVersion::*;
        let table = [
            (V3_1, true, "A", "04 0B 09 535542534352494245 41"),
            (V3_1, false, "A", "04 08 06 43414E43454C 41"),
            (V3_0, true, "A", "00 02 01 41"),
            (V3_0, false, "A", "00 02 00 41"),
            (V2_0, true, "A", "00 02 01 41"),
            (V2_0, false, "A", "00 02 00 41"),
            (Unversioned, true, "A", "03 00 01 41"),
            (Unversioned, false, "A", "03 00 00 41"),
            (Versioned0, true, "A", "03 00 01 41"),
            (V3_1, true, "", "04 0A 09 535542534352494245"),
            (V3_0, true, "", "00 01 01"),
        ];
        for (peer, subscribe, topic, bytes) in table {
            assert_eq!(subscription(subscribe, peer, topic.as_bytes()), hex(bytes));
        }
    }

    #[test]
    fn f10_f11_the_long_form_follows_the_final_size() {
        let table = [
            (PeerVersion::V3_1, true, 245, "04 FF 09 535542534352494245"),
            (PeerVersion::V3_1, true, 246, "06 00*6 0100 09 535542534352494245"),
            (PeerVersion::V3_1, false, 248, "04 FF 06 43414E43454C"),
            (PeerVersion::V3_1, false, 249, "06 00*6 0100 06 43414E43454C"),
            (PeerVersion::V3_0, true, 254, "00 FF 01"),
            (PeerVersion::V3_0, true, 255, "02 00*6 0100 01"),
            (PeerVersion::Unversioned, true, 252, "FE 00 01"),
            (PeerVersion::Unversioned, true, 253, "FF 00*7 FF 00 01"),
        ];
        for (peer, subscribe, len, prefix) in table {
            let topic = vec![b't'; len];
            assert_eq!(subscription(subscribe, peer, &topic), [hex(prefix), topic].concat());
        }
    }

    // behaviours: 262
    #[test]
    fn f12_to_f15_pings_and_pongs() {
        assert_eq!(written(|out| ping(30, out)), hex("04 07 04 50494E47 001E"));
        let body = hex("04 50494E47 0000 4C4F4C");
        assert_eq!(parse(&body), Command::Ping { ttl_ds: 0, context: b"LOL" });
        assert_eq!(written(|out| pong(b"LOL", out)), hex("04 08 04 504F4E47 4C4F4C"));
        let long = [hex("04 15 04 504F4E47"), vec![7; 16]].concat();
        assert_eq!(written(|out| pong(&[7; 58], out)), long);
        assert_eq!(written(|out| pong(b"", out)), hex("04 05 04 504F4E47"));
    }

    #[test]
    fn commands_are_understood() {
        assert_eq!(parse(b"\x04PONGwhatever"), Command::Pong);
        assert_eq!(parse(b"\x09SUBSCRIBEA"), Command::Subscribe(b"A"));
        assert_eq!(parse(b"\x09SUBSCRIBE"), Command::Subscribe(b""));
        assert_eq!(parse(b"\x06CANCELA"), Command::Cancel(b"A"));
        assert_eq!(parse(b"\x04JOINtv"), Command::Join(b"tv"));
        assert_eq!(parse(b"\x04JOINtv\0x"), Command::Join(b"tv"));
        assert_eq!(parse(b"\x05LEAVEtv"), Command::Leave(b"tv"));
        let ping = Command::Ping { ttl_ds: 0x290, context: b"" };
        assert_eq!(parse(b"\x04PING\x02\x90"), ping);
    }

    #[test]
    fn unknown_and_malformed_commands_are_ignored() {
        let long_group = [b"\x04JOIN".as_slice(), &[b'g'; 256]].concat();
        let bodies: [&[u8]; 12] = [
            b"",
            b"\x00",
            b"\x04",
            b"\xFFPING",
            b"\x04PING",
            b"\x04PING\x01",
            b"\x04ping\x00\x00",
            b"\x05PING\x00\x00",
            b"\x03PING\x00\x00",
            b"\x05READY",
            b"\x0aSUBSCRIBE",
            &long_group,
        ];
        for body in bodies {
            assert_eq!(parse(body), Command::Ignored, "{body:?}");
        }
    }

    #[test]
    fn garbage_never_panics() {
        let mut noise = Noise::new(2);
        for _ in 0..5_000 {
            let _ = parse(&noise.bytes(40));
        }
    }
}
