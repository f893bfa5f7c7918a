//! What a message can hold a reference to: a block of its own, a receive
//! chunk, or the user's memory. Each begins with an [`Owner`]: a count and the
//! function that frees the whole.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{self, NonNull};

use super::pool;
use crate::sync::{AtomicUsize, Ordering, fence};

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
    /// Size class of `room`, if such blocks are kept.
    class: Option<u8>,
}

const _: () = assert!(std::mem::size_of::<Block>() == 32);

/// Small blocks keep to their own cache lines: the next one is another thread's.
const LINE: usize = 64;

/// From this room on they do not: two lines of many matter little, while glibc
/// asks for more than such a block to align it, so that one does not fit where
/// another was, and the heap grows (tests/unload.rs).
const LARGE: usize = 8 * 1024;

/// Larger blocks are not kept for other bodies than the one they were made for: a
/// small message would hold on to them.
const REUSED: usize = 512;

fn layout(room: usize) -> Option<Layout> {
    let align = if room < LARGE { LINE } else { std::mem::align_of::<Block>() };
    let size = std::mem::size_of::<Block>().checked_add(room)?.checked_next_multiple_of(align)?;
    Layout::from_size_align(size, align).ok()
}

/// A block with `len` bytes behind its head, one reference. None: no memory.
#[inline]
pub(super) fn allocate(len: usize) -> Option<(*const Owner, *mut u8)> {
    let class = pool::class(len);
    let block = match class.and_then(pool::take_here) {
        // SAFETY: a block that was kept has its head but for the count.
        Some(kept) => unsafe {
            let block = kept.cast::<Block>();
            ptr::addr_of_mut!((*block.as_ptr()).owner.refs).write(AtomicUsize::new(1));
            block
        },
        None => allocate_elsewhere(class, len)?,
    };
    // SAFETY: the bytes stand right behind the head, inside the allocation.
    Some((block.as_ptr().cast(), unsafe { block.add(1) }.as_ptr().cast()))
}

#[cold]
fn allocate_elsewhere(class: Option<usize>, len: usize) -> Option<NonNull<Block>> {
    let room = class.map_or(len, pool::room);
    let block = match class.and_then(pool::take) {
        Some(kept) => kept,
        // SAFETY: the layout has a non-zero size, the head's at least.
        None => NonNull::new(unsafe { alloc(layout(room)?) })?,
    }
    .cast::<Block>();
    let class = class.map(|class| class as u8);
    // SAFETY: a block of this room.
    unsafe { block.write(Block { owner: Owner::new(1, free_block), room, class }) };
    Some(block)
}

/// The bytes of this owner if it is a block with room for `len`, and not much more,
/// that nobody else refers to.
///
/// # Safety
/// The caller holds a reference.
#[inline(always)]
pub(super) unsafe fn reuse(owner: *const Owner, len: usize) -> Option<*mut u8> {
    // SAFETY: alive by contract; a block's owner stands at its head.
    unsafe {
        if !ptr::fn_addr_eq((*owner).free, free_block as unsafe fn(*mut Owner)) {
            return None;
        }
        let block = owner.cast::<Block>();
        let room = (*block).room;
        let fits = len <= room && room <= REUSED && Owner::held_only(owner, 1);
        fits.then(|| block.add(1).cast_mut().cast())
    }
}

/// Whether this owner stands for the user's memory.
///
/// # Safety
/// The caller holds a reference.
#[inline(always)]
pub(super) unsafe fn is_users(owner: *const Owner) -> bool {
    // SAFETY: alive by contract.
    unsafe { ptr::fn_addr_eq((*owner).free, free_user as unsafe fn(*mut Owner)) }
}

/// # Safety
/// `owner` heads a block from [`allocate`] without references.
unsafe fn free_block(owner: *mut Owner) {
    // SAFETY: a block's owner stands at its head.
    let Block { room, class, .. } = unsafe { &*owner.cast::<Block>() };
    let (room, class) = (*room, class.map(usize::from));
    if let (Some(class), Some(block)) = (class, NonNull::new(owner.cast()))
        && pool::keep(class, block)
    {
        return;
    }
    // SAFETY: no references, made for this room.
    unsafe { deallocate(owner.cast(), room) };
}

/// Gives the memory of a block back to the system.
///
/// # Safety
/// The block was allocated for `room` and has no references.
pub(super) unsafe fn deallocate(block: *mut u8, room: usize) {
    if let Some(layout) = layout(room) {
        // SAFETY: allocated with this layout.
        unsafe { dealloc(block, layout) };
    }
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
