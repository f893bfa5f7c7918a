//! Flush ticks: connections whose sender streams are written out by the I/O
//! thread when the sender pauses. A timer descriptor and the [`Roster`] that
//! has the protocol.

use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use super::roster::{Found, Roster, Tick};
use crate::clock::Time;
use crate::errno::Result;
use crate::sync::{Arc, AtomicU32, Ordering};
use crate::sys::timer::TimerFd;
use crate::tuning;

/// A connection that is written out by ticks.
pub trait FlushTarget: Send + Sync {
    /// I/O thread: writes what nobody else has written since the last tick.
    fn flush_tick(&self, first: bool) -> Found;
}

/// The flush timer of one I/O thread and the connections it serves.
pub struct Ticker {
    timer: TimerFd,
    roster: Roster<Arc<dyn FlushTarget>>,
    /// Ticks in a row that found nothing but busy senders. I/O thread only.
    idle: AtomicU32,
}

impl AsRawFd for Ticker {
    fn as_raw_fd(&self) -> RawFd {
        self.timer.as_raw_fd()
    }
}

impl Ticker {
    /// Not running. EMFILE, ENFILE, ENOMEM.
    pub(super) fn new() -> Result<Ticker> {
        Ok(Ticker { timer: TimerFd::new()?, roster: Roster::default(), idle: AtomicU32::new(0) })
    }

    /// Puts a target on the list; [`arm_first`](Self::arm_first) must follow.
    /// Any thread. The caller sees to it that a target is on the list only once.
    pub fn enlist(&self, target: Arc<dyn FlushTarget>) {
        self.roster.enlist(target);
    }

    /// Arms the first, short tick for a target that is on the list. Any thread.
    #[inline]
    pub fn arm_first(&self) {
        self.roster.arm(Tick::First, |_| self.timer.set(tuning::FIRST_TICK));
    }

    /// I/O thread: the timer has fired.
    pub(super) fn tick(&self) {
        let begun = Time::now();
        self.roster.tick(
            || self.timer.clear(),
            |target, first| target.flush_tick(first),
            |busy| {
                let rest = Time::now().since(begun) * tuning::TICK_REST;
                self.timer.set(self.pause(busy).max(rest.min(tuning::TICK_LONGEST)));
            },
        );
    }

    /// Forgets all targets: there are no more ticks.
    pub(super) fn clear(&self) {
        self.roster.clear();
    }

    /// Until the next tick: the longer the more ticks were for nothing.
    fn pause(&self, busy: bool) -> Duration {
        let idle = if busy { self.idle.load(Ordering::Relaxed).saturating_add(1) } else { 0 };
        self.idle.store(idle, Ordering::Relaxed);
        let doublings = (idle / tuning::BUSY_TICKS).min(tuning::TICK_DOUBLINGS);
        tuning::NEXT_TICK * (1 << doublings)
    }
}
