//! Moving what a message holds from one place to another, in the way that suits
//! the processor: wide loads of what was written a moment ago in narrow stores
//! wait for those. Everybody who passes messages on calls it.

use std::mem::{self, MaybeUninit};
use std::ptr;

use super::tail::{Kind, Tail};
use super::{INLINE, Msg, Near, block};
use crate::errno::Result;

/// What the body of a frame is written from: a message, or bytes of the caller's.
pub trait Payload {
    /// Writes it to `place`.
    ///
    /// # Safety
    /// `place` is valid for writing the body and [`INLINE`] bytes.
    unsafe fn pour(&self, place: *mut u8);

    /// Whether nobody can tell a copy of it from it.
    fn is_copyable(&self) -> bool;
}

impl Payload for Msg {
    /// An inline body as a whole (see [`append_near`](Msg::append_near)).
    #[inline(always)]
    unsafe fn pour(&self, place: *mut u8) {
        match self.far() {
            // SAFETY: writable by contract; `near` is the active field.
            None => unsafe { place.cast::<Near>().write_unaligned(self.body.near) },
            // SAFETY: writable by contract; the bytes live while this does.
            Some(far) => unsafe { ptr::copy_nonoverlapping(far.data, place, far.len) },
        }
    }

    /// It is not in the user's memory.
    #[inline(always)]
    fn is_copyable(&self) -> bool {
        match self.far() {
            None => true,
            // SAFETY: kind Owned: this message holds a reference.
            Some(far) => self.is_owned() && !unsafe { block::is_users(far.owner) },
        }
    }
}

impl Payload for [u8] {
    #[inline(always)]
    unsafe fn pour(&self, place: *mut u8) {
        // SAFETY: writable by contract.
        unsafe {
            if self.len() <= INLINE {
                copy_exactly(self.as_ptr(), place, self.len());
            } else {
                ptr::copy_nonoverlapping(self.as_ptr(), place, self.len());
            }
        }
    }

    #[inline(always)]
    fn is_copyable(&self) -> bool {
        true
    }
}

impl Msg {
    /// Moves the content out, leaving an empty message.
    #[inline]
    pub fn take(&mut self) -> Msg {
        mem::take(self)
    }

    /// Makes it a message holding a copy of `bytes`, with the meta-data it has. A
    /// small body is written where it stays. ENOMEM.
    #[inline]
    pub fn assign(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > INLINE {
            let meta = self.take_metadata();
            *self = Msg::copy_of(bytes)?;
            self.meta = meta;
            return Ok(());
        }
        self.drop_body();
        self.tail = Tail::new(Kind::Inline, bytes.len() as u8);
        self.data_mut().copy_from_slice(bytes);
        Ok(())
    }

    /// Makes it a second message with a small body, flags and meta-data of `of`, if
    /// nothing has to be given back or counted for that, and says how long the body
    /// is. None: untouched.
    #[inline(always)]
    pub fn copy_easily(&mut self, of: &Msg) -> Option<usize> {
        debug_assert!(of.near().is_some());
        if self.is_owned() || !self.has_metadata_of(of) {
            return None;
        }
        self.body = of.body;
        self.tail = of.tail;
        Some(of.tail.len())
    }

    /// Moves the content in place of that of `into`, leaving an empty message.
    #[inline(always)]
    pub fn move_over(&mut self, into: &mut Msg) {
        let into = ptr::from_mut(into).cast::<MaybeUninit<Msg>>();
        // SAFETY: initialised, and again before anybody sees it: neither of the
        // two unwinds.
        unsafe {
            (*into).assume_init_drop();
            self.move_to(&mut *into);
        }
    }

    /// Appends `prefix` and an inline body to `out`; false: the body is not
    /// inline. A fixed-size copy, which is faster than one of what is used.
    #[inline]
    pub fn append_near(&self, prefix: [u8; 2], out: &mut Vec<u8>) -> bool {
        let Some(near) = self.near() else { return false };
        out.reserve(prefix.len() + INLINE);
        let begin = out.len();
        // SAFETY: there is room for prefix and INLINE bytes; those counted are
        // the prefix and the body, which are initialised.
        unsafe {
            let place = out.as_mut_ptr().add(begin);
            place.cast::<[u8; 2]>().write_unaligned(prefix);
            place.add(prefix.len()).cast::<Near>().write_unaligned(*near);
            out.set_len(begin + prefix.len() + self.tail.len());
        }
        true
    }

    /// Makes it a message holding a copy of the `len` bytes at `from`, more than
    /// [`INLINE`], with the meta-data it has, if its block has room for them and
    /// nobody else refers to it. False: it is untouched.
    ///
    /// # Safety
    /// `from` is valid for reading `len` bytes, none of them this message's.
    #[inline(always)]
    pub(super) unsafe fn refill(&mut self, from: *const u8, len: usize) -> bool {
        if !self.is_owned() {
            return false;
        }
        // SAFETY: kind Owned: `far` is active and holds a reference; by contract.
        unsafe {
            let Some(data) = block::reuse(self.body.far.owner, len) else { return false };
            ptr::copy_nonoverlapping(from, data, len);
            self.body.far.data = data;
            self.body.far.len = len;
        }
        self.tail = Tail::new(Kind::Owned, 0);
        true
    }

    /// As [`refill`](Self::refill), in a new block if need be. False: no memory.
    ///
    /// # Safety
    /// As `refill`.
    pub(super) unsafe fn copy_over(&mut self, from: *const u8, len: usize) -> bool {
        // SAFETY: by contract; a new block has room.
        unsafe {
            if self.refill(from, len) {
                return true;
            }
            let Some((owner, data)) = block::allocate(len) else { return false };
            ptr::copy_nonoverlapping(from, data, len);
            self.drop_body();
            self.set_far(Kind::Owned, data, len, owner);
        }
        true
    }

    /// Writes `prefix` and an inline body without meta-data to `place`, and leaves
    /// an empty message.
    ///
    /// # Safety
    /// The body is inline; `place` is valid for writing the prefix and [`INLINE`]
    /// bytes.
    #[inline(always)]
    pub unsafe fn pour_near(&mut self, prefix: [u8; 2], place: *mut u8) {
        debug_assert!(self.near().is_some() && self.meta.is_none());
        // SAFETY: by contract.
        unsafe {
            place.cast::<[u8; 2]>().write_unaligned(prefix);
            place.add(prefix.len()).cast::<Near>().write_unaligned(self.body.near);
        }
        self.tail = Tail::new(Kind::Inline, 0);
    }

    /// Empties the body; the meta-data stays.
    #[inline(always)]
    pub fn clear_body(&mut self) {
        self.drop_body();
        self.tail = Tail::new(Kind::Inline, 0);
    }

    /// Drops the body of a message without meta-data.
    #[inline(always)]
    pub fn clear(&mut self) {
        debug_assert!(self.meta.is_none());
        self.clear_body();
    }

    /// Moves the content into `cell`, leaving an empty message. Word by word:
    /// the message was probably written a moment ago in words and bytes, and a
    /// wider load would wait for those stores to retire (4 ns each, measured).
    #[inline(always)]
    pub fn move_to<'a>(&mut self, cell: &'a mut MaybeUninit<Msg>) -> &'a mut Msg {
        const WORDS: usize = mem::size_of::<Msg>() / mem::size_of::<u64>();
        let from = ptr::from_mut(self).cast::<u64>();
        let to = cell.as_mut_ptr().cast::<u64>();
        for word in 0..WORDS {
            // SAFETY: both are 64 bytes, aligned for u64; volatile keeps the
            // compiler from widening the loads.
            unsafe { to.add(word).write(from.add(word).read_volatile()) };
        }
        // The body need not be cleared: length 0 is all an empty message says.
        // SAFETY: the reference to the meta-data moved; no drop for this one.
        unsafe { ptr::addr_of_mut!(self.meta).write(None) };
        self.tail = Tail::new(Kind::Inline, 0);
        // SAFETY: all words were written.
        unsafe { cell.assume_init_mut() }
    }
}

/// Copies at most [`INLINE`] bytes without a call.
///
/// # Safety
/// As [`ptr::copy_nonoverlapping`].
#[inline(always)]
pub(super) unsafe fn copy_exactly(from: *const u8, to: *mut u8, len: usize) {
    /// # Safety
    /// As `copy_exactly`, for `len` of at least N and at most 2 N.
    #[inline(always)]
    unsafe fn ends<const N: usize>(from: *const u8, to: *mut u8, len: usize) {
        // SAFETY: by contract.
        unsafe {
            let first = from.cast::<[u8; N]>().read();
            let last = from.add(len - N).cast::<[u8; N]>().read();
            to.cast::<[u8; N]>().write(first);
            to.add(len - N).cast::<[u8; N]>().write(last);
        }
    }
    // SAFETY: by contract; the pieces overlap rather than reach further.
    unsafe {
        match len {
            0 => {}
            1 => to.write(from.read()),
            2..=4 => ends::<2>(from, to, len),
            5..=8 => ends::<4>(from, to, len),
            9..=16 => ends::<8>(from, to, len),
            17..=32 => ends::<16>(from, to, len),
            _ => {
                to.cast::<[u8; 16]>().write(from.cast::<[u8; 16]>().read());
                ends::<16>(from.add(16), to.add(16), len - 16);
            }
        }
    }
}
