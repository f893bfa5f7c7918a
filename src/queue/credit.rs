//! Credit: how many messages the writer of a lane may be ahead of its reader.
//!
//! The high-water mark counts whole messages, written minus acknowledged. The
//! reader acknowledges in batches; a writer that found no room leaves a note
//! and is told when half of the mark is free. Each end is used by one thread at
//! a time.

use crate::sync::{Arc, AtomicU64, CachePadded, Ordering};

struct Shared {
    /// Messages the reader has finished with.
    acked: CachePadded<AtomicU64>,
    /// The writer found no room, and wants to be told when so many messages are
    /// acknowledged. [`NOBODY`]: it does not.
    wanted: AtomicU64,
}

/// Nobody wants to be told.
const NOBODY: u64 = u64::MAX;

/// The writer's account.
#[repr(C)]
pub struct CreditWriter {
    written: u64,
    acked: u64,
    shared: Arc<Shared>,
}

/// The reader's account.
pub struct CreditReader {
    shared: Arc<Shared>,
    read: u64,
    acked: u64,
}

/// Makes an account with nothing written and nothing read.
pub fn credit() -> (CreditWriter, CreditReader) {
    let shared =
        Arc::new(Shared { acked: CachePadded(AtomicU64::new(0)), wanted: AtomicU64::new(NOBODY) });
    let writer = CreditWriter { written: 0, acked: 0, shared: shared.clone() };
    (writer, CreditReader { shared, read: 0, acked: 0 })
}

impl CreditWriter {
    /// Whether one more message stays within `hwm` (0: no limit). False leaves
    /// the note, so that the reader reports it when half of `hwm` is free: a
    /// writer that was told of each message would sleep and wake with each.
    #[inline]
    pub fn has_room(&mut self, hwm: u64) -> bool {
        hwm == 0 || self.written - self.acked < hwm || self.look_again(hwm)
    }

    /// As [`has_room`](Self::has_room), but leaves no note.
    #[inline]
    pub fn has_room_now(&mut self, hwm: u64) -> bool {
        if self.written - self.acked < hwm {
            return true;
        }
        // SeqCst: the session's "held back, then look again" (engine::held).
        self.acked = self.shared.acked.load(Ordering::SeqCst);
        self.written - self.acked < hwm
    }

    /// How many messages stay within `hwm`, looking again where fewer than `enough` are
    /// known to; leaves no note.
    pub fn room_now(&mut self, hwm: u64, enough: u64) -> u64 {
        if hwm == 0 {
            return u64::MAX;
        }
        let known = hwm.saturating_sub(self.written - self.acked);
        if known >= enough {
            return known;
        }
        // SeqCst: as in `has_room_now`.
        self.acked = self.shared.acked.load(Ordering::SeqCst);
        hwm.saturating_sub(self.written - self.acked)
    }

    #[cold]
    fn look_again(&mut self, hwm: u64) -> bool {
        self.acked = self.shared.acked.load(Ordering::Acquire);
        if self.written - self.acked < hwm {
            return true;
        }
        // Note first, then look, both SeqCst: pairs with the reader's store and
        // load in `acknowledge`; one of the two sees the other.
        self.shared.wanted.store(self.written.saturating_sub(hwm / 2), Ordering::SeqCst);
        self.acked = self.shared.acked.load(Ordering::SeqCst);
        self.written - self.acked < hwm
    }

    /// Counts one message written.
    #[inline]
    pub fn count(&mut self) {
        self.written += 1;
    }

    /// Counts `n` messages written.
    #[inline]
    pub fn count_many(&mut self, n: u64) {
        self.written += n;
    }

    /// Messages written in all.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Messages acknowledged, as far as is known.
    pub fn acknowledged(&self) -> u64 {
        self.acked
    }

    /// Messages written and not yet acknowledged.
    pub fn outstanding(&mut self) -> u64 {
        self.refresh();
        self.written - self.acked
    }

    /// Takes note of what is acknowledged by now.
    pub fn refresh(&mut self) {
        self.acked = self.shared.acked.load(Ordering::Acquire);
    }
}

impl CreditReader {
    /// Counts `n` messages as finished, without telling the writer yet.
    #[inline]
    pub fn count(&mut self, n: u64) {
        self.read += n;
    }

    /// Messages finished in all.
    pub fn counted(&self) -> u64 {
        self.read
    }

    /// Finished but not yet acknowledged.
    #[inline]
    pub fn unacknowledged(&self) -> u64 {
        self.read - self.acked
    }

    /// Acknowledges all that was counted. True: the writer waits for room and
    /// must be told.
    #[must_use = "a waiting writer must be told"]
    pub fn acknowledge(&mut self) -> bool {
        if self.acked == self.read {
            return false;
        }
        self.acked = self.read;
        // SeqCst store, then SeqCst load: pairs with `look_again`, and with
        // engine::held for a session that holds input back.
        self.shared.acked.store(self.read, Ordering::SeqCst);
        self.shared.wanted.load(Ordering::SeqCst) <= self.read
            && self.shared.wanted.swap(NOBODY, Ordering::SeqCst) != NOBODY
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    // behaviours: 66
    #[test]
    fn no_room_beyond_the_mark_until_acknowledged() {
        let (mut w, mut r) = credit();
        for _ in 0..3 {
            assert!(w.has_room(3));
            w.count();
        }
        assert!(!w.has_room(3));
        r.count(1);
        assert!(!w.has_room(3), "counted is not yet acknowledged");
        assert!(!r.acknowledge(), "less than half of the mark is free");
        assert!(w.has_room(3), "who asks again hears of it");
        w.count();
        assert!(!w.has_room(3));
        r.count(2);
        assert!(r.acknowledge(), "the writer left its note");
        assert!(w.has_room(3));
        r.count(1);
        assert!(!r.acknowledge(), "nobody asked");
    }

    #[test]
    fn mark_zero_is_no_limit() {
        let (mut w, _r) = credit();
        for _ in 0..5000 {
            assert!(w.has_room(0));
            w.count();
        }
        assert_eq!(w.outstanding(), 5000);
    }
}
