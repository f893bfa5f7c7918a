//! Messages of several frames: their first frames wait where their last one will go,
//! in the batch or run that is open, or in cells. Whoever reads sees them with it.
//!
//! Called by the pipe that writes (`pipe::write`), and by nobody for a connection's
//! decoder, whose messages have cells or runs of their own.

use super::LaneWriter;
use super::writer::LIMIT;
use crate::msg::{INLINE, Msg, Payload, RunWriter};
use crate::tuning;
use crate::zmtp::frame::{self, MAX_HEADER};

const _: () = assert!(tuning::GROW_WHOLE < RunWriter::FULL);

impl LaneWriter {
    /// Writes a frame with more to come where [`append`](LaneWriter::append) or
    /// [`append_to_run`](LaneWriter::append_to_run) puts messages; the last one
    /// follows by the same way or [`append_end`](Self::append_end), unless the frames
    /// are [moved](Self::move_to_cells) or taken back. The caller empties it. False:
    /// there is no such place, or it does not fit, and nothing was done. Not while a
    /// message is begun in cells.
    #[inline]
    pub fn append_part(&mut self, body: &(impl Payload + ?Sized), size: usize) -> bool {
        debug_assert!(self.lane.uncommitted() == 0);
        if size < LIMIT && (self.batch.has_room() || self.is_room_behind_batch(size)) {
            // SAFETY: it has room.
            return unsafe { self.put_in_batch(body, size, true) };
        }
        if LaneWriter::fits_run(body, size) && (self.run.has_room() || self.run.has_room_behind()) {
            // SAFETY: it has room.
            unsafe { self.run.append_part(body, size) };
            return true;
        }
        false
    }

    /// Writes the last frame of a message whose others were
    /// [appended](Self::append_part) where there is no room for another one, if there
    /// is for this. Some(true): the reader (another socket) sleeps. None: nothing was
    /// done.
    #[cold]
    pub fn append_end(&mut self, body: &(impl Payload + ?Sized), size: usize) -> Option<bool> {
        if size < LIMIT && self.is_room_behind_batch(size) {
            // SAFETY: it has room.
            return unsafe { self.put_in_batch(body, size, false) }.then_some(false);
        }
        if !LaneWriter::fits_run(body, size) || !self.run.has_room_behind() {
            return None;
        }
        self.credit.count();
        // SAFETY: it has room.
        Some(unsafe { self.run.append(body, size) })
    }

    /// Whether a message is begun in the batch, and a frame of `size` bytes fits
    /// behind it.
    #[inline]
    fn is_room_behind_batch(&self, size: usize) -> bool {
        self.batch.has_room_behind(MAX_HEADER + size + INLINE) && !self.batch.begun().is_empty()
    }

    /// Whether a message has been begun in the batch or run that is open.
    #[inline]
    pub fn is_begun(&self) -> bool {
        !self.batch.begun().is_empty() || !self.run.begun().is_empty()
    }

    /// Moves the frames of such a message into cells, where the rest of it must
    /// follow. False: there is no memory, and nothing was done.
    #[cold]
    pub fn move_to_cells(&mut self) -> bool {
        debug_assert!(self.lane.uncommitted() == 0);
        let LaneWriter { lane, batch, run, .. } = self;
        let mut left = if run.is_open() { run.begun() } else { batch.begun() };
        while let Some((body, behind)) = split_frame(left) {
            let Ok(mut msg) = Msg::copy_of(body) else {
                lane.rollback();
                return false;
            };
            msg.set_more(true);
            lane.push(msg);
            left = behind;
        }
        batch.take_back();
        run.take_back();
        // It has not fitted where it was.
        self.begun = tuning::GROW_WHOLE;
        true
    }

    /// Writes a frame with more to come into a cell, leaving `msg` empty. Not on a
    /// conflating lane.
    pub fn push_part(&mut self, msg: &mut Msg) {
        debug_assert!(self.latest.is_none() && !self.is_begun());
        let size = msg.len();
        self.begun +=
            if LaneWriter::fits_run(msg, size) { MAX_HEADER + size } else { tuning::GROW_WHOLE };
        self.lane.push_with(|cell| msg.move_to(cell));
    }

    /// As [`begin_run`](LaneWriter::begin_run) with the last frame of a message that
    /// was begun in cells, if enough messages wait for the reader to make a run
    /// worthwhile, and all of it fits. None also otherwise: nothing was done.
    pub fn begin_run_with(&mut self, msg: &Msg, size: usize) -> Option<bool> {
        let fits =
            LaneWriter::fits_run(msg, size) && self.begun + MAX_HEADER + size <= tuning::GROW_WHOLE;
        if !fits || self.credit.outstanding() < tuning::GROW_BACKLOG {
            return None;
        }
        let cell = self.run.begin()?;
        let LaneWriter { lane, run, .. } = self;
        // SAFETY: a new run has room for all of that.
        lane.take_back_each(|frame| unsafe { run.append_part(frame, frame.len()) });
        self.begun = 0;
        Some(self.publish_run(cell, msg, size))
    }
}

/// The body of the first frame and what stands behind it.
fn split_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = frame::parse_message(bytes)?;
    let len = usize::try_from(header.body_len).ok()?;
    bytes.get(header.header_len..)?.split_at_checked(len)
}
