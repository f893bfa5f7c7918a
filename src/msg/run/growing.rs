//! Runs that grow while they are read: a socket writes messages to another one
//! of its process behind those that wait, instead of each into a cell. What
//! passes from one processor's cache to another's is a message's bytes instead
//! of a cell and a block.
//!
//! The cell in the lane holds one reference to the run's memory, the writer the
//! other. The writer seals the run before it puts anything behind it into the
//! lane (queue::extent has the protocol). Neither end blocks or wakes anybody.

use std::mem::size_of;
use std::ptr;

use super::super::block::{self, Owner};
use super::super::tail::Kind;
use super::super::{BATCH, INLINE, MORE, Msg, Payload, RUN};
use super::SHORT;
use crate::queue::Extent;
use crate::tuning;

const FULL: usize = RunWriter::FULL;

/// Bytes of a header and a body, and of copies of fixed size.
const UNIT: usize = SHORT + tuning::GROW_BODY + INLINE;

/// Bytes that a message begun where the run was not full may take behind that.
const TAIL: usize = 1024;
const _: () = assert!(TAIL > UNIT);
const _: () = assert!(tuning::GROW_BODY <= u8::MAX as usize);

/// Bytes that nobody else writes to before and behind what is published.
const APART: usize = 64;

/// What stands before the frames.
#[repr(C)]
pub(super) struct Head {
    apart: [u8; APART],
    extent: Extent,
    behind: [u8; APART],
}

/// The writing end.
#[repr(C)]
pub struct RunWriter {
    /// Where the next frame goes.
    at: *mut u8,
    /// Where the run is full; null: there is none.
    stop: *mut u8,
    /// Null: there is none.
    head: *const Head,
    /// Holds the head.
    owner: *const Owner,
}

// SAFETY: the memory is shared with the reader by the protocol of this file.
unsafe impl Send for RunWriter {}

impl Default for RunWriter {
    fn default() -> Self {
        let null = ptr::null_mut();
        RunWriter { at: null, stop: null, head: ptr::null(), owner: ptr::null() }
    }
}

impl Head {
    /// Where the frames begin.
    ///
    /// # Safety
    /// `head` stands in a run's memory.
    pub(super) unsafe fn frames(head: *const Head) -> *mut u8 {
        // SAFETY: the frames stand right behind the head.
        unsafe { head.add(1).cast_mut().cast() }
    }

    /// How far the frames reach.
    pub(super) fn extent(&self) -> &Extent {
        &self.extent
    }
}

impl RunWriter {
    /// A run is full when it holds so many bytes.
    pub const FULL: usize = 16 * 1024;

    /// Begins a run, with nothing in it; the one before must be sealed. The cell
    /// that stands for it must go into the lane. None: no memory.
    pub fn begin(&mut self) -> Option<Msg> {
        debug_assert!(!self.is_open());
        let len = size_of::<Head>() + FULL + TAIL;
        let (owner, data) = block::allocate(len)?;
        debug_assert!(data.cast::<Head>().is_aligned());
        let head = data.cast::<Head>();
        // SAFETY: the block is ours alone, with room for head, frames and what
        // copies of fixed size write behind them.
        unsafe {
            Owner::retain(owner, 1);
            ptr::addr_of_mut!((*head).extent).write(Extent::default());
            self.at = Head::frames(head);
            self.stop = self.at.add(FULL);
        }
        (self.head, self.owner) = (head, owner);
        let mut cell = Msg::new();
        cell.set_far(Kind::Owned, data, len, owner);
        cell.set_flags(RUN | BATCH);
        Some(cell)
    }

    /// Whether there is a run that is not sealed.
    #[inline(always)]
    pub fn is_open(&self) -> bool {
        !self.stop.is_null()
    }

    /// Bytes of frames in the run that is open.
    #[inline(always)]
    fn filled(&self) -> u64 {
        // The last frame may reach beyond `stop`.
        (FULL + self.at as usize - self.stop as usize) as u64
    }

    /// Whether a message can be appended.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.at < self.stop
    }

    /// Whether a message is begun, and another frame of it can be appended.
    #[inline]
    pub fn has_room_behind(&self) -> bool {
        self.at as usize + UNIT <= self.stop as usize + TAIL && !self.begun().is_empty()
    }

    /// Appends an inline message without flags and meta-data, leaving it empty.
    /// True: the reader sleeps.
    ///
    /// # Safety
    /// The run [`has_room`](Self::has_room).
    #[inline(always)]
    #[must_use = "a sleeping reader must be woken"]
    pub unsafe fn append_near(&mut self, msg: &mut Msg, size: usize) -> bool {
        debug_assert!(size <= INLINE);
        // SAFETY: below `stop`, behind which a unit has room.
        unsafe {
            msg.pour_near([0, size as u8], self.at);
            self.publish(SHORT + size)
        }
    }

    /// Appends a message, or the last frame of one, of at most
    /// [`tuning::GROW_BODY`] bytes. True: the reader sleeps.
    ///
    /// # Safety
    /// The run [`has_room`](Self::has_room), or [has it](Self::has_room_behind) for
    /// the rest of a message.
    #[inline(always)]
    #[must_use = "a sleeping reader must be woken"]
    pub unsafe fn append(&mut self, body: &(impl Payload + ?Sized), size: usize) -> bool {
        // SAFETY: by contract.
        unsafe {
            self.put(0, body, size);
            self.publish(SHORT + size)
        }
    }

    /// Appends a frame with more to come, which the reader sees with the last one.
    ///
    /// # Safety
    /// As [`append`](Self::append).
    #[inline]
    pub unsafe fn append_part(&mut self, body: &(impl Payload + ?Sized), size: usize) {
        // SAFETY: by contract; `at` stays within the memory.
        unsafe {
            self.put(MORE, body, size);
            self.at = self.at.add(SHORT + size);
        }
    }

    /// # Safety
    /// As [`append`](Self::append).
    #[inline(always)]
    unsafe fn put(&mut self, flags: u8, body: &(impl Payload + ?Sized), size: usize) {
        debug_assert!(size <= tuning::GROW_BODY);
        // SAFETY: a unit has room.
        unsafe {
            self.at.cast::<[u8; SHORT]>().write_unaligned([flags, size as u8]);
            body.pour(self.at.add(SHORT));
        }
    }

    /// The frames of the message begun.
    #[inline]
    pub fn begun(&self) -> &[u8] {
        if !self.is_open() {
            return &[];
        }
        // SAFETY: open, so that our reference keeps the head alive; the bytes are
        // initialised and not yet the reader's.
        unsafe {
            let len = (self.filled() - (*self.head).extent.published()) as usize;
            std::slice::from_raw_parts(self.at.sub(len), len)
        }
    }

    /// Takes back the frames of the message begun.
    #[inline]
    pub fn take_back(&mut self) {
        let len = self.begun().len();
        if len > 0 {
            // SAFETY: as many bytes as were added.
            self.at = unsafe { self.at.sub(len) };
        }
    }

    /// # Safety
    /// A run is open, and `len` bytes were written at `at`.
    #[inline(always)]
    unsafe fn publish(&mut self, len: usize) -> bool {
        // SAFETY: open, so that our reference keeps the head alive; `at` stays
        // within the memory.
        unsafe {
            self.at = self.at.add(len);
            (*self.head).extent.publish(self.filled())
        }
    }

    /// Nothing more is appended, nor the rest of a message begun. True: the reader
    /// sleeps; what comes behind the run in the lane must wake it.
    #[cold]
    #[must_use = "a sleeping reader must be woken"]
    pub fn seal(&mut self) -> bool {
        if !self.is_open() {
            return false;
        }
        self.take_back();
        let filled = self.filled();
        (self.at, self.stop) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: our reference keeps the head alive until it is given back.
        unsafe {
            let asleep = (*self.head).extent.seal(filled);
            Owner::release(self.owner);
            asleep
        }
    }
}

impl Drop for RunWriter {
    fn drop(&mut self) {
        let _ = self.seal(); // the end of the pipe wakes its reader
    }
}
