//! The decoder of traffic, from a descriptor into a lane: the same messages
//! however the bytes are cut and however often the lane is full, the same fault
//! at the same place, and memory for what has arrived only.

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use zmq::engine::incoming::{Incoming, Link, Loss, Settings, Turn, Wishes};
use zmq::msg::{Arena, MetadataRef, MetadataSink, MetadataSource, Msg};
use zmq::pipe::{LaneReader, message_lane};
use zmq::sync::Arc;
use zmq::zmtp::{Fault, Framing};

use super::model::{self, Front};
use super::script::{Script, cuts};
use super::wire;

/// ZMTP 1.0.
pub fn v1(data: &[u8]) {
    run(Framing::V1, false, data);
}

/// ZMTP 2.0, without commands.
pub fn v2(data: &[u8]) {
    run(Framing::V2, false, data);
}

/// ZMTP 3.x.
pub fn v3(data: &[u8]) {
    run(Framing::V2, true, data);
}

/// What one connection is.
struct Case {
    framing: Framing,
    max: i64,
    publishes: bool,
    request: bool,
    hwm: u64,
    wire: Vec<u8>,
}

/// What came of it.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    /// Flags and body.
    frames: Vec<(u8, Vec<u8>)>,
    pongs: Vec<u8>,
    fault: Option<Fault>,
}

fn run(framing: Framing, commands: bool, data: &[u8]) {
    let mut script = Script(data);
    let kind = script.byte();
    let max = script.one_of(&[1_000_000, 100_000, 8192, 8191, 255, 48, 1, 0]);
    let case = Case {
        framing,
        max,
        publishes: commands && kind & 3 == 1,
        request: kind & 3 == 2,
        hwm: [1000, 1, 2, 7][usize::from(kind >> 2 & 3)],
        wire: wire::make(framing, &mut script),
    };
    let wanted = expected(&case);
    check(&case, &[], &wanted);
    // Byte by byte only what is short.
    if case.wire.len() <= 300 {
        check(&case, &(1..case.wire.len()).collect::<Vec<_>>(), &wanted);
    }
    let some = if case.wire.len() <= 64 { 1 } else { 1 + case.wire.len().min(1000) / 64 };
    for cut in cuts(case.wire.len()).into_iter().step_by(some) {
        check(&case, &[cut], &wanted);
    }
}

fn check(case: &Case, cuts: &[usize], wanted: &Outcome) {
    let found = play(case, cuts);
    assert_eq!(found.fault, wanted.fault, "cut at {cuts:?}");
    assert_eq!(found.frames.len(), wanted.frames.len(), "cut at {cuts:?}");
    let mut pairs = found.frames.iter().zip(&wanted.frames);
    let at = pairs.position(|(found, wanted)| found != wanted);
    assert_eq!(at, None, "frame differs, cut at {cuts:?}");
    // Too many PINGs at once are not all answered.
    assert!(wanted.pongs.starts_with(&found.pongs), "cut at {cuts:?}");
    assert!(found.pongs == wanted.pongs || wanted.pongs.len() > 1000);
}

/// What the grammar says.
fn expected(case: &Case) -> Outcome {
    let mut all = Outcome::default();
    let mut envelope = Envelope::Start;
    let (mut at, mut visible) = (0, 0);
    loop {
        let front = match case.framing {
            Framing::V1 => model::front_v1(&case.wire[at..]),
            Framing::V2 => model::front_v2(&case.wire[at..]),
        };
        let size = match &front {
            Front::Zero => break all.fault = Some(Fault::ZeroLengthFrame),
            Front::Part(None) => break,
            Front::Part(Some(size)) => *size,
            Front::Frame(frame) => frame.body.len() as u64,
        };
        if size > case.max as u64 {
            break all.fault = Some(Fault::FrameTooLarge);
        }
        let Front::Frame(frame) = front else { break };
        at += frame.header + frame.body.len();
        let (mut flags, mut body) = (u8::from(frame.more), frame.body);
        if frame.command {
            match model::sized(body, 1) {
                Some((b"PING", rest)) if rest.len() >= 2 && frame.body.len() < 8192 => {
                    let context = &rest[2..rest.len().min(18)];
                    all.pongs.extend([4, 5 + context.len() as u8]);
                    all.pongs.extend(b"\x04PONG");
                    all.pongs.extend(context);
                    continue;
                }
                Some((b"SUBSCRIBE", topic)) if case.publishes => (flags, body) = (4, topic),
                Some((b"CANCEL", topic)) if case.publishes => (flags, body) = (8, topic),
                _ => continue,
            }
        }
        if case.request && !envelope.takes(flags & 1 != 0, body.len()) {
            break all.fault = Some(Fault::RequestEnvelope);
        }
        all.frames.push((flags, body.to_vec()));
        if flags & 1 == 0 {
            visible = all.frames.len();
        }
    }
    all.frames.truncate(visible);
    all
}

/// Of a reply: an id may stand before the delimiter.
enum Envelope {
    Start,
    Delimiter,
    Body,
}

impl Envelope {
    fn takes(&mut self, more: bool, len: usize) -> bool {
        *self = match (&self, more, len) {
            (Envelope::Start, true, 4) => Envelope::Delimiter,
            (Envelope::Start | Envelope::Delimiter, true, 0) => Envelope::Body,
            (Envelope::Body, true, _) => Envelope::Body,
            (Envelope::Body, false, _) => Envelope::Start,
            _ => return false,
        };
        true
    }
}

/// A connection's two ends, kept as making them costs more than a case.
struct Ends {
    peer: UnixStream,
    ours: Arc<OwnedFd>,
    /// The same as `ours`, to empty it.
    drain: UnixStream,
}

thread_local! {
    static ENDS: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

fn ends() -> Ends {
    ENDS.take().unwrap_or_else(|| {
        let (peer, ours) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let drain = ours.try_clone().unwrap();
        Ends { peer, ours: Arc::new(OwnedFd::from(ours)), drain }
    })
}

/// Nothing may be left for the next.
fn give_back(mut ends: Ends) {
    let mut rest = [0; 65536];
    loop {
        match ends.drain.read(&mut rest) {
            Ok(0) => panic!("the other end is open"),
            Ok(_) => {}
            Err(error) => break assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    ENDS.set(Some(ends));
}

fn play(case: &Case, cuts: &[usize]) -> Outcome {
    let mut ends = ends();
    let (writer, mut reader) = message_lane(false);
    let _ = reader.set_mark(case.hwm);
    let settings = Settings {
        framing: case.framing,
        raw: None,
        max_msg_size: case.max,
        publishes: case.publishes,
        request: case.request,
    };
    // One for each, so that a reference that is left shows as a leak.
    let source = MetadataSource::new(MetadataRef::new(&[], 5));
    let mut incoming = Incoming::new(writer);
    incoming.install(Link::new(ends.ours.clone(), settings, Some(source), None));
    let mut end = End { reader, into: Msg::new(), sink: MetadataSink::default() };
    let (mut arena, mut outcome) = (Arena::new(), Outcome::default());

    let mut start = 0;
    for cut in cuts.iter().copied().chain([case.wire.len()]) {
        // No more at once than the kernel keeps of it.
        for part in case.wire[start..cut].chunks(50_000) {
            ends.peer.write_all(part).unwrap();
            turns(&mut incoming, &mut arena, &mut end, case, &mut outcome);
        }
        start = cut;
        if outcome.fault.is_some() {
            break;
        }
    }
    incoming.uninstall();
    end.read(&mut outcome);
    drop((incoming, end, arena));
    give_back(ends);
    outcome
}

/// Until nothing is left to decode.
fn turns(
    incoming: &mut Incoming,
    arena: &mut Arena,
    end: &mut End,
    case: &Case,
    outcome: &mut Outcome,
) {
    let mut idle = 0;
    while outcome.fault.is_none() {
        let mut wishes = Wishes::default();
        let (turn, _) = incoming.turn(arena, case.hwm, &mut wishes);
        outcome.pongs.extend(&wishes.urgent);
        let read = end.read(outcome);
        match turn {
            Turn::Idle => return,
            Turn::More => {}
            Turn::Full => {
                idle = if read { 0 } else { idle + 1 };
                assert!(idle < 3, "full, and yet nothing to read");
            }
            Turn::Lost(Loss::Protocol(fault)) => outcome.fault = Some(fault),
            Turn::Lost(Loss::Connection(errno)) => panic!("{errno:?}"),
        }
    }
}

/// The application's end.
struct End {
    reader: LaneReader,
    into: Msg,
    sink: MetadataSink,
}

impl End {
    /// Reads all there is. True: there was something.
    fn read(&mut self, outcome: &mut Outcome) -> bool {
        let before = outcome.frames.len();
        while self.reader.pop_into(&mut self.into, &mut self.sink) {
            assert_eq!(self.into.metadata().map(|meta| meta.fd()), Some(5));
            outcome.frames.push((self.into.flags() & 0x0D, self.into.data().to_vec()));
            if self.into.counts() {
                let _ = self.reader.finish_one();
            }
        }
        let _ = self.reader.acknowledge();
        outcome.frames.len() > before
    }
}
