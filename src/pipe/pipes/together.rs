//! Messages for several connections, written once: their pipes share a batch, each
//! connection reads it for itself. What a message costs then does not depend on how
//! many they are.
//!
//! A pipe that shares has no room of its own, so that whoever writes to it alone, or
//! ends it, comes to part it from the others first, and that ends the batch. Called by
//! patterns that distribute; never blocks.

use super::super::{PipeEnd, PipeId, append_to};
use super::{Pipes, find_in};
use crate::queue::BatchWriter;

/// The pipes that share a batch.
#[derive(Default)]
pub(super) struct Together {
    batch: BatchWriter,
    members: Vec<PipeId>,
    /// Messages that each of them takes before their marks are looked at.
    room: u64,
    /// What gathered has been written out: they are no longer to be drained.
    drained: bool,
}

impl Together {
    /// What gathered is written out.
    pub(super) fn drained(&mut self) {
        self.drained = true;
        self.room = 0;
    }

    /// They share it no more.
    fn end(&mut self) {
        self.room = 0;
        self.members.clear();
        if self.batch.is_open() {
            self.batch.seal();
        }
    }
}

impl Pipes {
    /// Whether all pipes that [share](Self::share) take a message. False: one of them
    /// will be reported by WriteActivated, or there are none.
    #[inline]
    pub fn have_room_together(&mut self) -> bool {
        self.together.room > 0 || self.look_for_room_together()
    }

    /// Writes a whole message to all pipes that [share](Self::share). False: they do
    /// not any more, or not for this one, and nothing was done.
    #[inline]
    pub fn write_together(&mut self, body: &[u8]) -> bool {
        let goes =
            self.have_room_together() && append_to(&mut self.together.batch, body, body.len());
        self.together.room -= u64::from(goes);
        goes
    }

    #[cold]
    fn look_for_room_together(&mut self) -> bool {
        let Pipes { slots, together, .. } = self;
        if together.members.is_empty() {
            return false;
        }
        let mut room = u64::MAX;
        for id in &together.members {
            room = room.min(find_in(slots, *id).map_or(u64::MAX, PipeEnd::find_room_shared));
            if room == 0 {
                return false;
            }
        }
        together.room = room;
        if std::mem::take(&mut together.drained) {
            let members = std::mem::take(&mut self.together.members);
            members.iter().for_each(|id| self.mark_dirty(*id));
            self.together.members = members;
        }
        true
    }

    /// From now on these pipes share a batch, those that do now no more; what is in the
    /// batch before is written out if it is full. False: one of them cannot. Between
    /// messages.
    #[inline(never)]
    pub fn share(&mut self, ids: impl Iterator<Item = PipeId> + Clone) -> bool {
        let Pipes { slots, together, .. } = self;
        let filled = together.batch.is_open() && !together.batch.has_room();
        together.end();
        together.batch = BatchWriter::default();
        let mut all = ids.clone();
        if !all.all(|id| find_in(slots, id).is_some_and(|end| end.may_join()))
            || !together.batch.begin_shared()
        {
            return false;
        }
        for id in ids {
            if !find_in(slots, id).is_some_and(|end| end.join(&together.batch, filled)) {
                together.end();
                return false;
            }
            together.members.push(id);
        }
        together.drained = true;
        true
    }
}
