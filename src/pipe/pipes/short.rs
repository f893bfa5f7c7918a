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

    /// As [`write_plain`](Self::write_plain) for an inline body, if it takes no
    /// call. None: ask again otherwise. False: [`wrote_near`](Self::wrote_near) must
    /// follow.
    #[inline(always)]
    pub fn write_near(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> Option<bool> {
        match self.find_mut(id)?.write_near(msg, size) {
            Wrote::Kept => Some(true),
            Wrote::Done => {
                self.written = self.written.wrapping_add(1);
                Some(self.written < self.wake_at)
            }
            Wrote::Asleep => {
                self.asleep = id;
                Some(false)
            }
            _ => None,
        }
    }

    /// What a message written by [`write_near`](Self::write_near) sets off.
    #[cold]
    pub fn wrote_near(&mut self) {
        match std::mem::replace(&mut self.asleep, PipeId::NONE) {
            PipeId::NONE => self.wake_readers(),
            id => self.follow_up_with_care(id, Wrote::Asleep),
        }
    }

    /// As [`write_plain`](Self::write_plain), where that is all. False: ask again
    /// otherwise.
    #[inline(always)]
    pub fn write_far(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> bool {
        self.find_mut(id).is_some_and(|end| end.write_far(msg, size))
    }
}
