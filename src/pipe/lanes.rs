//! Message lanes: a lane of cells with its credit, and the conflating variant
//! that holds the newest message only (libzmq: ypipe_conflate, dbuffer).

use crate::msg::{self, INLINE, MORE, MetadataRef, MetadataSink, Msg, RunReader, Slice};
use crate::queue::{
    BatchWriter, Consumer, CreditReader, CreditWriter, Producer, UNIT, credit, lane,
};
use crate::sync::{Arc, Mutex};
use crate::tuning;
use crate::zmtp::Framing;
use crate::zmtp::frame::{self, MAX_HEADER};

/// Acknowledge at least this often. Small enough that a writer at its mark
/// goes on in good time, large enough to cost nothing.
const ACK_BATCH: u64 = 64;

/// How often the reader of a lane with the mark `hwm` must acknowledge: at
/// half the mark at the latest, or a writer at the mark would wait for a
/// reader that waits for it.
fn ack_batch(hwm: u64) -> u64 {
    if hwm == 0 { ACK_BATCH } else { hwm.div_ceil(2).min(ACK_BATCH) }
}

/// Messages from this size go into cells: their bodies are worth a block.
const LIMIT: usize = tuning::LARGE;
const _: () = assert!(MAX_HEADER + LIMIT <= UNIT && MAX_HEADER + INLINE <= UNIT);

/// The newest message. A cell in the lane stands for "the slot is full".
type Latest = Arc<Mutex<Option<Msg>>>;

/// The writing end of a lane of messages. What each one in a stream needs stands
/// first.
#[repr(C)]
pub struct LaneWriter {
    /// Where messages may go as frames instead of into cells.
    batch: BatchWriter,
    credit: CreditWriter,
    lane: Producer<Msg>,
    latest: Option<Latest>,
    /// Bytes that the frames of the message begun would take there.
    begun: usize,
}

/// The reading end of a lane of messages. Where a decoder writes, cells may stand
/// for runs of messages.
///
/// A socket with many connections reads from one after the other: what a message
/// in a run needs shares two cache lines.
#[repr(C, align(64))]
pub struct LaneReader {
    /// Comes before what is in the lane.
    run: RunReader,
    /// Messages that may be read before anything but counting is to be done: 0
    /// where more thought is needed with each.
    easy: u64,
    credit: CreditReader,
    lane: Consumer<Msg>,
    /// Messages read before they are acknowledged.
    batch: u64,
    /// Nothing more is read.
    abandoned: bool,
    latest: Option<Latest>,
}

/// A new lane of messages.
pub fn message_lane(conflate: bool) -> (LaneWriter, LaneReader) {
    let (producer, consumer) = lane();
    let (credit_writer, credit_reader) = credit();
    let latest: Option<Latest> = conflate.then(Latest::default);
    (
        LaneWriter {
            lane: producer,
            credit: credit_writer,
            latest: latest.clone(),
            batch: BatchWriter::default(),
            begun: 0,
        },
        LaneReader {
            run: RunReader::default(),
            easy: 0,
            credit: credit_reader,
            lane: consumer,
            batch: 1,
            abandoned: false,
            latest,
        },
    )
}

impl LaneWriter {
    /// The lane's reader also has the reading end of this batch; where a segment
    /// stands a cell flagged [`msg::BATCH`] goes. Not for a conflating lane.
    pub fn set_batch(&mut self, batch: BatchWriter) {
        debug_assert!(self.latest.is_none());
        self.batch = batch;
    }

    /// From now on messages may be [`append`](Self::append)ed, if the reader
    /// wants that. Between messages.
    pub fn open_batch(&mut self) {
        self.close_batch();
        if self.batch.begin() {
            debug_assert!(self.lane.uncommitted() == 0);
            let mut mark = Msg::new();
            mark.set_flags(msg::BATCH);
            self.lane.push(mark);
            self.lane.commit();
            self.lane.publish_to_waking();
        }
    }

    /// Whether messages may be appended, or could if there were room.
    #[inline(always)]
    pub fn is_batch_open(&self) -> bool {
        self.batch.is_open()
    }

    /// No more messages are appended; before anything goes into a cell.
    #[inline(always)]
    pub fn close_batch(&mut self) {
        if self.batch.is_open() {
            self.batch.seal();
        }
    }

    /// As [`append`](Self::append) for an inline body, leaving `msg` empty.
    #[inline(always)]
    pub fn append_near(&mut self, msg: &mut Msg, size: usize) -> bool {
        debug_assert!(size <= INLINE);
        if !self.batch.has_room() {
            return false;
        }
        // SAFETY: it has room, and header and INLINE bytes stay within a unit.
        unsafe {
            let Some(place) = self.batch.place() else { return false };
            msg.pour_near([0, size as u8], place.as_ptr());
            self.batch.appended(2 + size);
        }
        self.credit.count();
        true
    }

    /// Publishes a whole message of `size` bytes as a frame of ZMTP 2 and 3. False:
    /// it does not fit the batch, or none is open.
    #[inline(always)]
    pub fn append(&mut self, msg: &Msg, size: usize) -> bool {
        if !self.batch.has_room() || size >= LIMIT {
            return false;
        }
        // SAFETY: it has room, and header and body stay within a unit, as do
        // INLINE bytes behind a short header.
        unsafe {
            let Some(place) = self.batch.place() else { return false };
            let len = put_frame(place.as_ptr(), msg, size, false);
            self.batch.appended(len);
        }
        self.credit.count();
        true
    }

    /// As [`append`](Self::append) for the last frame of a message begun in cells.
    pub fn append_last(&mut self, msg: &Msg, size: usize) -> bool {
        if !self.batch.has_room() || self.begun + MAX_HEADER + size + INLINE > UNIT {
            return false;
        }
        // SAFETY: it has room, and all headers and bodies stay within a unit, as
        // do INLINE bytes behind them.
        unsafe {
            let Some(place) = self.batch.place() else { return false };
            let mut len = 0;
            self.lane.take_back_each(|frame| {
                len += put_frame(place.as_ptr().add(len), frame, frame.len(), true);
            });
            len += put_frame(place.as_ptr().add(len), msg, size, false);
            self.batch.appended(len);
        }
        self.begun = 0;
        self.credit.count();
        true
    }

    /// As [`push_counted`](Self::push_counted) and [`publish`](Self::publish) where a
    /// cell is at hand. None: it is not, and nothing was done. Not on a conflating
    /// lane, nor while a batch is open.
    #[inline(always)]
    pub fn publish_easily(&mut self, msg: &mut Msg) -> Option<bool> {
        if !self.lane.has_cell() {
            return None;
        }
        self.push_counted(msg);
        Some(self.publish())
    }

    /// Whether a message may be appended now, if it is small.
    pub fn batch_has_room(&self) -> bool {
        self.batch.has_room()
    }

    /// Writes one frame; invisible until its message is complete and published.
    #[inline]
    pub fn push(&mut self, mut msg: Msg) {
        self.push_from(&mut msg);
    }

    /// As [`push`](Self::push), leaving `msg` empty.
    #[inline]
    pub fn push_from(&mut self, msg: &mut Msg) {
        if self.latest.is_some() {
            return self.replace(msg.take());
        }
        if msg.more() {
            self.begun += MAX_HEADER + msg.len();
            self.lane.push_with(|cell| msg.move_to(cell));
            return;
        }
        self.begun = 0;
        self.close_batch();
        if msg.counts() {
            return self.push_counted(msg);
        }
        self.lane.push_with(|cell| msg.move_to(cell));
        self.lane.commit();
    }

    /// As [`push_from`](Self::push_from) for the last frame of an ordinary
    /// message. Not on a conflating lane, nor while a batch is open.
    #[inline(always)]
    pub fn push_counted(&mut self, msg: &mut Msg) {
        debug_assert!(self.latest.is_none() && msg.counts());
        debug_assert!(!self.batch.is_open());
        self.credit.count();
        msg.move_to(self.lane.cell());
        // SAFETY: initialised by the move.
        unsafe { self.lane.pushed_last() };
    }

    /// Writes a frame with the first `len` of the bytes received at `near`. Not
    /// on a conflating lane.
    #[inline]
    pub fn push_near(
        &mut self,
        near: &[u8; INLINE],
        len: usize,
        more: bool,
        meta: Option<MetadataRef>,
    ) {
        self.push_made(more, |more| Msg::from_near(near, len, more, meta));
    }

    /// Writes a frame on bytes received. Not on a conflating lane.
    #[inline]
    pub fn push_slice(&mut self, slice: Slice, more: bool, meta: Option<MetadataRef>) {
        self.push_made(more, |more| Msg::from_slice(slice, more, meta));
    }

    /// Writes a cell that stands for a run of `messages`, between messages. Not on
    /// a conflating lane.
    pub fn push_run(&mut self, run: Msg, messages: u64) {
        debug_assert!(self.latest.is_none() && run.is_run() && !self.is_mid_message());
        self.credit.count_many(messages);
        self.lane.push(run);
        self.lane.commit();
    }

    /// Makes a frame in its cell. `make` is told what `more` is, so that each of
    /// its two copies has it as a constant.
    #[inline(always)]
    fn push_made(&mut self, more: bool, make: impl FnOnce(bool) -> Msg) {
        debug_assert!(self.latest.is_none());
        if more {
            self.lane.push_with(|cell| cell.write(make(true)));
        } else {
            self.credit.count();
            self.lane.cell().write(make(false));
            // SAFETY: just initialised.
            unsafe { self.lane.pushed_last() };
        }
    }

    /// Whether only the newest message is kept.
    pub fn is_conflating(&self) -> bool {
        self.latest.is_some()
    }

    /// How many messages may be written before the mark is to be looked at
    /// again; 0: none now. Leaves no note, as `has_room_now`.
    pub fn room_now(&mut self, hwm: u64) -> u64 {
        self.credit.room_now(hwm)
    }

    #[cold]
    fn replace(&mut self, msg: Msg) {
        let Some(latest) = &self.latest else { return };
        if latest.lock().replace(msg).is_none() {
            self.lane.push(Msg::new());
            self.lane.commit();
        }
    }

    /// As [`publish`](Self::publish) for a reader that never sleeps; see
    /// [`Producer::publish_to_waking`].
    #[inline]
    pub fn publish_to_waking(&mut self) {
        self.lane.publish_to_waking();
    }

    /// Makes the complete messages visible. True: the reader sleeps and must be woken.
    #[inline]
    #[must_use = "a sleeping reader must be woken"]
    pub fn publish(&mut self) -> bool {
        self.lane.publish()
    }

    /// Takes back the frames of an unfinished message. (None of them counts, so
    /// the credit needs no correction.)
    pub fn rollback(&mut self) {
        self.begun = 0;
        self.lane.rollback();
    }

    /// Whether a message has been begun and not finished.
    pub fn is_mid_message(&self) -> bool {
        self.lane.uncommitted() != 0
    }

    /// Whether one more message stays within `hwm`; see [`CreditWriter::has_room`].
    #[inline]
    pub fn has_room(&mut self, hwm: u64) -> bool {
        self.latest.is_some() || self.credit.has_room(hwm)
    }

    /// As [`has_room`](Self::has_room), but leaves no note: the caller has
    /// something to try first.
    #[inline]
    pub fn has_room_now(&mut self, hwm: u64) -> bool {
        hwm == 0 || self.latest.is_some() || self.credit.has_room_now(hwm)
    }

    /// Messages written in all.
    pub fn written(&self) -> u64 {
        self.credit.written()
    }

    /// Messages the reader has finished with, as far as is known.
    pub fn acknowledged(&self) -> u64 {
        self.credit.acknowledged()
    }
}

/// Writes a frame with the body of `msg`, which has `size` bytes. How many it takes.
///
/// # Safety
/// `place` is valid for writing header and body, and [`INLINE`] bytes behind a
/// short header.
#[inline(always)]
unsafe fn put_frame(place: *mut u8, msg: &Msg, size: usize, more: bool) -> usize {
    // SAFETY: by contract.
    unsafe {
        if let Ok(short) = u8::try_from(size) {
            place.cast::<[u8; 2]>().write_unaligned([u8::from(more), short]);
            msg.pour(place.add(2));
            return 2 + size;
        }
        let mut header = [0; MAX_HEADER];
        let len = frame::write_header(Framing::V2, more, false, size, &mut header);
        // Whole: a copy of fixed size.
        place.cast::<[u8; MAX_HEADER]>().write_unaligned(header);
        msg.pour(place.add(len));
        len + size
    }
}

impl LaneReader {
    /// Whether a frame can be read.
    #[inline]
    pub fn available(&mut self) -> bool {
        !self.run.is_empty() || self.lane.available()
    }

    /// Whether more of a run that was begun can be read.
    #[inline(always)]
    pub fn is_in_run(&self) -> bool {
        !self.run.is_empty()
    }

    /// Reads one frame without counting it as finished. For lanes without runs,
    /// as [`pop_each`](Self::pop_each).
    #[inline]
    pub fn pop(&mut self) -> Option<Msg> {
        let msg = self.lane.pop()?;
        debug_assert!(!msg.is_run());
        match &self.latest {
            None => Some(msg),
            Some(latest) => latest.lock().take(),
        }
    }

    /// Reads one frame in place of `into` and counts it, if that is easy: see
    /// [`RunReader::take_easy`] for a run; a cell is if `into` holds nothing to be
    /// given back. False: it is not, and nothing was done.
    #[inline(always)]
    pub fn pop_easily(&mut self, into: &mut Msg, flags: u8) -> bool {
        if self.easy == 0 {
            return false;
        }
        if self.run.may_be_easy() {
            if !self.run.take_easy(into, flags) {
                return false;
            }
        } else if !self.run.is_empty()
            || !into.holds_nothing()
            || !self.lane.pop_into_easily(into, |cell| cell.has_only(flags))
        {
            return false;
        }
        let ends = u64::from(flags & MORE == 0 || !into.more());
        self.easy -= ends;
        self.credit.count(ends);
        true
    }

    /// Reads one frame in place of `into` without counting it as finished; the
    /// reference to meta-data that it replaces goes to `sink`. False: nothing
    /// there.
    #[inline(always)]
    pub fn pop_into(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        if !self.run.is_empty() {
            return self.run.take(into, MORE, sink);
        }
        sink.absorb_from(into);
        if self.latest.is_some() {
            return self.pop_latest(into);
        }
        self.lane.pop_into_if(into, |cell| !cell.is_run()) || self.pop_run(into, MORE, sink)
    }

    /// As [`pop_into`](Self::pop_into), if the frame is a whole message of the
    /// application's. False: it is not, or nothing is there.
    #[inline(always)]
    pub fn pop_plain_into(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        if !self.run.is_empty() {
            return self.run.take(into, 0, sink);
        }
        sink.absorb_from(into);
        if self.latest.is_some() {
            return false;
        }
        self.lane.pop_into_if(into, Msg::is_whole) || self.pop_run(into, 0, sink)
    }

    /// As the last two, if the next cell stands for a run.
    #[inline(never)]
    fn pop_run(&mut self, into: &mut Msg, flags: u8, sink: &mut MetadataSink) -> bool {
        let Some(run) = self.lane.pop_if(Msg::is_run) else { return false };
        self.run.begin(run);
        self.run.take(into, flags, sink)
    }

    #[inline(never)]
    fn pop_latest(&mut self, into: &mut Msg) -> bool {
        self.pop().map(|msg| *into = msg).is_some()
    }

    /// Lets `use_it` work on one frame after the other where it is, without
    /// counting any as finished, until it returns false or there is none left.
    #[inline]
    pub fn pop_each(&mut self, mut use_it: impl FnMut(&mut Msg) -> bool) {
        if self.latest.is_some() {
            while let Some(mut msg) = self.pop() {
                if !use_it(&mut msg) {
                    return;
                }
            }
            return;
        }
        self.lane.pop_each(|msg| {
            debug_assert!(!msg.is_run());
            use_it(msg)
        });
    }

    /// Acknowledges from now on as the mark `hwm` asks for. True: as `finish`.
    #[must_use = "a waiting writer must be told"]
    pub fn set_mark(&mut self, hwm: u64) -> bool {
        self.batch = ack_batch(hwm);
        self.finish_some(0)
    }

    /// Counts one message as finished, as [`set_mark`](Self::set_mark) says.
    #[inline(always)]
    #[must_use = "a waiting writer must be told"]
    pub fn finish_one(&mut self) -> bool {
        self.finish_some(1)
    }

    fn finish_some(&mut self, n: u64) -> bool {
        let tell = self.finish(n, self.batch);
        self.easy = if self.abandoned || self.latest.is_some() {
            0
        } else {
            (self.batch - 1).saturating_sub(self.credit.unacknowledged())
        };
        tell
    }

    /// One more reference to the meta-data of `read`.
    pub fn metadata_of(&mut self, read: &Msg) -> Option<MetadataRef> {
        self.run.metadata_of(read)
    }

    /// Nothing more is read; drops the run that was begun.
    pub fn abandon(&mut self) {
        self.abandoned = true;
        self.easy = 0;
        self.run.abandon();
    }

    /// Counts `n` messages as finished; acknowledges once `batch` of them have
    /// gathered. True: acknowledged, and the writer waits for room and must be
    /// told.
    #[inline]
    #[must_use = "a waiting writer must be told"]
    pub fn finish(&mut self, n: u64, batch: u64) -> bool {
        self.credit.count(n);
        self.credit.unacknowledged() >= batch && self.credit.acknowledge()
    }

    /// Messages finished in all.
    pub fn finished(&self) -> u64 {
        self.credit.counted()
    }

    /// Acknowledges whatever is finished. True: the writer must be told.
    #[must_use = "a waiting writer must be told"]
    pub fn acknowledge(&mut self) -> bool {
        self.credit.acknowledge()
    }

    /// Declares that the reader sleeps; false: something has come.
    pub fn sleep(&mut self) -> bool {
        self.run.is_empty() && self.lane.sleep()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

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
        assert!(!r.finish(1, ack_batch(1000)), "one message is less than a batch");
        assert!(r.acknowledge(), "the writer had asked");
        assert!(w.has_room(1));
    }
}
