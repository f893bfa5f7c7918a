//! The short ways of a small message through a socket's table of pipes, for
//! functions that do without a stack frame: what needs a call is left to others.

use super::super::{PipeId, Wrote};
use super::Pipes;
use crate::msg::Msg;

impl Pipes {
    /// As [`read_plain`](Self::read_plain), where that is easy. False: ask again
    /// otherwise.
    #[inline(always)]
    pub fn read_easily(&mut self, id: PipeId, into: &mut Msg) -> bool {
        self.find_mut(id).is_some_and(|end| end.reader.pop_easily(into, 0))
    }

    /// As [`read_easily`](Self::read_easily) from another socket, where it takes a
    /// call.
    #[inline(always)]
    pub fn read_across(&mut self, id: PipeId, into: &mut Msg) -> bool {
        self.find_mut(id).is_some_and(|end| end.reader.pop_across(into))
    }

    /// As [`read_plain`](Self::read_plain) into the caller's memory, where that is
    /// easy: as much of the body as there is `room` for. How long the body is, and
    /// MORE or 0. None: ask again otherwise.
    ///
    /// # Safety
    /// `to` is valid for writing `room` bytes.
    #[inline(always)]
    pub unsafe fn read_bytes(
        &mut self,
        id: PipeId,
        to: *mut u8,
        room: usize,
    ) -> Option<(usize, u8)> {
        // SAFETY: by contract.
        unsafe { self.find_mut(id)?.reader.pop_bytes(to, room) }
    }

    /// As [`write_plain`](Self::write_plain) for an inline body, if it takes no
    /// call. False: ask again otherwise.
    #[inline(always)]
    pub fn write_near(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> bool {
        self.find_mut(id).is_some_and(|end| end.write_near(msg, size))
    }

    /// As [`write_near`](Self::write_near) to another socket. None: ask again
    /// otherwise. False: [`wrote_across`](Self::wrote_across) must follow.
    #[inline(always)]
    pub fn write_across(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.find_mut(id)?.write_across(msg, size)? {
            self.asleep = true;
            return Some(false);
        }
        self.written = self.written.wrapping_add(1);
        Some(self.written < self.wake_at)
    }

    /// What a message written by [`write_across`](Self::write_across) sets off.
    #[cold]
    pub fn wrote_across(&mut self, id: PipeId) {
        if std::mem::take(&mut self.asleep) {
            self.follow_up_with_care(id, Wrote::Asleep);
        } else {
            self.wake_readers();
        }
    }

    /// As [`write_plain`](Self::write_plain), where that is easy. False: ask again
    /// otherwise.
    #[inline(always)]
    pub fn write_easily(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> bool {
        let Some(end) = self.find_mut(id) else { return false };
        let wrote = end.write_easily(msg, size);
        self.follow_up(id, wrote)
    }
}
