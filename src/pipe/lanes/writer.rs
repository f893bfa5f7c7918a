//! The writing end of a message lane: a socket's, or that of a connection's
//! decoder. It never blocks and wakes nobody.

use super::Latest;
use crate::msg::{self, INLINE, MetadataRef, Msg, Payload, RunWriter, Slice};
use crate::queue::{BatchWriter, CreditWriter, Producer, UNIT};
use crate::tuning;
use crate::zmtp::Framing;
use crate::zmtp::frame::{self, MAX_HEADER};

/// Messages from this size go into cells: their bodies are worth a block.
pub(super) const LIMIT: usize = tuning::LARGE;
const _: () = assert!(MAX_HEADER + LIMIT <= UNIT && MAX_HEADER + INLINE <= UNIT);

/// The writing end of a lane of messages. What each one in a stream needs stands
/// first.
#[repr(C)]
pub struct LaneWriter {
    /// Where messages may go as frames instead of into cells.
    pub(super) batch: BatchWriter,
    pub(super) credit: CreditWriter,
    pub(super) lane: Producer<Msg>,
    /// Where messages may go instead of into cells, to another socket.
    pub(super) run: RunWriter,
    pub(super) latest: Option<Latest>,
    /// Bytes that the frames of the message begun in cells would take in a run.
    pub(super) begun: usize,
}

impl LaneWriter {
    pub(super) fn new(
        lane: Producer<Msg>,
        credit: CreditWriter,
        latest: Option<Latest>,
    ) -> LaneWriter {
        let (batch, run) = (BatchWriter::default(), RunWriter::default());
        LaneWriter { batch, credit, lane, run, latest, begun: 0 }
    }

    /// The lane's reader also has the reading end of this batch; where a segment
    /// stands a cell flagged [`msg::BATCH`] goes. Not for a conflating lane.
    pub fn set_batch(&mut self, batch: BatchWriter) {
        debug_assert!(self.latest.is_none());
        self.batch = batch;
    }

    /// From now on messages may be [`append`](Self::append)ed, if the reader
    /// wants that. Between messages, while none is open.
    pub fn open_batch(&mut self) {
        if self.batch.begin() {
            self.mark_batch();
        }
    }

    /// Here a segment of the batch stands.
    fn mark_batch(&mut self) {
        debug_assert!(self.lane.uncommitted() == 0);
        let mut mark = Msg::new();
        mark.set_flags(msg::BATCH);
        self.lane.push(mark);
        self.lane.commit();
        self.lane.publish_to_waking();
    }

    /// From here on the messages that `shared` appends are this lane's as well, until
    /// it [parts](Self::part) from them: they count only then. Between messages, while no
    /// batch is open. False: the reader does not want that.
    pub fn join(&mut self, shared: &BatchWriter) -> bool {
        let joined = self.batch.join(shared);
        if joined {
            self.mark_batch();
        }
        joined
    }

    /// Whether the reader wants that.
    pub fn may_join(&self) -> bool {
        self.batch.is_welcome()
    }

    /// Counts what came by the batch joined, if any.
    pub fn count_shared(&mut self) {
        self.credit.count_many(self.batch.units_shared());
        self.credit.refresh();
    }

    /// Ends the batch joined, if any, for all who have joined it.
    pub fn part(&mut self) {
        self.count_shared();
        self.batch.part();
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
    pub fn append(&mut self, body: &(impl Payload + ?Sized), size: usize) -> bool {
        // SAFETY: it has room.
        size < LIMIT && self.batch.has_room() && unsafe { self.put_in_batch(body, size, false) }
    }

    /// As [`put_in`], counting the message.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(super) unsafe fn put_in_batch(
        &mut self,
        body: &(impl Payload + ?Sized),
        size: usize,
        more: bool,
    ) -> bool {
        // SAFETY: by contract.
        let done = unsafe { put_in(&mut self.batch, body, size, more) };
        if done && !more {
            self.credit.count();
        }
        done
    }

    /// Publishes a message of `size` bytes in the run that grows, or in a cell. The
    /// caller empties it. Some(true): the reader sleeps and must be woken. None:
    /// neither is at hand, and nothing was done. Not on a conflating lane, nor
    /// while a batch is open.
    #[inline(always)]
    pub fn publish_easily(&mut self, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.run.is_open() {
            return self.append_to_run(msg, size);
        }
        if !self.lane.has_cell() {
            return None;
        }
        self.push_counted(msg);
        Some(self.publish())
    }

    /// As [`publish_easily`](Self::publish_easily) for an inline message without
    /// meta-data, leaving it empty.
    #[inline(always)]
    pub fn publish_near(&mut self, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.run.has_room() {
            self.credit.count();
            // SAFETY: it has room.
            return Some(unsafe { self.run.append_near(msg, size) });
        }
        if self.run.is_open() || !self.lane.has_cell() {
            return None;
        }
        self.push_counted(msg);
        Some(self.publish())
    }

    /// Publishes a message of `size` bytes in the run that grows, and leaves it to
    /// the caller. Some(true): the reader sleeps. None: there is none, or the
    /// message does not fit it.
    #[inline(always)]
    pub fn append_to_run(&mut self, body: &(impl Payload + ?Sized), size: usize) -> Option<bool> {
        if !self.run.has_room() || !LaneWriter::fits_run(body, size) {
            return None;
        }
        self.credit.count();
        // SAFETY: it has room.
        Some(unsafe { self.run.append(body, size) })
    }

    /// As [`append_to_run`](Self::append_to_run), in a new run; the last one is
    /// sealed. None: no memory; the message [fits](Self::fits_run).
    pub fn begin_run(&mut self, msg: &Msg, size: usize) -> Option<bool> {
        let cell = self.run.begin()?;
        Some(self.publish_run(cell, msg, size))
    }

    /// Publishes the run that `cell` stands for, having appended its first message.
    /// True: the reader sleeps.
    pub(super) fn publish_run(&mut self, cell: Msg, msg: &Msg, size: usize) -> bool {
        // Before the cell is published: where a run stands there is a message.
        let _ = self.append_to_run(msg, size);
        self.lane.push(cell);
        self.lane.commit();
        self.lane.publish()
    }

    /// Whether a message of `size` bytes can go into a run.
    #[inline(always)]
    pub fn fits_run(body: &(impl Payload + ?Sized), size: usize) -> bool {
        size <= tuning::GROW_BODY && body.is_copyable()
    }

    /// Whether the run that grows is full, or the lane's next cell needs memory as
    /// well, and enough messages wait for the reader to make a run worthwhile.
    pub fn may_begin_run(&mut self) -> bool {
        (self.run.is_open() || !self.lane.has_cell())
            && self.credit.outstanding() >= tuning::GROW_BACKLOG
    }

    /// Nothing more goes into the run that grows; before anything goes into a cell.
    /// True: the reader sleeps, and must be woken when that has been published.
    #[inline(always)]
    #[must_use = "a sleeping reader must be woken"]
    pub fn seal_run(&mut self) -> bool {
        self.run.is_open() && self.run.seal()
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
            return self.push_part(msg);
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
    /// again; 0: none now. Looks now where fewer than `enough` are known of. Leaves no
    /// note, as `has_room_now`.
    pub fn room_now(&mut self, hwm: u64, enough: u64) -> u64 {
        self.credit.room_now(hwm, enough)
    }

    /// Puts a message in place of the one that waits, if any; of one in several frames, the
    /// last.
    #[cold]
    fn replace(&mut self, msg: Msg) {
        let Some(latest) = &self.latest else { return };
        if msg.more() {
            return;
        }
        let counts = msg.counts();
        let old = latest.lock().replace(msg);
        // The reader finishes one message for each cell.
        if counts && !old.as_ref().is_some_and(Msg::counts) {
            self.credit.count();
        }
        if old.is_none() {
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
        self.batch.take_back();
        self.run.take_back();
    }

    /// Whether a message has been begun and not finished.
    pub fn is_mid_message(&self) -> bool {
        self.lane.uncommitted() != 0 || self.is_begun()
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

/// Publishes a whole message in a batch; as [`LaneWriter::append`], but for its count.
#[inline(always)]
pub fn append_to(batch: &mut BatchWriter, body: &(impl Payload + ?Sized), size: usize) -> bool {
    // SAFETY: it has room.
    size < LIMIT && batch.has_room() && unsafe { put_in(batch, body, size, false) }
}

/// Writes a frame with a body of `size` bytes, less than [`LIMIT`], into a batch,
/// and publishes it with those before it if no `more` follow. False: the reader has
/// withdrawn, and nothing was done.
///
/// # Safety
/// The batch has room for it.
#[inline(always)]
unsafe fn put_in(
    batch: &mut BatchWriter,
    body: &(impl Payload + ?Sized),
    size: usize,
    more: bool,
) -> bool {
    // SAFETY: by contract, and header and body stay within a unit, as do INLINE
    // bytes behind a short header.
    unsafe {
        let Some(place) = batch.place() else { return false };
        let len = put_frame(place.as_ptr(), body, size, more);
        if more {
            batch.appended_part(len);
        } else {
            batch.appended(len);
        }
    }
    true
}

/// Writes a frame with `body`, which has `size` bytes. How many it takes.
///
/// # Safety
/// `place` is valid for writing header and body, and [`INLINE`] bytes behind a
/// short header.
#[inline(always)]
unsafe fn put_frame(
    place: *mut u8,
    body: &(impl Payload + ?Sized),
    size: usize,
    more: bool,
) -> usize {
    // SAFETY: by contract.
    unsafe {
        if let Ok(short) = u8::try_from(size) {
            place.cast::<[u8; 2]>().write_unaligned([u8::from(more), short]);
            body.pour(place.add(2));
            return 2 + size;
        }
        let mut header = [0; MAX_HEADER];
        let len = frame::write_header(Framing::V2, more, false, size, &mut header);
        // Whole: a copy of fixed size.
        place.cast::<[u8; MAX_HEADER]>().write_unaligned(header);
        body.pour(place.add(len));
        len + size
    }
}
