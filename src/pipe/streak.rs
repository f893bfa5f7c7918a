//! Recognises a thread that sends faster than connections should be written:
//! after [`tuning::STREAK`] sends less than [`tuning::STREAK_GAP`] apart its
//! messages gather, and writing them is shared with the I/O threads.
//!
//! Counted per thread, not per socket: one that deals messages out to many
//! sockets would otherwise write each of them by itself. What counts is the
//! sender's own time, from the end of one send to the beginning of the next: a
//! write may take long because it wakes a receiver on the same processor, and
//! then gathering is what helps. Looked at only where messages go out directly.

use std::cell::Cell;

use crate::clock::Time;
use crate::tuning;

thread_local! {
    static LENGTH: Cell<u32> = const { Cell::new(0) };
    /// When the last send was over.
    static LAST: Cell<Option<Time>> = const { Cell::new(None) };
}

/// Counts `sends`, the last of which is about to be written; true: the streak is
/// long enough to gather.
pub(super) fn begin(sends: u32) -> bool {
    let gap = LAST.get().map_or(tuning::STREAK_END, |last| Time::now().since(last));
    let length = match LENGTH.get() {
        length if gap < tuning::STREAK_GAP * sends => {
            length.saturating_add(sends).min(tuning::STREAK_LIMIT)
        }
        // Perhaps the thread was without a processor: a long streak goes on.
        length if gap < tuning::STREAK_END => length / 4,
        _ => 0,
    };
    LENGTH.set(length);
    length >= tuning::STREAK
}

/// The send is over.
pub(super) fn end() {
    LAST.set(Some(Time::now()));
}

/// The thread had to wait for input: it converses, it does not stream.
pub fn reset() {
    LENGTH.set(0);
    LAST.set(None);
}
