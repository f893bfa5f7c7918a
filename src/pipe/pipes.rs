//! A socket's table of pipes, and the per-message path through them.
//!
//! Patterns read and write pipes by [`PipeId`] and never see who drives them.
//! A pipe that has ended stays in the table, silent, until the socket has told
//! its pattern ([`Pipes::take_ended`], [`Pipes::remove`]).

mod flow;
mod names;
mod short;
mod together;

use std::mem::offset_of;

use super::{EndState, PipeEnd, PipeId, Waker, Wrote};
use crate::command::SocketCommand;
use crate::log::Who;
use crate::msg::{Arena, MORE, MetadataSink, Msg, Payload};
use crate::sync::{Ordering, fence};
pub use flow::Queue;
use together::Together;

struct Slot {
    tenant: u32,
    end: Option<Box<PipeEnd>>,
}

impl Slot {
    #[inline(always)]
    fn get_mut(&mut self, id: PipeId) -> Option<&mut PipeEnd> {
        if self.tenant == id.tenant { self.end.as_deref_mut() } else { None }
    }
}

/// The pipe in these slots, where the rest of [`Pipes`] is needed as well.
#[inline(always)]
fn find_in(slots: &mut [Slot], id: PipeId) -> Option<&mut PipeEnd> {
    slots.get_mut(id.slot as usize)?.get_mut(id)
}

/// The pipes of one socket. What each message needs stands first.
#[repr(C)]
pub struct Pipes {
    slots: Vec<Slot>,
    /// Messages written to other sockets since one of these was found asleep.
    written: u32,
    /// How many of them may be written before readers that were left asleep are
    /// woken. `u32::MAX`: there are none.
    wake_at: u32,
    /// Large messages queue before this one's connection.
    congested: Option<Queue>,
    dirty: Vec<PipeId>,
    together: Together,
    free: Vec<u32>,
    ended: Vec<PipeId>,
    sink: MetadataSink,
    /// The reader of the pipe written last sleeps, and nobody has been told.
    asleep: bool,
    /// Wakes them. None: readers are never left asleep.
    pub waker: Option<Box<dyn Waker>>,
    /// Where this socket's thread reads into when it drives connections.
    pub arena: Arena,
    /// The socket, as the debug log calls it.
    pub who: Who,
}

impl Default for Pipes {
    fn default() -> Self {
        Pipes::new()
    }
}

impl Pipes {
    /// Up to here it is what each message needs.
    pub const HOT: usize = offset_of!(Pipes, written);

    /// An empty table.
    pub fn new() -> Pipes {
        Pipes {
            slots: Vec::new(),
            free: Vec::new(),
            ended: Vec::new(),
            dirty: Vec::new(),
            together: Together::default(),
            sink: MetadataSink::default(),
            congested: None,
            written: 0,
            wake_at: u32::MAX,
            asleep: false,
            waker: None,
            arena: Arena::new(),
            who: Who::default(),
        }
    }

    /// Takes a pipe in. From now on the other end's commands name its id.
    pub fn insert(&mut self, end: Box<PipeEnd>) -> PipeId {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.slots.push(Slot { tenant: 0, end: None });
                (self.slots.len() - 1) as u32
            }
        };
        let place = &mut self.slots[slot as usize];
        place.tenant = place.tenant.wrapping_add(1).max(1);
        let id = PipeId { slot, tenant: place.tenant };
        let (core, side) = (end.core.clone(), end.side);
        core.ends[side].id.store(id.pack(), Ordering::SeqCst);
        // Stored first, then taken: pairs with the fence of whoever changes the
        // marks and then looks for the id.
        fence(Ordering::SeqCst);
        let mut end = end;
        end.take_marks();
        place.end = Some(end);
        // Stored first, then looked: pairs with PipeCore::close.
        if core.is_closed(side ^ 1) {
            self.peer_closed(id);
        }
        id
    }

    /// The pipe, if it still is this one.
    pub fn find(&self, id: PipeId) -> Option<&PipeEnd> {
        let slot = self.slots.get(id.slot as usize)?;
        if slot.tenant == id.tenant { slot.end.as_deref() } else { None }
    }

    /// The pipe, if it still is this one.
    #[inline(always)]
    pub fn find_mut(&mut self, id: PipeId) -> Option<&mut PipeEnd> {
        find_in(&mut self.slots, id)
    }

    /// All pipes.
    pub fn ids(&self) -> impl Iterator<Item = PipeId> + '_ {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| slot.end.is_some())
            .map(|(i, slot)| PipeId { slot: i as u32, tenant: slot.tenant })
    }

    /// Number of pipes in the table.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether there is no pipe.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ---- reading ----------------------------------------------------------

    /// Whether a frame can be read. False: the pipe will be reported by
    /// ReadActivated when that changes.
    #[inline]
    pub fn readable(&mut self, id: PipeId) -> bool {
        if let Some(end) = self.find_mut(id)
            && end.state != EndState::Ended
            && end.reader.available()
        {
            return true;
        }
        self.look_closer(id)
    }

    /// Reads one frame. False: none there, and the pipe will be reported by
    /// ReadActivated when that changes.
    #[inline(always)]
    pub fn read(&mut self, id: PipeId, into: &mut Msg) -> bool {
        let Pipes { slots, sink, .. } = self;
        if let Some(end) = find_in(slots, id) {
            if end.reader.pop_easily(into, MORE) {
                return true;
            }
            if end.state != EndState::Ended && end.reader.pop_into(into, sink) {
                end.finished(into);
                return true;
            }
        }
        self.read_closer(id, into)
    }

    /// As [`read`](Self::read), if the frame is the application's. False: the pattern
    /// must look.
    #[inline(always)]
    pub fn read_plain(&mut self, id: PipeId, into: &mut Msg) -> bool {
        let Pipes { slots, sink, .. } = self;
        let Some(end) = find_in(slots, id) else { return false };
        if end.reader.pop_easily(into, MORE) || end.reader.pop_across(into) {
            return true;
        }
        if end.state != EndState::Ended && end.reader.pop_plain_into(into, sink) {
            end.finished(into);
            return true;
        }
        false
    }

    #[inline(never)]
    fn read_closer(&mut self, id: PipeId, into: &mut Msg) -> bool {
        self.sink.absorb_from(into);
        while self.look_closer(id) {
            let Pipes { slots, sink, .. } = self;
            let Some(end) = find_in(slots, id) else { return false };
            if end.reader.pop_into(into, sink) {
                end.finished(into);
                return true;
            }
        }
        false
    }

    /// Whether more of a run that was begun can be read.
    #[inline(always)]
    pub fn is_in_run(&self, id: PipeId) -> bool {
        self.find(id).is_some_and(|end| end.reader.is_in_run())
    }

    /// Has the pipe reported by ReadActivated once more, when all that waits in
    /// the socket's mailbox has had its turn.
    pub fn read_later(&self, id: PipeId) {
        if let Some(end) = self.find(id) {
            end.core.notify(end.side, SocketCommand::ReadActivated);
        }
    }

    /// Takes back a message that was read and is done with.
    #[inline]
    pub fn recycle(&mut self, mut msg: Msg) {
        self.sink.absorb_from(&mut msg);
    }

    /// Moves a message that was read into `msg`, whose meta-data goes where that of
    /// messages read goes.
    #[inline]
    pub fn exchange(&mut self, msg: &mut Msg, read: &mut Msg) {
        self.sink.absorb_from(msg);
        read.move_over(msg);
    }

    /// Gives `msg` the meta-data of `read`, the message read from this pipe.
    #[inline]
    pub fn label_as(&mut self, id: PipeId, msg: &mut Msg, read: &Msg) {
        if msg.has_metadata_of(read) {
            return;
        }
        let Pipes { slots, sink, .. } = self;
        sink.absorb_from(msg);
        if let Some(end) = find_in(slots, id) {
            msg.set_metadata(end.reader.metadata_of(read));
        }
    }

    /// The lane looks empty: acknowledge, declare sleep, fetch what the
    /// session holds back, notice the end. True: there is something after all.
    #[cold]
    fn look_closer(&mut self, id: PipeId) -> bool {
        let Pipes { slots, arena, ended, .. } = self;
        let Some(end) = find_in(slots, id) else { return false };
        if end.state == EndState::Ended {
            return false;
        }
        // In this order: the session stores "held back" and then looks at the
        // acknowledgements again, so one of us sees the other. A socket as
        // writer is told in whole batches, so that an empty lane and one that
        // is being read allow the same number of messages.
        if end.driver.is_some() && end.reader.acknowledge() {
            end.core.notify(end.side ^ 1, SocketCommand::WriteActivated);
        }
        if !end.reader.sleep() {
            return true;
        }
        if let Some(driver) = &end.driver
            && driver.holds_input()
            && driver.refill(arena)
        {
            // Woken without a message (a turn of nothing but commands): asleep
            // again, and if still more is held back, then back here by way of
            // the mailbox, so that other pipes get their turn.
            if end.reader.available() || !end.reader.sleep() {
                return true;
            }
            if driver.holds_input() {
                end.core.notify(end.side, SocketCommand::ReadActivated);
            }
        }
        if end.state == EndState::PeerClosed && !end.reader.available() {
            end.leave(EndState::Ended);
            ended.push(id);
        }
        false
    }

    // ---- writing ----------------------------------------------------------

    /// Whether a message can be written, or the one begun be continued. False:
    /// the pipe will be reported by WriteActivated when that changes.
    #[inline]
    pub fn writable(&mut self, id: PipeId) -> bool {
        self.find_mut(id).is_some_and(PipeEnd::takes)
    }

    /// Writes one frame, leaving `msg` empty; the last frame of a message sends
    /// it on its way. False, with `msg` untouched: the pipe takes nothing now
    /// (see [`writable`](Self::writable)).
    #[inline(always)]
    pub fn write(&mut self, id: PipeId, msg: &mut Msg) -> bool {
        let Some(end) = self.find_mut(id) else { return false };
        let wrote = end.write(msg);
        self.follow_up(id, wrote)
    }

    /// As [`write`](Self::write), leaving `msg` for others; it has no meta-data.
    #[inline(always)]
    pub fn write_copy(&mut self, id: PipeId, msg: &mut Msg) -> bool {
        let Some(end) = self.find_mut(id) else { return false };
        let wrote = end.write_copy(msg);
        self.follow_up(id, wrote)
    }

    /// As [`write`](Self::write) for a body of `size` bytes, of a frame with `more` to
    /// come or not, where the pipe is at hand; the message was begun here or begins.
    /// False: the pattern must look.
    #[inline(always)]
    pub fn write_body(
        &mut self,
        id: PipeId,
        body: &(impl Payload + ?Sized),
        size: usize,
        more: bool,
    ) -> bool {
        let Some(end) = self.find_mut(id) else { return false };
        let wrote = end.write_body(body, size, more);
        self.follow_up(id, wrote)
    }

    /// As [`write`](Self::write) for a whole message of the application's
    /// ([`Msg::is_prepared`]) of `size` bytes, between messages. False: the
    /// pattern must look.
    #[inline(always)]
    pub fn write_plain(&mut self, id: PipeId, msg: &mut Msg, size: usize) -> bool {
        let Some(end) = self.find_mut(id) else { return false };
        if end.room == 0 {
            return false;
        }
        let wrote = end.write_counted(msg, size);
        self.follow_up(id, wrote)
    }

    /// What remains to be done about a frame. False: it was not written.
    #[inline(always)]
    fn follow_up(&mut self, id: PipeId, wrote: Wrote) -> bool {
        match wrote {
            Wrote::Refused => return false,
            Wrote::Kept => {}
            Wrote::Done => {
                self.written = self.written.wrapping_add(1);
                if self.written >= self.wake_at {
                    self.wake_readers();
                }
            }
            wrote => self.follow_up_with_care(id, wrote),
        }
        true
    }

    /// Takes back the frames of a message that was begun and not finished.
    pub fn rollback(&mut self, id: PipeId) {
        if let Some(end) = self.find_mut(id) {
            end.writer.rollback();
            end.mid_message = false;
        }
    }

    /// Whether a message has been begun on this pipe and not finished.
    pub fn is_mid_message(&self, id: PipeId) -> bool {
        self.find(id).is_some_and(PipeEnd::is_mid_message)
    }

    // ---- life -------------------------------------------------------------

    /// Nothing unread delays the end of this pipe: its socket never reads it.
    pub fn set_nodelay(&mut self, id: PipeId) {
        if let Some(end) = self.find_mut(id) {
            end.nodelay = true;
            if end.state == EndState::PeerClosed {
                end.leave(EndState::Ended);
                self.ended.push(id);
            }
        }
    }

    /// This pipe is never read: what comes is dropped, and nothing delays its end.
    pub fn ignore(&mut self, id: PipeId) {
        if let Some(driver) = self.find(id).and_then(|end| end.driver.clone()) {
            driver.ignore_input();
        }
        self.set_nodelay(id);
    }

    /// PeerClosed: nothing can be written any more; when the lane is read
    /// empty the pipe ends.
    pub fn peer_closed(&mut self, id: PipeId) {
        let Some(end) = self.find_mut(id) else { return };
        if end.state != EndState::Open {
            return;
        }
        end.writer.rollback();
        end.leave(EndState::PeerClosed);
        if end.nodelay || !end.reader.available() {
            end.leave(EndState::Ended);
            self.ended.push(id);
        }
    }

    /// The session behind this pipe is about to end (zmq_unbind): takes in what
    /// has arrived so far and goes on as if it had ended. True: as ReadActivated.
    pub fn cut(&mut self, id: PipeId) -> bool {
        let Some(driver) = self.find(id).and_then(|end| end.driver.clone()) else { return false };
        let wake = driver.stop_input(&mut self.arena);
        self.peer_closed(id);
        wake
    }

    /// Whether the other end has closed or the pipe has ended.
    pub fn is_closing(&self, id: PipeId) -> bool {
        self.find(id).is_none_or(|end| end.state != EndState::Open)
    }

    /// Ends the pipe from this side: what was not yet read is lost, what was
    /// written is delivered within `linger` milliseconds (-1: no limit). The
    /// pattern hears of it as of any other end.
    pub fn terminate(&mut self, id: PipeId, linger: i32) {
        let Some(end) = self.find_mut(id) else { return };
        if end.state == EndState::Ended {
            return;
        }
        end.writer.rollback();
        let peer_open = end.state == EndState::Open;
        end.leave(EndState::Ended);
        let (core, side, driver) = (end.core.clone(), end.side, end.driver.clone());
        core.ends[side].written.store(end.writer.written(), Ordering::Relaxed);
        self.ended.push(id);
        if peer_open {
            core.close(side);
            if let Some(driver) = driver {
                driver.close(linger);
            }
        }
    }

    /// Next pipe that has ended and whose pattern has not been told.
    #[inline]
    pub fn take_ended(&mut self) -> Option<PipeId> {
        self.ended.pop()
    }

    /// Whether [`take_ended`](Self::take_ended) has something.
    #[inline]
    pub fn any_ended(&self) -> bool {
        !self.ended.is_empty()
    }

    /// Drops a pipe that has ended.
    pub fn remove(&mut self, id: PipeId) {
        if self.find(id).is_some()
            && let Some(slot) = self.slots.get_mut(id.slot as usize)
        {
            slot.end = None;
            self.free.push(id.slot);
        }
    }

    /// New high-water marks for every pipe (ZMQ_SNDHWM, ZMQ_RCVHWM after connect).
    pub fn set_hwm(&mut self, sndhwm: i32, rcvhwm: i32) {
        for slot in &mut self.slots {
            if let Some(end) = slot.end.as_deref_mut() {
                let own = &end.core.ends[end.side];
                own.sndhwm.store(sndhwm, Ordering::Relaxed);
                own.rcvhwm.store(rcvhwm, Ordering::Relaxed);
                end.take_marks();
                if end.driver.is_none() {
                    fence(Ordering::SeqCst); // see `insert`
                    // The other socket acknowledges by our marks.
                    end.core.notify(end.side ^ 1, SocketCommand::WriteActivated);
                }
            }
        }
    }

    /// The other end's marks have become known (bind after connect).
    pub fn refresh_hwm(&mut self, id: PipeId) {
        if let Some(end) = self.find_mut(id) {
            end.take_marks();
        }
    }
}
