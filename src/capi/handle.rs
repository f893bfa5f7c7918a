//! What C holds: addresses of cells, each a tag and a pointer to the object.
//!
//! The tag is the first word, constant per kind and negative as an `int`: czmq
//! reads a socket handle's first four bytes and tries them as a descriptor.
//! Cells are never freed and wait in a queue before they are used again, so
//! that a handle used after its object is gone finds readable memory and a
//! dead tag; only the 16 bytes stay, the object goes at once.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
// Not from crate::sync: loom's atomics and locks cannot be static, and the
// models do not come through this door.
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use crate::sync::Mutex;

use crate::ctx::Ctx;
use crate::errno::{Errno, Result};
use crate::poll::{Poller, Thread, Timers};
use crate::socket::Socket;
use crate::sync::Arc;

/// Tag of a cell whose object is gone.
const DEAD: u32 = 0xdead_beef;

/// How many dead cells (of 16 bytes) wait before the oldest is used again.
const QUARANTINE: usize = 1024;

/// An object that C refers to by a handle.
pub trait Kind {
    /// First word of its cell.
    const TAG: u32;
    /// The error for a handle that is not one of this kind.
    const BAD: Errno;
}

impl Kind for Socket {
    const TAG: u32 = 0xbadd_ecaf;
    const BAD: Errno = Errno::ENOTSOCK;
}

impl Kind for Arc<Ctx> {
    const TAG: u32 = 0xabad_cafe;
    const BAD: Errno = Errno::EFAULT;
}

impl Kind for Poller {
    const TAG: u32 = 0xcafe_babe;
    const BAD: Errno = Errno::EFAULT;
}

impl Kind for Timers {
    const TAG: u32 = 0xcafe_dada;
    const BAD: Errno = Errno::EFAULT;
}

impl Kind for Thread {
    const TAG: u32 = 0xcafe_f11e;
    const BAD: Errno = Errno::EFAULT;
}

#[repr(C)]
struct Cell {
    tag: AtomicU32,
    object: AtomicPtr<()>,
}

static DEAD_CELLS: Mutex<VecDeque<&'static Cell>> = Mutex::new(VecDeque::new());

fn vacant() -> &'static Cell {
    let mut dead = DEAD_CELLS.lock();
    if dead.len() > QUARANTINE
        && let Some(cell) = dead.pop_front()
    {
        return cell;
    }
    drop(dead);
    let cell = Cell { tag: AtomicU32::new(DEAD), object: AtomicPtr::new(ptr::null_mut()) };
    Box::leak(Box::new(cell))
}

/// Makes a handle for `object`.
pub fn open<T: Kind>(object: Box<T>) -> *mut c_void {
    let cell = vacant();
    cell.object.store(Box::into_raw(object).cast(), Ordering::Relaxed);
    // Release: pairs with the load in `cell`.
    cell.tag.store(T::TAG, Ordering::Release);
    ptr::from_ref(cell).cast_mut().cast()
}

/// The cell behind a handle. Reads four bytes before it knows that there is one.
#[inline]
unsafe fn cell<'a, T: Kind>(handle: *mut c_void) -> Result<&'a Cell> {
    let cell = handle.cast::<Cell>();
    if cell.is_null() || !cell.is_aligned() {
        return Err(T::BAD);
    }
    // SAFETY: handles point to at least four readable bytes (caller's contract).
    let tag = unsafe { &*ptr::addr_of!((*cell).tag) };
    if tag.load(Ordering::Acquire) != T::TAG {
        return Err(T::BAD);
    }
    // SAFETY: the tag says that it is a cell; cells live for ever.
    Ok(unsafe { &*cell })
}

/// The object behind a handle, or the kind's error.
///
/// # Safety
/// `handle` is NULL or points to at least four readable bytes, eight if they
/// hold no tag.
#[inline]
pub unsafe fn find<T: Kind>(handle: *mut c_void) -> Result<NonNull<T>> {
    // SAFETY: passed on.
    let cell = unsafe { cell::<T>(handle) }?;
    NonNull::new(cell.object.load(Ordering::Relaxed)).map(NonNull::cast).ok_or(T::BAD)
}

/// The object behind a handle, for the duration of a call.
///
/// # Safety
/// As [`find`]; and no other thread uses the object meanwhile, nor does a
/// function of the caller's that the call runs.
#[inline]
pub unsafe fn exclusive<'a, T: Kind>(handle: *mut c_void) -> Result<&'a mut T> {
    // SAFETY: passed on.
    unsafe { find(handle).map(|mut object| object.as_mut()) }
}

/// The socket behind a handle, for the duration of a call. ENOTSOCK.
///
/// # Safety
/// As [`exclusive`].
#[inline]
pub unsafe fn socket<'a>(handle: *mut c_void) -> Result<&'a mut Socket> {
    // SAFETY: passed on.
    unsafe { exclusive(handle) }
}

/// The context behind a handle. EFAULT.
///
/// # Safety
/// As [`find`]; the context is not terminated meanwhile.
pub unsafe fn context<'a>(handle: *mut c_void) -> Result<&'a Arc<Ctx>> {
    // SAFETY: passed on; contexts are only ever borrowed shared.
    unsafe { find(handle).map(|object| object.as_ref()) }
}

/// Takes the object out; the handle is dead from now on. Of two concurrent
/// calls one gets the error.
///
/// # Safety
/// As [`find`]; nobody uses the object.
pub unsafe fn take<T: Kind>(handle: *mut c_void) -> Result<Box<T>> {
    // SAFETY: passed on.
    let cell = unsafe { cell::<T>(handle) }?;
    let taken = cell.tag.compare_exchange(T::TAG, DEAD, Ordering::AcqRel, Ordering::Relaxed);
    let object = cell.object.load(Ordering::Relaxed).cast::<T>();
    if taken.is_err() || object.is_null() {
        return Err(T::BAD);
    }
    // Cells are only ever made by `vacant`, for ever.
    // SAFETY: as above.
    let cell: &'static Cell = unsafe { &*ptr::from_ref(cell) };
    DEAD_CELLS.lock().push_back(cell);
    // SAFETY: `open` made it from a box, and the exchange gave it to us alone.
    Ok(unsafe { Box::from_raw(object) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timers() -> *mut c_void {
        open(Box::new(Timers::default()))
    }

    // behaviours: 23
    #[test]
    fn a_dead_handle_stays_dead_while_others_come_and_go() {
        let first = timers();
        // SAFETY: handles of this test.
        unsafe {
            assert!(take::<Timers>(first).is_ok());
            for _ in 0..QUARANTINE / 2 {
                assert!(take::<Timers>(timers()).is_ok());
            }
            assert_eq!(find::<Timers>(first).err(), Some(Errno::EFAULT));
            assert!(take::<Timers>(first).is_err());
        }
    }

    #[test]
    fn null_foreign_and_zero_handles_are_refused() {
        let mut zero = 0u64;
        let handle = timers();
        // SAFETY: NULL, eight zero bytes, a handle of another kind.
        unsafe {
            assert!(find::<Timers>(ptr::null_mut()).is_err());
            assert!(find::<Poller>((&raw mut zero).cast()).is_err());
            assert_eq!(find::<Socket>(handle).err(), Some(Errno::ENOTSOCK));
            assert!(take::<Timers>(handle).is_ok());
        }
    }
}
