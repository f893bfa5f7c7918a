//! Flush ticks: connections whose sender streams are written out by the I/O
//! thread when the sender pauses.
//!
//! Protocol (docs/architecture.md): a sender stores its mode STREAM, then
//! enlists and arms; the tick disarms, then looks at everything enlisted. The
//! exchanges on `armed` order the two, so a connection that a tick misses has
//! armed the next one.

use std::os::fd::{AsRawFd, RawFd};

use crate::errno::Result;
use crate::sync::{Arc, AtomicU8, Mutex, Ordering};
use crate::sys::timer::TimerFd;
use crate::tuning;

/// A connection that is written out by ticks.
pub trait FlushTarget: Send + Sync {
    /// I/O thread: writes what nobody else has written since the last tick.
    /// False: nothing more to do, the target leaves the list.
    fn flush_tick(&self, first: bool) -> bool;
}

const DISARMED: u8 = 0;
const NEXT: u8 = 1;
const FIRST: u8 = 2;

/// The flush timer of one I/O thread and the connections it serves.
pub struct Ticker {
    armed: AtomicU8,
    timer: TimerFd,
    targets: Mutex<Vec<Arc<dyn FlushTarget>>>,
}

impl AsRawFd for Ticker {
    fn as_raw_fd(&self) -> RawFd {
        self.timer.as_raw_fd()
    }
}

impl Ticker {
    /// Not running. EMFILE, ENFILE, ENOMEM.
    pub(super) fn new() -> Result<Ticker> {
        Ok(Ticker {
            armed: AtomicU8::new(DISARMED),
            timer: TimerFd::new()?,
            targets: Mutex::new(Vec::new()),
        })
    }

    /// Puts a target on the list and arms the first, short tick. Any thread.
    /// The caller sees to it that a target is on the list only once.
    pub fn enlist(&self, target: Arc<dyn FlushTarget>) {
        self.targets.lock().push(target);
        self.arm(FIRST);
    }

    /// Arms the first, short tick for a target that is on the list. Any thread.
    pub fn arm_first(&self) {
        self.arm(FIRST);
    }

    fn arm(&self, tick: u8) {
        if self.armed.fetch_max(tick, Ordering::SeqCst) < tick {
            let delay = if tick == FIRST { tuning::FIRST_TICK } else { tuning::NEXT_TICK };
            self.timer.set(delay);
        }
    }

    /// I/O thread: the timer has fired.
    pub(super) fn tick(&self) {
        self.timer.clear();
        let first = self.armed.swap(DISARMED, Ordering::SeqCst) == FIRST;
        let mut served = std::mem::take(&mut *self.targets.lock());
        served.retain(|target| target.flush_tick(first));
        if !served.is_empty() {
            let mut targets = self.targets.lock();
            served.append(&mut targets);
            *targets = served;
            drop(targets);
            self.arm(NEXT);
        }
    }
}
