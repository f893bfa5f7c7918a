//! What C holds: addresses of cells, each a tag and a pointer to the object.
//!
//! The tag is the first word, constant per kind and negative as an `int`: czmq
//! reads a socket handle's first four bytes and tries them as a descriptor.
//! Cells are never freed and wait in a queue before they are used again, so
//! that a handle used after its object is gone finds readable memory and a
//! dead tag; only the 32 bytes stay, the object goes at once.
//!
//! Whoever waits for a socket by its handle (zmq_poll, a proxy) is its *guest*.
//! Closing it makes the handle dead at once, wakes the guests, and leaves the
//! rest to the last of them, so that nobody's socket goes while he waits.
//!
//! A forked child finds the handles of sockets, contexts and threads marked as
//! inherited: it has none of the library's threads, and the parent goes on with
//! all of this. Using them is ETERM; closing them lets go of them.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
// Not from crate::sync: loom's atomics cannot be static, and the models do not
// come through this door.
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use crate::command::{SocketCommand, SocketMailbox};
use crate::ctx::Ctx;
use crate::errno::{Errno, Result};
use crate::poll::{Poller, Thread, Timers};
use crate::socket::Socket;
use crate::sync::{Arc, StaticMutex};

/// Tag of a cell whose object is gone.
const DEAD: u32 = 0xdead_beef;

/// What of a tag is changed when a forked child inherits it.
const INHERITED: u32 = 1 << 8;

/// How many dead cells (of 32 bytes) wait before the oldest is used again.
const QUARANTINE: usize = 1024;

/// In a cell's count of guests: it is closed.
const CLOSED: u32 = 1 << 31;

/// An object that C refers to by a handle.
pub trait Kind {
    /// First word of its cell.
    const TAG: u32;
    /// The error for a handle that is not one of this kind.
    const BAD: Errno;
    /// Where its guests are woken; null for kinds without guests.
    fn bell(&self) -> *const SocketMailbox {
        ptr::null()
    }
}

impl Kind for Socket {
    const TAG: u32 = 0xbadd_ecaf;
    const BAD: Errno = Errno::ENOTSOCK;
    fn bell(&self) -> *const SocketMailbox {
        self.mailbox()
    }
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
    /// Guests, and [`CLOSED`].
    guests: AtomicU32,
    object: AtomicPtr<()>,
    /// See [`Kind::bell`]; the object's.
    bell: AtomicPtr<SocketMailbox>,
    /// The cell made before this one.
    before: Option<&'static Cell>,
}

const _: () = assert!(size_of::<Cell>() == 32);

/// Guards the queue, and that no context goes between the look at its tag and
/// the reference taken.
static DEAD_CELLS: StaticMutex<VecDeque<&'static Cell>> = StaticMutex::new(VecDeque::new());

/// The cell made last.
static LATEST: AtomicPtr<Cell> = AtomicPtr::new(ptr::null_mut());

fn vacant() -> &'static Cell {
    let mut dead = DEAD_CELLS.lock();
    if dead.len() > QUARANTINE
        && let Some(cell) = dead.pop_front()
    {
        return cell;
    }
    // SAFETY: null or a cell, which live for ever; changed under the lock.
    let before = unsafe { LATEST.load(Ordering::Relaxed).as_ref() };
    let cell = Box::leak(Box::new(Cell {
        tag: AtomicU32::new(DEAD),
        guests: AtomicU32::new(0),
        object: AtomicPtr::new(ptr::null_mut()),
        bell: AtomicPtr::new(ptr::null_mut()),
        before,
    }));
    LATEST.store(cell, Ordering::Release);
    cell
}

/// Makes a handle for `object`.
pub fn open<T: Kind>(object: Box<T>) -> *mut c_void {
    let cell = vacant();
    cell.bell.store(object.bell().cast_mut(), Ordering::Relaxed);
    cell.object.store(Box::into_raw(object).cast(), Ordering::Relaxed);
    cell.guests.store(0, Ordering::Relaxed);
    // Release: pairs with the load in `cell`.
    cell.tag.store(T::TAG, Ordering::Release);
    ptr::from_ref(cell).cast_mut().cast()
}

/// The cell behind a handle. Reads four bytes before it knows that there is one.
#[inline]
unsafe fn cell<T: Kind>(handle: *mut c_void) -> Result<&'static Cell> {
    let cell = handle.cast::<Cell>();
    if cell.is_null() || !cell.is_aligned() {
        return Err(T::BAD);
    }
    // SAFETY: handles point to at least four readable bytes (caller's contract).
    let tag = unsafe { &*ptr::addr_of!((*cell).tag) }.load(Ordering::Acquire);
    if tag != T::TAG {
        return Err(refusal::<T>(tag));
    }
    // SAFETY: the tag says that it is a cell; cells live for ever.
    Ok(unsafe { &*cell })
}

#[cold]
fn refusal<T: Kind>(tag: u32) -> Errno {
    if tag == T::TAG ^ INHERITED { Errno::ETERM } else { T::BAD }
}

/// The object behind a handle; the kind's error, or ETERM for one inherited.
///
/// # Safety
/// `handle` is NULL or points to at least four readable bytes, eight if they
/// hold no tag.
#[inline]
unsafe fn find<T: Kind>(handle: *mut c_void) -> Result<NonNull<T>> {
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

/// The socket behind a handle, for the duration of a call. ENOTSOCK, ETERM.
///
/// # Safety
/// As [`exclusive`].
#[inline]
pub unsafe fn socket<'a>(handle: *mut c_void) -> Result<&'a mut Socket> {
    // SAFETY: passed on.
    unsafe { exclusive(handle) }
}

/// The context behind a handle, which stays although others end it. EFAULT, ETERM.
///
/// # Safety
/// As [`find`].
pub unsafe fn context(handle: *mut c_void) -> Result<Arc<Ctx>> {
    let _guard = DEAD_CELLS.lock();
    // SAFETY: passed on; not taken out while the lock is held, and contexts are
    // only ever borrowed shared.
    unsafe { find::<Arc<Ctx>>(handle).map(|object| object.as_ref().clone()) }
}

/// Takes the object out; the handle is dead from now on. Of two concurrent
/// calls one gets the error. None: it was inherited, and stays where it is.
///
/// # Safety
/// As [`find`]; nobody uses the object. Sockets are for [`close`].
pub unsafe fn take<T: Kind>(handle: *mut c_void) -> Result<Option<Box<T>>> {
    let mut dead = DEAD_CELLS.lock();
    // SAFETY: passed on.
    let Some(cell) = (unsafe { withdraw::<T>(handle) })? else { return Ok(None) };
    let object = cell.object.load(Ordering::Relaxed).cast::<T>();
    dead.push_back(cell);
    // SAFETY: `open` made it from a box, and the exchange gave it to us alone.
    Ok(Some(unsafe { Box::from_raw(object) }))
}

/// Makes a handle dead; the caller alone has its cell. None: it was inherited.
///
/// # Safety
/// As [`find`].
unsafe fn withdraw<T: Kind>(handle: *mut c_void) -> Result<Option<&'static Cell>> {
    // SAFETY: passed on.
    let cell = match unsafe { cell::<T>(handle) } {
        Err(Errno::ETERM) => {
            // SAFETY: an inherited tag is that of a cell.
            let cell = unsafe { &*handle.cast::<Cell>() };
            let inherited = T::TAG ^ INHERITED;
            let ours =
                cell.tag.compare_exchange(inherited, DEAD, Ordering::AcqRel, Ordering::Relaxed);
            return ours.map(|_| None).map_err(|_| T::BAD);
        }
        found => found?,
    };
    // SeqCst: a guest comes before this, and is counted, or finds the handle dead.
    match cell.tag.compare_exchange(T::TAG, DEAD, Ordering::SeqCst, Ordering::Relaxed) {
        Ok(_) => Ok(Some(cell)),
        Err(_) => Err(T::BAD),
    }
}

/// Closes the socket behind a handle, or has its last guest do so. ENOTSOCK.
///
/// # Safety
/// As [`find`]; the socket is used by guests at the most.
pub unsafe fn close(handle: *mut c_void) -> Result<()> {
    // SAFETY: passed on.
    let Some(cell) = (unsafe { withdraw::<Socket>(handle) })? else { return Ok(()) };
    // A guest for as long as the others are told.
    let guests = cell.guests.fetch_add(CLOSED + 1, Ordering::SeqCst);
    if guests > 0 {
        // SAFETY: the socket's own, which lives while there are guests.
        let bell = unsafe { cell.bell.load(Ordering::Relaxed).as_ref() };
        // Refused: then its owner is on the way out.
        let _ = bell.map(|bell| bell.push(SocketCommand::Stop));
    }
    depart(cell);
    Ok(())
}

/// The socket behind a handle, for a guest: it stays until [`leave`], which must
/// follow. ENOTSOCK, ETERM.
///
/// # Safety
/// As [`find`]; no other thread uses the socket meanwhile but to close it.
pub unsafe fn enter(handle: *mut c_void) -> Result<NonNull<Socket>> {
    // SAFETY: passed on.
    let cell = unsafe { cell::<Socket>(handle) }?;
    let mut guests = cell.guests.load(Ordering::Relaxed);
    loop {
        if guests & CLOSED != 0 {
            return Err(Errno::ENOTSOCK);
        }
        // Acquire: of what `open` wrote.
        match cell.guests.compare_exchange_weak(
            guests,
            guests + 1,
            Ordering::SeqCst,
            Ordering::Relaxed,
        ) {
            Ok(_) => break,
            Err(now) => guests = now,
        }
    }
    let object = cell.object.load(Ordering::Relaxed).cast();
    // SAFETY: not closed, so there is a socket.
    Ok(unsafe { NonNull::new_unchecked(object) })
}

/// The end of what began with [`enter`]. True: the socket was closed meanwhile.
///
/// # Safety
/// `handle` was entered, and is left once; the socket is not referred to.
pub unsafe fn leave(handle: *mut c_void) -> bool {
    // SAFETY: entered, so it is a cell.
    depart(unsafe { &*handle.cast::<Cell>() })
}

/// One guest less, and the last one of a socket that is closed sees to the rest.
fn depart(cell: &'static Cell) -> bool {
    // AcqRel: what other guests did is over for the last one.
    let guests = cell.guests.fetch_sub(1, Ordering::AcqRel) - 1;
    if guests == CLOSED {
        let object = cell.object.load(Ordering::Relaxed).cast::<Socket>();
        DEAD_CELLS.lock().push_back(cell);
        // SAFETY: `open` made it from a box; nobody enters a closed socket.
        unsafe { Box::from_raw(object) }.close();
    }
    guests & CLOSED != 0
}

/// Marks what stays behind, and frees the lock.
///
/// # Safety
/// In a forked child, before it does anything else.
pub unsafe fn renew() {
    // SAFETY: by contract. What was dead is forgotten.
    unsafe { DEAD_CELLS.renew(VecDeque::new()) };
    // SAFETY: null or a cell; those live for ever.
    let mut next = unsafe { LATEST.load(Ordering::Acquire).as_ref() };
    while let Some(cell) = next {
        let tag = cell.tag.load(Ordering::Relaxed);
        // Pollers and timers are plain memory.
        if [Socket::TAG, <Arc<Ctx>>::TAG, Thread::TAG].contains(&tag) {
            cell.tag.store(tag ^ INHERITED, Ordering::Relaxed);
        }
        next = cell.before;
    }
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
