//! Blocks without a message, kept for the next one.
//!
//! The allocator is slow where one thread makes messages and another is done
//! with them, which is what messages are for: every block then passes through
//! its locks. Here each thread has a shelf per size, and shelves exchange whole
//! batches with a common store. Of large blocks a shelf has few: what they save
//! is page faults, as the allocator hands such memory back to the system.
//!
//! Nobody waits for the store for long. Who finds it locked goes to the
//! allocator in the end.

use std::cell::Cell;
use std::ptr::{self, NonNull};

use super::block;
use crate::sync::{MutexGuard, StaticMutex};
use crate::sys::thread::AtEnd;

/// Smaller blocks do not exist: such bodies are inline.
const FROM: usize = 64;

/// Larger blocks are not kept.
const TO: usize = 1024 * 1024;

/// Classes are 1/4 of a power of two apart, so that at most a fifth is wasted.
const CLASSES: usize = 4 * (TO.ilog2() - FROM.ilog2()) as usize + 1;

/// Classes that threads have shelves for: blocks of less than 128 KiB.
const SHELVES: usize = 4 * ((128 * 1024usize).ilog2() - FROM.ilog2()) as usize;

/// Bytes on a shelf at most, or four blocks: more than a connection's worth of
/// messages between two writes (tuning::DRAIN_MESSAGES).
const SHELF_BYTES: usize = 128 * 1024;

/// Blocks on a shelf at most.
const SHELF_BLOCKS: usize = 1024;

/// Looks at a locked store before it is given up: about 1 us.
const SPINS: u32 = 50;

/// Bytes in the store at most.
const STORE_BYTES: usize = 8 * 1024 * 1024;

/// The memory of a block nobody refers to.
type Free = NonNull<u8>;

struct Store {
    bytes: usize,
    classes: [Vec<Kept>; CLASSES],
}

struct Kept(Free);

// SAFETY: a block without references belongs to whoever holds the pointer.
unsafe impl Send for Kept {}

static STORE: StaticMutex<Store> = StaticMutex::new(Store::new());

/// A thread's blocks of one class: as many as there is room for, once that has
/// been made.
type Shelf = Vec<Kept>;

/// A thread's blocks.
struct Shelves([Shelf; SHELVES]);

/// How many blocks each shelf holds at most.
static LIMITS: [usize; SHELVES] = {
    let mut limits = [0; SHELVES];
    let mut class = 0;
    while class < SHELVES {
        let fit = SHELF_BYTES / room(class);
        limits[class] = if fit < 4 {
            4
        } else if fit > SHELF_BLOCKS {
            SHELF_BLOCKS
        } else {
            fit
        };
        class += 1;
    }
    limits
};

thread_local! {
    // No destructor: one registered here would keep the library from being
    // unloaded.
    static SHELVES_HERE: Cell<*mut Shelves> = const { Cell::new(ptr::null_mut()) };
}

static END: AtEnd = AtEnd::new(thread_ends);

/// The library is being unloaded, or the process ends. Threads that still run
/// keep what they have.
#[used]
#[unsafe(link_section = ".fini_array")]
static AT_UNLOAD: extern "C" fn() = {
    extern "C" fn unload() {
        END.close();
        trim();
    }
    unload
};

/// The size class whose blocks hold `len` bytes; None: such blocks are not kept.
#[inline]
pub fn class(len: usize) -> Option<usize> {
    if len > TO {
        return None;
    }
    if len <= FROM {
        return Some(0);
    }
    // The three leading bits of the last byte's offset name the class below.
    let last = len - 1;
    let doubling = last.ilog2();
    let quarter = (last >> (doubling - 2)) & 3;
    Some(4 * (doubling - FROM.ilog2()) as usize + quarter + 1)
}

/// The bytes that blocks of a class hold.
#[inline]
pub const fn room(class: usize) -> usize {
    let (doubling, quarter) = (class / 4, class % 4);
    (4 + quarter) << (doubling + FROM.ilog2() as usize - 2)
}

/// A block of this class from this thread's shelf. None: [`take`] may have one.
#[inline(always)]
pub fn take_here(class: usize) -> Option<Free> {
    // SAFETY: this thread's own; nothing called from here comes back here while
    // the reference lives.
    let shelves = unsafe { SHELVES_HERE.get().as_mut() }?;
    shelves.0.get_mut(class)?.pop().map(|Kept(block)| block)
}

/// A kept block of this class.
#[cold]
pub fn take(class: usize) -> Option<Free> {
    let Some((shelf, limit)) = shelf(class) else {
        return store()?.take(class).map(|Kept(block)| block);
    };
    if shelf.is_empty() {
        fetch(shelf, class, limit / 2);
    }
    shelf.pop().map(|Kept(block)| block)
}

/// Keeps a block of this class. False: it must be given to the allocator.
#[inline(always)]
pub fn keep(class: usize, block: Free) -> bool {
    // SAFETY: as in `take_here`.
    if let Some(shelves) = unsafe { SHELVES_HERE.get().as_mut() }
        && let Some(shelf) = shelves.0.get_mut(class)
        && shelf.len() < shelf.capacity()
    {
        let len = shelf.len();
        // SAFETY: there is room for one more. (A push would bring the code along
        // that makes room.)
        unsafe {
            shelf.as_mut_ptr().add(len).write(Kept(block));
            shelf.set_len(len + 1);
        }
        return true;
    }
    keep_elsewhere(class, block)
}

#[cold]
fn keep_elsewhere(class: usize, block: Free) -> bool {
    let Some((shelf, limit)) = shelf(class) else {
        return store().is_some_and(|mut store| store.keep(class, Kept(block)).is_ok());
    };
    shelf.reserve_exact(limit - shelf.len().min(limit));
    if shelf.len() >= limit {
        make_room(shelf, class, limit / 2);
    }
    shelf.push(Kept(block));
    true
}

/// The store, unless it stays locked for more than the moment that somebody
/// takes to move a batch.
fn store() -> Option<MutexGuard<'static, Store>> {
    for _ in 0..SPINS {
        if let Some(store) = STORE.try_lock() {
            return Some(store);
        }
        std::hint::spin_loop();
    }
    None
}

/// Gives what is in the store and on this thread's shelves back to the system:
/// the last context has ended.
pub fn trim() {
    let here = SHELVES_HERE.replace(ptr::null_mut());
    if !here.is_null() {
        END.forget();
        // SAFETY: this thread's own, forgotten.
        unsafe { thread_ends(here.cast()) };
    }
    let Some(mut store) = store() else { return };
    store.bytes = 0;
    for (class, blocks) in store.classes.iter_mut().enumerate() {
        for Kept(block) in std::mem::take(blocks) {
            // SAFETY: kept under its class, without references.
            unsafe { block::deallocate(block.as_ptr(), room(class)) };
        }
    }
}

/// # Safety
/// In a forked child, before it does anything else.
pub unsafe fn renew() {
    // SAFETY: by contract.
    unsafe { STORE.renew(Store::new()) };
}

/// This thread's shelf and how much it holds; None: it has none for such blocks.
fn shelf<'a>(class: usize) -> Option<(&'a mut Shelf, usize)> {
    let limit = *LIMITS.get(class)?;
    let mut here = SHELVES_HERE.get();
    if here.is_null() {
        here = begin_thread();
    }
    // SAFETY: this thread's own; nothing called from here comes back here while
    // the reference lives.
    unsafe { here.as_mut() }.and_then(|shelves| Some((shelves.0.get_mut(class)?, limit)))
}

#[cold]
fn begin_thread() -> *mut Shelves {
    let here = Box::leak(Box::new(Shelves([const { Vec::new() }; SHELVES])));
    if !END.remember(NonNull::from(&mut *here).cast()) {
        // SAFETY: made right here.
        drop(unsafe { Box::from_raw(here) });
        return ptr::null_mut();
    }
    SHELVES_HERE.set(here);
    here
}

/// Clears the shelves of a thread that ends.
///
/// # Safety
/// `shelves` were made by [`begin_thread`], and are the thread's no longer.
unsafe extern "C" fn thread_ends(shelves: *mut libc::c_void) {
    SHELVES_HERE.set(ptr::null_mut());
    // SAFETY: made by begin_thread, and the thread's no longer.
    let mut shelves = unsafe { Box::from_raw(shelves.cast::<Shelves>()) };
    let mut store = store();
    for (class, shelf) in shelves.0.iter_mut().enumerate() {
        cut(shelf, 0, class, &mut store);
    }
}

/// Takes up to `count` blocks from the store.
#[cold]
fn fetch(shelf: &mut Shelf, class: usize, count: usize) {
    let Some(mut store) = store() else { return };
    shelf.reserve_exact(count);
    for _ in 0..count {
        let Some(block) = store.take(class) else { return };
        shelf.push(block);
    }
}

/// Gives all but `keep` blocks to the store.
#[cold]
fn make_room(shelf: &mut Shelf, class: usize, keep: usize) {
    cut(shelf, keep, class, &mut store());
}

fn cut(shelf: &mut Shelf, keep: usize, class: usize, store: &mut Option<MutexGuard<Store>>) {
    for block in shelf.drain(keep.min(shelf.len())..) {
        let refused = match store {
            Some(store) => store.keep(class, block).err(),
            None => Some(block),
        };
        if let Some(Kept(block)) = refused {
            // SAFETY: kept under its class, without references.
            unsafe { block::deallocate(block.as_ptr(), room(class)) };
        }
    }
}

impl Store {
    const fn new() -> Store {
        Store { bytes: 0, classes: [const { Vec::new() }; CLASSES] }
    }

    fn take(&mut self, class: usize) -> Option<Kept> {
        let block = self.classes.get_mut(class)?.pop()?;
        self.bytes -= room(class);
        Some(block)
    }

    /// Err: the block back.
    fn keep(&mut self, class: usize, block: Kept) -> Result<(), Kept> {
        let room = room(class);
        match self.classes.get_mut(class) {
            Some(blocks) if self.bytes + room <= STORE_BYTES => {
                blocks.push(block);
                self.bytes += room;
                Ok(())
            }
            _ => Err(block),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_fit_and_are_stable() {
        let mut last = 0;
        for len in (1..=2000).chain((2000..=TO).step_by(777)).chain([TO]) {
            let Some(class) = class(len) else { unreachable!() };
            let room = room(class);
            assert!(room >= len && room <= (len + len / 4 + 1).max(FROM), "{len} {room}");
            assert!(class < CLASSES && class >= last, "{len} {class}");
            assert_eq!(super::class(room), Some(class), "a block returns to its class");
            assert_eq!(room < 128 * 1024, class < SHELVES, "{len}");
            last = class;
        }
        assert_eq!(class(TO + 1), None);
    }

    #[test]
    fn blocks_of_one_thread_serve_another() {
        let class = class(100).unwrap_or_default();
        let made: Vec<usize> =
            (0..200).map(|_| block::allocate(100).map_or(0, |(owner, _)| owner as usize)).collect();
        let handed = made.clone();
        let other = std::thread::spawn(move || {
            for owner in handed {
                // SAFETY: the one reference.
                unsafe { block::Owner::release(owner as *const block::Owner) };
            }
        });
        assert!(other.join().is_ok());
        let again = take(class).map(|block| block.as_ptr() as usize);
        assert!(again.is_some_and(|block| made.contains(&block)));
    }
}
