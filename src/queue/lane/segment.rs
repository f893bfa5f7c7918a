//! What a lane is made of: segments of cells in a chain, and places in it.

use std::mem::MaybeUninit;
use std::ptr;

use crate::sync::{AtomicPtr, Ordering, UnsafeCell};

/// Cells in a segment. With 64-byte cells a segment is one page less a few
/// bytes; models use short segments so that links are crossed.
#[cfg(not(loom))]
pub(super) const SEGMENT: usize = 63;
#[cfg(loom)]
pub(super) const SEGMENT: usize = 2;

pub(super) struct Segment<T> {
    pub(super) cells: [UnsafeCell<MaybeUninit<T>>; SEGMENT],
    pub(super) next: AtomicPtr<Segment<T>>,
}

impl<T> Segment<T> {
    pub(super) fn allocate() -> *mut Segment<T> {
        Box::into_raw(Box::new(Segment {
            cells: std::array::from_fn(|_| UnsafeCell::new(MaybeUninit::uninit())),
            next: AtomicPtr::new(ptr::null_mut()),
        }))
    }
}

/// A place in the chain of segments: the cell `index` of `segment`, which is
/// the `count`-th cell of the lane. Before the first write there is no segment,
/// which looks like the end of one.
pub(super) struct Cursor<T> {
    pub(super) segment: *mut Segment<T>,
    pub(super) index: usize,
    pub(super) count: u64,
}

impl<T> Clone for Cursor<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Cursor<T> {}

impl<T> Cursor<T> {
    pub(super) const START: Cursor<T> =
        Cursor { segment: ptr::null_mut(), index: SEGMENT, count: 0 };
}

/// The cursor on the next cell, following the link at the end of a segment.
pub(super) fn step<T>(at: Cursor<T>) -> Cursor<T> {
    if at.index < SEGMENT {
        return at;
    }
    // SAFETY: callers step only towards cells that exist, so `next` is linked.
    let next = unsafe { (*at.segment).next.load(Ordering::Acquire) };
    Cursor { segment: next, index: 0, count: at.count }
}

/// Frees a chain of segments whose cells hold nothing.
///
/// # Safety
/// The caller owns every segment of the chain.
pub(super) unsafe fn free_chain<T>(mut segment: *mut Segment<T>) {
    while !segment.is_null() {
        // SAFETY: owned by the caller, allocated by Segment::allocate.
        let owned = unsafe { Box::from_raw(segment) };
        segment = owned.next.load(Ordering::Relaxed);
    }
}
