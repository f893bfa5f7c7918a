//! Messages: the 64-byte cell that is `zmq_msg_t`, what it can refer to, and
//! the meta-data of the connection it came by.
//!
//! A message is moved by copying its 64 bytes (C programs do so), hence no
//! self-pointers and no registry by address.

mod block;
mod chunk;
mod metadata;
mod moves;
mod pool;
mod run;
mod tail;

use std::mem::{self, MaybeUninit};
use std::{ptr, slice};

use crate::errno::{Errno, Result};

pub use block::FreeFn;
use block::Owner;
pub use chunk::{Arena, Leftover, Slice};
pub use moves::Payload;
pub use run::{RunReader, RunWriter};
use tail::{Kind, Tail};

pub use metadata::{Metadata, MetadataRef, MetadataSink, MetadataSource};

/// Bytes kept inside the cell. Fixed-size copies of the whole cell were faster
/// than copying only what is used.
pub const INLINE: usize = 48;

/// An inline body, whatever of it is used.
type Near = [MaybeUninit<u8>; INLINE];

/// More frames of this message follow.
pub const MORE: u8 = 0x01;
/// Internal: a subscription going to a publisher; the body is the topic.
pub const SUBSCRIBE: u8 = 0x04;
/// Internal: the end of a subscription; the body is the topic.
pub const CANCEL: u8 = 0x08;
/// Internal: no message, but where a batch stands in a lane; with [`RUN`]: the run
/// grows.
pub const BATCH: u8 = 0x20;
/// Internal: a cell that stands for many messages; see [`RunReader`].
pub const RUN: u8 = 0x10;
/// Internal: the body is the peer's routing id; not counted by high-water marks.
pub const ROUTING_ID: u8 = 0x40;
/// Set by copying: others may refer to the same bytes.
pub const SHARED: u8 = 0x80;

#[derive(Clone, Copy)]
#[repr(C)]
struct Far {
    data: *mut u8,
    len: usize,
    owner: *const Owner,
}

/// The body of a cell that stands for a run received; read as `far` it is one.
#[derive(Clone, Copy)]
#[repr(C)]
struct Run {
    far: Far,
    /// Frames that begin before so many bytes can be read the easy way.
    easy: usize,
}

#[derive(Clone, Copy)]
#[repr(C)]
union Body {
    /// C may not have written all of what it asked room for.
    near: Near,
    whole: [u8; INLINE],
    far: Far,
    run: Run,
}

/// Gives memory kept for further messages back to the system. Called when a
/// context has ended.
pub fn trim() {
    pool::trim();
    chunk::trim();
}

/// Frees the locks that a thread of the parent may have held.
///
/// # Safety
/// In a forked child, before it does anything else.
pub unsafe fn renew() {
    // SAFETY: by contract.
    unsafe {
        pool::renew();
        chunk::renew();
    }
}

/// A message frame; what C knows as `zmq_msg_t`.
#[repr(C, align(8))]
pub struct Msg {
    body: Body,
    meta: Option<MetadataRef>,
    tail: Tail,
}

const _: () = assert!(mem::size_of::<Msg>() == 64 && mem::align_of::<Msg>() == 8);

// SAFETY: what a message refers to is reference-counted with atomics; the
// user's free function is documented to run on any thread (zmq_msg_init_data).
unsafe impl Send for Msg {}

impl Default for Msg {
    fn default() -> Self {
        Msg::new()
    }
}

impl Msg {
    /// An empty message.
    #[inline]
    pub const fn new() -> Msg {
        let near = [MaybeUninit::uninit(); INLINE];
        Msg { body: Body { near }, meta: None, tail: Tail::new(Kind::Inline, 0) }
    }

    /// A message of `len` bytes, to be written before they are read. ENOMEM.
    #[inline]
    pub fn with_size(len: usize) -> Result<Msg> {
        let mut msg = Msg::new();
        if len <= INLINE {
            msg.tail = Tail::new(Kind::Inline, len as u8);
            return Ok(msg);
        }
        let (owner, data) = block::allocate(len).ok_or(Errno::ENOMEM)?;
        msg.set_far(Kind::Owned, data, len, owner);
        Ok(msg)
    }

    /// As [`with_size`](Self::with_size), made in `place`, the bytes of a small
    /// body being those that stand there. Err: `place` is untouched.
    ///
    /// # Safety
    /// `place` is valid for writing 64 bytes, which hold no message.
    #[inline]
    pub unsafe fn init_size(place: *mut Msg, len: usize) -> Result<()> {
        if len > INLINE {
            let msg = Msg::with_size(len)?;
            // SAFETY: writable by contract.
            unsafe { place.write(msg) };
            return Ok(());
        }
        // SAFETY: writable by contract; the body may be anything.
        unsafe {
            ptr::addr_of_mut!((*place).meta).write(None);
            ptr::addr_of_mut!((*place).tail).write(Tail::new(Kind::Inline, len as u8));
        }
        Ok(())
    }

    /// A message holding a copy of `bytes`. ENOMEM.
    #[inline]
    pub fn copy_of(bytes: &[u8]) -> Result<Msg> {
        let mut msg = Msg::with_size(bytes.len())?;
        msg.data_mut().copy_from_slice(bytes);
        Ok(msg)
    }

    /// A message on the user's memory, released by `free(data, hint)` when the
    /// last reference goes, on whichever thread that is. ENOMEM: nothing was
    /// taken over.
    ///
    /// # Safety
    /// `data` is valid for `len` bytes until `free` is called.
    pub unsafe fn from_user(
        data: *mut u8,
        len: usize,
        free: FreeFn,
        hint: *mut libc::c_void,
    ) -> Result<Msg> {
        let owner = block::adopt(data, free, hint).ok_or(Errno::ENOMEM)?;
        let mut msg = Msg::new();
        msg.set_far(Kind::Owned, data, len, owner);
        Ok(msg)
    }

    /// A message on memory that is never freed.
    ///
    /// # Safety
    /// `data` is valid for `len` bytes for as long as any copy of the message lives.
    pub unsafe fn constant(data: *mut u8, len: usize) -> Msg {
        let mut msg = Msg::new();
        msg.set_far(Kind::Constant, data, len, ptr::null());
        msg
    }

    /// A message on bytes that were received.
    #[inline]
    pub fn from_slice(Slice(far): Slice, more: bool, meta: Option<MetadataRef>) -> Msg {
        let flags = if more { MORE } else { 0 };
        Msg { body: Body { far }, meta, tail: Tail::new(Kind::Owned, 0).with_flags(flags) }
    }

    /// A message on the first `len` bytes of those received at `near`, at most
    /// [`INLINE`].
    #[inline]
    pub fn from_near(
        near: &[u8; INLINE],
        len: usize,
        more: bool,
        meta: Option<MetadataRef>,
    ) -> Msg {
        let flags = if more { MORE } else { 0 };
        let tail = Tail::new(Kind::Inline, len.min(INLINE) as u8).with_flags(flags);
        Msg { body: Body { whole: *near }, meta, tail }
    }

    fn set_far(&mut self, kind: Kind, data: *mut u8, len: usize, owner: *const Owner) {
        self.tail = Tail::new(kind, 0);
        self.body = Body { far: Far { data, len, owner } };
    }

    /// Whether `raw` holds an initialised message.
    ///
    /// # Safety
    /// `raw` points to 64 readable bytes, aligned for a pointer.
    pub unsafe fn is_initialised(raw: *const Msg) -> bool {
        // SAFETY: the caller vouches for the memory; any bits are a valid u64.
        unsafe { ptr::addr_of!((*raw).tail).read() }.is_valid()
    }

    /// Marks `raw`, whose content was moved out, as not initialised.
    ///
    /// # Safety
    /// `raw` points to 64 writable bytes.
    pub unsafe fn poison(raw: *mut Msg) {
        // SAFETY: the caller vouches for the memory.
        unsafe { ptr::addr_of_mut!((*raw).tail).write(Tail(0)) };
    }

    /// Size of the body in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        match self.far() {
            None => self.tail.len(),
            Some(far) => far.len,
        }
    }

    /// Whether the body has no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn far(&self) -> Option<Far> {
        if self.tail.kind() == Kind::Inline as u8 {
            return None;
        }
        // SAFETY: every other kind is made by set_far, which wrote `far`.
        Some(unsafe { self.body.far })
    }

    /// The body.
    #[inline]
    pub fn data(&self) -> &[u8] {
        match self.far() {
            // SAFETY: kind Inline: `near` is the active field and the length is at most INLINE.
            None => unsafe {
                slice::from_raw_parts(self.body.near.as_ptr().cast(), self.tail.len())
            },
            // SAFETY: `data` is valid for `len` bytes while this reference lives.
            Some(far) if far.len > 0 => unsafe { slice::from_raw_parts(far.data, far.len) },
            Some(_) => &[],
        }
    }

    /// The body, for writing. Writing to a shared body is the caller's fault
    /// (zmq_msg_copy).
    #[inline]
    pub fn data_mut(&mut self) -> &mut [u8] {
        match self.far() {
            // SAFETY: as in data.
            None => unsafe {
                slice::from_raw_parts_mut(self.body.near.as_mut_ptr().cast(), self.tail.len())
            },
            // SAFETY: as in data; slices of one chunk do not overlap.
            Some(far) if far.len > 0 => unsafe { slice::from_raw_parts_mut(far.data, far.len) },
            Some(_) => &mut [],
        }
    }

    /// Drops the first `n` bytes of the body, all of it if it is shorter.
    pub fn skip(&mut self, n: usize) {
        let n = n.min(self.len());
        match self.far() {
            None => {
                self.data_mut().copy_within(n.., 0);
                let len = self.tail.len() - n;
                self.tail = Tail(self.tail.0 & !(0xFF << Tail::LEN) | (len as u64) << Tail::LEN);
            }
            Some(far) => {
                // SAFETY: n is at most the length of the body.
                let data = unsafe { far.data.add(n) };
                self.body = Body { far: Far { data, len: far.len - n, ..far } };
            }
        }
    }

    /// Address of the body: what `zmq_msg_data` returns, not NULL for an empty
    /// message other than one made from NULL.
    pub fn data_ptr(&mut self) -> *mut u8 {
        match self.far() {
            None => ptr::addr_of_mut!(self.body).cast(),
            Some(far) => far.data,
        }
    }

    /// The inline body as a whole, whatever of it is used: for fixed-size copies.
    #[inline]
    fn near(&self) -> Option<&Near> {
        if self.tail.kind() != Kind::Inline as u8 {
            return None;
        }
        // SAFETY: kind Inline: `near` is the active field.
        Some(unsafe { &self.body.near })
    }

    /// Flags: MORE, SHARED and the internal ones.
    #[inline]
    pub fn flags(&self) -> u8 {
        self.tail.flags()
    }

    /// Sets flags.
    #[inline]
    pub fn set_flags(&mut self, flags: u8) {
        self.tail = self.tail.with_flags(self.tail.flags() | flags);
    }

    /// Whether it is a frame of the application's that is a whole message.
    #[inline(always)]
    pub fn is_whole(&self) -> bool {
        self.flags() & !SHARED == 0
    }

    /// Whether it is a frame of the application's with no flags but `flags`.
    #[inline(always)]
    pub fn has_only(&self, flags: u8) -> bool {
        self.flags() & !(SHARED | flags) == 0
    }

    /// Whether nothing has to be given back when it is dropped.
    #[inline(always)]
    pub fn holds_nothing(&self) -> bool {
        !self.is_owned() && self.meta.is_none()
    }

    /// Whether it can be sent as it is as a whole message; see
    /// [`prepare`](Self::prepare).
    #[inline(always)]
    pub fn is_prepared(&self) -> bool {
        self.is_whole() && self.meta.is_none()
    }

    /// The length of a body that can be sent as it is as a whole message, if it is
    /// inline. None also for what is no message.
    ///
    /// # Safety
    /// `raw` points to 64 readable bytes, aligned for a pointer.
    #[inline(always)]
    pub unsafe fn prepared_near_len(raw: *const Msg) -> Option<usize> {
        // SAFETY: the caller vouches for the memory; any bits are valid here.
        let (tail, meta) = unsafe { Msg::tail_and_meta(raw) };
        (tail.is_plain(Kind::Inline) && meta == 0).then(|| tail.len())
    }

    /// As [`prepared_near_len`](Self::prepared_near_len), if it is
    /// reference-counted.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub unsafe fn prepared_far_len(raw: *const Msg) -> Option<usize> {
        // SAFETY: the caller vouches for the memory; any bits are valid here, and
        // with kind Owned `far` is the active field.
        unsafe {
            let (tail, meta) = Msg::tail_and_meta(raw);
            (tail.is_plain(Kind::Owned) && meta == 0).then(|| (*raw).body.far.len)
        }
    }

    /// # Safety
    /// As [`prepared_near_len`](Self::prepared_near_len).
    #[inline(always)]
    unsafe fn tail_and_meta(raw: *const Msg) -> (Tail, usize) {
        // SAFETY: the caller vouches for the memory; any bits are valid here.
        unsafe {
            (ptr::addr_of!((*raw).tail).read(), ptr::addr_of!((*raw).meta).cast::<usize>().read())
        }
    }

    /// Makes it a frame to be sent: MORE as given, no internal flags and no
    /// meta-data.
    #[inline]
    pub fn prepare(&mut self, more: bool) {
        let flags = self.tail.flags() & !(MORE | SUBSCRIBE | CANCEL | ROUTING_ID);
        self.tail = self.tail.with_flags(flags | if more { MORE } else { 0 });
        if self.meta.is_some() {
            self.meta = None;
        }
    }

    /// Whether more frames follow.
    #[inline]
    pub fn more(&self) -> bool {
        self.flags() & MORE != 0
    }

    /// Sets or clears MORE.
    #[inline]
    pub fn set_more(&mut self, more: bool) {
        self.tail = self.tail.with_flags((self.flags() & !MORE) | if more { MORE } else { 0 });
    }

    /// What ZMQ_SHARED reports.
    pub fn is_shared(&self) -> bool {
        self.tail.kind() == Kind::Constant as u8 || self.flags() & SHARED != 0
    }

    /// Whether this frame counts against high-water marks: the last frame of
    /// an ordinary message.
    #[inline]
    pub fn counts(&self) -> bool {
        self.flags() & (MORE | ROUTING_ID) == 0
    }

    /// The routing id of thread-safe sockets, 0: none.
    pub fn routing_id(&self) -> u32 {
        self.tail.routing_id()
    }

    /// Sets the routing id of thread-safe sockets.
    pub fn set_routing_id(&mut self, id: u32) {
        self.tail = self.tail.with_routing_id(id);
    }

    /// Meta-data of the connection the message came by.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.meta.as_deref()
    }

    /// Attaches meta-data.
    #[inline]
    pub fn set_metadata(&mut self, meta: Option<MetadataRef>) {
        self.meta = meta;
    }

    /// Whether both have the same meta-data, or none.
    #[inline(always)]
    pub fn has_metadata_of(&self, other: &Msg) -> bool {
        MetadataRef::same(&self.meta, &other.meta)
    }

    /// Takes the meta-data off.
    #[inline]
    pub fn take_metadata(&mut self) -> Option<MetadataRef> {
        self.meta.take()
    }

    /// A second message with the same content, flags and meta-data. Inline
    /// bodies are copied; others are shared, and both say so.
    pub fn share(&mut self) -> Msg {
        if let Some(far) = self.far()
            && !far.owner.is_null()
        {
            // SAFETY: this message holds a reference, so the owner is alive.
            unsafe { Owner::retain(far.owner, 1) };
            self.set_flags(SHARED);
        }
        Msg { body: self.body, meta: self.meta.clone(), tail: self.tail }
    }

    /// A second message with the same body in memory of its own, without flags
    /// and meta-data. A small body is copied as a whole, which is faster than
    /// what is used of it. ENOMEM.
    #[inline]
    pub fn duplicate(&self) -> Result<Msg> {
        let Some(near) = self.near() else { return Msg::copy_of(self.data()) };
        let tail = Tail::new(Kind::Inline, self.tail.len() as u8);
        Ok(Msg { body: Body { near: *near }, meta: None, tail })
    }
}

impl Msg {
    #[inline(always)]
    fn is_owned(&self) -> bool {
        self.tail.kind() == Kind::Owned as u8
    }

    /// Lets go of what the body refers to; a new one must be written, or nothing
    /// may look at this one again.
    #[inline(always)]
    fn drop_body(&mut self) {
        if self.is_owned() {
            // SAFETY: kind Owned: `far` is active and this message holds one
            // reference to the owner.
            unsafe { Owner::release(self.body.far.owner) };
        }
    }
}

impl Drop for Msg {
    #[inline]
    fn drop(&mut self) {
        self.drop_body();
    }
}

#[cfg(test)]
mod tests;
