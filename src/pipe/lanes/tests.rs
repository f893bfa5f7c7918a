use super::*;
use crate::msg::{INLINE, MORE, MetadataSink};
use crate::tuning;

fn text(s: &str) -> Msg {
    Msg::copy_of(s.as_bytes()).unwrap_or_default()
}

#[test]
fn a_conflating_lane_holds_the_newest() {
    let (mut w, mut r) = message_lane(true);
    for i in 0..20 {
        assert!(w.has_room(1));
        w.push(text(&i.to_string()));
        let _ = w.publish();
    }
    assert_eq!(r.pop().map(|m| m.data().to_vec()), Some(b"19".to_vec()));
    assert!(r.pop().is_none());
    w.push(text("x"));
    let _ = w.publish();
    assert_eq!(r.pop().map(|m| m.data().to_vec()), Some(b"x".to_vec()));
}

// behaviours: 65
#[test]
fn frames_with_more_do_not_count() {
    let (mut w, mut r) = message_lane(false);
    let mut first = text("a");
    first.set_more(true);
    w.push(first);
    w.push(text("b"));
    let _ = w.publish();
    assert!(w.has_room(2) && !w.has_room(1));
    while r.pop().is_some() {}
    assert!(!r.set_mark(1000) && !r.finish_one(), "one message is less than a batch");
    assert!(r.acknowledge(), "the writer had asked");
    assert!(w.has_room(1));
}

/// Two ends, the writer's as a socket uses it towards another one.
struct Across {
    writer: LaneWriter,
    reader: LaneReader,
    sink: MetadataSink,
    written: usize,
    into: Msg,
}

/// The body of the `n`-th message: all sizes around those that matter.
fn body(n: usize) -> Vec<u8> {
    let sizes = [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, INLINE, INLINE + 1, 64, tuning::GROW_BODY];
    vec![n as u8; sizes[n % sizes.len()]]
}

impl Across {
    fn new() -> Across {
        let (mut writer, mut reader) = message_lane(false);
        assert!(writer.has_room(0) && !reader.set_mark(1000));
        let (sink, into) = (MetadataSink::default(), Msg::new());
        Across { writer, reader, sink, written: 0, into }
    }

    fn next(&mut self) -> Msg {
        self.written += 1;
        Msg::copy_of(&body(self.written - 1)).unwrap_or_default()
    }

    fn cell(&mut self) -> bool {
        let mut msg = self.next();
        let asleep = self.writer.seal_run();
        self.writer.push_counted(&mut msg);
        self.writer.publish() | asleep
    }

    /// Appends, beginning a run where there is none with room.
    fn run(&mut self) -> bool {
        let msg = self.next();
        if let Some(asleep) = self.writer.append_to_run(&msg, msg.len()) {
            return asleep;
        }
        let asleep = self.writer.seal_run();
        asleep | self.writer.begin_run(&msg, msg.len()).unwrap_or_default()
    }

    /// Reads as a socket does; whether it was easy.
    fn read(&mut self, n: usize) -> bool {
        let easy =
            self.reader.pop_easily(&mut self.into, MORE) || self.reader.pop_across(&mut self.into);
        if !easy {
            assert!(self.reader.pop_plain_into(&mut self.into, &mut self.sink), "message {n}");
            let _ = self.reader.finish_one();
        }
        assert_eq!(self.into.data(), body(n), "message {n}");
        assert!(self.into.is_whole());
        easy
    }

    fn runs(&mut self, n: usize) {
        for _ in 0..n {
            assert!(!self.run());
        }
    }

    fn is_empty(&mut self) -> bool {
        !self.reader.available()
            && !self.reader.pop_easily(&mut self.into, MORE)
            && !self.reader.pop_across(&mut self.into)
            && !self.reader.pop_plain_into(&mut self.into, &mut self.sink)
    }
}

#[test]
fn messages_come_in_order_through_cells_and_runs_that_grow() {
    let mut lane = Across::new();
    for n in 0..5000 {
        if n % 7 == 0 {
            lane.cell()
        } else {
            lane.run()
        };
    }
    for n in 0..5000 {
        let _ = lane.read(n);
    }
    assert!(lane.is_empty());
}

#[test]
fn a_reader_follows_a_run_that_grows_message_by_message() {
    let mut lane = Across::new();
    for n in 0..3000 {
        assert!(!lane.run());
        assert!(lane.reader.available());
        let _ = lane.read(n);
        assert!(lane.is_empty());
    }
}

#[test]
fn a_reader_that_sleeps_in_a_run_is_woken_once_by_what_comes_next() {
    let mut lane = Across::new();
    assert!(lane.reader.sleep());
    assert!(lane.run(), "the first of a run wakes as any cell does");
    assert!(!lane.reader.sleep(), "there is something");
    let _ = lane.read(0);
    assert!(lane.reader.sleep());
    assert!(lane.run() && !lane.run());
    let (_, _) = (lane.read(1), lane.read(2));
    assert!(lane.reader.sleep());
    assert!(lane.cell(), "behind the run");
    assert!(!lane.reader.sleep());
    let _ = lane.read(3);
    assert!(lane.reader.sleep() && lane.cell());
}

#[test]
fn larger_bodies_of_a_run_come_in_the_block_that_is_at_hand() {
    let mut lane = Across::new();
    let sizes = [15, 13, 14, 15]; // the first is the largest
    for n in sizes {
        lane.written = n;
        assert!(!lane.run());
    }
    let mut place = None;
    for n in sizes {
        assert_eq!(lane.read(n), place.is_some(), "there was a block");
        assert_eq!(*place.get_or_insert(lane.into.data_ptr()), lane.into.data_ptr());
    }
    lane.written = 31;
    let mut held = Vec::new();
    for n in 31..200 {
        let _ = lane.run();
        let _ = lane.read(n);
        held.push((n, lane.into.share()));
    }
    for (n, msg) in held {
        assert_eq!(msg.data(), body(n), "what is held is not written over");
    }
}

#[test]
fn the_users_memory_does_not_go_into_a_run() {
    static BYTES: [u8; 64] = [1; 64];
    unsafe extern "C" fn free(_: *mut libc::c_void, _: *mut libc::c_void) {}
    let (data, hint) = (BYTES.as_ptr().cast_mut(), std::ptr::null_mut());
    // SAFETY: static, never written.
    let (user, constant) =
        unsafe { (Msg::from_user(data, 64, free, hint), Msg::constant(data, 64)) };
    assert!(!LaneWriter::fits_run(&user.unwrap_or_default(), 64));
    assert!(!LaneWriter::fits_run(&constant, 64));
    let ours = Msg::copy_of(&BYTES).unwrap_or_default();
    assert!(LaneWriter::fits_run(&ours, 64) && !LaneWriter::fits_run(&ours, 64 * 1024));
}

#[test]
fn either_end_of_a_run_that_grows_may_go_first() {
    let mut lane = Across::new();
    lane.runs(10);
    let _ = lane.read(0);
    drop(lane.writer);
    let mut seen = 1;
    while lane.reader.available() {
        assert!(lane.reader.pop_into(&mut lane.into, &mut lane.sink));
        seen += 1;
    }
    assert_eq!(seen, 10);
    let mut lane = Across::new();
    lane.runs(10);
    let _ = lane.read(0);
    drop(std::mem::replace(&mut lane.reader, message_lane(false).1));
    lane.runs(3000);
}

#[test]
fn an_abandoned_run_that_grows_is_no_longer_read() {
    let mut lane = Across::new();
    lane.runs(10);
    let _ = lane.read(0);
    lane.reader.abandon();
    let _ = lane.run();
    assert!(
        !lane.reader.pop_easily(&mut lane.into, MORE) && !lane.reader.pop_across(&mut lane.into)
    );
}
