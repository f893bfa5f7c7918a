//! Writing to a pipe: into a batch or a cell for a connection, into a run or a
//! cell for another socket; and when a connection is told.
//!
//! Called by the socket's table of pipes ([`Pipes`](super::Pipes)); never blocks.

use super::{EndState, LaneWriter, Mode, PipeEnd};
use crate::msg::{MORE, Msg, Payload};
use crate::queue::BatchWriter;
use crate::tuning;

/// What became of a frame.
pub(super) enum Wrote {
    /// Nothing can be written now.
    Refused,
    /// It is on its way, or waits for the rest of its message.
    Done,
    /// Its reader (another socket) sleeps.
    Asleep,
    /// It gathers with others that are to be drained before the thread blocks.
    Kept,
    /// The same, and it is the first of them.
    Gathers,
    /// Its connection is to write it now.
    Waits(usize),
    /// It is large, and others like it may queue before the connection.
    Queues(usize),
}

impl Wrote {
    /// What became of a message published to another socket, which sleeps or not.
    #[inline(always)]
    fn to_socket(asleep: bool) -> Wrote {
        if asleep { Wrote::Asleep } else { Wrote::Done }
    }
}

impl PipeEnd {
    /// Writes one frame, leaving `msg` empty, unless nothing can be written now.
    #[inline(always)]
    pub(super) fn write(&mut self, msg: &mut Msg) -> Wrote {
        if self.room == 0 || self.mid_message || !msg.is_whole() {
            return self.write_with_care(msg);
        }
        self.write_counted(msg, msg.len())
    }

    /// Writes a whole message of `size` bytes; there is room.
    #[inline(always)]
    pub(super) fn write_counted(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        self.room -= 1;
        if self.writer.append(msg, size) {
            msg.clear();
            return self.gathers();
        }
        if self.writer.is_batch_open() {
            return self.write_behind_batch(msg, size);
        }
        if self.driver.is_none() {
            return self.write_to_socket(msg, size);
        }
        self.writer.push_counted(msg);
        self.send_off(size)
    }

    /// As `write_counted` to another socket: into a run that grows while its reader
    /// is behind, or into a cell.
    #[inline(never)]
    fn write_to_socket(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if let Some(asleep) = self.writer.append_to_run(msg, size) {
            msg.clear();
            return Wrote::to_socket(asleep);
        }
        if self.writer.is_begun() {
            return self.write_end(msg, size);
        }
        let may_begin = LaneWriter::fits_run(msg, size) && self.writer.may_begin_run();
        let mut asleep = self.writer.seal_run();
        if may_begin && let Some(is_asleep) = self.writer.begin_run(msg, size) {
            msg.clear();
            asleep |= is_asleep;
        } else {
            self.writer.push_counted(msg);
            asleep |= self.writer.publish();
        }
        Wrote::to_socket(asleep)
    }

    /// As `write_counted` for an inline body that goes into a batch, which takes
    /// no call and sets nothing off. False: nothing was done.
    #[inline(always)]
    pub(super) fn write_near(&mut self, msg: &mut Msg, size: usize) -> bool {
        let goes = self.room > 0 && self.dirty && self.writer.append_near(msg, size);
        self.room -= u64::from(goes);
        goes
    }

    /// As `write_near` to another socket, where a run or a cell is at hand.
    /// Some(true): it sleeps. None: nothing was done.
    #[inline(always)]
    pub(super) fn write_across(&mut self, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.room == 0 || self.driver.is_some() {
            return None;
        }
        let asleep = self.writer.publish_near(msg, size)?;
        self.room -= 1;
        Some(asleep)
    }

    /// As `write_counted` where a batch is open, or a run or a cell is at hand for
    /// another socket. Refused also otherwise.
    #[inline(always)]
    pub(super) fn write_easily(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if self.room == 0 {
            return Wrote::Refused;
        }
        let wrote = if self.driver.is_some() {
            if !self.dirty || !self.writer.append(msg, size) {
                return Wrote::Refused;
            }
            Wrote::Kept
        } else {
            match self.writer.publish_easily(msg, size) {
                Some(asleep) => Wrote::to_socket(asleep),
                None => return Wrote::Refused,
            }
        };
        self.room -= 1;
        msg.clear();
        wrote
    }

    /// As `write` for a body of `size` bytes, of a frame with `more` to come or not,
    /// where a batch or run is open; the message was begun there or begins. Refused
    /// also otherwise.
    #[inline(always)]
    pub(super) fn write_body(
        &mut self,
        body: &(impl Payload + ?Sized),
        size: usize,
        more: bool,
    ) -> Wrote {
        if self.room == 0 || self.mid_message {
            return Wrote::Refused;
        }
        if more {
            return if self.writer.append_part(body, size) { Wrote::Kept } else { Wrote::Refused };
        }
        let wrote = if self.driver.is_some() {
            if !self.dirty || !self.writer.append(body, size) {
                return Wrote::Refused;
            }
            Wrote::Kept
        } else {
            match self.writer.append_to_run(body, size) {
                Some(asleep) => Wrote::to_socket(asleep),
                None => return Wrote::Refused,
            }
        };
        self.room -= 1;
        wrote
    }

    /// As `write` for who needs `msg` again.
    #[inline(always)]
    pub(super) fn write_copy(&mut self, msg: &mut Msg) -> Wrote {
        if self.room > 0 && !self.mid_message {
            let size = msg.len();
            if msg.is_whole() && self.writer.append(msg, size) {
                self.room -= 1;
                return self.gathers();
            }
            if msg.more() && msg.has_only(MORE) && self.writer.append_part(msg, size) {
                return Wrote::Kept;
            }
        }
        self.write(&mut msg.share())
    }

    /// As `write_counted` for a message that does not fit the batch.
    #[inline(never)]
    fn write_behind_batch(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if self.writer.is_begun() {
            return self.write_end(msg, size);
        }
        self.renew_batch();
        if self.writer.append(msg, size) {
            msg.clear();
            return self.gathers();
        }
        self.writer.close_batch();
        self.writer.push_counted(msg);
        self.send_off(size)
    }

    /// The batch is full: writes it out and opens another.
    fn renew_batch(&mut self) {
        self.writer.close_batch();
        self.begin_to_gather();
        if let Some(driver) = &self.driver {
            driver.drain();
        }
        self.open_batch();
    }

    /// STREAM: from now on small messages go into the batch. Nobody looks at the
    /// mode for those, so it must be STREAM still when the mark is published; it
    /// then stays until the batch is empty and withdrawn (engine::gate).
    fn open_batch(&mut self) {
        self.writer.close_batch();
        if self.core.mode() == Mode::Stream {
            self.writer.open_batch();
            if self.core.mode() != Mode::Stream {
                self.writer.close_batch();
            }
        }
    }

    /// At the mark, as far as is known; or a frame with more to come, or not of
    /// the application's.
    #[inline(never)]
    fn write_with_care(&mut self, msg: &mut Msg) -> Wrote {
        if !self.takes() {
            return Wrote::Refused;
        }
        if self.writer.is_conflating() {
            return self.write_latest(msg);
        }
        let (more, size) = (msg.more(), msg.len());
        if !self.mid_message {
            if more && msg.has_only(MORE) && self.append_part(msg, size) {
                drop(msg.take());
                return Wrote::Kept;
            }
            if self.writer.is_begun() {
                return self.write_rest(msg, size);
            }
        }
        self.write_in_cell(msg, size)
    }

    /// Of a message of several frames the last one is kept, as it would be if each took the
    /// place of the one before: who reads must not find a message that never ends.
    #[cold]
    fn write_latest(&mut self, msg: &mut Msg) -> Wrote {
        self.mid_message = msg.more();
        if self.mid_message {
            drop(msg.take());
            return Wrote::Done;
        }
        let size = msg.len();
        self.writer.push_from(msg);
        self.send_off(size)
    }

    /// Writes a frame with more to come into the batch or run, if it fits.
    fn append_part(&mut self, msg: &Msg, size: usize) -> bool {
        if self.writer.append_part(msg, size) {
            return true;
        }
        let full = self.writer.is_batch_open() && !self.writer.batch_has_room();
        if !full || self.writer.is_begun() {
            return false;
        }
        self.renew_batch();
        self.writer.append_part(msg, size)
    }

    /// A message is begun in the batch or run that is open: goes on with it there, or
    /// with all of it in cells.
    fn write_rest(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if msg.is_whole() && self.room > 0 {
            return self.write_counted(msg, size);
        }
        self.go_on_in_cells(msg, size)
    }

    /// As `write_counted` for the last frame of a message whose others stand where
    /// there is no room for more messages; it is counted already.
    #[cold]
    fn write_end(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if let Some(asleep) = self.writer.append_end(msg, size) {
            msg.clear();
            return if self.driver.is_some() { self.gathers() } else { Wrote::to_socket(asleep) };
        }
        self.room += 1;
        self.go_on_in_cells(msg, size)
    }

    /// The message begun does not fit where it began.
    #[cold]
    fn go_on_in_cells(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if !self.writer.move_to_cells() {
            return Wrote::Refused;
        }
        self.mid_message = true;
        self.write_in_cell(msg, size)
    }

    fn write_in_cell(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        let more = msg.more();
        let last = std::mem::replace(&mut self.mid_message, more) && msg.is_whole();
        self.room = self.room.saturating_sub(u64::from(msg.counts()));
        if more {
            self.writer.push_from(msg);
            self.may_gather -= size as isize;
            return Wrote::Done;
        }
        if last && self.writer.is_batch_open() && !self.writer.batch_has_room() {
            self.may_gather = 0; // the next one gets room
        }
        let asleep = self.writer.seal_run();
        if last
            && self.driver.is_none()
            && let Some(is_asleep) = self.writer.begin_run_with(msg, size)
        {
            msg.clear();
            return Wrote::to_socket(asleep | is_asleep);
        }
        self.writer.push_from(msg);
        match self.send_off(size) {
            Wrote::Done if asleep => Wrote::Asleep,
            wrote => wrote,
        }
    }

    /// Publishes the message just written.
    #[inline(always)]
    fn send_off(&mut self, size: usize) -> Wrote {
        if self.driver.is_none() {
            return Wrote::to_socket(self.writer.publish());
        }
        self.writer.publish_to_waking();
        match self.core.mode() {
            Mode::Stream => self.gather(size),
            _ => Wrote::Waits(size),
        }
    }

    /// Whether a message has been begun and not finished.
    #[inline]
    pub(super) fn is_mid_message(&self) -> bool {
        self.mid_message || self.writer.is_begun()
    }

    /// Whether a frame can be written. False: the writer is told when that changes.
    #[inline]
    pub(super) fn takes(&mut self) -> bool {
        self.room > 0 || self.look_for_room()
    }

    /// The mark is reached, perhaps only because messages gather here; or the
    /// pipe takes frames without counting, or none any more.
    #[cold]
    fn look_for_room(&mut self) -> bool {
        if self.state != EndState::Open {
            return false;
        }
        self.part();
        if self.is_mid_message() || self.writer.is_conflating() {
            return true;
        }
        self.room = self.find_room();
        self.room > 0
    }

    /// How many messages can be written now; if none, the writer is told when some can.
    fn find_room(&mut self) -> u64 {
        let mut room = self.writer.room_now(self.hwm, 1);
        if room > 0 {
            return room;
        }
        if let Some(driver) = &self.driver {
            // Little of it, in the encoder, does not count.
            if self.hwm >= tuning::DRAIN_MESSAGES as u64 {
                driver.gather();
                room = self.writer.room_now(self.hwm, 1);
                if room > 0 {
                    return room;
                }
            }
            driver.drain();
            self.begin_to_gather();
        }
        if self.writer.has_room(self.hwm) { self.writer.room_now(self.hwm, 1) } else { 0 }
    }

    /// STREAM: counts a message published, and hands over when enough has gathered.
    #[inline]
    fn gather(&mut self, size: usize) -> Wrote {
        const LARGE_SHARE: usize = tuning::DRAIN_LARGE / tuning::DRAIN_BYTES;
        let cost =
            if size < tuning::LARGE { size + tuning::DRAIN_MESSAGE } else { size / LARGE_SHARE };
        self.may_gather -= cost as isize;
        if self.may_gather > 0 { self.gathers() } else { self.hand_over(size) }
    }

    /// What became of a message that gathers.
    #[inline(always)]
    fn gathers(&self) -> Wrote {
        if self.dirty { Wrote::Kept } else { Wrote::Gathers }
    }

    /// The reader, another socket, sleeps: it has everything, and what comes next
    /// goes into cells.
    pub(super) fn seal_run(&mut self) {
        let _ = self.writer.seal_run(); // which is known
    }

    /// Whether [`join`](Self::join) is worth a try.
    pub(super) fn may_join(&self) -> bool {
        self.driver.is_some()
            && self.state == EndState::Open
            && self.core.mode() == Mode::Stream
            && self.writer.may_join()
    }

    /// Has what `shared` appends as its own messages, until it must do something else.
    /// Between messages; those before are written out if they have `filled` a batch.
    /// Nobody looks at the mode for those that come: see `open_batch`. False: it cannot.
    pub(super) fn join(&mut self, shared: &BatchWriter, filled: bool) -> bool {
        self.part();
        self.writer.close_batch();
        self.begin_to_gather();
        if filled && let Some(driver) = &self.driver {
            driver.drain();
        }
        if self.core.mode() != Mode::Stream || !self.writer.join(shared) {
            return false;
        }
        // Whoever writes anything else comes by `look_for_room`.
        self.room = 0;
        if self.core.mode() != Mode::Stream {
            self.part();
            return false;
        }
        true
    }

    /// As `find_room`, of messages that come by the batch joined. One that is closing
    /// does not hold up the others.
    pub(super) fn find_room_shared(&mut self) -> u64 {
        if self.state != EndState::Open {
            return u64::MAX;
        }
        self.writer.count_shared();
        self.find_room()
    }

    /// What comes next is written here, not together with others.
    pub(super) fn part(&mut self) {
        self.writer.part();
    }

    pub(super) fn begin_to_gather(&mut self) {
        self.may_gather = tuning::DRAIN_BYTES as isize;
    }

    #[inline(never)]
    fn hand_over(&mut self, size: usize) -> Wrote {
        self.begin_to_gather();
        let Some(driver) = &self.driver else { return Wrote::Done };
        driver.gather();
        self.open_batch();
        // Some of it may have stayed in the encoder.
        if size < tuning::LARGE { self.gathers() } else { Wrote::Queues(size) }
    }

    /// Whether messages of `size` bytes queue before the connection, and waiting
    /// may help. If so the sender is told when half of what is too long is gone.
    pub(super) fn is_long(&mut self, size: usize) -> bool {
        let enough = (tuning::RELIEF_BYTES / size.max(1)).max(1) as u64;
        !self.writer.has_room(enough) && self.stuck_at != Some(self.writer.acknowledged())
    }
}
