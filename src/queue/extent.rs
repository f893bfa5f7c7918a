//! An extent: how far bytes reach that one producer appends and one consumer
//! reads meanwhile, and whether the consumer waits for more of them.
//!
//! A publish is one atomic exchange, as in a [lane](super::lane) and for the same
//! reason: it also tells whether the consumer declared itself asleep. Neither end
//! blocks or wakes anybody.

use crate::sync::{AtomicU64, Ordering};

/// The consumer has seen everything and wants to be woken.
const ASLEEP: u64 = 1;
/// Nothing more comes.
const SEALED: u64 = 2;
/// Where the number of bytes stands.
const BYTES: u32 = 2;

/// See the module.
pub struct Extent(AtomicU64);

/// What a consumer finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// So many bytes in all, more than it has seen.
    To(usize),
    /// Nothing new.
    Nothing,
    /// Nothing new, and nothing more comes.
    Sealed,
}

impl Default for Extent {
    fn default() -> Self {
        Extent(AtomicU64::new(0))
    }
}

impl Extent {
    /// There are `bytes` now; what they are has been written. True: the consumer
    /// sleeps, wake it.
    #[inline(always)]
    #[must_use = "a sleeping consumer must be woken"]
    pub fn publish(&self, bytes: u64) -> bool {
        self.0.swap(bytes << BYTES, Ordering::SeqCst) & ASLEEP != 0
    }

    /// There are `bytes`, as published, and there will be no more. True: the
    /// consumer sleeps; whatever comes elsewhere must wake it.
    #[must_use = "a sleeping consumer must be woken"]
    pub fn seal(&self, bytes: u64) -> bool {
        self.0.swap(bytes << BYTES | SEALED, Ordering::SeqCst) & ASLEEP != 0
    }

    /// How many bytes there are, for the producer.
    #[inline]
    pub fn published(&self) -> u64 {
        self.0.load(Ordering::Relaxed) >> BYTES
    }

    /// What there is for a consumer that has seen `seen` bytes.
    #[inline]
    pub fn reach(&self, seen: usize) -> Reach {
        let now = self.0.load(Ordering::SeqCst);
        let bytes = (now >> BYTES) as usize;
        if bytes != seen {
            Reach::To(bytes)
        } else if now & SEALED != 0 {
            Reach::Sealed
        } else {
            Reach::Nothing
        }
    }

    /// Declares that the consumer, which has seen `seen` bytes, sleeps. False:
    /// there are more, or no more to come, and nothing was declared.
    ///
    /// The exchange pairs with the producer's: one of them comes second and sees
    /// the other.
    pub fn sleep(&self, seen: usize) -> bool {
        let seen = (seen as u64) << BYTES;
        let asleep = seen | ASLEEP;
        let declared = self.0.compare_exchange(seen, asleep, Ordering::SeqCst, Ordering::SeqCst);
        declared.is_ok() || declared == Err(asleep)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_consumer_sees_what_is_published_then_the_end() {
        let extent = Extent::default();
        assert_eq!(extent.reach(0), Reach::Nothing);
        assert!(!extent.publish(3));
        assert_eq!(extent.reach(0), Reach::To(3));
        assert!(!extent.seal(3));
        assert_eq!(extent.reach(0), Reach::To(3), "the end comes behind the bytes");
        assert_eq!(extent.reach(3), Reach::Sealed);
        assert!(!extent.sleep(3), "nothing more would wake it");
    }

    #[test]
    fn a_consumer_sleeps_only_when_it_has_seen_everything() {
        let extent = Extent::default();
        assert!(!extent.publish(3));
        assert!(!extent.sleep(0));
        assert!(extent.sleep(3) && extent.sleep(3), "twice is once");
        assert_eq!(extent.reach(3), Reach::Nothing);
        assert!(extent.publish(5), "it is to be woken");
        assert!(!extent.publish(7), "once");
        assert!(extent.sleep(7) && extent.seal(7), "sealing wakes it as well");
    }
}
