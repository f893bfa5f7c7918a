//! Flush ticks: connections whose sender streams are written out by the I/O
//! thread when the sender pauses. A timer descriptor and the [`Roster`] that
//! has the protocol.
//!
//! Where there is no timer, or it cannot be set, the tick is *late*: the I/O
//! thread's own loop has it, a millisecond or so later.

use std::os::fd::AsRawFd;
use std::os::fd::RawFd;
use std::time::Duration;

use super::roster::{Found, Roster, Tick};
use crate::clock::Time;
use crate::sync::{Arc, AtomicBool, AtomicU32, Ordering};
use crate::sys::timer::TimerFd;
use crate::tuning;

/// A connection that is written out by ticks.
pub trait FlushTarget: Send + Sync {
    /// I/O thread: writes what nobody else has written since the last tick.
    fn flush_tick(&self, first: bool) -> Found;
}

/// The flush timer of one I/O thread and the connections it serves.
pub struct Ticker {
    /// None: the system has none for us.
    timer: Option<TimerFd>,
    /// The tick that is armed is the loop's. SeqCst against the loop's look
    /// before it waits: whoever sets it off the I/O thread wakes the thread.
    late: AtomicBool,
    roster: Roster<Arc<dyn FlushTarget>>,
    /// Ticks in a row that found nothing but busy senders. I/O thread only.
    idle: AtomicU32,
}

impl Ticker {
    /// Not running.
    pub(super) fn new() -> Ticker {
        Ticker {
            timer: TimerFd::new().ok(),
            late: AtomicBool::new(false),
            roster: Roster::default(),
            idle: AtomicU32::new(0),
        }
    }

    /// What is readable when the timer has fired.
    pub(super) fn fd(&self) -> Option<RawFd> {
        self.timer.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// There is no watching it.
    pub(super) fn without_timer(&mut self) {
        self.timer = None;
    }

    fn set(&self, delay: Duration) {
        let set = self.timer.as_ref().is_some_and(|timer| timer.set(delay).is_ok());
        if !set {
            self.late.store(true, Ordering::SeqCst);
        }
    }

    /// Whether the armed tick is for the loop.
    pub(super) fn is_late(&self) -> bool {
        self.late.load(Ordering::SeqCst)
    }

    /// I/O thread: ticks if the timer could not be set.
    pub(super) fn tick_late(&self) {
        if self.is_late() && self.late.swap(false, Ordering::SeqCst) {
            self.tick();
        }
    }

    /// Puts a target on the list; `arm_first` must follow.
    /// Any thread. The caller sees to it that a target is on the list only once.
    pub fn enlist(&self, target: Arc<dyn FlushTarget>) {
        self.roster.enlist(target);
    }

    /// Arms the first, short tick for a target that is on the list. Any thread.
    /// False: it is late, and the I/O thread must be woken.
    #[inline]
    pub(super) fn arm_first(&self) -> bool {
        let mut in_time = true;
        self.roster.arm(Tick::First, |_| {
            self.set(tuning::FIRST_TICK);
            in_time = !self.is_late();
        });
        in_time
    }

    /// I/O thread: the timer has fired.
    pub(super) fn tick(&self) {
        let begun = Time::now();
        self.roster.tick(
            || self.timer.iter().for_each(TimerFd::clear),
            |target, first| target.flush_tick(first),
            |busy| {
                let rest = Time::now().since(begun) * tuning::TICK_REST;
                self.set(self.pause(busy).max(rest.min(tuning::TICK_LONGEST)));
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
