//! The table: what a peer sends and what must come of it. Numbers are those of the collection of
//! hostile inputs in the project's notes on the wire.

use crate::common::{GREETING, GREETING_3_0, event, hex, kind, ready, ready_with};

/// What must come of an input.
pub enum Reaction {
    /// Closed during the handshake; the event that says why, if there is one.
    Refused(Option<(u16, u32)>),
    /// Closed after the handshake, without any event that says why.
    Ended,
    /// Stays open and is served.
    Open,
    /// The application receives these messages and no others.
    Delivers(Vec<Vec<Vec<u8>>>),
    /// The peer stays in its handshake, until it leaves by itself.
    Waits,
}

pub struct Row {
    pub name: &'static str,
    /// Type of the socket that is bound.
    pub kind: i32,
    /// ZMQ_MAXMSGSIZE.
    pub limit: i64,
    pub bytes: Vec<u8>,
    pub reaction: Reaction,
}

const UNEXPECTED_COMMAND: Option<(u16, u32)> = Some((event::PROTOCOL, 0x1000_0001));
const MALFORMED_ERROR: Option<(u16, u32)> = Some((event::PROTOCOL, 0x1000_0015));
const MECHANISM_MISMATCH: Option<(u16, u32)> = Some((event::PROTOCOL, 0x1100_0002));

pub fn rows() -> Vec<Row> {
    let groups = [greetings(), old_peers(), sizes(), ready_commands(), traffic(), patterns()];
    groups.into_iter().flatten().collect()
}

fn row(name: &'static str, kind: i32, bytes: Vec<u8>, reaction: Reaction) -> Row {
    Row { name, kind, limit: -1, bytes, reaction }
}

fn limited(limit: i64, row: Row) -> Row {
    Row { limit, ..row }
}

/// One message of these frames.
fn delivers(frames: &[&[u8]]) -> Reaction {
    Reaction::Delivers(vec![frames.iter().map(|frame| frame.to_vec()).collect()])
}

fn hi() -> Reaction {
    delivers(&[b"hi"])
}

/// Greeting and READY of this type, and then something.
fn after(socket_type: &str, then: &str) -> Vec<u8> {
    [hex(GREETING), ready(socket_type), hex(then)].concat()
}

/// Greeting and something instead of READY.
fn greeted(then: &[u8]) -> Vec<u8> {
    [hex(GREETING), then.to_vec()].concat()
}

fn greetings() -> Vec<Row> {
    let then = |greeting: &str| [hex(greeting), ready("PUSH"), hex("00 02 6869")].concat();
    let http = b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec();
    vec![
        row("3: an HTTP request is an old peer's long name", kind::PULL, http, Reaction::Waits),
        row(
            "11: mechanism PLAIN",
            kind::PULL,
            then("FF 00*7 01 7F 03 01 504C41494E 00*15 00*32"),
            Reaction::Refused(MECHANISM_MISMATCH),
        ),
        row(
            "11: garbage behind the mechanism",
            kind::PULL,
            then("FF 00*7 01 7F 03 01 4E554C4C 00*15 01 00*32"),
            Reaction::Refused(MECHANISM_MISMATCH),
        ),
        row(
            "11: no mechanism",
            kind::PULL,
            then("FF 00*7 01 7F 03 01 00*20 00*32"),
            Reaction::Refused(MECHANISM_MISMATCH),
        ),
        row("12: revision 2", kind::PULL, then("FF 00*8 7F 02 00 4E554C4C 00*48"), hi()),
        row("12: revision 4", kind::PULL, then("FF 00*8 7F 04 00 4E554C4C 00*48"), hi()),
        row("12: revision 255", kind::PULL, then("FF 00*8 7F FF FF 4E554C4C 00*48"), hi()),
        row("13: a server", kind::PULL, then("FF 00*8 7F 03 01 4E554C4C 00*16 01 00*31"), hi()),
        row("13: filler", kind::PULL, then("FF A5*8 81 03 01 4E554C4C 00*16 FF*32"), hi()),
        row("half a greeting", kind::PULL, hex("FF 00*7 01 7F 03"), Reaction::Waits),
        row("a greeting and no more", kind::PULL, hex(GREETING), Reaction::Waits),
    ]
}

fn old_peers() -> Vec<Row> {
    vec![
        row("5: a long first frame", kind::PULL, hex("FF 00*7 05 00 61626364 03 00 6869"), hi()),
        row("6: length 0 at once", kind::PULL, hex("00"), Reaction::Refused(None)),
        row("6: length 0 later", kind::PULL, hex("01 00 00 00"), Reaction::Refused(None)),
        row("6: a long length 0", kind::PULL, hex("01 00 FF 00*8 00"), Reaction::Refused(None)),
        row("7: a name of 2^64 octets", kind::PULL, hex("FF FF*8 00"), Reaction::Refused(None)),
        row("7: a frame of 2^64", kind::PULL, hex("01 00 FF FF*8 00"), Reaction::Refused(None)),
        row("7: a frame of 2^63", kind::PULL, hex("01 00 FF 80 00*7 00"), Reaction::Refused(None)),
        row("7: 2.0, 2^64 - 1", kind::PULL, old_2("02 FF*8"), Reaction::Refused(None)),
        limited(
            4,
            row("8: 1.0, too long", kind::PULL, hex("01 00 06 00"), Reaction::Refused(None)),
        ),
        limited(4, row("8: 2.0, too long", kind::PULL, old_2("00 05"), Reaction::Refused(None))),
        limited(2, row("8: 1.0, just right", kind::PULL, hex("01 00 03 00 6869"), hi())),
        row("2.0 with an unknown type", kind::PULL, hex("FF 00*8 7F 01 EE 00 00 00 02 6869"), hi()),
        row("2.0 and no name", kind::PULL, hex("FF 00*8 7F 01 08"), Reaction::Waits),
    ]
}

fn old_2(then: &str) -> Vec<u8> {
    hex(&format!("FF 00*8 7F 01 08 00 00 {then}"))
}

fn sizes() -> Vec<Row> {
    let huge = |name, size: &str| {
        row(name, kind::PULL, after("PUSH", &format!("02 {size}")), Reaction::Ended)
    };
    let early = |name, size: &str| {
        let bytes = greeted(&hex(&format!("06 {size}")));
        row(name, kind::PULL, bytes, Reaction::Refused(None))
    };
    vec![
        huge("7: 2^64 - 1", "FF*8"),
        huge("7: 2^64 - 2", "FF*7 FE"),
        huge("7: 2^63", "80 00*7"),
        huge("7: 2^63 - 1", "7F FF*7"),
        huge("7: 2^62", "40 00*7"),
        early("9: a handshake of 2^40", "00*2 01 00*5"),
        early("9: a handshake of 2^64 - 1", "FF*8"),
        early("9: a handshake of 1 MiB", "00*5 10 00*2"),
        limited(
            100,
            row("8: above the limit", kind::PULL, after("PUSH", "00 65"), Reaction::Ended),
        ),
        limited(
            100,
            row("8: far above it", kind::PULL, after("PUSH", "02 00*2 01 00*5"), Reaction::Ended),
        ),
        limited(
            100,
            row("8: a command above it", kind::PULL, after("PUSH", "04 65"), Reaction::Ended),
        ),
        limited(
            100,
            row(
                "8: at the limit",
                kind::PULL,
                after("PUSH", "00 64 41*100"),
                delivers(&[&[0x41; 100]]),
            ),
        ),
        limited(
            10,
            row("8: READY above it", kind::PULL, after("PUSH", ""), Reaction::Refused(None)),
        ),
        row("10: reserved flags", kind::PULL, after("PUSH", "F8 02 6869"), hi()),
        row("10: long and tiny", kind::PULL, after("PUSH", "02 00*7 02 6869"), hi()),
        row("10: an empty long one", kind::PULL, after("PUSH", "02 00*8"), delivers(&[b""])),
    ]
}

fn ready_commands() -> Vec<Row> {
    let kind_of = |value: &'static [u8]| ready_with(&[(b"Socket-Type", value)]);
    let then_hi = |ready: Vec<u8>| [hex(GREETING), ready, hex("00 02 6869")].concat();
    let refused = |name, command: &[u8], event| {
        row(name, kind::PULL, greeted(command), Reaction::Refused(event))
    };
    let broken = |name, properties: &str| {
        let body = [b"\x05READY".to_vec(), hex(properties)].concat();
        let frame = [vec![4, body.len() as u8], body].concat();
        refused(name, &frame, None)
    };
    let many = vec![(&b""[..], &b""[..]); 100_000];
    let identity = |len: usize, first: u8| {
        let id = [vec![first], vec![7; len - 1]].concat();
        ready_with(&[(b"Socket-Type", b"DEALER"), (b"Identity", &id)])
    };
    let named_hi = |id: Vec<u8>| [hex(GREETING), id, hex("00 02 6869")].concat();
    vec![
        refused("14: a message before READY", &hex("00 02 6869"), UNEXPECTED_COMMAND),
        refused("14: a PING before READY", &hex("04 07 04 50494E47 0000"), UNEXPECTED_COMMAND),
        refused("14: an empty command", &hex("04 00"), UNEXPECTED_COMMAND),
        row("15: no COMMAND bit", kind::PULL, then_hi(with_flags(0)), hi()),
        row("15: all the other bits", kind::PULL, then_hi(with_flags(0xF9)), hi()),
        row("16: READY twice", kind::PULL, then_hi([ready("PUSH"), ready("PUSH")].concat()), hi()),
        broken("17: a property cut short", "0B 536F636B65742D54797065 00000004 5055"),
        broken("17: a stray octet", "0B 536F636B65742D54797065 00000004 50555348 00"),
        broken("17: a value of 2^32", "01 58 FF*4"),
        broken("17: a name cut short", "05 58"),
        row("18: no type", kind::PULL, then_hi(ready_with(&[])), hi()),
        row(
            "18: type in small letters",
            kind::PULL,
            then_hi(ready_with(&[(b"socket-type", b"x")])),
            hi(),
        ),
        row("18: no names", kind::PULL, then_hi(ready_with(&[(b"", b""), (b"", b"x")])), hi()),
        refused("18: 100000 properties", &ready_with(&many), None),
        refused("19: another type", &kind_of(b"PULL"), None),
        refused("19: no such type", &kind_of(b"push"), None),
        refused("19: an empty type", &kind_of(b""), None),
        row("20: a name of 256", kind::ROUTER, greeted(&identity(256, 7)), Reaction::Refused(None)),
        row(
            "20: a name that begins with 0",
            kind::ROUTER,
            named_hi(identity(5, 0)),
            delivers(&[&[0, 7, 7, 7, 7], b"hi"]),
        ),
        refused("24: ERROR without a reason", &hex("04 06 05 4552524F52"), MALFORMED_ERROR),
        refused("24: ERROR cut short", &hex("04 08 05 4552524F52 05 34"), MALFORMED_ERROR),
        refused("25: ERROR 400", &hex("04 0A 05 4552524F52 03 343030"), Some((event::AUTH, 400))),
        refused("25: ERROR 777", &hex("04 0A 05 4552524F52 03 373737"), None),
    ]
}

/// READY with other flags in its frame.
fn with_flags(flags: u8) -> Vec<u8> {
    let mut ready = ready("PUSH");
    ready[0] = flags;
    ready
}

fn traffic() -> Vec<Row> {
    let push = |name, then: &str| {
        let bytes = after("PUSH", &format!("{then} 00 02 6869"));
        row(name, kind::PULL, bytes, hi())
    };
    vec![
        push("38: PING of 5 octets", "04 05 04 50494E47"),
        push("38: PING of 6 octets", "04 06 04 50494E47 00"),
        push("39: PING with much context", "04 6B 04 50494E47 0000 AA*100"),
        push("40: PING with a long TTL", "04 07 04 50494E47 FFFF"),
        push("42: PONG that nobody asked for", "04 05 04 504F4E47"),
        push("42: unknown command", "04 04 03 464F4F"),
        push("42: empty command", "04 00"),
        push("42: a name beyond the end", "04 03 FF 4142"),
        push("42: a long command", "06 00*6 7530 03 464F4F AA*29996"),
        push("42: ERROR after the handshake", "04 0A 05 4552524F52 03 343030"),
        push("43: SUBSCRIBE to PULL", "04 0B 09 535542534352494245 41"),
        push("43: CANCEL to PULL", "04 08 06 43414E43454C 41"),
        push("JOIN to PULL", "04 07 04 4A4F494E 7476"),
        row(
            "10: COMMAND and MORE do not begin a message",
            kind::PULL,
            after("PUSH", "05 05 04 504F4E47 00 02 6869"),
            hi(),
        ),
        row(
            "commands between the frames of a message",
            kind::PULL,
            after("PUSH", "01 01 61 04 05 04 504F4E47 04 07 04 50494E47 0000 01 01 62 00 01 63"),
            delivers(&[b"a", b"b", b"c"]),
        ),
        row(
            "66: a peer that leaves inside a message",
            kind::PULL,
            after("PUSH", "00 02 6869 01 01 61 00 05 6869"),
            hi(),
        ),
        row("66: or inside a header", kind::PULL, after("PUSH", "00 02 6869 02 00 00"), hi()),
        row(
            "66: or inside a large frame",
            kind::PULL,
            after("PUSH", "00 02 6869 02 00*4 10 00*3 AA*3000"),
            hi(),
        ),
    ]
}

fn patterns() -> Vec<Row> {
    let request = "01 00 00 02 6869";
    vec![
        row(
            "43: SUBSCRIBE to DEALER",
            kind::DEALER,
            after("DEALER", "04 0B 09 535542534352494245 41 00 02 6869"),
            hi(),
        ),
        row(
            "43: SUBSCRIBE to PUSH",
            kind::PUSH,
            after("PULL", "04 0A 09 535542534352494245"),
            Reaction::Open,
        ),
        row(
            "45: CANCEL of nothing to PUB",
            kind::PUB,
            after("SUB", "04 08 06 43414E43454C 41"),
            Reaction::Open,
        ),
        row(
            "45: CANCEL of nothing to XPUB",
            kind::XPUB,
            after("SUB", "04 08 06 43414E43454C 41"),
            delivers(&[&[0, 0x41]]),
        ),
        row(
            "46: 01 inside a message to XPUB",
            kind::XPUB,
            after("SUB", "01 02 7878 00 02 0141"),
            Reaction::Open,
        ),
        row(
            "46: 00 inside a message to PUB",
            kind::PUB,
            after("SUB", "01 02 0141 00 02 0041"),
            Reaction::Open,
        ),
        row("an empty message to XPUB", kind::XPUB, after("SUB", "00 00"), delivers(&[b""])),
        row(
            "47: data to PUB",
            kind::PUB,
            after("SUB", "00 02 6869 01 02 6869 00 02 6869"),
            Reaction::Open,
        ),
        row(
            "47: data to PUSH",
            kind::PUSH,
            after("PULL", "00 02 6869 01 02 6869 00 02 6869"),
            Reaction::Open,
        ),
        row(
            "49: a request without delimiter",
            kind::REP,
            after("REQ", &format!("00 02 6F6F 01 02 6F6F 00 01 6F {request}")),
            hi(),
        ),
        row("49: only a delimiter", kind::REP, after("DEALER", &format!("00 00 {request}")), hi()),
        row(
            "a message that nobody has subscribed to",
            kind::SUB,
            after("PUB", "00 02 6869"),
            Reaction::Open,
        ),
        row(
            "a subscription of the old form from a new peer",
            kind::XPUB,
            after("SUB", "00 02 0141"),
            delivers(&[&[1, 0x41]]),
        ),
        row(
            "a subscription of the new form from an older peer",
            kind::XPUB,
            [hex(GREETING_3_0), ready("SUB"), hex("04 0B 09 535542534352494245 41")].concat(),
            delivers(&[&[1, 0x41]]),
        ),
    ]
}
