//! How long to wait before connecting again (ZMQ_RECONNECT_IVL and _MAX).

use std::hash::BuildHasher;

use crate::sys::chance::Keyed;

/// The back-off of one connecting session.
///
/// Without a maximum: the interval plus a random part of it, each time. With
/// one: doubling from the interval to the maximum, without chance
/// (libzmq 4.3.5; zmq_setsockopt, ZMQ_RECONNECT_IVL_MAX).
#[derive(Debug)]
pub struct Backoff {
    interval: i32,
    max: i32,
    current: i32,
    tries: u64,
    random: Keyed,
}

impl Backoff {
    /// From the two options, in milliseconds.
    pub fn new(interval: i32, max: i32) -> Backoff {
        Backoff { interval, max, current: 0, tries: 0, random: Keyed::default() }
    }

    /// A handshake has succeeded: begin anew. That a peer lets itself be connected to is not
    /// enough: one that closes at once, or refuses us, would be asked without a pause.
    pub fn reset(&mut self) {
        self.current = 0;
    }

    /// Milliseconds until the next attempt; None: do not reconnect.
    pub fn next(&mut self) -> Option<i32> {
        if self.interval <= 0 {
            return None;
        }
        if self.max > 0 {
            self.current = match self.current {
                0 => self.interval.min(self.max),
                last => last.saturating_mul(2).min(self.max),
            };
            return Some(self.current);
        }
        self.tries += 1;
        let chance = self.random.hash_one(self.tries) % self.interval as u64;
        Some(self.interval.saturating_add(chance as i32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // behaviours: 119
    #[test]
    fn without_maximum_the_interval_varies_and_does_not_grow() {
        let mut backoff = Backoff::new(100, 0);
        for _ in 0..50 {
            assert!(backoff.next().is_some_and(|ms| (100..200).contains(&ms)));
        }
    }

    // behaviours: 120
    #[test]
    fn with_maximum_it_doubles_up_to_it_and_begins_anew_after_success() {
        let mut backoff = Backoff::new(100, 500);
        let got: Vec<_> = (0..5).filter_map(|_| backoff.next()).collect();
        assert_eq!(got, [100, 200, 400, 500, 500]);
        backoff.reset();
        assert_eq!(backoff.next(), Some(100));
        assert_eq!(Backoff::new(100, 50).next(), Some(50));
    }

    // behaviours: 121
    #[test]
    fn minus_one_and_zero_end_reconnecting() {
        assert_eq!(Backoff::new(-1, 0).next(), None);
        assert_eq!(Backoff::new(0, 0).next(), None);
    }
}
