//! Receive chunks: memory that bytes are read into and that messages then
//! refer to as slices.
//!
//! An [`Arena`] belongs to whoever drives connections (a socket or an I/O
//! thread) and serves all its connections in turn, so that an idle connection
//! owns no buffer. References are taken in bulk: one atomic operation per
//! chunk, not per message.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr;

use super::block::Owner;
use super::{Far, INLINE, Msg};
use crate::sync::StaticMutex;

/// Bytes of a chunk. 128 KiB per read was the best of the prototype's sizes.
pub const CHUNK: usize = 128 * 1024;

/// References taken ahead; more than messages fit a chunk.
const AHEAD: usize = CHUNK;

#[repr(C, align(64))]
struct Head {
    owner: Owner,
}

const LAYOUT: Layout = {
    // Bytes behind the data let 48-byte copies read past its end.
    match Layout::from_size_align(std::mem::size_of::<Head>() + CHUNK + INLINE, 64) {
        Ok(layout) => layout,
        Err(_) => panic!("constant layout"),
    }
};

/// Chunks without references, kept for the next arena that needs one: fresh
/// memory of this size costs page faults worth more than what is read into it.
static POOL: StaticMutex<Vec<Pooled>> = StaticMutex::new(Vec::new());

/// Chunks kept (2 MiB).
const POOL_SIZE: usize = 16;

struct Pooled(*mut Head);

// SAFETY: a chunk without references belongs to whoever holds the pointer.
unsafe impl Send for Pooled {}

/// # Safety
/// `owner` heads a chunk without references.
unsafe fn free_chunk(owner: *mut Owner) {
    let mut pool = POOL.lock();
    if pool.len() < POOL_SIZE {
        pool.push(Pooled(owner.cast()));
        return;
    }
    drop(pool);
    // SAFETY: made by new_chunk with this layout.
    unsafe { dealloc(owner.cast(), LAYOUT) };
}

/// A chunk with [`AHEAD`] references, its bytes initialised: fixed-size copies
/// read past what was received. Null: no memory.
fn new_chunk() -> *mut Head {
    let pooled = POOL.lock().pop();
    let head = match pooled {
        Some(Pooled(head)) => head,
        // SAFETY: constant non-zero layout.
        None => unsafe { alloc_zeroed(LAYOUT) }.cast::<Head>(),
    };
    if !head.is_null() {
        // SAFETY: ours alone, and large enough.
        unsafe { head.write(Head { owner: Owner::new(AHEAD, free_chunk) }) };
    }
    head
}

/// Gives the kept chunks back to the system: the last context has ended.
pub fn trim() {
    for Pooled(head) in std::mem::take(&mut *POOL.lock()) {
        // SAFETY: made by new_chunk with this layout, without references.
        unsafe { dealloc(head.cast(), LAYOUT) };
    }
}

/// # Safety
/// In a forked child, before it does anything else.
pub unsafe fn renew() {
    // SAFETY: by contract.
    unsafe { POOL.renew(Vec::new()) };
}

/// One chunk being filled, or none.
pub struct Arena {
    head: *mut Head,
    /// References this arena still holds of the [`AHEAD`] taken.
    held: usize,
    /// Bytes of the chunk in use.
    filled: usize,
}

// SAFETY: the arena is used by one thread at a time; the chunk's count is atomic.
unsafe impl Send for Arena {}

/// Bytes of a chunk, and a reference to it, on their way into a message.
pub struct Slice(pub(super) Far);

/// Bytes of a chunk that a connection has received but not decoded.
///
/// Keeps the chunk alive.
pub struct Leftover {
    head: *mut Head,
    start: usize,
    end: usize,
}

// SAFETY: as for Arena; the bytes belong to this leftover alone.
unsafe impl Send for Leftover {}

impl Default for Arena {
    fn default() -> Self {
        Arena::new()
    }
}

impl Arena {
    /// An arena without memory; the first use allocates.
    pub const fn new() -> Arena {
        Arena { head: ptr::null_mut(), held: 0, filled: 0 }
    }

    fn data(&self) -> *mut u8 {
        // SAFETY: the data stands right behind the head, inside the allocation.
        unsafe { self.head.add(1).cast() }
    }

    /// Gives the chunk up; slices keep it alive as long as they need it.
    pub fn release(&mut self) {
        if !self.head.is_null() {
            // SAFETY: the arena holds `held` references.
            unsafe { Owner::release_many(self.head.cast(), self.held) };
            self.head = ptr::null_mut();
            self.held = 0;
            self.filled = 0;
        }
    }

    /// Takes a new chunk, or begins the present one anew if nobody refers to it.
    fn fresh(&mut self) -> bool {
        if !self.head.is_null() {
            // SAFETY: the chunk is alive: we hold references.
            if unsafe { Owner::held_only(self.head.cast(), self.held) } {
                self.filled = 0;
                return true;
            }
            self.release();
        }
        self.head = new_chunk();
        if self.head.is_null() {
            return false;
        }
        self.held = AHEAD;
        self.filled = 0;
        true
    }

    /// Space of at least `want` bytes (at most half a chunk) to read into,
    /// directly behind `leftover`'s bytes: returns the undecoded bytes so far
    /// and the space. None: no memory.
    ///
    /// The caller reads into the space and calls [`filled`](Self::filled).
    pub fn space(&mut self, leftover: Option<Leftover>, want: usize) -> Option<Space> {
        let kept = leftover.as_ref().map_or(0, |l| l.end - l.start);
        let want = want.min(CHUNK / 2);
        let contiguous =
            leftover.as_ref().is_some_and(|l| l.head == self.head && l.end == self.filled)
                && CHUNK - self.filled >= want;
        if contiguous {
            let start = leftover.as_ref().map_or(self.filled, |l| l.start);
            self.absorb(leftover);
            return Some(Space { start, read_at: self.filled });
        }
        if kept + want > CHUNK {
            return None;
        }
        if leftover.is_none() && !self.head.is_null() {
            // SAFETY: the chunk is alive: we hold references.
            if unsafe { Owner::held_only(self.head.cast(), self.held) } {
                self.filled = 0;
            }
        }
        if (self.head.is_null() || CHUNK - self.filled < kept + want) && !self.fresh() {
            return None;
        }
        let start = self.filled;
        if let Some(left) = &leftover {
            // SAFETY: both ranges lie inside live chunks; `space` never hands
            // out bytes that a leftover holds, so they do not overlap.
            unsafe {
                let from = left.head.add(1).cast::<u8>().add(left.start);
                ptr::copy_nonoverlapping(from, self.data().add(start), kept);
            }
        }
        drop(leftover);
        self.filled = start + kept;
        Some(Space { start, read_at: start + kept })
    }

    /// Takes a contiguous leftover's reference over.
    fn absorb(&mut self, leftover: Option<Leftover>) {
        if leftover.is_some() {
            std::mem::forget(leftover);
            self.held += 1;
        }
    }

    /// The space to read into.
    pub fn space_mut(&mut self, space: &Space) -> &mut [u8] {
        let len = CHUNK - space.read_at;
        // SAFETY: bytes from read_at on are not referred to by any slice or
        // leftover, and were initialised by fresh.
        unsafe { std::slice::from_raw_parts_mut(self.data().add(space.read_at), len) }
    }

    /// Counts `n` bytes as read into `space`; returns the range of undecoded
    /// bytes, for [`bytes`](Self::bytes) and [`message`](Self::message).
    pub fn filled(&mut self, space: Space, n: usize) -> std::ops::Range<usize> {
        let end = (space.read_at + n).min(CHUNK);
        self.filled = self.filled.max(end);
        space.start..end
    }

    /// The bytes of `range`.
    #[inline]
    pub fn bytes(&self, range: std::ops::Range<usize>) -> &[u8] {
        if self.head.is_null() {
            return &[];
        }
        // SAFETY: ranges come from filled, inside the chunk.
        unsafe { std::slice::from_raw_parts(self.data().add(range.start), range.end - range.start) }
    }

    /// The bytes of `range`, to be changed where they are before anything refers
    /// to them: `range` must not have been decoded yet.
    #[inline]
    pub fn bytes_mut(&mut self, range: std::ops::Range<usize>) -> &mut [u8] {
        if self.head.is_null() {
            return &mut [];
        }
        debug_assert!(range.start <= range.end && range.end <= CHUNK);
        // SAFETY: as for bytes; undecoded bytes belong to no slice, and to no
        // leftover while the arena works on them.
        unsafe {
            std::slice::from_raw_parts_mut(self.data().add(range.start), range.end - range.start)
        }
    }

    /// The bytes from `at` on as an inline body: what is beyond the body's own
    /// length is whatever stands there.
    #[inline]
    pub fn near(&self, at: usize) -> &[u8; INLINE] {
        debug_assert!(at <= self.filled);
        // SAFETY: INLINE bytes behind any byte of the chunk are allocated and
        // initialised (see LAYOUT and fresh).
        unsafe { &*self.data().add(at).cast::<[u8; INLINE]>() }
    }

    /// A message with the `len` bytes at `at`: inline if they fit, else a slice.
    #[inline]
    pub fn message(&mut self, at: usize, len: usize) -> Msg {
        debug_assert!(at + len <= self.filled);
        if len <= INLINE {
            return Msg::from_near(self.near(at), len, false, None);
        }
        Msg::from_slice(self.lend(at, len), false, None)
    }

    /// The `len` bytes at `at`, for a message to refer to.
    #[inline]
    pub fn lend(&mut self, at: usize, len: usize) -> Slice {
        debug_assert!(at + len <= self.filled);
        self.give_reference();
        // SAFETY: at is inside the chunk.
        let data = unsafe { self.data().add(at) };
        Slice(Far { data, len, owner: self.head.cast() })
    }

    /// Whether nobody else refers to the chunk.
    #[cfg(test)]
    pub fn is_alone(&self) -> bool {
        // SAFETY: the chunk is alive: we hold references.
        self.head.is_null() || unsafe { Owner::held_only(self.head.cast(), self.held) }
    }

    /// Puts undecoded bytes aside until more arrive.
    pub fn keep(&mut self, range: std::ops::Range<usize>) -> Option<Leftover> {
        if range.is_empty() || self.head.is_null() {
            return None;
        }
        self.give_reference();
        Some(Leftover { head: self.head, start: range.start, end: range.end })
    }

    /// Gives one of the held references to somebody.
    #[inline]
    fn give_reference(&mut self) {
        if self.held == 1 {
            // SAFETY: alive: we hold the last of ours.
            unsafe { Owner::retain(self.head.cast(), AHEAD) };
            self.held += AHEAD;
        }
        self.held -= 1;
    }

    /// Continues with bytes put aside, without reading: the arena switches to
    /// their chunk. Returns their range.
    pub fn resume(&mut self, leftover: Leftover) -> std::ops::Range<usize> {
        let range = leftover.start..leftover.end;
        if leftover.head == self.head {
            self.absorb(Some(leftover));
            return range;
        }
        self.release();
        self.head = leftover.head;
        self.held = 1;
        // Others may hold bytes anywhere behind: use none of the rest.
        self.filled = CHUNK;
        std::mem::forget(leftover);
        range
    }
}

/// Where a read goes; see [`Arena::space`].
pub struct Space {
    start: usize,
    read_at: usize,
}

impl Drop for Leftover {
    fn drop(&mut self) {
        // SAFETY: a leftover holds one reference.
        unsafe { Owner::release(self.head.cast()) };
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(arena: &mut Arena, left: Option<Leftover>, bytes: &[u8]) -> std::ops::Range<usize> {
        let Some(space) = arena.space(left, bytes.len()) else { return 0..0 };
        arena.space_mut(&space)[..bytes.len()].copy_from_slice(bytes);
        arena.filled(space, bytes.len())
    }

    #[test]
    fn slices_survive_the_arena() {
        let mut arena = Arena::new();
        let range = receive(&mut arena, None, &[9; 500]);
        let msg = arena.message(range.start, 500);
        let small = arena.message(range.start, 3);
        drop(arena);
        assert_eq!(msg.data(), &[9; 500]);
        assert_eq!(small.data(), &[9; 3]);
    }

    #[test]
    fn a_leftover_continues_where_it_stopped() {
        let mut arena = Arena::new();
        let range = receive(&mut arena, None, b"abcdef");
        let left = arena.keep(range.start + 4..range.end);
        let range = receive(&mut arena, left, b"ghi");
        assert_eq!(arena.bytes(range), b"efghi");
    }

    #[test]
    fn a_leftover_moves_when_another_connection_read_behind_it() {
        let mut arena = Arena::new();
        let range = receive(&mut arena, None, b"abcdef");
        let left = arena.keep(range.start + 4..range.end);
        let other = receive(&mut arena, None, b"OTHER");
        assert_eq!(arena.bytes(other), b"OTHER");
        let range = receive(&mut arena, left, b"ghi");
        assert_eq!(arena.bytes(range), b"efghi");
    }

    #[test]
    fn an_unreferenced_chunk_is_used_again_and_a_referenced_one_is_not() {
        let mut arena = Arena::new();
        let range = receive(&mut arena, None, &vec![1; CHUNK / 2]);
        let first = arena.bytes(range.clone()).as_ptr();
        let again = receive(&mut arena, None, &vec![2; CHUNK / 2]);
        assert_eq!(arena.bytes(again.clone()).as_ptr(), first);
        let held = arena.message(again.start, CHUNK / 2);
        for _ in 0..3 {
            let more = receive(&mut arena, None, &vec![3; CHUNK / 2]);
            assert_eq!(arena.bytes(more), &vec![3; CHUNK / 2][..]);
        }
        assert_eq!(held.data(), &vec![2; CHUNK / 2][..]);
    }

    #[test]
    fn resume_switches_to_the_leftovers_chunk() {
        let mut arena = Arena::new();
        let range = receive(&mut arena, None, b"abcdef");
        let left = arena.keep(range);
        let mut other = Arena::new();
        let _ = receive(&mut other, None, b"zzz");
        let Some(left) = left else { return };
        let range = other.resume(left);
        assert_eq!(other.bytes(range.clone()), b"abcdef");
        let msg = other.message(range.start, 6);
        assert_eq!(msg.data(), b"abcdef");
    }
}
