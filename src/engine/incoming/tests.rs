//! Bytes go in, messages come out: through cells, through runs, and through both
//! mixed, in pieces of any size.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use super::*;
use crate::msg::{MORE, MetadataRef, MetadataSink};
use crate::options::{ContextOptions, Options, types};
use crate::pattern::{self, Part, Pattern};
use crate::pipe::{EndSettings, LaneReader, LaneWriter, Pipes, driven_pair, message_lane};
use crate::tuning::{FAIR_BURST, RUN_LEAST, TURN_MESSAGES};

const PING: [u8; 9] = [4, 7, 4, b'P', b'I', b'N', b'G', 0, 0];
const SIZES: [usize; 8] = [0, 1, 48, 49, 255, 256, 300, 8191];

/// A connection: what its peer writes, and what the socket reads.
struct Wire {
    peer: UnixStream,
    incoming: Incoming,
    arena: Arena,
    meta: MetadataRef,
    reader: LaneReader,
    hwm: u64,
    into: Msg,
    sink: MetadataSink,
    /// Whole messages put into the lane and not yet read.
    ahead: u64,
}

impl Wire {
    fn new(hwm: u64, max_msg_size: i64) -> Wire {
        let (writer, mut reader) = message_lane(false);
        assert!(!reader.set_mark(hwm));
        Wire { reader, ..Wire::with(writer, hwm, max_msg_size) }
    }

    /// As `new`, for a lane that somebody else reads.
    fn with(writer: LaneWriter, hwm: u64, max_msg_size: i64) -> Wire {
        let (peer, ours) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let (_, reader) = message_lane(false);
        let meta = MetadataRef::new(&[], 5);
        let settings = Settings {
            framing: Framing::V2,
            raw: None,
            max_msg_size,
            publishes: false,
            request: false,
        };
        let mut incoming = Incoming::new(writer);
        let source = MetadataSource::new(meta.clone());
        let fd = Arc::new(OwnedFd::from(ours));
        incoming.install(Link::new(fd, settings, Some(source), None));
        let (arena, sink) = (Arena::new(), MetadataSink::default());
        Wire { peer, incoming, arena, meta, reader, hwm, into: Msg::new(), sink, ahead: 0 }
    }

    fn turn(&mut self) -> Turn {
        self.incoming.turn(&mut self.arena, self.hwm, &mut Wishes::default()).0
    }

    /// The peer writes; it is read and decoded until there is nothing left, or the
    /// lane is full.
    fn receive(&mut self, bytes: &[u8]) -> Turn {
        self.peer.write_all(bytes).unwrap();
        self.go_on()
    }

    fn go_on(&mut self) -> Turn {
        loop {
            match self.turn() {
                Turn::More => {}
                turn => return turn,
            }
        }
    }

    /// One frame, as an application reads it.
    fn read(&mut self) -> Option<Vec<u8>> {
        if self.reader.pop_easily(&mut self.into, MORE) {
            assert!(self.reader.available(), "the last frame of a run is not easy");
        } else if !self.reader.pop_into(&mut self.into, &mut self.sink) {
            assert!(!self.reader.available());
            return None;
        } else if self.into.counts() {
            let _ = self.reader.finish_one();
        }
        assert_eq!(self.into.metadata().map(|meta| meta.fd()), Some(5));
        assert!(self.into.flags() & !MORE == 0);
        self.ahead += u64::from(!self.into.more());
        let mut frame = vec![u8::from(self.into.more())];
        frame.extend(self.into.data());
        Some(frame)
    }

    fn read_all(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.read()).collect()
    }

    /// Ends the connection; nothing may be left of it.
    fn end(self) {
        let Wire { incoming, mut arena, meta, reader, into, sink, .. } = self;
        drop((incoming, reader, into, sink));
        assert_eq!(meta.references(), 1);
        arena.space(None, 1).unwrap();
        assert!(arena.is_alone());
    }
}

/// As on the wire; long headers where `long`.
fn encode(frame: &[u8], long: bool) -> Vec<u8> {
    let (more, body) = (frame[0], &frame[1..]);
    let mut bytes = match u8::try_from(body.len()) {
        Ok(len) if !long => vec![more, len],
        _ => [&[more | 2][..], &(body.len() as u64).to_be_bytes()].concat(),
    };
    bytes.extend(body);
    bytes
}

fn frame(more: bool, size: usize, seed: usize) -> Vec<u8> {
    let body = (0..size).map(|i| (i * 7 + seed) as u8);
    std::iter::once(u8::from(more)).chain(body).collect()
}

fn wire_of(frames: &[Vec<u8>]) -> Vec<u8> {
    frames.iter().flat_map(|frame| encode(frame, false)).collect()
}

/// A generator that repeats itself: failures do too.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn messages_of_every_size_are_the_same_from_runs_and_from_cells() {
    for size in SIZES {
        let frames: Vec<_> = (0..3 * RUN_LEAST).map(|i| frame(false, size, i)).collect();
        let mut together = Wire::new(0, -1);
        let mut one_by_one = Wire::new(0, -1);
        for piece in frames.chunks(RUN_LEAST) {
            assert!(matches!(together.receive(&wire_of(piece)), Turn::Idle));
        }
        for piece in &frames {
            assert!(matches!(one_by_one.receive(&encode(piece, false)), Turn::Idle));
        }
        assert_eq!(together.read_all(), frames, "size {size}");
        assert_eq!(one_by_one.read_all(), frames, "size {size}");
        together.end();
        one_by_one.end();
    }
}

#[test]
fn any_mixture_in_pieces_of_any_length_arrives_whole_and_in_order() {
    for seed in 0..40 {
        let random = &mut Random(seed);
        let (mut frames, mut bytes) = (Vec::new(), Vec::new());
        let small = random.below(2) == 0;
        for i in 0..2000 {
            let size = SIZES[random.below(if small { 4 } else { 8 })];
            let more = i < 1999 && random.below(4) == 0;
            frames.push(frame(more, size, i));
            bytes.extend(encode(&frames[i], random.below(8) == 0));
            if random.below(50) == 0 {
                bytes.extend(PING);
            }
        }
        let mut wire = Wire::new([1, 2, 10, 1000, 0][seed as usize % 5], -1);
        let (mut got, mut rest) = (Vec::new(), &bytes[..]);
        while !rest.is_empty() {
            let n = (1 + random.below([40, 3000, 60_000][seed as usize % 3])).min(rest.len());
            let mut turn = wire.receive(&rest[..n]);
            rest = &rest[n..];
            while let Turn::Full = turn {
                assert!(wire.hwm > 0);
                got.extend((0..=random.below(30)).map_while(|_| wire.read()));
                let _ = wire.reader.acknowledge();
                turn = wire.go_on();
            }
            assert!(matches!(turn, Turn::Idle), "seed {seed}: {turn:?}");
            got.extend((0..random.below(200)).map_while(|_| wire.read()));
            let _ = wire.reader.acknowledge();
        }
        loop {
            got.extend(wire.read_all());
            let _ = wire.reader.acknowledge();
            if matches!(wire.go_on(), Turn::Idle) && !wire.reader.available() {
                break;
            }
        }
        assert!(got == frames, "seed {seed}");
        wire.end();
    }
}

#[test]
fn the_mark_counts_the_messages_of_a_run() {
    for hwm in [1, 10, 1000] {
        let frames: Vec<_> = (0..3000).map(|i| frame(i % 3 == 0, 5, i)).collect();
        let mut wire = Wire::new(hwm, -1);
        let mut turn = wire.receive(&wire_of(&frames));
        let mut got = Vec::new();
        while got.len() < frames.len() {
            let before = wire.ahead;
            got.extend(wire.read_all());
            let messages = wire.ahead - before;
            assert!(messages > 0 && messages <= hwm, "{messages} of at most {hwm}");
            assert!(matches!(turn, Turn::Full) || got.len() == frames.len());
            let _ = wire.reader.acknowledge();
            turn = wire.go_on();
        }
        assert_eq!(got, frames);
        wire.end();
    }
}

#[test]
fn a_turn_ends_after_as_many_messages_as_ever() {
    let frames: Vec<_> = (0..2 * TURN_MESSAGES + 1).map(|i| frame(false, 3, i)).collect();
    let mut wire = Wire::new(0, -1);
    wire.peer.write_all(&wire_of(&frames)).unwrap();
    assert!(matches!(wire.turn(), Turn::More));
    assert_eq!(wire.read_all().len(), TURN_MESSAGES);
    assert!(matches!(wire.turn(), Turn::More));
    assert_eq!(wire.read_all().len(), TURN_MESSAGES);
    assert!(matches!(wire.turn(), Turn::Idle));
    assert_eq!(wire.read_all().len(), 1);
    wire.end();
}

#[test]
fn a_half_read_run_leaves_nothing_behind() {
    for size in [1, 60, 400] {
        for read in [0, 1, RUN_LEAST - 1, RUN_LEAST, 3 * RUN_LEAST + 1] {
            let frames: Vec<_> = (0..RUN_LEAST).map(|i| frame(i % 5 == 1, size, i)).collect();
            let mut wire = Wire::new(0, -1);
            for _ in 0..4 {
                wire.receive(&wire_of(&frames));
            }
            for _ in 0..read {
                wire.read().unwrap();
            }
            wire.end();
        }
    }
}

#[test]
fn an_abandoned_run_is_no_longer_read_and_messages_made_of_it_stay() {
    let frames: Vec<_> = (0..2 * RUN_LEAST).map(|i| frame(false, 100, i)).collect();
    let mut wire = Wire::new(0, -1);
    wire.receive(&wire_of(&frames));
    wire.read().unwrap();
    let kept = wire.into.take();
    wire.read().unwrap();
    wire.reader.abandon();
    assert!(wire.read().is_none());
    let first = &frames[0][1..];
    assert_eq!(kept.data(), first);
    drop(kept);
    wire.end();
}

#[test]
fn an_incomplete_frame_behind_a_run_waits_for_its_rest() {
    let frames: Vec<_> = (0..RUN_LEAST + 1).map(|i| frame(false, 300, i)).collect();
    let bytes = wire_of(&frames);
    for missing in [1, 299, 300, 301, 308] {
        let mut wire = Wire::new(0, -1);
        let (now, later) = bytes.split_at(bytes.len() - missing);
        assert!(matches!(wire.receive(now), Turn::Idle));
        assert_eq!(wire.read_all(), frames[..RUN_LEAST]);
        assert!(matches!(wire.receive(later), Turn::Idle));
        assert_eq!(wire.read_all(), frames[RUN_LEAST..]);
        wire.end();
    }
}

#[test]
fn an_unfinished_message_behind_a_run_is_taken_back_with_its_connection() {
    let mut frames: Vec<_> = (0..RUN_LEAST).map(|i| frame(false, 20, i)).collect();
    frames.extend((0..3).map(|i| frame(true, 100, i)));
    let mut wire = Wire::new(0, -1);
    assert!(matches!(wire.receive(&wire_of(&frames)), Turn::Idle));
    wire.incoming.uninstall();
    assert_eq!(wire.read_all(), frames[..RUN_LEAST]);
    wire.end();
}

#[test]
fn a_run_is_delivered_before_what_breaks_the_protocol_behind_it() {
    let frames: Vec<_> = (0..RUN_LEAST + 3).map(|i| frame(i == 3, 100, i)).collect();
    let mut long = vec![2];
    long.extend((1_u64 << 63).to_be_bytes());
    let mut endless = vec![3];
    endless.extend(u64::MAX.to_be_bytes());
    let too_large = encode(&frame(false, 101, 0), false);
    for (max, bad) in [(100, &too_large), (100, &long), (-1, &long), (-1, &endless)] {
        let mut wire = Wire::new(0, max);
        let mut bytes = wire_of(&frames);
        bytes.extend(bad);
        bytes.extend(wire_of(&frames));
        let turn = wire.receive(&bytes);
        assert!(matches!(turn, Turn::Lost(Loss::Protocol(_))), "{turn:?}");
        assert_eq!(wire.read_all(), frames);
        assert!(matches!(wire.go_on(), Turn::Idle));
        assert!(wire.read().is_none());
        wire.end();
    }
}

#[test]
fn reserved_flags_within_a_run_are_ignored() {
    let mut wire = Wire::new(0, -1);
    let mut bytes = Vec::new();
    let frames: Vec<_> = (0..2 * RUN_LEAST).map(|i| frame(false, i, i)).collect();
    for frame in &frames {
        let mut frame = encode(frame, false);
        frame[0] |= 0xF8;
        bytes.extend(frame);
    }
    assert!(matches!(wire.receive(&bytes), Turn::Idle));
    assert_eq!(wire.read_all(), frames);
    wire.end();
}

#[test]
fn noise_neither_panics_nor_leaks() {
    for seed in 0..300 {
        let random = &mut Random(seed);
        let mut wire = Wire::new(0, -1);
        let calm = random.below(40) + 2;
        let bytes: Vec<_> = (0..6000)
            .map(|_| if random.below(calm) == 0 { random.below(256) as u8 } else { 0 })
            .collect();
        wire.receive(&bytes);
        wire.read_all();
        wire.end();
    }
}

// behaviours: 172
#[test]
fn peers_whose_messages_came_together_get_their_turns_in_bursts() {
    let (mut pattern, mut pipes, _wires) = three_peers(types::PULL);
    let mut msg = Msg::new();
    let mut came = Vec::new();
    while pattern.recv(&mut pipes, &mut msg).is_ok() {
        came.push(msg.data()[0]);
        let (lent, count) = pattern.lend_in(&pipes);
        for _ in 0..count {
            if !pipes.read_easily(lent, &mut msg) {
                break;
            }
            came.push(msg.data()[0]);
        }
    }
    check_bursts(&came);
}

const MANY: usize = 200;

/// A pattern that has [`MANY`] messages of each of three peers to receive.
fn three_peers(socket_type: i32) -> (Box<dyn Pattern>, Pipes, Vec<Wire>) {
    let options = Options::new(socket_type, &ContextOptions::default());
    let mut pattern = pattern::create(socket_type, &options).expect("a pattern");
    let mut pipes = Pipes::new();
    let mut wires = Vec::new();
    for peer in 0..3_u8 {
        let settings = EndSettings { rcvhwm: 1000, ..EndSettings::default() };
        let (mut end, session) = driven_pair(&settings);
        end.routing_id = vec![peer];
        let id = pipes.insert(Box::new(end));
        pattern.attached(&mut pipes, id, &options);
        let mut wire = Wire::with(session.writer, 1000, -1);
        assert!(matches!(wire.receive(&[0, 1, peer].repeat(MANY)), Turn::Idle));
        wires.push(wire);
    }
    (pattern, pipes, wires)
}

/// Each message is its sender's number.
fn check_bursts(came: &[u8]) {
    assert_eq!(came.len(), 3 * MANY);
    let longest = came.chunk_by(|a, b| a == b).map(<[u8]>::len).max();
    assert!(longest.is_some_and(|n| (2..=2 + usize::from(FAIR_BURST)).contains(&n)), "{longest:?}");
    assert!((0..3).all(|peer| came.iter().filter(|from| **from == peer).count() == MANY));
}

#[test]
fn a_router_lends_bursts_and_takes_back_what_is_left_of_them_at_any_place() {
    for leave in 0..4 {
        let (mut pattern, mut pipes, _wires) = three_peers(types::ROUTER);
        let (mut name, mut msg) = (Msg::new(), Msg::new());
        let mut came = Vec::new();
        let mut lent_in_all = 0;
        loop {
            let (from, count) = pattern.lend_named(&pipes);
            if count == 0 {
                if pattern.recv(&mut pipes, &mut name).is_err() {
                    break;
                }
                assert_eq!(pattern.recv(&mut pipes, &mut msg), Ok(()));
                assert!(name.data() == msg.data() && name.more() && !msg.more());
                came.push(msg.data()[0]);
                continue;
            }
            // The application stops `leave` messages before the end, behind a name.
            let kept = pipes.take_name(from).expect("a name");
            let mut left = count;
            while left > leave && pipes.is_in_run(from) {
                assert!(pipes.read(from, &mut msg));
                assert_eq!(msg.data(), kept.data());
                came.push(msg.data()[0]);
                left -= 1;
            }
            lent_in_all += count - left;
            let behind_name = left > 0 && pipes.is_in_run(from);
            let next = if behind_name { Part::Body } else { Part::Name };
            left -= u32::from(behind_name);
            pipes.put_name(from, kept);
            pattern.take_back(&mut pipes, from, left, next);
            if behind_name {
                assert_eq!(pattern.recv(&mut pipes, &mut msg), Ok(()));
                assert!(msg.data() == [came[came.len() - 1]] && !msg.more());
                came.push(msg.data()[0]);
            }
        }
        check_bursts(&came);
        assert!(lent_in_all > 2 * MANY as u32, "{lent_in_all}");
    }
}
