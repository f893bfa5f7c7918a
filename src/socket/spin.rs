//! Waiting awake for a moment before the thread sleeps.
//!
//! A thread switch takes 5 to 30 us, of which the peer pays the waking. Where
//! messages come faster than that, looking again costs less of both threads'
//! time than sleeping; where they do not, it only costs. So a socket looks again
//! as long as that found something more often than not, and tries once in a
//! while whether it would. Between looks others may have the processor.

use std::time::Duration;

use crate::clock::Time;
use crate::tuning;

/// What a socket knows of its last waits.
#[derive(Debug)]
pub(super) struct Spin {
    /// Waits that ended awake, less those that did not.
    credit: u8,
    /// Waits to sleep through before the next attempt.
    pause: u32,
    /// How long the last such pause was, as a power of two.
    doublings: u8,
}

impl Default for Spin {
    fn default() -> Self {
        Spin { credit: 0, pause: tuning::SPIN_AGAIN, doublings: 0 }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spun {
    /// Something was there in time.
    Found,
    /// Something was there, but the processor was away meanwhile.
    Late,
    /// Nothing.
    Nothing,
    /// Nothing, and the processor was away.
    Lost,
}

impl Spin {
    /// A wait begins: how long it may be spent awake. `asked`: what the user
    /// wants in any case.
    pub fn limit(&mut self, asked: Option<Duration>) -> Option<Duration> {
        if asked.is_some() {
            return asked.filter(|limit| !limit.is_zero());
        }
        if self.credit > 0 {
            return Some(tuning::SPIN);
        }
        if self.pause > 0 {
            self.pause -= 1;
            return None;
        }
        Some(tuning::SPIN)
    }

    /// How an attempt ended.
    pub fn learn(&mut self, spun: Spun) {
        match spun {
            Spun::Found => {
                self.doublings = 0;
                self.credit = (self.credit + 1).min(tuning::SPIN_CREDIT);
            }
            Spun::Nothing => {
                self.credit = self.credit.saturating_sub(1);
                if self.credit == 0 {
                    self.pause = tuning::SPIN_AGAIN;
                }
            }
            Spun::Late | Spun::Lost => {
                self.credit = 0;
                self.pause = tuning::SPIN_AGAIN << self.doublings;
                self.doublings = (self.doublings + 1).min(tuning::SPIN_DOUBLINGS);
            }
        }
    }
}

/// Asks `look` until it finds something, for at most `limit`.
pub(super) fn until(limit: Duration, mut look: impl FnMut() -> bool) -> Spun {
    if look() {
        return Spun::Found;
    }
    let start = Time::now();
    // Whoever else wants the processor has it now, and is found out by the time
    // that takes: a thread that spins where threads wait for processors delays
    // the very one that it waits for.
    std::thread::yield_now();
    loop {
        let found = look();
        let spent = Time::now().since(start);
        match (found, spent > limit * 2) {
            (true, false) => return Spun::Found,
            (true, true) => return Spun::Late,
            (false, true) => return Spun::Lost,
            (false, false) if spent >= limit => return Spun::Nothing,
            (false, false) => {}
        }
        for _ in 0..tuning::SPIN_PAUSE {
            std::hint::spin_loop();
        }
    }
}
