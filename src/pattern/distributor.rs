//! The distributor (libzmq: dist): sends each message to a set of pipes.
//!
//! Owned by XPUB and XSUB, for which it never blocks: a pipe that is full or
//! gone misses the message as a whole. Pipes stand in one array so that each
//! set is a front part of the next: those the current message matches, those
//! it may still go to (active), those that will get the next (eligible), all.

use super::pipe_array::{Handle, PipeArray};
use crate::log::Rare;
use crate::msg::Msg;
use crate::pipe::{PipeId, Pipes};
use crate::tuning;

/// Messages in a row that go to the same pipes before further ones are written once
/// for all of them...
const ALIKE: u32 = 16;

/// ...and twice as many after each time that this came to an end before a batch was
/// full, up to so many: small batches make small writes.
const ALIKE_LIMIT: u32 = 4096;

/// Pipes to distribute to.
pub struct Distributor {
    pipes: PipeArray,
    matching: usize,
    active: usize,
    eligible: usize,
    /// A message is being sent; pipes that come now wait for the next.
    more: bool,
    /// The marks are those of the message before, and no other pipe could have one.
    marked: bool,
    /// So many whole messages in a row went out with these marks...
    alike: u32,
    /// ...and with more than so many they go out together...
    enough: u32,
    /// ...as the last one did.
    together: bool,
    /// How often a pipe was found full.
    overflows: Rare,
}

impl Default for Distributor {
    fn default() -> Self {
        Distributor {
            pipes: PipeArray::default(),
            matching: 0,
            active: 0,
            eligible: 0,
            more: false,
            marked: false,
            alike: 0,
            enough: ALIKE,
            together: false,
            overflows: Rare::default(),
        }
    }
}

impl Distributor {
    /// Takes a pipe in and gives it a handle that is good until `terminated`.
    pub fn attach(&mut self, id: PipeId) -> Handle {
        let handle = self.pipes.push(id, ());
        self.activated(id);
        handle
    }

    /// The pipe has room. Pipes not in the distributor are ignored.
    pub fn activated(&mut self, id: PipeId) {
        let Some(place) = self.pipes.place(id) else { return };
        if place < self.eligible {
            return;
        }
        self.marked = false;
        self.pipes.swap(place, self.eligible);
        self.eligible += 1;
        if !self.more {
            self.pipes.swap(self.eligible - 1, self.active);
            self.active += 1;
        }
    }

    /// As [`activated`](Self::activated), of a pipe that was found full before.
    pub fn has_room(&mut self, pipes: &Pipes, id: PipeId) {
        if self.overflows.was_said() && self.pipes.place(id).is_some_and(|at| at >= self.eligible) {
            pipes.report_room(id);
        }
        self.activated(id);
    }

    /// The pipe is gone.
    pub fn terminated(&mut self, id: PipeId) {
        let Some(place) = self.pipes.place(id) else { return };
        let place = self.leave_active(place);
        let place = leave(&mut self.pipes, place, &mut self.eligible);
        self.pipes.remove(place);
    }

    /// The pipe's connection was made anew: it gets nothing of the message
    /// that is being sent.
    pub fn restarted(&mut self, pipes: &mut Pipes, id: PipeId) {
        if pipes.is_mid_message(id)
            && let Some(place) = self.pipes.place(id)
        {
            pipes.rollback(id);
            self.leave_active(place);
        }
    }

    /// Takes the pipe at `place` out of the two inner sets; where it is then.
    fn leave_active(&mut self, place: usize) -> usize {
        self.differ();
        let place = leave(&mut self.pipes, place, &mut self.matching);
        leave(&mut self.pipes, place, &mut self.active)
    }

    /// The handle of a pipe, if it is here.
    pub fn handle(&self, id: PipeId) -> Option<Handle> {
        self.pipes.handle(id)
    }

    /// Adds a pipe to those that the message about to begin goes to.
    #[inline]
    pub fn mark(&mut self, handle: Handle) {
        let place = self.pipes.place_of(handle);
        if place >= self.matching && place < self.active {
            self.pipes.swap(place, self.matching);
            self.matching += 1;
        }
    }

    /// Exchanges the marked pipes with the others (ZMQ_INVERT_MATCHING).
    pub fn invert(&mut self) {
        let marked = std::mem::take(&mut self.matching);
        for place in marked..self.active {
            self.pipes.swap(place, self.matching);
            self.matching += 1;
        }
    }

    /// Forgets all marks.
    #[inline]
    pub fn unmark(&mut self) {
        self.matching = 0;
        self.marked = false;
        self.differ();
    }

    /// The next message goes to others than this one.
    #[inline]
    fn differ(&mut self) {
        self.alike = 0;
        if std::mem::take(&mut self.together) {
            self.enough = (self.enough * 2).min(ALIKE_LIMIT);
        }
    }

    /// All pipes that ought to have a mark have one.
    pub fn set_marked(&mut self) {
        self.marked = true;
    }

    /// Whether that is still so, but for pipes that take nothing now.
    #[inline]
    pub fn is_marked(&self) -> bool {
        self.marked
    }

    /// Whether every marked pipe has room (ZMQ_XPUB_NODROP). One that is
    /// closing never will have and does not hold the others up.
    pub fn all_have_room(&mut self, pipes: &mut Pipes) -> bool {
        if self.together {
            return pipes.have_room_together();
        }
        (0..self.matching).all(|place| {
            let id = self.pipes.id(place);
            pipes.writable(id) || pipes.is_closing(id)
        })
    }

    /// Whether a message has been begun and not finished.
    pub fn mid_message(&self) -> bool {
        self.more
    }

    /// Sends a frame to every pipe that can take it, and was there when the
    /// message began.
    pub fn send_to_all(&mut self, pipes: &mut Pipes, msg: &mut Msg) {
        self.matching = self.active;
        self.send_to_marked(pipes, msg);
        self.unmark();
    }

    /// Sends a frame to the marked pipes. With its last frame the message is
    /// over and all eligible pipes are active.
    #[inline]
    pub fn send_to_marked(&mut self, pipes: &mut Pipes, msg: &mut Msg) {
        let more = msg.more();
        self.differ();
        self.distribute(pipes, msg, 0);
        self.went_out(more);
    }

    /// The same for the `body` of a frame, with `more` to come or not: copied to where
    /// others wait, a message made of it only for pipes that need one.
    #[inline]
    pub fn publish_to_marked(&mut self, pipes: &mut Pipes, body: &[u8], more: bool) {
        if self.together && !more && pipes.write_together(body) {
            self.active = self.eligible;
            return;
        }
        if self.publish_anew(pipes, body, more) {
            return self.went_out(more);
        }
        let size = body.len();
        let refused = (0..self.matching)
            .find(|place| !pipes.write_body(self.pipes.id(*place), body, size, more));
        if let Some(place) = refused {
            self.publish_otherwise(pipes, body, more, place);
        }
        self.went_out(more);
    }

    /// The pipes that have come to be marked for one message after the other get them
    /// together from now on. False: not this one.
    #[inline]
    fn publish_anew(&mut self, pipes: &mut Pipes, body: &[u8], more: bool) -> bool {
        if more || self.more || !self.marked || self.matching < 2 || body.len() >= tuning::LARGE {
            self.differ();
            return false;
        }
        self.alike += 1;
        (self.together || self.alike > self.enough) && self.begin_together(pipes, body)
    }

    #[inline(never)]
    fn begin_together(&mut self, pipes: &mut Pipes, body: &[u8]) -> bool {
        let goes_on = std::mem::replace(&mut self.together, true);
        let all = (0..self.matching).map(|place| self.pipes.id(place));
        if !pipes.share(all) || !pipes.write_together(body) {
            self.differ();
        } else if goes_on {
            self.enough = (self.enough / 2).max(ALIKE);
        }
        self.together
    }

    /// To the marked pipes from this place on.
    #[inline(never)]
    fn publish_otherwise(&mut self, pipes: &mut Pipes, body: &[u8], more: bool, from: usize) {
        if let Ok(mut msg) = Msg::copy_of(body) {
            msg.set_more(more);
            return self.distribute(pipes, &mut msg, from);
        }
        // No memory: they miss the message as a whole.
        while self.matching > from {
            pipes.rollback(self.pipes.id(from));
            self.leave_active(from);
        }
    }

    /// The only pipe there is, and its handle, if it can take messages. Between messages.
    pub fn sole(&self) -> Option<(PipeId, Handle)> {
        let is_sole = self.pipes.len() == 1 && self.active == 1;
        is_sole.then(|| (self.pipes.id(0), self.pipes.handle_at(0)))
    }

    /// The pipe that the rest of the message begun goes to, if it is one.
    pub fn rest(&self) -> PipeId {
        if self.more && self.matching == 1 { self.pipes.id(0) } else { PipeId::NONE }
    }

    /// A frame went to the [sole](Self::sole) pipe, or to that of the [rest](Self::rest),
    /// with `more` to come or not.
    pub fn went_past(&mut self, more: bool) {
        self.matching = 1;
        self.went_out(more);
    }

    #[inline]
    fn went_out(&mut self, more: bool) {
        self.more = more;
        if !more {
            self.active = self.eligible;
        }
    }

    #[inline]
    fn distribute(&mut self, pipes: &mut Pipes, msg: &mut Msg, from: usize) {
        let mut place = from;
        while place + 1 < self.matching {
            if pipes.write_copy(self.pipes.id(place), msg) {
                place += 1;
            } else {
                self.pass_over(pipes, place);
            }
        }
        // The last one, which may have moved up, gets the original.
        if self.matching > place {
            if pipes.write(self.pipes.id(place), msg) {
                return;
            }
            self.pass_over(pipes, place);
        }
        *msg = Msg::new();
    }

    /// The pipe takes nothing: behind the eligible ones with it.
    #[cold]
    fn pass_over(&mut self, pipes: &Pipes, place: usize) {
        if let Some(times) = self.overflows.again() {
            pipes.report_full(self.pipes.id(place), times);
        }
        let place = self.leave_active(place);
        leave(&mut self.pipes, place, &mut self.eligible);
    }
}

/// Takes the pipe at `place` out of the front part of `size`, if it is in it;
/// where it is then.
fn leave(pipes: &mut PipeArray, place: usize, size: &mut usize) -> usize {
    if place >= *size {
        return place;
    }
    *size -= 1;
    pipes.swap(place, *size);
    *size
}
