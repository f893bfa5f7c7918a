//! Runs: whole messages as they were received, one behind the other in their
//! chunk, headers and all. The decoder, which has looked at every header, puts
//! a run into the lane as one cell; the lane's reader makes the messages, one
//! at a time and in the place where the application wants them. Bytes that wait
//! are twenty times denser than cells when messages are of one byte.
//!
//! A cell that stands for a run looks like a message with the flag [`RUN`] that
//! refers to the run's bytes; dropping it lets go of them. No application and no
//! pattern ever sees one. Between two sockets a run grows while it is read; its
//! cell has the flag [`BATCH`] as well.

mod growing;

use std::{mem, ptr};

use super::block::Owner;
use super::metadata::MetadataSink;
use super::moves::copy_exactly;
use super::tail::{Kind, Tail};
use super::{
    BATCH, Body, Far, INLINE, MORE, MetadataRef, MetadataSource, Msg, Near, RUN, Run, Slice,
};
use crate::queue::Reach;
use growing::Head;
pub use growing::RunWriter;

/// Octets before a body, of a short frame and of a long one (ZMTP 2.0 and
/// later), and the flag that tells them apart.
const SHORT: usize = 2;
const LONG: usize = 9;
const LONG_FLAG: u8 = 2;

/// What a small body and its header take at most. A frame this far from the end is
/// read with copies of fixed size, which end before the bytes that somebody else may
/// be writing behind the run, or behind what was received with it.
const NEAR: usize = SHORT + INLINE;

/// The run that a lane's reader is in, if any. What every message needs stands first.
#[repr(C)]
pub struct RunReader {
    at: *const u8,
    /// Behind the beginnings of frames before it are [`NEAR`] bytes that do not change,
    /// and none of them is the last. Not after `at`: no such frame. Null: no run.
    near_end: *const u8,
    /// Meta-data of the last run's connection: most often the next one's too.
    meta: Option<MetadataSource>,
    end: *const u8,
    owner: *const Owner,
    /// References to `owner` ready for messages, besides the run's own.
    spare: usize,
    /// Says how far the run reaches meanwhile. Null: it does not grow.
    growing: *const Head,
}

// SAFETY: the bytes belong to the run, its count of references is atomic.
unsafe impl Send for RunReader {}

impl Default for RunReader {
    fn default() -> Self {
        let (null, owner) = (ptr::null(), ptr::null());
        let growing = ptr::null();
        RunReader { at: null, near_end: null, end: null, owner, spare: 0, meta: None, growing }
    }
}

impl Msg {
    /// The cell for a run: `bytes` are frames of whole messages, none of them a
    /// command, of which the last one takes `last`. `behind` them are so many bytes
    /// that nobody changes before they are read.
    ///
    /// # Safety
    /// Every header says where the next one stands, and the last body ends with
    /// `bytes`, which are not empty and do not change but for what the messages
    /// made of them refer to.
    pub unsafe fn from_run(
        bytes: Slice,
        last: usize,
        behind: usize,
        meta: Option<MetadataRef>,
    ) -> Msg {
        let far = bytes.0;
        let easy = far.len.saturating_sub(if behind < NEAR { NEAR } else { last });
        let mut msg = Msg::from_slice(bytes, false, meta);
        msg.body = Body { run: Run { far, easy } };
        msg.set_flags(RUN);
        msg
    }

    /// Whether it stands for a run.
    #[inline(always)]
    pub fn is_run(&self) -> bool {
        self.flags() & RUN != 0
    }
}

impl RunReader {
    /// Whether there is no run, or nothing is left of it and nothing more comes.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.near_end.is_null()
    }

    /// Whether frames are left, as far as is known here.
    #[inline(always)]
    pub fn has_frames(&self) -> bool {
        self.at != self.end
    }

    /// As [`has_frames`](Self::has_frames), having looked whether the run has grown.
    #[inline(always)]
    pub fn has_more(&mut self) -> bool {
        self.has_frames() || self.look()
    }

    /// Whether [`take_easy`](Self::take_easy) is worth a try.
    #[inline(always)]
    pub fn may_be_easy(&self) -> bool {
        self.at < self.near_end
    }

    /// Begins the run that `cell` stands for; the last one must be at its end.
    pub fn begin(&mut self, mut cell: Msg) {
        debug_assert!(self.is_empty() && cell.is_run());
        let meta = cell.take_metadata();
        // SAFETY: a run's cell is made from a slice, so `far` can be read.
        let Far { data, len, owner } = unsafe { cell.body.far };
        let body = cell.body;
        let grows = cell.flags() & BATCH != 0;
        mem::forget(cell); // its reference is ours
        self.owner = owner;
        if grows {
            self.growing = data.cast();
            // SAFETY: such a cell is made by RunWriter, and keeps its memory alive.
            self.at = unsafe { Head::frames(self.growing) };
            self.reaches(self.at);
            self.meta = None;
            return;
        }
        self.at = data;
        self.end = data.wrapping_add(len);
        // SAFETY: made by `from_run`, as it does not grow.
        self.near_end = data.wrapping_add(unsafe { body.run.easy });
        match (&mut self.meta, meta) {
            (Some(source), Some(meta)) if source.is_of(&meta) => source.put_back(meta),
            (source, meta) => *source = meta.map(MetadataSource::new),
        }
    }

    fn reaches(&mut self, end: *const u8) {
        self.end = end;
        self.near_end = end.wrapping_sub(NEAR);
    }

    /// At the end of what is known: has the run grown? Ends one that is sealed.
    #[inline(never)]
    fn look(&mut self) -> bool {
        if self.growing.is_null() {
            return false;
        }
        // SAFETY: alive: the run holds a reference.
        let (frames, reach) = unsafe {
            let frames = Head::frames(self.growing);
            (frames, (*self.growing).extent().reach(self.at as usize - frames as usize))
        };
        match reach {
            Reach::To(bytes) => {
                self.reaches(frames.wrapping_add(bytes));
                return true;
            }
            Reach::Nothing => {}
            Reach::Sealed => self.finish(),
        }
        false
    }

    /// Declares that the reader sleeps, if the run grows and has not. False: it has,
    /// or it has come to its end.
    pub fn sleep(&mut self) -> bool {
        if self.has_frames() || self.growing.is_null() {
            return false;
        }
        // SAFETY: alive: the run holds a reference.
        unsafe {
            let frames = Head::frames(self.growing);
            (*self.growing).extent().sleep(self.at as usize - frames as usize)
        }
    }

    /// Reads the next frame in place of `into` if that is easy: the frame has no
    /// flags but `flags`, is not among the last, and `into` holds nothing that has to
    /// be given back, or what the frame needs anyway, as it does after the frame
    /// before. False: `into` is untouched.
    #[inline(always)]
    pub fn take_easy(&mut self, into: &mut Msg, flags: u8) -> bool {
        if !self.may_be_easy() {
            return false;
        }
        // SAFETY: `at` is a header, and nobody writes to the NEAR bytes from there
        // before this frame was read.
        unsafe {
            let header = u16::from_le_bytes(self.at.cast::<[u8; SHORT]>().read());
            if header as u8 & !flags != 0 {
                let (more, body, size) = self.frame();
                let is_easy = header as u8 & !(flags | LONG_FLAG) == 0 && size > INLINE;
                return is_easy && self.take_far_easily(into, more, body, size);
            }
            let size = usize::from(header >> 8);
            let body = self.at.add(SHORT);
            if size > INLINE {
                return self.take_far_easily(into, header as u8, body, size);
            }
            if into.is_owned() || !self.label_easily(into) {
                return false;
            }
            let near = body.cast::<Near>().read_unaligned();
            ptr::addr_of_mut!(into.body).cast::<Near>().write(near);
            into.tail = Tail::of_header(header);
            self.at = body.add(size);
        }
        true
    }

    /// The same for this frame, whose body is larger than [`INLINE`].
    ///
    /// # Safety
    /// `body` is that of the frame at `at`, and has `size` bytes.
    #[inline(always)]
    unsafe fn take_far_easily(
        &mut self,
        into: &mut Msg,
        more: u8,
        body: *const u8,
        size: usize,
    ) -> bool {
        let last = self.end as usize - body as usize <= size;
        if last || !self.is_owner_of(into) || !self.label_easily(into) {
            return false;
        }
        into.tail = Tail::new(Kind::Owned, 0).with_flags(more);
        // SAFETY: there is an owner, so `far` is active; another frame stands behind.
        unsafe {
            into.body.far.data = body.cast_mut();
            into.body.far.len = size;
            self.at = body.add(size);
        }
        prefetch(self.at);
        true
    }

    /// As [`take_easy`](Self::take_easy) for a run that grows, wherever the frame
    /// stands, in place of a message without meta-data: with copies of exact size, a
    /// larger body into the block that `into` has.
    #[inline(always)]
    pub fn take_grown(&mut self, into: &mut Msg) -> bool {
        if self.growing.is_null() || !self.has_more() {
            return false;
        }
        // SAFETY: `at` is a header, and its body is the run's.
        unsafe {
            let header = u16::from_le_bytes(self.at.cast::<[u8; SHORT]>().read());
            let size = usize::from(header >> 8);
            let body = self.at.add(SHORT);
            if size > INLINE {
                if !into.refill(body, size) {
                    return false;
                }
                into.tail = into.tail.with_flags(header as u8);
            } else {
                into.drop_body();
                copy_exactly(body, ptr::addr_of_mut!(into.body).cast(), size);
                into.tail = Tail::of_header(header);
            }
            self.at = body.add(size);
        }
        true
    }

    /// Reads the next frame, whatever it is, in place of `into`. Only if there is one.
    #[inline(never)]
    pub fn take(&mut self, into: &mut Msg, sink: &mut MetadataSink) {
        debug_assert!(!self.is_empty());
        // SAFETY: `at` is a header, its body and the next one lie within the run.
        unsafe {
            let (more, body, size) = self.frame();
            if size > INLINE && !self.growing.is_null() && into.copy_over(body, size) {
                // It does not keep all of the run's memory alive.
                into.tail = into.tail.with_flags(more);
            } else if size > INLINE {
                if !self.is_owner_of(into) {
                    into.drop_body();
                    into.body.far.owner = self.reference();
                }
                into.body.far.data = body.cast_mut();
                into.body.far.len = size;
                into.tail = Tail::new(Kind::Owned, 0).with_flags(more);
                prefetch(body.add(size));
            } else {
                into.drop_body();
                let place = ptr::addr_of_mut!(into.body).cast::<u8>();
                if self.at < self.near_end {
                    ptr::copy_nonoverlapping(body, place, INLINE);
                } else {
                    ptr::copy_nonoverlapping(body, place, size);
                }
                into.tail = Tail::new(Kind::Inline, size as u8).with_flags(more);
            }
            self.at = body.add(size);
        }
        if !self.label_easily(into) {
            sink.absorb_from(into);
            into.set_metadata(self.meta.as_mut().map(MetadataSource::reference));
        }
        if self.at == self.end && self.growing.is_null() {
            self.finish();
        }
    }

    /// Copies the next body to `to`, as much of it as there is `room` for. How long the
    /// body is, and MORE or 0. None: there is none.
    ///
    /// # Safety
    /// `to` is valid for writing `room` bytes.
    #[inline(always)]
    pub unsafe fn take_bytes(&mut self, to: *mut u8, room: usize) -> Option<(usize, u8)> {
        if !self.has_more() {
            return None;
        }
        // SAFETY: `at` is a header, its body lies within the run; by contract.
        unsafe {
            let (more, body, size) = self.frame();
            let fits = size.min(room);
            if fits <= INLINE {
                copy_exactly(body, to, fits);
            } else {
                ptr::copy_nonoverlapping(body, to, fits);
            }
            self.at = body.add(size);
            if self.at == self.end && self.growing.is_null() {
                self.finish();
            }
            Some((size, more))
        }
    }

    /// The next frame: MORE or 0, its body, and how long that is.
    ///
    /// # Safety
    /// There is one.
    #[inline(always)]
    unsafe fn frame(&self) -> (u8, *const u8, usize) {
        // SAFETY: `at` is a header.
        unsafe {
            let flags = *self.at;
            if flags & LONG_FLAG == 0 {
                return (flags & MORE, self.at.add(SHORT), usize::from(*self.at.add(1)));
            }
            let size = self.at.add(1).cast::<[u8; 8]>().read();
            (flags & MORE, self.at.add(LONG), u64::from_be_bytes(size) as usize)
        }
    }

    /// Whether `into` holds a reference to the run's chunk.
    #[inline(always)]
    fn is_owner_of(&self, into: &Msg) -> bool {
        // SAFETY: `far` is active where there is an owner.
        into.is_owned() && unsafe { into.body.far.owner } == self.owner
    }

    /// Gives the message the meta-data of its connection, if it has none and
    /// there is a reference, or has it from the message before.
    #[inline(always)]
    fn label_easily(&mut self, into: &mut Msg) -> bool {
        if MetadataSource::is_source(&self.meta, &into.meta) {
            return true;
        }
        if into.meta.is_none()
            && let Some(meta) = self.meta.as_mut().and_then(MetadataSource::ready)
        {
            // Nothing to drop there.
            // SAFETY: a field that is overwritten as a whole.
            unsafe { ptr::addr_of_mut!(into.meta).write(Some(meta)) };
            return true;
        }
        false
    }

    /// A reference to the chunk, for a message.
    #[inline(always)]
    fn reference(&mut self) -> *const Owner {
        if self.spare == 0 {
            self.fetch_references();
        }
        self.spare -= 1;
        self.owner
    }

    /// As many as the messages left can need.
    #[cold]
    fn fetch_references(&mut self) {
        let most = (self.end as usize - self.at as usize) / (NEAR + 1) + 1;
        // SAFETY: alive: the run holds a reference.
        unsafe { Owner::retain(self.owner, most) };
        self.spare = most;
    }

    /// One more reference to the meta-data of `read`, which was most often made here.
    pub fn metadata_of(&mut self, read: &Msg) -> Option<MetadataRef> {
        if MetadataSource::is_source(&self.meta, &read.meta) {
            return self.meta.as_mut().map(MetadataSource::reference);
        }
        read.meta.clone()
    }

    /// Drops what is left.
    pub fn abandon(&mut self) {
        if !self.is_empty() {
            self.finish();
        }
    }

    /// Lets go of the bytes.
    fn finish(&mut self) {
        self.at = ptr::null();
        self.near_end = ptr::null();
        self.end = ptr::null();
        self.growing = ptr::null();
        let owner = mem::replace(&mut self.owner, ptr::null());
        // SAFETY: the run's own reference, and those that no message took.
        unsafe { Owner::release_many(owner, mem::take(&mut self.spare) + 1) };
    }
}

impl Drop for RunReader {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Has the processor fetch what stands at `at`.
#[inline(always)]
fn prefetch(at: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of x86_64; an address is all it takes.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}
