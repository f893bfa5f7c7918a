//! Flush ticks: connections whose sender streams are written out by the I/O
//! thread when the sender pauses. A timer descriptor and the [`Roster`] that
//! has the protocol.

use std::os::fd::{AsRawFd, RawFd};

use super::roster::{Roster, Tick};
use crate::errno::Result;
use crate::sync::Arc;
use crate::sys::timer::TimerFd;
use crate::tuning;

/// A connection that is written out by ticks.
pub trait FlushTarget: Send + Sync {
    /// I/O thread: writes what nobody else has written since the last tick.
    /// False: nothing more to do, the target leaves the list.
    fn flush_tick(&self, first: bool) -> bool;
}

/// The flush timer of one I/O thread and the connections it serves.
pub struct Ticker {
    timer: TimerFd,
    roster: Roster<Arc<dyn FlushTarget>>,
}

impl AsRawFd for Ticker {
    fn as_raw_fd(&self) -> RawFd {
        self.timer.as_raw_fd()
    }
}

impl Ticker {
    /// Not running. EMFILE, ENFILE, ENOMEM.
    pub(super) fn new() -> Result<Ticker> {
        Ok(Ticker { timer: TimerFd::new()?, roster: Roster::default() })
    }

    /// Puts a target on the list; [`arm_first`](Self::arm_first) must follow.
    /// Any thread. The caller sees to it that a target is on the list only once.
    pub fn enlist(&self, target: Arc<dyn FlushTarget>) {
        self.roster.enlist(target);
    }

    /// Arms the first, short tick for a target that is on the list. Any thread.
    #[inline]
    pub fn arm_first(&self) {
        self.roster.arm(Tick::First, |tick| self.set(tick));
    }

    fn set(&self, tick: Tick) {
        self.timer.set(match tick {
            Tick::First => tuning::FIRST_TICK,
            Tick::Next => tuning::NEXT_TICK,
        });
    }

    /// I/O thread: the timer has fired.
    pub(super) fn tick(&self) {
        self.roster.tick(
            || self.timer.clear(),
            |target, first| target.flush_tick(first),
            |tick| self.set(tick),
        );
    }
}
