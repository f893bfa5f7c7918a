//! The lane (libzmq: ypipe over yqueue): an unbounded single-producer,
//! single-consumer queue whose items become visible in batches.
//!
//! The producer writes cells and publishes them together, so that a multipart
//! message appears whole or not at all; what is not yet published can be taken
//! back. Publishing is one atomic exchange, which also tells whether the
//! consumer declared itself asleep on the empty lane and must be woken.
//! Whoever holds [`Producer`] or [`Consumer`] is the only one on its side; the
//! lane itself never blocks and never wakes anybody.

mod segment;

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::compiler_fence;

use crate::sync::{Arc, AtomicPtr, AtomicU64, CachePadded, Ordering, UnsafeCell};
use crate::sys::barrier;
use segment::{Cursor, SEGMENT, Segment, free_chain, step};

/// Lowest bit of the published tail: the consumer saw the lane empty and wants
/// to be woken. The count of published cells stands above it.
const ASLEEP: u64 = 1;

struct Shared<T> {
    /// Published cells, shifted left by one, plus [`ASLEEP`].
    tail: CachePadded<AtomicU64>,
    /// One emptied segment on its way back to the producer.
    spare: CachePadded<AtomicPtr<Segment<T>>>,
    /// The first segment, allocated with the first write: idle lanes cost no page.
    first: AtomicPtr<Segment<T>>,
    /// Where the consumer stood when it was dropped, for the final clean-up.
    abandoned: UnsafeCell<Cursor<T>>,
}

// SAFETY: cells move between exactly one producer and one consumer; the tail's
// release/acquire pairs order every access to them.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above; `abandoned` is written by the consumer's drop and read by
// the last owner's drop, ordered by the reference count.
unsafe impl<T: Send> Sync for Shared<T> {}

/// The writing end.
pub struct Producer<T> {
    shared: Arc<Shared<T>>,
    head: Cursor<T>,
    /// Number of items committed: all, unless a unit has been begun.
    committed: u64,
    /// Where the unit begun stands.
    unit: Cursor<T>,
}

/// The reading end.
pub struct Consumer<T> {
    shared: Arc<Shared<T>>,
    at: Cursor<T>,
    /// Published count as last seen.
    limit: u64,
}

// SAFETY: each end is used by one thread at a time and carries only T.
unsafe impl<T: Send> Send for Producer<T> {}
// SAFETY: as for Producer.
unsafe impl<T: Send> Send for Consumer<T> {}

/// Makes an empty lane, its consumer awake.
pub fn lane<T: Send>() -> (Producer<T>, Consumer<T>) {
    let shared = Arc::new(Shared {
        tail: CachePadded(AtomicU64::new(0)),
        spare: CachePadded(AtomicPtr::new(ptr::null_mut())),
        first: AtomicPtr::new(ptr::null_mut()),
        abandoned: UnsafeCell::new(Cursor::START),
    });
    let producer =
        Producer { shared: shared.clone(), head: Cursor::START, committed: 0, unit: Cursor::START };
    (producer, Consumer { shared, at: Cursor::START, limit: 0 })
}

impl<T> Producer<T> {
    /// Writes one item; the consumer does not see it before it is committed
    /// and published.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.push_with(|cell| cell.write(item));
    }

    /// As [`push`](Self::push), the item being made in its cell: `fill` proves
    /// by what it returns that it has initialised it.
    #[inline]
    pub fn push_with(&mut self, fill: impl FnOnce(&mut MaybeUninit<T>) -> &mut T) {
        if self.head.count == self.committed {
            self.unit = self.head;
        }
        if self.head.index == SEGMENT {
            self.extend();
        }
        // Within the closure, so that the models see the access.
        // SAFETY: see `cell`.
        unsafe {
            (*self.head.segment).cells.get_unchecked(self.head.index).with_mut(|cell| {
                fill(&mut *cell);
            });
        }
        self.head.index += 1;
        self.head.count += 1;
    }

    /// Whether a cell can be had without a new segment.
    #[inline(always)]
    pub fn has_cell(&self) -> bool {
        self.head.index < SEGMENT
    }

    /// The next cell, for a last item: [`pushed_last`](Self::pushed_last) must
    /// follow when it is initialised. In two halves, because the compiler would
    /// not inline a closure that moves a message.
    #[inline(always)]
    pub fn cell(&mut self) -> &mut MaybeUninit<T> {
        if self.head.index == SEGMENT {
            self.extend();
        }
        // SAFETY: `head` is a cell of a live segment that the consumer may not
        // touch before it is published; only this thread writes it.
        unsafe {
            (*self.head.segment).cells.get_unchecked(self.head.index).with_mut(|cell| &mut *cell)
        }
    }

    /// Commits the item in [`cell`](Self::cell).
    ///
    /// # Safety
    /// It was initialised since.
    #[inline(always)]
    pub unsafe fn pushed_last(&mut self) {
        self.head.index += 1;
        self.head.count += 1;
        self.commit();
    }

    /// Ends a unit (a whole message): what was written so far may be published
    /// and can no longer be taken back.
    #[inline]
    pub fn commit(&mut self) {
        self.committed = self.head.count;
    }

    /// Makes all committed items visible. True: the consumer sleeps, wake it.
    ///
    /// The exchange is sequentially consistent: it is the "publish" of the
    /// drive's protocol (publish, then look at the mode) as well as the
    /// release that the consumer's acquire in `refresh` pairs with.
    #[inline]
    #[must_use = "a sleeping consumer must be woken"]
    pub fn publish(&mut self) -> bool {
        self.shared.tail.swap(self.committed << 1, Ordering::SeqCst) & ASLEEP != 0
    }

    /// As [`publish`](Self::publish) where the consumer never declares sleep. A
    /// plain store where the consumer's side runs a heavy barrier between what
    /// it stores and its look at the lane (engine/gate.rs, `settle`): the
    /// exchange would cost 8 ns a message, most of it waiting for the cell just
    /// written to reach the cache.
    #[inline]
    pub fn publish_to_waking(&mut self) {
        let tail = self.committed << 1;
        if cfg!(not(loom)) && barrier::is_asymmetric() {
            self.shared.tail.store(tail, Ordering::Release);
            // The look at the mode that follows stays behind it.
            compiler_fence(Ordering::SeqCst);
        } else {
            self.shared.tail.swap(tail, Ordering::SeqCst);
        }
    }

    /// Number of items written and not yet committed.
    pub fn uncommitted(&self) -> u64 {
        self.head.count - self.committed
    }

    /// Takes back and drops everything written since the last commit.
    pub fn rollback(&mut self) {
        self.take_back_each(|_| ());
    }

    /// As [`rollback`](Self::rollback), showing each item to `look` before it is
    /// dropped.
    pub fn take_back_each(&mut self, mut look: impl FnMut(&T)) {
        if self.uncommitted() == 0 {
            return;
        }
        let mut at = self.unit;
        if at.segment.is_null() {
            at.segment = self.shared.first.load(Ordering::Relaxed);
            at.index = 0;
        }
        let keep = at;
        while at.count < self.head.count {
            at = step(at);
            // SAFETY: the cell was written by push and never committed, so it
            // is initialised and ours.
            unsafe {
                (*at.segment).cells[at.index].with_mut(|cell| {
                    look((*cell).assume_init_ref());
                    (*cell).assume_init_drop();
                });
            }
            at.index += 1;
            at.count += 1;
        }
        // SAFETY: segments linked behind `keep` hold uncommitted cells only;
        // the consumer follows `next` only towards published cells.
        unsafe { free_chain((*keep.segment).next.swap(ptr::null_mut(), Ordering::Relaxed)) };
        self.head = keep;
    }

    #[cold]
    fn extend(&mut self) {
        let recycled = self.shared.spare.swap(ptr::null_mut(), Ordering::Acquire);
        let segment = if recycled.is_null() { Segment::allocate() } else { recycled };
        if self.head.segment.is_null() {
            self.shared.first.store(segment, Ordering::Release);
        } else {
            // SAFETY: `head.segment` stays alive until the consumer has moved
            // past it, which needs cells published after this link.
            unsafe { (*self.head.segment).next.store(segment, Ordering::Release) };
        }
        self.head.segment = segment;
        self.head.index = 0;
    }
}

impl<T> Consumer<T> {
    /// Whether an item can be popped. Never declares sleep.
    #[inline]
    pub fn available(&mut self) -> bool {
        self.at.count < self.limit || self.refresh()
    }

    #[inline]
    fn refresh(&mut self) -> bool {
        self.limit = self.shared.tail.load(Ordering::SeqCst) >> 1;
        self.at.count < self.limit
    }

    /// Takes the oldest published item.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.pop_if(|_| true)
    }

    /// As [`pop`](Self::pop), if the item `fits`.
    #[inline]
    pub fn pop_if(&mut self, fits: impl FnOnce(&T) -> bool) -> Option<T> {
        if !self.available() {
            return None;
        }
        if self.at.index == SEGMENT {
            self.advance();
        }
        // SAFETY: the cell is below the published tail (acquired in refresh), so
        // it is initialised, and the producer keeps off it; its one read, unless
        // it stays where it is.
        let item = unsafe {
            (*self.at.segment).cells.get_unchecked(self.at.index).with_mut(|cell| {
                fits((*cell).assume_init_ref()).then(|| (*cell).assume_init_read())
            })?
        };
        self.at.index += 1;
        self.at.count += 1;
        Some(item)
    }

    /// As [`pop_into_if`](Self::pop_into_if) where an item is known to be there and
    /// no segment ends; what `into` held is not dropped. False: ask again otherwise.
    #[inline(always)]
    pub fn pop_into_easily(&mut self, into: &mut T, fits: impl FnOnce(&T) -> bool) -> bool {
        // SAFETY: there is one in the cell.
        self.is_at_hand() && unsafe { self.move_into(into, fits, |_| ()) }
    }

    /// As [`pop_into_easily`](Self::pop_into_easily), dropping what `into` held.
    #[inline(always)]
    pub fn pop_over_easily(&mut self, into: &mut T, fits: impl FnOnce(&T) -> bool) -> bool {
        // SAFETY: there is one in the cell; see `pop_into_if` for the drop.
        self.is_at_hand() && unsafe { self.move_into(into, fits, |old| ptr::drop_in_place(old)) }
    }

    /// Whether an item is known to be there, in this segment.
    #[inline(always)]
    fn is_at_hand(&self) -> bool {
        self.at.count < self.limit && self.at.index < SEGMENT
    }

    /// Takes the oldest published item in place of `into`, in one move, if it
    /// `fits`. False: it does not, or nothing is there; `into` is untouched.
    #[inline(always)]
    pub fn pop_into_if(&mut self, into: &mut T, fits: impl FnOnce(&T) -> bool) -> bool {
        if !self.available() {
            return false;
        }
        if self.at.index == SEGMENT {
            self.advance();
        }
        // SAFETY: there is one in the cell. `into` is initialised again before
        // anybody sees it (dropping an item does not unwind).
        unsafe { self.move_into(into, fits, |old| ptr::drop_in_place(old)) }
    }

    /// Takes the item of the present cell in place of `into`, which `empty` is
    /// shown before, if it `fits`.
    ///
    /// # Safety
    /// The cell is below the published tail, in this segment.
    #[inline(always)]
    unsafe fn move_into(
        &mut self,
        into: &mut T,
        fits: impl FnOnce(&T) -> bool,
        empty: impl FnOnce(*mut T),
    ) -> bool {
        // SAFETY: as in `pop_if`.
        unsafe {
            // Not within the closure, which the compiler would not inline.
            let cell = (*self.at.segment)
                .cells
                .get_unchecked(self.at.index)
                .with_mut(|cell| (*cell).as_mut_ptr());
            if !fits(&*cell) {
                return false;
            }
            empty(into);
            ptr::copy_nonoverlapping(cell, into, 1);
        }
        self.at.index += 1;
        self.at.count += 1;
        true
    }

    /// Lets `use_it` work on one published item after the other in its cell,
    /// dropping there what it leaves, until it returns false or there is none
    /// left.
    #[inline]
    pub fn pop_each(&mut self, mut use_it: impl FnMut(&mut T) -> bool) {
        while self.available() {
            if self.at.index == SEGMENT {
                self.advance();
            }
            let here = (SEGMENT - self.at.index) as u64;
            let end = self.at.index + (self.limit - self.at.count).min(here) as usize;
            let mut go_on = true;
            while go_on && self.at.index < end {
                // SAFETY: as in `pop`; the one use of an initialised cell,
                // which the consumer owns until the producer gets it back.
                unsafe {
                    (*self.at.segment).cells[self.at.index].with_mut(|cell| {
                        let cell = (*cell).as_mut_ptr();
                        go_on = use_it(&mut *cell);
                        ptr::drop_in_place(cell);
                    });
                }
                self.at.index += 1;
                self.at.count += 1;
            }
            if !go_on {
                return;
            }
        }
    }

    /// Declares that the consumer goes to sleep on an empty lane. False: items
    /// have arrived meanwhile, nothing was declared.
    ///
    /// The exchange pairs with the producer's in `publish`: one of them comes
    /// second and sees the other.
    pub fn sleep(&mut self) -> bool {
        let seen = self.at.count << 1;
        let declared = self.shared.tail.compare_exchange(
            seen,
            seen | ASLEEP,
            Ordering::SeqCst,
            Ordering::SeqCst,
        );
        match declared {
            Ok(_) => true,
            Err(now) if now == seen | ASLEEP => true,
            Err(now) => {
                self.limit = now >> 1;
                false
            }
        }
    }

    #[cold]
    fn advance(&mut self) {
        let old = self.at.segment;
        if old.is_null() {
            self.at.segment = self.shared.first.load(Ordering::Acquire);
        } else {
            self.at = step(self.at);
            // SAFETY: every cell of `old` has been read and the producer has
            // moved on (it linked `next`); it is ours to recycle.
            unsafe { (*old).next.store(ptr::null_mut(), Ordering::Relaxed) };
            let surplus = self.shared.spare.swap(old, Ordering::AcqRel);
            if !surplus.is_null() {
                // SAFETY: a segment taken out of `spare` belongs to the taker.
                drop(unsafe { Box::from_raw(surplus) });
            }
        }
        self.at.index = 0;
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        self.rollback();
    }
}

impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        let at = self.at;
        // SAFETY: written once, by the only consumer; read in Shared's drop,
        // which the reference count orders after this.
        self.shared.abandoned.with_mut(|cell| unsafe { *cell = at });
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: last owner; both ends are gone.
        let mut at = self.abandoned.with(|cell| unsafe { *cell });
        let published = self.tail.load(Ordering::Acquire) >> 1;
        let mut segment = at.segment;
        if segment.is_null() {
            segment = self.first.load(Ordering::Acquire);
            (at.segment, at.index) = (segment, 0);
        }
        while at.count < published {
            if at.index == SEGMENT {
                at = step(at);
                // SAFETY: every cell of the segment left behind was dropped.
                drop(unsafe { Box::from_raw(segment) });
                segment = at.segment;
            }
            // SAFETY: published and never popped: initialised, and ours.
            unsafe {
                (*at.segment).cells[at.index].with_mut(|cell| (*cell).assume_init_drop());
            }
            at.index += 1;
            at.count += 1;
        }
        // SAFETY: both ends are gone; what remains linked is empty.
        unsafe {
            free_chain(segment);
            free_chain(self.spare.load(Ordering::Acquire));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
