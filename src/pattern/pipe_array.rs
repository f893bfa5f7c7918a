//! An array of pipes whose order means something (active ones first), with a
//! constant-time way back from a pipe to its place.
//!
//! Fair queue, load balancer and distributor partition it by swapping. Each
//! pipe gets a small number, its handle, valid while it is in the array; what
//! is kept per pipe elsewhere (the subscription trie) refers to that.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::pipe::PipeId;

/// A pipe's number in one [`PipeArray`]: small, dense, given out again after
/// the pipe has left.
pub type Handle = u32;

/// Pipe ids are made by ourselves, so a multiplication is hash enough.
#[derive(Default)]
pub struct PipeHasher(u64);

impl Hasher for PipeHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, n: u32) {
        // The multiplier of Fibonacci hashing; the rotation brings the good
        // upper bits down to where the next word and the table look.
        self.0 = (self.0 ^ u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }
}

/// A map by pipe.
pub type PipeMap<T> = HashMap<PipeId, T, BuildHasherDefault<PipeHasher>>;

struct Entry<T> {
    id: PipeId,
    handle: Handle,
    data: T,
}

/// Pipes in an order chosen by the owner, each with a `T`.
pub struct PipeArray<T = ()> {
    order: Vec<Entry<T>>,
    /// Place in `order` by handle.
    places: Vec<u32>,
    free: Vec<Handle>,
    handles: PipeMap<Handle>,
}

impl<T> Default for PipeArray<T> {
    fn default() -> Self {
        PipeArray {
            order: Vec::new(),
            places: Vec::new(),
            free: Vec::new(),
            handles: PipeMap::default(),
        }
    }
}

impl<T> PipeArray<T> {
    /// Number of pipes.
    #[inline]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The pipe at a place below [`len`](Self::len).
    #[inline]
    pub fn id(&self, place: usize) -> PipeId {
        self.order[place].id
    }

    /// The handle of the pipe at a place.
    pub fn handle_at(&self, place: usize) -> Handle {
        self.order[place].handle
    }

    /// What is kept for the pipe at a place.
    pub fn data(&self, place: usize) -> &T {
        &self.order[place].data
    }

    /// As [`data`](Self::data).
    #[inline]
    pub fn data_mut(&mut self, place: usize) -> &mut T {
        &mut self.order[place].data
    }

    /// Appends a pipe.
    pub fn push(&mut self, id: PipeId, data: T) -> Handle {
        let handle = self.free.pop().unwrap_or_else(|| {
            self.places.push(0);
            (self.places.len() - 1) as Handle
        });
        self.places[handle as usize] = self.order.len() as u32;
        self.order.push(Entry { id, handle, data });
        self.handles.insert(id, handle);
        handle
    }

    /// The handle of a pipe, if it is here.
    pub fn handle(&self, id: PipeId) -> Option<Handle> {
        self.handles.get(&id).copied()
    }

    /// The place of a pipe, if it is here.
    pub fn place(&self, id: PipeId) -> Option<usize> {
        // Most sockets have one peer, most patterns look at the first.
        match self.order.first() {
            Some(first) if first.id == id => Some(0),
            _ => self.handle(id).map(|handle| self.place_of(handle)),
        }
    }

    /// The place of a pipe by its handle.
    #[inline]
    pub fn place_of(&self, handle: Handle) -> usize {
        self.places[handle as usize] as usize
    }

    /// Exchanges two pipes.
    #[inline]
    pub fn swap(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        self.order.swap(a, b);
        self.places[self.order[a].handle as usize] = a as u32;
        self.places[self.order[b].handle as usize] = b as u32;
    }

    /// Takes the pipe at `place` out; the last one takes its place.
    pub fn remove(&mut self, place: usize) {
        let gone = self.order.swap_remove(place);
        if let Some(moved) = self.order.get(place) {
            self.places[moved.handle as usize] = place as u32;
        }
        self.handles.remove(&gone.id);
        self.free.push(gone.handle);
    }
}
