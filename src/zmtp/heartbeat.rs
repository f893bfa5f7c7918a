//! Heartbeat arithmetic: when to send a PING and when to give the peer up.
//!
//! The engine owns one per ZMTP 3.x connection from the end of the handshake
//! and brings the time along. For each frame that decodes it calls
//! [`Heartbeat::on_traffic`] first and only then looks into the frame, so that a
//! PING starts its own TTL afresh.

use crate::clock::Time;

/// Largest TTL to announce: libzmq computes `ttl * 100` in 16 bits and would
/// drop us after 64 ms for 656.
const MAX_TTL_DS: u16 = 655;

/// The options, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `ZMQ_HEARTBEAT_IVL`: a PING so often; none unless positive.
    pub interval_ms: i32,
    /// `ZMQ_HEARTBEAT_TIMEOUT`: silence allowed after a PING; 0 is no end,
    /// negative stands for the interval.
    pub timeout_ms: i32,
    /// `ZMQ_HEARTBEAT_TTL`: how long the peer is to bear our silence.
    pub ttl_ms: i32,
}

/// Timers of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Heartbeat {
    interval_ms: u64,
    timeout_ms: u64,
    ttl_ds: u16,
    next_ping: Option<Time>,
    /// Set by a PING of ours, cleared by traffic.
    timeout: Option<Time>,
    /// Set by a PING of the peer, cleared by traffic.
    ttl: Option<Time>,
}

impl Heartbeat {
    /// Starts the timers: the first PING is due after one interval.
    pub fn new(settings: Settings, now: Time) -> Heartbeat {
        let interval_ms = u64::try_from(settings.interval_ms).unwrap_or(0);
        let timeout_ms = u64::try_from(settings.timeout_ms).unwrap_or(interval_ms);
        let ttl_ds = u16::try_from(settings.ttl_ms.max(0) / 100).unwrap_or(u16::MAX);
        Heartbeat {
            interval_ms,
            timeout_ms,
            ttl_ds: ttl_ds.min(MAX_TTL_DS),
            next_ping: (interval_ms > 0).then(|| now.after_ms(interval_ms)),
            timeout: None,
            ttl: None,
        }
    }

    /// The time has come to `now`: is a PING due, and with which TTL? The
    /// period is fixed, whatever the traffic; missed ones are not made up for.
    /// Call [`ping_produced`](Self::ping_produced) once the PING is encoded.
    pub fn on_tick(&mut self, now: Time) -> Option<u16> {
        if self.next_ping.is_none_or(|due| now < due) {
            return None;
        }
        self.next_ping = Some(now.after_ms(self.interval_ms));
        Some(self.ttl_ds)
    }

    /// A PING of ours has left the queue for the wire: from now on the peer has
    /// until the timeout. Not from the tick, as it may wait behind a large
    /// message through no fault of the peer.
    pub fn ping_produced(&mut self, now: Time) {
        if self.timeout_ms > 0 && self.timeout.is_none() {
            self.timeout = Some(now.after_ms(self.timeout_ms));
        }
    }

    /// A frame came in and decoded: the peer lives.
    #[inline]
    pub fn on_traffic(&mut self) {
        self.timeout = None;
        self.ttl = None;
    }

    /// The frame was a PING: the peer asks to be given up `ttl_ds` tenths of a
    /// second after its last sign of life; 0 asks for nothing.
    pub fn on_ping(&mut self, ttl_ds: u16, now: Time) {
        if ttl_ds > 0 && self.ttl.is_none() {
            self.ttl = Some(now.after_ms(u64::from(ttl_ds).saturating_mul(100)));
        }
    }

    /// When to call [`on_tick`](Self::on_tick) and [`expired`](Self::expired)
    /// next; traffic only ever moves it later, except by `on_ping`.
    pub fn next_deadline(&self) -> Option<Time> {
        [self.next_ping, self.timeout, self.ttl].into_iter().flatten().min()
    }

    /// Whether the peer has been silent too long, so that the connection ends
    /// as timed out.
    pub fn expired(&self, now: Time) -> bool {
        [self.timeout, self.ttl].into_iter().flatten().any(|end| end <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(interval_ms: i32, timeout_ms: i32, ttl_ms: i32, now: Time) -> Heartbeat {
        Heartbeat::new(Settings { interval_ms, timeout_ms, ttl_ms }, now)
    }

    #[test]
    fn without_interval_there_is_no_ping_but_the_peers_ttl_holds() {
        let start = Time::now();
        let mut beat = heartbeat(0, -1, 1000, start);
        assert_eq!(beat.next_deadline(), None);
        assert_eq!(beat.on_tick(start.after_ms(1 << 20)), None);
        beat.on_ping(5, start);
        assert_eq!(beat.next_deadline(), Some(start.after_ms(500)));
        assert!(!beat.expired(start.after_ms(499)));
        assert!(beat.expired(start.after_ms(500)));
    }

    #[test]
    fn pings_keep_their_period_whatever_the_traffic() {
        let start = Time::now();
        let mut beat = heartbeat(100, 0, 3000, start);
        assert_eq!(beat.on_tick(start.after_ms(99)), None);
        beat.on_traffic();
        assert_eq!(beat.on_tick(start.after_ms(100)), Some(30));
        assert_eq!(beat.on_tick(start.after_ms(100)), None);
        assert_eq!(beat.on_tick(start.after_ms(950)), Some(30));
        assert_eq!(beat.on_tick(start.after_ms(1049)), None);
        assert_eq!(beat.next_deadline(), Some(start.after_ms(1050)));
    }

    #[test]
    fn the_timeout_defaults_to_the_interval_and_runs_from_the_first_ping() {
        let start = Time::now();
        let mut beat = heartbeat(100, -1, 0, start);
        beat.ping_produced(start.after_ms(100));
        beat.ping_produced(start.after_ms(150));
        assert!(!beat.expired(start.after_ms(199)));
        assert!(beat.expired(start.after_ms(200)));
        beat.on_traffic();
        assert!(!beat.expired(start.after_ms(1 << 20)));
    }

    #[test]
    fn a_timeout_of_zero_never_expires() {
        let start = Time::now();
        let mut beat = heartbeat(100, 0, 0, start);
        beat.ping_produced(start);
        assert!(!beat.expired(start.after_ms(1 << 30)));
    }

    // behaviours: 263
    #[test]
    fn traffic_ends_the_ttl_until_the_next_ping_of_the_peer() {
        let start = Time::now();
        let mut beat = heartbeat(0, 0, 0, start);
        beat.on_ping(10, start);
        beat.on_ping(1, start);
        assert_eq!(beat.next_deadline(), Some(start.after_ms(1000)));
        beat.on_traffic();
        assert_eq!(beat.next_deadline(), None);
        beat.on_ping(0, start);
        assert_eq!(beat.next_deadline(), None);
        beat.on_ping(1, start);
        assert_eq!(beat.next_deadline(), Some(start.after_ms(100)));
    }

    #[test]
    fn a_peers_long_ttl_does_not_wrap() {
        let start = Time::now();
        let mut beat = heartbeat(0, 0, 0, start);
        beat.on_ping(656, start);
        assert!(!beat.expired(start.after_ms(65_599)));
        assert!(beat.expired(start.after_ms(65_600)));
        beat.on_traffic();
        beat.on_ping(u16::MAX, start);
        assert_eq!(beat.next_deadline(), Some(start.after_ms(6_553_500)));
    }

    #[test]
    fn our_ttl_is_announced_so_that_libzmq_does_not_wrap() {
        let start = Time::now();
        for (ttl_ms, ttl_ds) in [(-1, 0), (99, 0), (100, 1), (65_500, 655), (65_600, 655)] {
            let mut beat = heartbeat(1, 0, ttl_ms, start);
            assert_eq!(beat.on_tick(start.after_ms(1)), Some(ttl_ds));
        }
        let mut beat = heartbeat(1, 0, i32::MAX, start);
        assert_eq!(beat.on_tick(start.after_ms(1)), Some(655));
    }
}
