//! The roster of a flush ticker: who is served by its ticks and whether the
//! next tick is armed. The timer itself belongs to the caller.
//!
//! Protocol: a sender stores its mode STREAM, then puts itself on the roster
//! and arms; the tick disarms, then looks at everybody on the roster. The
//! exchanges on `armed` order the two: the sender's comes first, and the tick
//! sees its mode and its place; or the tick's comes first, and the sender has
//! armed the next one.

use crate::sync::{AtomicU8, Mutex, Ordering};

const DISARMED: u8 = 0;

/// Which tick is armed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Tick {
    /// A later one: somebody is still on the roster.
    Next = 1,
    /// The first, short one after somebody started to stream.
    First = 2,
}

/// What a tick found out about a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Nothing more to do: off the roster.
    Done,
    /// Its sender writes by itself, so far.
    Busy,
    /// Anything else.
    Waiting,
}

/// The roster; see the module.
pub struct Roster<T> {
    armed: AtomicU8,
    targets: Mutex<Vec<T>>,
}

impl<T> Default for Roster<T> {
    fn default() -> Self {
        Roster { armed: AtomicU8::new(DISARMED), targets: Mutex::new(Vec::new()) }
    }
}

impl<T> Roster<T> {
    /// Puts a target on the roster; [`arm`](Self::arm) must follow. Any thread.
    pub fn enlist(&self, target: T) {
        self.targets.lock().push(target);
    }

    /// Arms a tick, unless one at least as early is armed: then `set` starts
    /// the timer. Any thread.
    #[inline]
    pub fn arm(&self, tick: Tick, set: impl FnOnce(Tick)) {
        // AcqRel would order it against the exchange in `tick`; SeqCst costs
        // the same and keeps it in one order with the modes.
        if self.armed.fetch_max(tick as u8, Ordering::SeqCst) < tick as u8 {
            set(tick);
        }
    }

    /// Takes everybody off: there are no more ticks.
    pub fn clear(&self) {
        let targets = std::mem::take(&mut *self.targets.lock());
        drop(targets); // not under the lock: a target may go with it
    }

    /// I/O thread: the timer has fired. `clear` takes its expiry back, before
    /// anything else: an expiry set by somebody who arms from now on must
    /// survive. `set` starts the timer, and is told whether all targets that
    /// stay were found busy.
    pub fn tick(
        &self,
        clear: impl FnOnce(),
        mut serve: impl FnMut(&T, bool) -> Found,
        set: impl FnOnce(bool),
    ) {
        clear();
        let first = self.armed.swap(DISARMED, Ordering::SeqCst) == Tick::First as u8;
        let mut served = std::mem::take(&mut *self.targets.lock());
        let mut busy = true;
        served.retain(|target| {
            let found = serve(target, first);
            busy &= found != Found::Waiting;
            found != Found::Done
        });
        if !served.is_empty() {
            let mut targets = self.targets.lock();
            served.append(&mut targets);
            *targets = served;
            drop(targets);
            self.arm(Tick::Next, |_| set(busy));
        }
    }
}
