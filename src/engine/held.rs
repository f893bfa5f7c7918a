//! Input held back by a session: decoded no further because the turn was long
//! enough, or because the lane was full. Nothing on the descriptor will report
//! it, so whoever ends a turn and the reader of the lane must not miss each
//! other.
//!
//! * reader, on an empty lane: acknowledge; declare sleep; read `held`.
//! * session, lane full: store `held`; read the acknowledgements again.
//!   Whichever comes second sees the other: the session finds room and goes on,
//!   or the reader finds `held` and refills. (A reader that has not yet
//!   acknowledged everything has still to come to the empty lane.)
//! * session, turn over: store `held`; publish again, although the lane has
//!   nothing new: the reader may have emptied the lane and gone to sleep
//!   between the turn's own publish and the store. Either it reads `held`, or
//!   this exchange finds it asleep and it is woken.

use crate::sync::{AtomicBool, Ordering};

/// The flag; stored under the drive's `rx` lock, read by anybody.
#[derive(Debug)]
pub struct Held(AtomicBool);

impl Default for Held {
    fn default() -> Self {
        Held(AtomicBool::new(false))
    }
}

impl Held {
    /// Whether input is held back. SeqCst: after the reader's acknowledgement
    /// and its exchange in `sleep`, against the stores below.
    #[inline]
    pub fn holds(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// A turn begins: its end decides anew. Only holders of the `rx` lock store,
    /// so most turns get by without an exchange.
    #[inline]
    pub fn clear(&self) {
        if self.0.load(Ordering::Relaxed) {
            self.0.store(false, Ordering::SeqCst);
        }
    }

    /// The lane is full; `has_room` looks at the acknowledgements again
    /// (SeqCst, after the store). False: there is room after all, nothing is
    /// held back and the turn goes on.
    pub fn hold_full(&self, has_room: impl FnOnce() -> bool) -> bool {
        self.0.store(true, Ordering::SeqCst);
        let full = !has_room();
        if !full {
            self.clear();
        }
        full
    }

    /// The turn is over although more may be there; `publish` is the lane's
    /// (SeqCst exchange, after the store). True: the reader sleeps and must be
    /// woken.
    #[must_use = "a sleeping reader must be woken"]
    pub fn hold_more(&self, publish: impl FnOnce() -> bool) -> bool {
        self.0.store(true, Ordering::SeqCst);
        publish()
    }
}
