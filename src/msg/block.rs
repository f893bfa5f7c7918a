//! What a message can hold a reference to: a block of its own, a receive
//! chunk, or the user's memory. Each begins with an [`Owner`]: a count and the
//! function that frees the whole.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr;

use crate::sync::{AtomicUsize, Mutex, Ordering, fence};

/// C's `zmq_free_fn`.
pub type FreeFn = unsafe extern "C" fn(data: *mut libc::c_void, hint: *mut libc::c_void);

/// Head of everything reference-counted that messages point into.
#[repr(C)]
pub struct Owner {
    refs: AtomicUsize,
    free: unsafe fn(*mut Owner),
}

impl Owner {
    /// A new owner with `refs` references.
    pub(super) fn new(refs: usize, free: unsafe fn(*mut Owner)) -> Owner {
        Owner { refs: AtomicUsize::new(refs), free }
    }

    /// Adds `n` references.
    ///
    /// # Safety
    /// `this` is alive: the caller holds a reference.
    #[inline]
    pub(super) unsafe fn retain(this: *const Owner, n: usize) {
        // SAFETY: alive by contract. Relaxed: the caller's own reference orders.
        unsafe { (*this).refs.fetch_add(n, Ordering::Relaxed) };
    }

    /// Gives one reference back and frees on the last.
    ///
    /// # Safety
    /// The caller holds the reference it gives back.
    #[inline]
    pub(super) unsafe fn release(this: *const Owner) {
        // SAFETY: the caller holds a reference.
        unsafe { Owner::release_many(this, 1) };
    }

    /// Gives `n` references back and frees with the last.
    ///
    /// # Safety
    /// The caller holds the `n` references it gives back.
    #[inline]
    pub(super) unsafe fn release_many(this: *const Owner, n: usize) {
        // SAFETY: alive by contract until the count reaches zero. A sole owner
        // needs no read-modify-write: nobody else can touch the count.
        unsafe {
            if (*this).refs.load(Ordering::Acquire) != n {
                if (*this).refs.fetch_sub(n, Ordering::Release) != n {
                    return;
                }
                fence(Ordering::Acquire);
            }
            ((*this).free)(this.cast_mut());
        }
    }

    /// Whether exactly `n` references exist; the caller holds them all.
    ///
    /// # Safety
    /// `this` is alive.
    #[inline]
    pub(super) unsafe fn held_only(this: *const Owner, n: usize) -> bool {
        // SAFETY: alive by contract. Acquire: pairs with releases of others, so
        // that their reads of the memory are over.
        unsafe { (*this).refs.load(Ordering::Acquire) == n }
    }
}

#[repr(C, align(16))]
struct Block {
    owner: Owner,
    /// Bytes behind the head.
    room: usize,
}

fn layout(room: usize) -> Option<Layout> {
    let size = std::mem::size_of::<Block>().checked_add(room)?;
    Layout::from_size_align(size, std::mem::align_of::<Block>()).ok()
}

/// Blocks from this size on are kept for the next message: the allocator hands
/// such memory back to the system, and getting it again costs page faults.
const KEEP_FROM: usize = 8 * 1024;

/// Larger blocks are not kept.
const KEEP_TO: usize = 1024 * 1024;

/// Bytes kept at most.
const KEEP_BYTES: usize = 8 * 1024 * 1024;

/// Kept blocks by size class.
struct Kept {
    bytes: usize,
    classes: [Vec<Free>; CLASSES],
}

struct Free(*mut Block);

// SAFETY: a block without references belongs to whoever holds the pointer.
unsafe impl Send for Free {}

/// Classes are 1/4 of a power of two apart, so that at most a fifth is wasted.
const CLASSES: usize = 4 * 7 + 1;

static KEPT: Mutex<Kept> = Mutex::new(Kept { bytes: 0, classes: [const { Vec::new() }; CLASSES] });

/// The class whose blocks hold `len` bytes, and their size.
fn class(len: usize) -> Option<(usize, usize)> {
    if !(KEEP_FROM..=KEEP_TO).contains(&len) {
        return None;
    }
    let step = (len.next_power_of_two() / 8).max(KEEP_FROM / 4);
    let room = len.div_ceil(step) * step;
    let doubling = room.ilog2() - KEEP_FROM.ilog2();
    let quarter = (room >> (room.ilog2() - 2)) & 3;
    Some((doubling as usize * 4 + quarter, room))
}

/// Gives the kept blocks back to the system: the last context has ended.
pub fn trim() {
    let mut kept = KEPT.lock();
    kept.bytes = 0;
    for Free(block) in kept.classes.iter_mut().flat_map(std::mem::take) {
        // SAFETY: a block without references.
        unsafe { deallocate(block) };
    }
}

/// A block with `len` bytes behind its head, one reference. None: no memory.
pub(super) fn allocate(len: usize) -> Option<(*const Owner, *mut u8)> {
    let class = class(len);
    let room = class.map_or(len, |(_, room)| room);
    let kept = class.and_then(|(class, room)| take_kept(class, room));
    let layout = layout(room)?;
    // SAFETY: the layout has a non-zero size (the head); the writes stay in it.
    unsafe {
        let block = kept.unwrap_or_else(|| alloc(layout).cast::<Block>());
        if block.is_null() {
            return None;
        }
        block.write(Block { owner: Owner::new(1, free_block), room });
        Some((block.cast(), block.add(1).cast()))
    }
}

fn take_kept(class: usize, room: usize) -> Option<*mut Block> {
    let mut kept = KEPT.lock();
    let Free(block) = kept.classes.get_mut(class)?.pop()?;
    kept.bytes -= room;
    Some(block)
}

/// # Safety
/// The block came from [`allocate`] and has no references.
unsafe fn deallocate(block: *mut Block) {
    // SAFETY: made with this layout; `room` was stored there.
    unsafe {
        if let Some(layout) = layout((*block).room) {
            dealloc(block.cast(), layout);
        }
    }
}

/// # Safety
/// `owner` heads a block from [`allocate`] without references.
unsafe fn free_block(owner: *mut Owner) {
    let block = owner.cast::<Block>();
    // SAFETY: a block's owner stands at its head.
    let room = unsafe { (*block).room };
    if let Some((class, _)) = class(room) {
        let mut kept = KEPT.lock();
        if kept.bytes + room <= KEEP_BYTES
            && let Some(blocks) = kept.classes.get_mut(class)
        {
            blocks.push(Free(block));
            kept.bytes += room;
            return;
        }
    }
    // SAFETY: no references.
    unsafe { deallocate(block) };
}

#[repr(C)]
struct User {
    owner: Owner,
    data: *mut u8,
    free: FreeFn,
    hint: *mut libc::c_void,
}

/// An owner for the user's memory, one reference. None: no memory.
pub(super) fn adopt(data: *mut u8, free: FreeFn, hint: *mut libc::c_void) -> Option<*const Owner> {
    let layout = Layout::new::<User>();
    // SAFETY: non-zero size; written whole before use.
    unsafe {
        let user = alloc(layout).cast::<User>();
        if user.is_null() {
            return None;
        }
        user.write(User { owner: Owner::new(1, free_user), data, free, hint });
        Some(user.cast())
    }
}

/// # Safety
/// `owner` heads a [`User`] without references.
unsafe fn free_user(owner: *mut Owner) {
    // SAFETY: made by adopt. The head goes first: the user's function may call
    // back into the library, or take the process down.
    unsafe {
        let User { data, free, hint, .. } = ptr::read(owner.cast::<User>());
        dealloc(owner.cast(), Layout::new::<User>());
        free(data.cast(), hint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_fit_and_are_stable() {
        for len in (KEEP_FROM..=KEEP_TO).step_by(777).chain([KEEP_TO]) {
            let Some((number, room)) = class(len) else { unreachable!() };
            assert!(room >= len && room <= len + len / 4 + KEEP_FROM / 4, "{len} {room}");
            assert!(number < CLASSES);
            assert_eq!(class(room), Some((number, room)), "a block returns to its class");
        }
        assert_eq!((class(KEEP_FROM - 1), class(KEEP_TO + 1)), (None, None));
    }
}
