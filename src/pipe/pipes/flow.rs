//! What a message written sets off: its connection writes it now, or it gathers;
//! its sleeping reader is woken now, or with others; the queue before the
//! connection has become long.
//!
//! All of it is off the path of most messages. Called by [`Pipes::write`] and by
//! the socket before it blocks; never blocks.

use super::super::{Mode, PipeId, Wrote, streak};
use super::{Pipes, find_in};
use crate::command::SocketCommand;
use crate::tuning;

/// Messages of about `size` bytes that queue before a connection.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    id: PipeId,
    size: usize,
}

impl Pipes {
    #[inline(never)]
    pub(super) fn follow_up_with_care(&mut self, id: PipeId, wrote: Wrote) {
        match wrote {
            Wrote::Done | Wrote::Kept | Wrote::Refused => {}
            Wrote::Asleep => self.wake_reader(id),
            Wrote::Gathers => self.mark_dirty(id),
            Wrote::Waits(size) => self.send_direct(id, size),
            Wrote::Queues(size) => self.look_for_congestion(id, size),
        }
    }

    /// The pipe must be drained before the thread blocks.
    pub(super) fn mark_dirty(&mut self, id: PipeId) {
        let Pipes { slots, dirty, .. } = self;
        if let Some(end) = find_in(slots, id)
            && !std::mem::replace(&mut end.dirty, true)
        {
            dirty.push(id);
        }
    }

    /// The reader of this pipe sleeps: woken now, or with others.
    #[inline(never)]
    fn wake_reader(&mut self, id: PipeId) {
        let written = std::mem::take(&mut self.written).saturating_add(1);
        if self.wake_at != u32::MAX {
            self.wake_at = self.wake_at.saturating_sub(written);
        }
        let Pipes { slots, waker, wake_at, .. } = self;
        let Some(end) = find_in(slots, id) else { return };
        end.seal_run();
        let peer = end.side ^ 1;
        match waker {
            Some(waker) if streak::begin(written) => {
                if let Some(reader) = end.core.notify_quietly(peer, SocketCommand::ReadActivated) {
                    waker.owe(reader);
                    *wake_at = (*wake_at).min(tuning::WAKE_MESSAGES);
                }
            }
            _ => end.core.notify(peer, SocketCommand::ReadActivated),
        }
        streak::end();
    }

    /// Whether [`take_congested`](Self::take_congested) has something.
    #[inline]
    pub fn is_congested(&self) -> bool {
        self.congested.is_some()
    }

    /// The queue that has become long.
    pub fn take_congested(&mut self) -> Option<Queue> {
        self.congested.take()
    }

    /// Whether it still is, and waiting may help; then the sender is told when it
    /// has become half as long.
    pub fn is_long(&mut self, queue: Queue) -> bool {
        self.find_mut(queue.id).is_some_and(|end| end.is_long(queue.size))
    }

    /// Messages that have left the queue, as far as is known.
    pub fn done(&self, queue: Queue) -> Option<u64> {
        self.find(queue.id).map(|end| end.writer.acknowledged())
    }

    /// Waiting for this queue was in vain: not again before it is shorter.
    pub fn set_stuck(&mut self, queue: Queue) {
        if let Some(end) = self.find_mut(queue.id) {
            end.stuck_at = Some(end.writer.acknowledged());
        }
    }

    /// Wakes the readers that were left asleep.
    #[inline(never)]
    pub fn wake_readers(&mut self) {
        self.wake_at = u32::MAX;
        if let Some(waker) = &self.waker {
            waker.wake_all();
        }
    }

    #[inline(never)]
    fn send_direct(&mut self, id: PipeId, size: usize) {
        let streaming = streak::begin(1);
        let Some(end) = self.find_mut(id) else { return };
        let Some(driver) = end.driver.clone() else { return };
        if streaming {
            driver.enter_stream();
            self.mark_dirty(id);
        } else {
            driver.send_now();
        }
        if size >= tuning::LARGE {
            self.look_for_congestion(id, size);
        }
        streak::end();
    }

    #[inline(never)]
    fn look_for_congestion(&mut self, id: PipeId, size: usize) {
        self.mark_dirty(id);
        let queue = Queue { id, size };
        if self.is_long(queue) {
            self.congested = Some(queue);
        }
    }

    /// Whether the sender is in a stream of messages; false soon after it has paused.
    #[inline]
    pub fn is_streaming(&self) -> bool {
        let end = self.dirty.last().and_then(|id| self.find(*id));
        end.is_some_and(|end| end.core.mode() == Mode::Stream)
    }

    /// Writes out what has gathered: before the socket's thread blocks.
    pub fn drain_dirty(&mut self) {
        if self.wake_at != u32::MAX {
            self.wake_readers();
        }
        self.together.drained();
        while let Some(id) = self.dirty.pop() {
            let Some(end) = self.find_mut(id) else { continue };
            end.dirty = false;
            end.begin_to_gather();
            if let Some(driver) = &end.driver {
                driver.drain();
            }
        }
    }
}
