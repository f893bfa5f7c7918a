//! The load balancer (libzmq: lb): sends to many pipes in turn, message by
//! message.
//!
//! Owned by PUSH, DEALER and REQ. Pipes found full wait behind the active ones
//! until they are reported again. A message whose pipe goes away in the middle
//! is lost as a whole: what is left of it goes nowhere.

use super::pipe_array::PipeArray;
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::pipe::{PipeId, Pipes};

/// Where the message being sent stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The next frame begins a message.
    Between,
    /// The next frame goes to the current pipe, as those before it.
    Within,
    /// The pipe went away; the sender does not know yet.
    Lost,
    /// The pipe went away; the rest is swallowed.
    Dropping,
}

/// Pipes to send to.
pub struct LoadBalancer {
    /// Active ones first.
    pipes: PipeArray,
    active: usize,
    current: usize,
    progress: Progress,
}

impl Default for LoadBalancer {
    fn default() -> Self {
        LoadBalancer {
            pipes: PipeArray::default(),
            active: 0,
            current: 0,
            progress: Progress::Between,
        }
    }
}

impl LoadBalancer {
    /// Takes a pipe in, as active.
    pub fn attach(&mut self, id: PipeId) {
        self.pipes.push(id, ());
        self.activated(id);
    }

    /// The pipe has room. Pipes not in the balancer are ignored.
    pub fn activated(&mut self, id: PipeId) {
        if let Some(place) = self.pipes.place(id)
            && place >= self.active
        {
            self.pipes.swap(place, self.active);
            self.active += 1;
        }
    }

    /// The pipe is gone.
    pub fn terminated(&mut self, id: PipeId) {
        let Some(mut place) = self.pipes.place(id) else { return };
        if place == self.current && self.progress == Progress::Within {
            self.progress = Progress::Lost;
        }
        if place < self.active {
            self.active -= 1;
            // The current pipe stays current wherever it moves.
            if self.current == self.active {
                self.current = place;
            }
            self.pipes.swap(place, self.active);
            place = self.active;
        }
        self.pipes.remove(place);
        if self.current >= self.active {
            self.current = 0;
        }
    }

    /// Sends a frame and says to which pipe; `Ok(None)`: it was swallowed.
    /// Contract as [`Pattern::send`](super::Pattern::send).
    #[inline(always)]
    pub fn send(
        &mut self,
        pipes: &mut Pipes,
        msg: &mut Msg,
        dontwait: bool,
    ) -> Result<Option<PipeId>> {
        if self.active > 0 && matches!(self.progress, Progress::Between | Progress::Within) {
            let (id, more) = (self.pipes.id(self.current), msg.more());
            if pipes.write(id, msg) {
                self.went_out(more);
                return Ok(Some(id));
            }
        }
        self.send_elsewhere(pipes, msg, dontwait)
    }

    /// The pipe that messages go to, if there is no other with room; or the rest of
    /// the message begun.
    pub fn way_out(&self) -> PipeId {
        match self.progress {
            Progress::Between if self.active == 1 => self.pipes.id(self.current),
            Progress::Within if self.active > 0 => self.pipes.id(self.current),
            _ => PipeId::NONE,
        }
    }

    /// A frame went to the current pipe, with `more` to come or not.
    #[inline(always)]
    pub fn went_out(&mut self, more: bool) {
        if more {
            self.progress = Progress::Within;
            return;
        }
        self.progress = Progress::Between;
        self.current += 1;
        if self.current >= self.active {
            self.current = 0;
        }
    }

    /// The current pipe is full or gone, or there is none.
    #[inline(never)]
    fn send_elsewhere(
        &mut self,
        pipes: &mut Pipes,
        msg: &mut Msg,
        dontwait: bool,
    ) -> Result<Option<PipeId>> {
        if matches!(self.progress, Progress::Lost | Progress::Dropping) {
            return self.swallow(msg, dontwait);
        }
        let more = msg.more();
        while self.active > 0 {
            let id = self.pipes.id(self.current);
            if pipes.write(id, msg) {
                self.went_out(more);
                return Ok(Some(id));
            }
            if self.progress == Progress::Within {
                pipes.rollback(id);
                self.progress = Progress::Lost;
                return self.swallow(msg, dontwait);
            }
            self.pass_over_current();
        }
        Err(Errno::EAGAIN)
    }

    /// Drops a frame of a lost message. Who does not wait hears of the loss
    /// once; who waits never could, and does not.
    #[cold]
    fn swallow(&mut self, msg: &mut Msg, dontwait: bool) -> Result<Option<PipeId>> {
        let told = self.progress == Progress::Dropping || !dontwait;
        self.progress = if msg.more() { Progress::Dropping } else { Progress::Between };
        if !told {
            return Err(Errno::EPIPE);
        }
        *msg = Msg::new();
        Ok(None)
    }

    /// The current pipe is full: behind the active ones with it.
    #[cold]
    fn pass_over_current(&mut self) {
        self.active -= 1;
        self.pipes.swap(self.current, self.active);
        if self.current >= self.active {
            self.current = 0;
        }
    }

    /// Whether a frame can be sent.
    pub fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        if self.progress != Progress::Between {
            return true;
        }
        while self.active > 0 {
            if pipes.writable(self.pipes.id(self.current)) {
                return true;
            }
            self.pass_over_current();
        }
        false
    }
}
