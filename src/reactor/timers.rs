//! The timers of one I/O thread, in milliseconds' precision.

use std::collections::{BTreeMap, HashMap};

use super::ObjectId;
use crate::clock::Time;
use crate::sys::chance::Keyed;

/// Names a timer until it is due or cancelled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TimerKey {
    due: Time,
    sequence: u64,
}

/// Timers by due time; equal times in the order they were set.
#[derive(Default)]
pub struct Timers {
    by_time: BTreeMap<TimerKey, (ObjectId, u8)>,
    by_object: HashMap<ObjectId, Vec<TimerKey>, Keyed>,
    sequence: u64,
}

impl Timers {
    /// Sets a timer.
    pub fn set(&mut self, due: Time, object: ObjectId, kind: u8) -> TimerKey {
        self.sequence += 1;
        let key = TimerKey { due, sequence: self.sequence };
        self.by_time.insert(key, (object, kind));
        self.by_object.entry(object).or_default().push(key);
        key
    }

    /// Forgets a timer.
    pub fn cancel(&mut self, key: TimerKey) {
        if let Some((object, _)) = self.by_time.remove(&key) {
            self.forget(object, key);
        }
    }

    /// Forgets all timers of an object.
    pub fn cancel_all(&mut self, object: ObjectId) {
        for key in self.by_object.remove(&object).unwrap_or_default() {
            self.by_time.remove(&key);
        }
    }

    fn forget(&mut self, object: ObjectId, key: TimerKey) {
        if let Some(keys) = self.by_object.get_mut(&object) {
            keys.retain(|k| *k != key);
            if keys.is_empty() {
                self.by_object.remove(&object);
            }
        }
    }

    /// When the next timer is due.
    pub fn next(&self) -> Option<Time> {
        self.by_time.first_key_value().map(|(key, _)| key.due)
    }

    /// Takes the oldest timer that is due.
    pub fn take_due(&mut self, now: Time) -> Option<(ObjectId, u8)> {
        let (key, (object, kind)) = self.by_time.first_key_value().map(|(k, v)| (*k, *v))?;
        if key.due > now {
            return None;
        }
        self.cancel(key);
        Some((object, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(slot: u32) -> ObjectId {
        ObjectId { slot, tenant: 1 }
    }

    #[test]
    fn timers_come_in_order_of_time_and_then_of_setting() {
        let mut timers = Timers::default();
        let start = Time::now();
        timers.set(start.after_ms(20), object(1), 2);
        timers.set(start.after_ms(10), object(1), 0);
        timers.set(start.after_ms(10), object(2), 1);
        assert_eq!(timers.take_due(start), None);
        let late = start.after_ms(30);
        assert_eq!(timers.take_due(late), Some((object(1), 0)));
        assert_eq!(timers.take_due(late), Some((object(2), 1)));
        assert_eq!(timers.take_due(late), Some((object(1), 2)));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn cancelled_timers_never_come() {
        let mut timers = Timers::default();
        let start = Time::now();
        let key = timers.set(start, object(1), 0);
        timers.set(start, object(2), 0);
        timers.set(start, object(2), 1);
        timers.cancel(key);
        timers.cancel_all(object(2));
        assert_eq!(timers.take_due(start.after_ms(1)), None);
    }
}
