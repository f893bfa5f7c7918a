//! The reading end of a message lane: a socket's, or that of a connection's
//! encoder. It never blocks and wakes nobody.

use super::Latest;
use crate::msg::{MORE, MetadataRef, MetadataSink, Msg, RunReader};
use crate::queue::{Consumer, CreditReader};

/// Acknowledge at least this often. Small enough that a writer at its mark
/// goes on in good time, large enough to cost nothing.
const ACK_BATCH: u64 = 64;

/// How often the reader of a lane with the mark `hwm` must acknowledge: at
/// half the mark at the latest, or a writer at the mark would wait for a
/// reader that waits for it.
fn ack_batch(hwm: u64) -> u64 {
    if hwm == 0 { ACK_BATCH } else { hwm.div_ceil(2).min(ACK_BATCH) }
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

impl LaneReader {
    pub(super) fn new(
        lane: Consumer<Msg>,
        credit: CreditReader,
        latest: Option<Latest>,
    ) -> LaneReader {
        let run = RunReader::default();
        LaneReader { run, easy: 0, credit, lane, batch: 1, abandoned: false, latest }
    }

    /// Whether a frame can be read.
    #[inline]
    pub fn available(&mut self) -> bool {
        (!self.run.is_empty() && self.run.has_more()) || self.lane.available()
    }

    /// Whether more of a run that was begun can be read.
    #[inline(always)]
    pub fn is_in_run(&self) -> bool {
        self.run.has_frames()
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

    /// As [`pop_easily`](Self::pop_easily) from another socket, where it takes a
    /// call: from a run that grows, or in place of a body that has to be given back.
    #[inline(always)]
    pub fn pop_across(&mut self, into: &mut Msg) -> bool {
        if self.easy == 0 || into.metadata().is_some() {
            return false;
        }
        let came = if self.run.is_empty() {
            self.lane.pop_over_easily(into, |cell| cell.has_only(MORE))
        } else {
            self.run.take_grown(into)
        };
        let ends = u64::from(came && !into.more());
        self.easy -= ends;
        self.credit.count(ends);
        came
    }

    /// As [`RunReader::take_bytes`], and counts it.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub unsafe fn pop_bytes(&mut self, to: *mut u8, room: usize) -> Option<(usize, u8)> {
        if self.easy == 0 {
            return None;
        }
        // SAFETY: by contract.
        let (size, more) = unsafe { self.run.take_bytes(to, room)? };
        let ends = u64::from(more == 0);
        self.easy -= ends;
        self.credit.count(ends);
        Some((size, more))
    }

    /// Reads one frame in place of `into` without counting it as finished; the
    /// reference to meta-data that it replaces goes to `sink`. False: nothing
    /// there.
    #[inline(always)]
    pub fn pop_into(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        if self.goes_on() {
            return self.take_frame(into, sink);
        }
        sink.absorb_from(into);
        if self.latest.is_some() {
            return self.pop_latest(into);
        }
        self.lane.pop_into_if(into, |cell| !cell.is_run()) || self.pop_run(into, sink)
    }

    /// As [`pop_into`](Self::pop_into), if the frame is the application's. False: it is
    /// not, or nothing is there.
    #[inline(always)]
    pub fn pop_plain_into(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        if self.goes_on() {
            return self.take_frame(into, sink);
        }
        sink.absorb_from(into);
        if self.latest.is_some() {
            return false;
        }
        self.lane.pop_into_if(into, |cell| cell.has_only(MORE)) || self.pop_run(into, sink)
    }

    /// Whether the run comes before what is in the lane: it has frames, or may
    /// yet get some.
    #[inline(always)]
    fn goes_on(&mut self) -> bool {
        !self.run.is_empty() && (self.run.has_more() || !self.run.is_empty())
    }

    /// As the last two, if the next cell stands for a run.
    #[inline(never)]
    fn pop_run(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        let Some(run) = self.lane.pop_if(Msg::is_run) else { return false };
        self.run.begin(run);
        self.run.has_more() && self.take_frame(into, sink)
    }

    #[inline(always)]
    fn take_frame(&mut self, into: &mut Msg, sink: &mut MetadataSink) -> bool {
        let has_one = self.run.has_frames();
        if has_one {
            self.run.take(into, sink);
        }
        has_one
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
        if !self.run.is_empty() {
            if self.run.sleep() {
                return true;
            }
            if self.goes_on() {
                return false;
            }
        }
        self.lane.sleep()
    }
}
