//! Meta-data of a connection: what `zmq_msg_gets` and ZMQ_SRCFD read.
//!
//! One object per connection, referred to by each of its messages. The
//! decoder takes references in bulk ([`MetadataSource`]), so that a message
//! costs no atomic operation on the way in.

use std::ffi::{CStr, CString};
use std::mem;
use std::ops::Deref;
use std::ptr::NonNull;

use super::Msg;
use crate::sync::{AtomicU8, AtomicUsize, Ordering, fence};

/// Properties of one connection, first insertion of a name wins.
#[derive(Debug)]
pub struct Metadata {
    refs: AtomicUsize,
    properties: Vec<(Vec<u8>, CString)>,
    fd: i32,
    /// Where a [`MetadataSink`] keeps it: connections made one after the other do
    /// not meet there.
    place: u8,
}

impl Metadata {
    /// The value of `name`, case-sensitive.
    pub fn find(&self, name: &[u8]) -> Option<&CStr> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_c_str())
    }

    /// The descriptor of the connection, -1: none.
    pub fn fd(&self) -> i32 {
        self.fd
    }
}

/// A counted reference to [`Metadata`].
#[derive(Debug)]
#[repr(transparent)]
pub struct MetadataRef(NonNull<Metadata>);

// SAFETY: the object is immutable but for its atomic count.
unsafe impl Send for MetadataRef {}
// SAFETY: as above.
unsafe impl Sync for MetadataRef {}

impl MetadataRef {
    /// Makes the object from name/value pairs (values are cut at a NUL) and
    /// the connection's descriptor (-1: none).
    pub fn new(properties: &[(Vec<u8>, Vec<u8>)], fd: i32) -> MetadataRef {
        let properties = properties
            .iter()
            .map(|(name, value)| {
                let text = value.split(|b| *b == 0).next().unwrap_or_default();
                (name.clone(), CString::new(text).unwrap_or_default())
            })
            .collect();
        static MADE: AtomicU8 = AtomicU8::new(0);
        let place = MADE.fetch_add(1, Ordering::Relaxed);
        let boxed = Box::new(Metadata { refs: AtomicUsize::new(1), properties, fd, place });
        MetadataRef(NonNull::from(Box::leak(boxed)))
    }

    /// Whether both are the same, or nothing.
    #[inline(always)]
    pub(super) fn same(a: &Option<MetadataRef>, b: &Option<MetadataRef>) -> bool {
        a.as_ref().map(|a| a.0) == b.as_ref().map(|b| b.0)
    }

    /// How many there are.
    #[cfg(test)]
    pub fn references(&self) -> usize {
        self.refs.load(Ordering::SeqCst)
    }

    fn bulk(&self, n: usize) {
        self.refs.fetch_add(n, Ordering::Relaxed);
    }
}

/// References taken ahead by a [`MetadataSource`].
const AHEAD: usize = 1 << 12;

/// Hands out references to one connection's meta-data, one atomic operation
/// for thousands of messages.
#[derive(Debug)]
pub struct MetadataSource {
    meta: MetadataRef,
    /// References added to the count and not yet handed out.
    left: usize,
}

impl MetadataSource {
    /// A source of references to `meta`.
    pub fn new(meta: MetadataRef) -> MetadataSource {
        MetadataSource { meta, left: 0 }
    }

    /// One more reference.
    #[inline]
    pub fn reference(&mut self) -> MetadataRef {
        if self.left == 0 {
            self.meta.bulk(AHEAD);
            self.left = AHEAD;
        }
        self.left -= 1;
        MetadataRef(self.meta.0)
    }

    /// One more reference, if one is ready.
    #[inline(always)]
    pub fn ready(&mut self) -> Option<MetadataRef> {
        self.left = self.left.checked_sub(1)?;
        Some(MetadataRef(self.meta.0))
    }

    /// Whether `meta` is what references are handed out to.
    pub fn is_of(&self, meta: &MetadataRef) -> bool {
        self.meta.0 == meta.0
    }

    /// Takes a reference of its own kind back.
    pub fn put_back(&mut self, meta: MetadataRef) {
        debug_assert!(self.is_of(&meta));
        self.left += 1;
        mem::forget(meta);
    }

    /// Whether `meta` could have come from `source`.
    #[inline(always)]
    pub fn is_source(source: &Option<MetadataSource>, meta: &Option<MetadataRef>) -> bool {
        source.as_ref().map(|source| source.meta.0) == meta.as_ref().map(|meta| meta.0)
    }
}

impl Drop for MetadataSource {
    fn drop(&mut self) {
        // Not the last: `meta` itself holds one more.
        self.meta.refs.fetch_sub(self.left, Ordering::Release);
    }
}

/// Takes references back, one atomic operation for many of the same connection.
#[derive(Debug, Default)]
pub struct MetadataSink {
    last: Kept,
    /// Connections before the last one, each in its place; where messages of
    /// many are read in turn every one of them will be the last again soon.
    others: Option<Box<[Kept; PLACES]>>,
}

/// Places for connections in a sink, by the order in which they came.
const PLACES: usize = 256;

/// References to one connection's meta-data that were taken back.
#[derive(Debug, Default)]
struct Kept {
    meta: Option<MetadataRef>,
    /// Those besides that in `meta`.
    extra: usize,
}

impl MetadataSink {
    /// Takes the reference of a message that is done with, if it has one.
    #[inline(always)]
    pub fn absorb_from(&mut self, msg: &mut Msg) {
        if let Some(meta) = msg.take_metadata() {
            self.absorb(meta);
        }
    }

    /// Takes one reference back.
    #[inline]
    fn absorb(&mut self, meta: MetadataRef) {
        if self.last.is_of(&meta) {
            self.last.add(meta);
        } else {
            self.exchange(meta);
        }
    }

    /// Of another connection than the last one.
    #[inline(never)]
    fn exchange(&mut self, meta: MetadataRef) {
        let place = usize::from(meta.place);
        let Some(last) = self.last.meta.as_ref().map(|last| usize::from(last.place)) else {
            self.last.meta = Some(meta);
            return;
        };
        let others = self.others.get_or_insert_with(|| Box::new([const { Kept::NONE }; PLACES]));
        others[last] = mem::take(&mut self.last);
        if others[place].is_of(&meta) {
            self.last = mem::take(&mut others[place]);
            self.last.add(meta);
        } else {
            self.last.meta = Some(meta);
        }
    }
}

impl Kept {
    const NONE: Kept = Kept { meta: None, extra: 0 };

    #[inline(always)]
    fn is_of(&self, meta: &MetadataRef) -> bool {
        self.meta.as_ref().is_some_and(|kept| kept.0 == meta.0)
    }

    #[inline(always)]
    fn add(&mut self, meta: MetadataRef) {
        self.extra += 1;
        mem::forget(meta);
    }
}

impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        if let Some(kept) = &self.meta {
            // Not the last: `meta` itself goes after them.
            kept.refs.fetch_sub(self.extra, Ordering::Release);
        }
    }
}

impl Deref for MetadataRef {
    type Target = Metadata;
    #[inline]
    fn deref(&self) -> &Metadata {
        // SAFETY: a reference keeps the object alive.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for MetadataRef {
    #[inline]
    fn clone(&self) -> Self {
        self.bulk(1);
        MetadataRef(self.0)
    }
}

impl Drop for MetadataRef {
    #[inline]
    fn drop(&mut self) {
        if self.refs.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: the last reference; the object came from a box.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_value_wins_and_names_are_case_sensitive() {
        let meta = MetadataRef::new(
            &[
                (b"Identity".to_vec(), b"x".to_vec()),
                (b"A".to_vec(), b"1\0cut".to_vec()),
                (b"A".to_vec(), b"2".to_vec()),
            ],
            7,
        );
        assert_eq!(meta.find(b"Identity").map(CStr::to_bytes), Some(&b"x"[..]));
        assert_eq!(meta.find(b"Routing-Id"), None, "as libzmq, whatever its manual says");
        assert_eq!(meta.find(b"A").map(CStr::to_bytes), Some(&b"1"[..]));
        assert_eq!((meta.find(b"a"), meta.fd()), (None, 7));
    }

    #[test]
    fn references_of_a_source_balance() {
        let meta = MetadataRef::new(&[], -1);
        let mut source = MetadataSource::new(meta.clone());
        drop((source.reference(), source.reference()));
        let mut sink = MetadataSink::default();
        sink.absorb(source.reference());
        sink.absorb(source.reference());
        sink.absorb(MetadataRef::new(&[], -1));
        drop(source);
        assert_eq!(meta.references(), 3, "two are with the sink");
        drop(sink);
        assert_eq!(meta.references(), 1);
    }

    #[test]
    fn a_sink_that_hears_many_connections_in_turn_gives_all_references_back() {
        let connections: Vec<_> =
            (0..2 * PLACES + 3).map(|fd| MetadataRef::new(&[], fd as i32)).collect();
        let mut sources: Vec<_> = connections.iter().cloned().map(MetadataSource::new).collect();
        let mut sink = MetadataSink::default();
        for _ in 0..5 {
            for source in &mut sources {
                sink.absorb(source.reference());
            }
        }
        let few = &mut sources[..PLACES / 2];
        for _ in 0..3 {
            for source in few.iter_mut() {
                sink.absorb(source.reference());
                let back = source.reference();
                assert!(source.is_of(&back));
                source.put_back(back);
            }
        }
        drop((sources, sink));
        assert!(connections.iter().all(|meta| meta.references() == 1));
    }
}
