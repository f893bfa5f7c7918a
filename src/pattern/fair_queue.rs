//! The fair queue (libzmq: fq): receives from many pipes in turn, message by
//! message; of messages that have come together (a run) a burst at a time.
//!
//! Owned by every pattern that receives. Pipes found empty wait behind the
//! active ones until they are reported again. Cells that are not messages
//! (routing ids, subscriptions sent to the wrong type) are passed over.

use super::pipe_array::PipeArray;
use crate::msg::{CANCEL, Msg, ROUTING_ID, SUBSCRIBE};
use crate::pipe::{PipeId, Pipes};
use crate::tuning;

/// Cells that no application sees.
const INTERNAL: u8 = ROUTING_ID | SUBSCRIBE | CANCEL;

/// Pipes to receive from.
#[derive(Default)]
pub struct FairQueue {
    /// Active ones first. The flag: nothing was read from it yet, so that its
    /// first cell may be an internal one.
    pipes: PipeArray<bool>,
    active: usize,
    current: usize,
    /// The message being read goes on, in the pipe at `current`.
    more: bool,
    /// Messages of the run at `current` that may be read before it is the next
    /// pipe's turn.
    burst: u8,
    /// A frame that `has_in` had to take out to see what it is.
    held: Option<(PipeId, Msg)>,
}

impl FairQueue {
    /// Takes a pipe in, as active.
    pub fn attach(&mut self, id: PipeId) {
        self.pipes.push(id, true);
        self.pipes.swap(self.active, self.pipes.len() - 1);
        self.active += 1;
    }

    /// The pipe has something to read. Pipes not in the queue are ignored.
    pub fn activated(&mut self, id: PipeId) {
        if let Some(place) = self.pipes.place(id)
            && place >= self.active
        {
            self.pipes.swap(place, self.active);
            self.active += 1;
        }
    }

    /// The pipe is gone. True: it took the rest of a half-read message with it
    /// (it was ended from this side; peers cannot do that).
    pub fn terminated(&mut self, id: PipeId) -> bool {
        let Some(mut place) = self.pipes.place(id) else { return false };
        let cut = self.more && place == self.current;
        if cut {
            self.more = false;
            self.held = None;
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
        cut
    }

    /// Receives a frame and says from which pipe. None: there is nothing, and
    /// `msg` is empty or untouched.
    #[inline(always)]
    pub fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Option<PipeId> {
        if self.active > 0 && self.held.is_none() {
            let id = self.pipes.id(self.current);
            if pipes.read(id, msg) && msg.flags() & INTERNAL == 0 {
                self.came_in(pipes, id, msg.more());
                return Some(id);
            }
        }
        self.recv_elsewhere(pipes, msg)
    }

    /// A pipe that messages may be read from without asking, and how many: the only
    /// one that has any, or the rest of a burst.
    pub fn lend(&mut self, pipes: &Pipes) -> (PipeId, u32) {
        if self.more || self.held.is_some() || self.active == 0 || *self.pipes.data(self.current) {
            return (PipeId::NONE, 0);
        }
        let id = self.pipes.id(self.current);
        match self.active {
            1 => (id, u32::MAX),
            _ if pipes.is_in_run(id) => (id, u32::from(std::mem::take(&mut self.burst))),
            _ => (PipeId::NONE, 0),
        }
    }

    /// A pipe in a run of messages with a name, and how many of them may be read
    /// without asking, until [`take_back`](Self::take_back).
    pub fn lend_run(&mut self, pipes: &Pipes) -> (PipeId, u32) {
        if self.more || self.held.is_some() || self.active == 0 {
            return (PipeId::NONE, 0);
        }
        let id = self.pipes.id(self.current);
        if !pipes.is_in_run(id) || !pipes.has_name(id) {
            return (PipeId::NONE, 0);
        }
        let one = self.active == 1;
        (id, if one { u32::MAX } else { u32::from(std::mem::take(&mut self.burst)) })
    }

    /// Of what was lent `left` messages were not begun; `more`: the one that was begun
    /// goes on.
    pub fn take_back(&mut self, left: u32, more: bool) {
        self.more = more;
        self.burst = left.min(u32::from(tuning::FAIR_BURST)) as u8;
    }

    /// The current pipe had its turn.
    #[inline(always)]
    pub fn pass_on(&mut self) {
        self.burst = tuning::FAIR_BURST;
        self.current += 1;
        if self.current >= self.active {
            self.current = 0;
        }
    }

    /// Receives a frame from `from`, which is the current pipe. False: it is not, or
    /// has none.
    pub fn recv_from(&mut self, pipes: &mut Pipes, from: PipeId, msg: &mut Msg) -> bool {
        let is_current = self.active > 0 && self.pipes.id(self.current) == from;
        if !is_current || !pipes.read(from, msg) {
            return false;
        }
        self.came_in(pipes, from, msg.more());
        true
    }

    #[inline(always)]
    fn came_in(&mut self, pipes: &Pipes, id: PipeId, more: bool) {
        *self.pipes.data_mut(self.current) = false;
        self.more = more;
        if more {
            return;
        }
        if self.burst > 0 && pipes.is_in_run(id) {
            self.burst -= 1;
            return;
        }
        self.pass_on();
    }

    /// The current pipe is empty, or there is none, or what came was no frame,
    /// or a frame is held.
    #[inline(never)]
    fn recv_elsewhere(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Option<PipeId> {
        if self.held.is_some() {
            return self.release(msg);
        }
        self.read(pipes, msg)
    }

    fn read(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Option<PipeId> {
        while self.active > 0 {
            let id = self.pipes.id(self.current);
            if !pipes.read(id, msg) {
                self.pass_over_current();
                continue;
            }
            if msg.flags() & INTERNAL == 0 {
                self.came_in(pipes, id, msg.more());
                return Some(id);
            }
            *self.pipes.data_mut(self.current) = false;
            *msg = Msg::new();
        }
        None
    }

    /// The current pipe is empty: behind the active ones with it.
    #[cold]
    fn pass_over_current(&mut self) {
        // Messages appear whole, so only a pipe ended from this side can stop
        // in the middle of one.
        self.more = false;
        self.active -= 1;
        self.pipes.swap(self.current, self.active);
        if self.current == self.active {
            self.current = 0;
        }
    }

    #[cold]
    fn release(&mut self, msg: &mut Msg) -> Option<PipeId> {
        let (id, held) = self.held.take()?;
        *msg = held;
        Some(id)
    }

    /// Whether a frame can be received.
    pub fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        if self.more || self.held.is_some() {
            return true;
        }
        while self.active > 0 {
            let id = self.pipes.id(self.current);
            if !pipes.readable(id) {
                self.pass_over_current();
            } else if *self.pipes.data_mut(self.current) {
                return self.hold(pipes);
            } else {
                return true;
            }
        }
        false
    }

    /// Reads ahead: the first cell of a pipe says only then what it is.
    fn hold(&mut self, pipes: &mut Pipes) -> bool {
        let mut msg = Msg::new();
        self.held = self.read(pipes, &mut msg).map(|id| (id, msg));
        self.held.is_some()
    }

    /// Whether the next frame continues a message.
    #[inline]
    pub fn mid_message(&self) -> bool {
        self.more && self.held.is_none()
    }
}
