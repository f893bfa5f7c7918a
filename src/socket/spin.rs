//! Waiting awake for a moment before the thread sleeps.
//!
//! A thread switch takes 5 to 30 us, of which the peer pays the waking. Where
//! messages come faster than that, looking again costs less of both threads'
//! time than sleeping; where they do not, it only costs. So a socket looks again
//! as long as that found something more often than not, and tries once in a
//! while whether it would: the more seldom, the more threads there are for the
//! processors.

use std::time::Duration;

use crate::clock::Time;
use crate::tuning;

/// What a socket knows of its last waits.
#[derive(Debug)]
pub(super) struct Spin {
    /// What the user wants in any case.
    asked: Option<Duration>,
    /// Waits that ended awake, less those that did not.
    credit: u8,
    /// Waits to sleep through before the next attempt.
    pause: u32,
    /// How long the last such pause was, as a power of two.
    doublings: u8,
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
    /// For a socket that has not waited yet; `asked`: what the user wants in any
    /// case.
    pub fn new(asked: Option<Duration>) -> Spin {
        Spin { asked, credit: 0, pause: tuning::SPIN_AGAIN, doublings: 0 }
    }

    /// A wait begins: how long it may be spent awake.
    pub fn limit(&mut self) -> Option<Duration> {
        if self.asked.is_some() {
            return self.asked.filter(|limit| !limit.is_zero());
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

    /// Whether how attempts end makes a difference.
    pub fn learns(&self) -> bool {
        self.asked.is_none()
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

/// Asks `look` until it finds something, for at most `limit`, with so many
/// `pauses` between. Unless `judged`, all that is found is found in time: who has
/// something to do does not look at the clock.
#[inline]
pub(super) fn until(
    limit: Duration,
    pauses: u32,
    judged: bool,
    mut look: impl FnMut() -> bool,
) -> Spun {
    let start = Time::now();
    loop {
        let found = look();
        if found && !judged {
            return Spun::Found;
        }
        let spent = Time::now().since(start);
        match (found, spent > limit * 2) {
            (true, false) => return Spun::Found,
            (true, true) => return Spun::Late,
            (false, true) => return Spun::Lost,
            (false, false) if spent >= limit => return Spun::Nothing,
            (false, false) => {}
        }
        if spent > tuning::SPIN {
            // As long as that only because the user asked for it.
            std::thread::yield_now();
        }
        for _ in 0..pauses {
            std::hint::spin_loop();
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// How many of the next `waits` are begun awake, all ending like `spun`.
    fn attempts(spin: &mut Spin, waits: u32, spun: Spun) -> u32 {
        (0..waits)
            .map(|_| {
                let awake = spin.limit().is_some();
                if awake {
                    spin.learn(spun);
                }
                u32::from(awake)
            })
            .sum()
    }

    #[test]
    fn a_socket_of_few_waits_sleeps_and_one_of_many_tries() {
        let mut spin = Spin::new(None);
        assert_eq!(attempts(&mut spin, tuning::SPIN_AGAIN, Spun::Found), 0);
        assert_eq!(attempts(&mut spin, 1000, Spun::Found), 1000, "it pays, so it goes on");
    }

    #[test]
    fn what_does_not_pay_is_tried_once_in_a_while() {
        let mut spin = Spin::new(None);
        attempts(&mut spin, 1000, Spun::Found);
        let vain = attempts(&mut spin, 1000, Spun::Nothing);
        assert!((10..100).contains(&vain), "{vain}");
        let later = attempts(&mut spin, 1000, Spun::Nothing);
        assert!(later.abs_diff(1000 / (tuning::SPIN_AGAIN + 1)) <= 1, "{later}");
    }

    #[test]
    fn where_others_want_the_processor_it_is_tried_less_and_less() {
        let mut spin = Spin::new(None);
        let first = attempts(&mut spin, 100_000, Spun::Late);
        assert!(first < 40, "{first}");
        assert!(attempts(&mut spin, 100_000, Spun::Lost) < 40);
        // And when they are gone, as before.
        attempts(&mut spin, tuning::SPIN_AGAIN << tuning::SPIN_DOUBLINGS, Spun::Found);
        assert_eq!(attempts(&mut spin, 1000, Spun::Found), 1000);
    }

    #[test]
    fn what_the_user_asks_for_goes_before_experience() {
        assert_eq!(Spin::new(Some(Duration::ZERO)).limit(), None);
        let asked = Some(Duration::from_millis(7));
        let mut spin = Spin::new(asked);
        assert_eq!(spin.limit(), asked);
        spin.learn(Spun::Lost);
        assert_eq!(spin.limit(), asked);
    }

    #[test]
    fn looking_ends_when_something_is_found_or_the_time_is_over() {
        let mut looks = 0;
        let spun = until(Duration::from_secs(60), 1, true, || {
            looks += 1;
            looks == 5
        });
        assert!(matches!(spun, Spun::Found | Spun::Late));
        assert_eq!(looks, 5);
        let spun = until(Duration::from_micros(50), 1, true, || false);
        assert!(matches!(spun, Spun::Nothing | Spun::Lost));
    }
}
