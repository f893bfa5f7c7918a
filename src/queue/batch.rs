//! A batch: bytes in the order in which one producer appends and one consumer
//! takes them, in units that become visible whole.
//!
//! It consists of segments, each of which stands for a stretch of a lane. The
//! producer begins a segment, puts a mark into the lane and appends; before it
//! puts anything else into the lane it seals the segment. The consumer enters at
//! the mark, and leaves when the segment is sealed and all of it is taken; then
//! the producer may begin it anew. Appending is three plain stores besides the
//! bytes, taking is one load. What the bytes mean is the users' affair. Neither
//! end blocks or wakes anybody.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{self, NonNull};
use std::sync::atomic::compiler_fence;

use super::lane::{Consumer, Producer, lane};
use crate::sync::{Arc, AtomicBool, AtomicPtr, AtomicU8, AtomicU64, Ordering, UnsafeCell};
use crate::sys::barrier;

/// A segment is full when it holds so many bytes, and its units may go so far
/// beyond, with copies of fixed size.
#[cfg(not(loom))]
const SIZE: (usize, usize) = (crate::tuning::WRITE_LEAST, crate::tuning::LARGE + 64);
#[cfg(loom)]
const SIZE: (usize, usize) = (2, 1);

const FULL: usize = SIZE.0;
/// Bytes that a unit may take, copies of fixed size included; of one in parts, those
/// of each that begins where the segment is not full, and all behind.
pub const UNIT: usize = SIZE.1;

const LAYOUT: Layout = match Layout::from_size_align(FULL + UNIT, 64) {
    Ok(layout) => layout,
    Err(_) => panic!("constant layout"),
};

/// In `filled`: nothing more comes.
const SEALED: u64 = 1 << 63;
/// In `filled`: where the number of units stands, above that of bytes.
const UNITS: u32 = 32;

/// The producer is doing something else.
const AWAY: u8 = 0;
/// It is between its look at `withdrawn` and its publishing.
const WRITING: u8 = 1;
/// It has begun a unit, and will look at `withdrawn` before it goes on.
const PAUSED: u8 = 2;

/// The producer may begin the segment.
const FREE: u8 = 0;
/// Begun, and not yet left.
const BEGUN: u8 = 1;
/// The consumer is giving the memory back.
const RECLAIMED: u8 = 2;

struct Segment {
    /// Published bytes, units and [`SEALED`]. Written by the producer.
    filled: AtomicU64,
    /// What the producer is doing.
    work: AtomicU8,
    /// The consumer wants the memory back. Taken back by whoever finds that it
    /// cannot have it, or by the producer that begins anew.
    withdrawn: AtomicBool,
    state: AtomicU8,
    /// Null: none. Belongs to the producer in FREE, to the consumer in RECLAIMED
    /// and where it has withdrawn. Where it is shared it goes with the segment.
    memory: AtomicPtr<u8>,
    /// Several consumers take from it, each for itself. It is begun once.
    shared: bool,
    /// Read with each use of the memory, written when it goes: for the models.
    alive: UnsafeCell<()>,
}

/// The appending end. Small, and what each unit needs stands first.
#[repr(C)]
pub struct BatchWriter {
    /// Where the next unit goes.
    at: *mut u8,
    /// Where the segment is full; null: none is open.
    stop: *mut u8,
    /// What was published last; of a segment joined: what is known of it.
    filled: u64,
    /// The segment that is open, begun last, or joined and not parted from.
    last: Option<Arc<Segment>>,
    /// None: segments cannot be begun here.
    way: Option<Box<Way>>,
}

/// From the producer to the consumer.
struct Way {
    segments: Producer<Arc<Segment>>,
    welcome: Arc<AtomicBool>,
}

/// The taking end.
pub struct BatchReader {
    segments: Consumer<Arc<Segment>>,
    welcome: Arc<AtomicBool>,
    /// The segment entered last.
    segment: Option<Arc<Segment>>,
    entered: bool,
    taken: usize,
    units: u64,
}

// SAFETY: the memory is shared with the consumer by the protocol of this file.
unsafe impl Send for BatchWriter {}

// SAFETY: `alive` holds nothing; the memory it stands for is handed over by the
// protocol of this file.
unsafe impl Sync for Segment {}

/// What is published and not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Filled {
    /// Bytes.
    pub bytes: usize,
    /// Units.
    pub units: u64,
}

/// A batch without segments, not welcome.
pub fn batch() -> (BatchWriter, BatchReader) {
    let (producer, consumer) = lane();
    let welcome = Arc::new(AtomicBool::new(false));
    let way = Way { segments: producer, welcome: welcome.clone() };
    let writer = BatchWriter { way: Some(Box::new(way)), ..BatchWriter::default() };
    let reader = BatchReader {
        segments: consumer,
        welcome,
        segment: None,
        entered: false,
        taken: 0,
        units: 0,
    };
    (writer, reader)
}

impl Segment {
    fn begun(shared: bool) -> Segment {
        Segment {
            filled: AtomicU64::new(0),
            work: AtomicU8::new(AWAY),
            withdrawn: AtomicBool::new(false),
            state: AtomicU8::new(BEGUN),
            memory: AtomicPtr::new(ptr::null_mut()),
            shared,
            alive: UnsafeCell::new(()),
        }
    }

    /// From one state to another. False: it was not in the first.
    fn change(&self, from: u8, to: u8) -> bool {
        self.state.compare_exchange(from, to, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// The memory, for the producer that has begun the segment. Null: there is none.
    fn memory(&self) -> *mut u8 {
        let memory = self.memory.load(Ordering::Relaxed);
        if !memory.is_null() {
            return memory;
        }
        // SAFETY: constant non-zero layout.
        let memory = unsafe { alloc(LAYOUT) };
        self.memory.store(memory, Ordering::Relaxed);
        memory
    }

    /// The producer begins, interrupts or ends its work on the memory. What follows
    /// the beginning stays behind it, what was done stays before the end.
    #[inline(always)]
    fn set_work(&self, work: u8) {
        if cfg!(loom) {
            // Not a store, which loom does not keep in order with the exchange
            // that a SeqCst load is there.
            let writing = work == WRITING;
            self.work.swap(work, if writing { Ordering::SeqCst } else { Ordering::Release });
        } else {
            self.work.store(work, Ordering::Release);
            compiler_fence(Ordering::SeqCst);
        }
    }

    /// Called by whoever the memory belongs to.
    fn free(&self) {
        self.alive.with_mut(|_| ());
        let memory = self.memory.load(Ordering::Relaxed);
        self.memory.store(ptr::null_mut(), Ordering::Relaxed);
        if !memory.is_null() {
            // SAFETY: made in `memory` with this layout; nobody uses it.
            unsafe { dealloc(memory, LAYOUT) };
        }
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        self.free();
    }
}

impl Default for BatchWriter {
    /// One that never has a segment.
    fn default() -> BatchWriter {
        BatchWriter { at: ptr::null_mut(), stop: ptr::null_mut(), filled: 0, last: None, way: None }
    }
}

impl BatchWriter {
    /// Begins a segment, if the consumer welcomes that and the system has
    /// barriers that cost this side nothing; the one before must be sealed.
    /// True: a mark must go into the lane before anything is appended.
    #[must_use = "the consumer must be told where the segment stands"]
    pub fn begin(&mut self) -> bool {
        debug_assert!(!self.is_open());
        if !self.is_welcome() {
            return false;
        }
        let again = self.last.take().filter(|last| !last.shared && last.change(FREE, BEGUN));
        let segment = again.unwrap_or_else(|| Arc::new(Segment::begun(false)));
        if !self.open(segment) {
            return false;
        }
        if let (Some(way), Some(segment)) = (&mut self.way, &self.last) {
            way.lead_to(segment);
        }
        true
    }

    /// Begins a segment that the consumers of several batches take from, those of the
    /// writers that [`join`](Self::join) it before anything is appended. False: no
    /// memory.
    pub fn begin_shared(&mut self) -> bool {
        debug_assert!(!self.is_open() && self.way.is_none());
        self.open(Arc::new(Segment::begun(true)))
    }

    /// Whether the consumer welcomes segments.
    pub fn is_welcome(&self) -> bool {
        self.way.as_ref().is_some_and(|way| way.is_open())
    }

    /// From here on what `shared` appends is this batch's, until this writer
    /// [parts](Self::part). True: a mark must go into the lane. False: the consumer
    /// does not welcome it.
    #[must_use = "the consumer must be told where the segment stands"]
    pub fn join(&mut self, shared: &BatchWriter) -> bool {
        debug_assert!(!self.is_open() && shared.filled == 0);
        let (Some(way), Some(segment)) = (&mut self.way, &shared.last) else { return false };
        if !shared.is_open() || !way.is_open() {
            return false;
        }
        way.lead_to(segment);
        self.last = Some(segment.clone());
        self.filled = 0;
        true
    }

    /// Units in the segment joined, if any, since the last question.
    pub fn units_shared(&mut self) -> u64 {
        let Some(segment) = self.joined() else { return 0 };
        let filled = segment.filled.load(Ordering::Relaxed) & !SEALED;
        let units = (filled >> UNITS) - (self.filled >> UNITS);
        self.filled = filled;
        units
    }

    fn joined(&self) -> Option<&Segment> {
        self.last.as_deref().filter(|last| last.shared && self.way.is_some())
    }

    /// Ends the segment joined, if any, for all who have joined it.
    pub fn part(&mut self) {
        let Some(segment) = self.joined() else { return };
        let filled = segment.filled.load(Ordering::Relaxed);
        // For the writer that it is open in, which is on this thread.
        segment.withdrawn.store(true, Ordering::Relaxed);
        segment.filled.store(filled | SEALED, Ordering::Release);
        self.last = None;
    }

    /// Goes on in this segment. False: no memory.
    fn open(&mut self, segment: Arc<Segment>) -> bool {
        let memory = segment.memory();
        if memory.is_null() {
            return false;
        }
        // Published with the segment.
        segment.filled.store(0, Ordering::Relaxed);
        segment.withdrawn.store(false, Ordering::Relaxed);
        self.at = memory;
        // SAFETY: inside the allocation.
        self.stop = unsafe { memory.add(FULL) };
        self.filled = 0;
        self.last = Some(segment);
        true
    }

    /// Whether a unit can be appended, as far as is known here. False: the
    /// segment is full, or none is open.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.at < self.stop
    }

    /// Whether the next part of the unit begun may take `len` bytes.
    #[inline]
    pub fn has_room_behind(&self, len: usize) -> bool {
        self.is_open() && self.at as usize + len <= self.stop as usize + UNIT
    }

    /// Where a unit of at most [`UNIT`] bytes goes, or its next part;
    /// [`appended`](Self::appended) or [`appended_part`](Self::appended_part) must
    /// follow. None: the consumer has withdrawn, and the segment must be sealed.
    ///
    /// # Safety
    /// The batch [`has_room`](Self::has_room), or
    /// [has it](Self::has_room_behind) for the part.
    #[inline(always)]
    pub unsafe fn place(&mut self) -> Option<NonNull<u8>> {
        // SAFETY: open, by contract.
        let segment = unsafe { self.segment_open() };
        // "Writing, then withdrawn?" against "withdrawn, then writing?" in `reclaim`.
        segment.set_work(WRITING);
        if segment.withdrawn.load(Ordering::SeqCst) {
            self.keep_off();
            return None;
        }
        segment.alive.with(|_| ());
        // SAFETY: below `stop`, which is not null.
        Some(unsafe { NonNull::new_unchecked(self.at) })
    }

    /// The consumer has withdrawn: leaves the memory alone, but for the parts of the
    /// unit begun, if any.
    #[cold]
    #[inline(never)]
    fn keep_off(&mut self) {
        let work = if self.begun().is_empty() { AWAY } else { PAUSED };
        if let Some(segment) = self.segment() {
            segment.set_work(work);
        }
    }

    /// The segment that is open.
    #[inline]
    fn segment(&self) -> Option<&Segment> {
        // SAFETY: just looked.
        self.is_open().then(|| unsafe { self.segment_open() })
    }

    /// As [`segment`](Self::segment) for who knows that there is one.
    ///
    /// # Safety
    /// A segment [is open](Self::is_open).
    #[inline(always)]
    unsafe fn segment_open(&self) -> &Segment {
        // SAFETY: whoever opens a segment puts it there, for as long as it is open.
        unsafe { self.last.as_deref().unwrap_unchecked() }
    }

    /// Adds the `len` bytes just written to the unit begun, which is published with
    /// the last of its parts ([`appended`](Self::appended)). Until then the consumer
    /// may withdraw, but leaves the memory.
    ///
    /// # Safety
    /// As [`appended`](Self::appended).
    #[inline]
    pub unsafe fn appended_part(&mut self, len: usize) {
        // SAFETY: inside the allocation, by contract.
        self.at = unsafe { self.at.add(len) };
        self.filled += len as u64;
        // SAFETY: open, by contract.
        unsafe { self.segment_open() }.set_work(PAUSED);
    }

    /// The parts of the unit begun.
    #[inline]
    pub fn begun(&self) -> &[u8] {
        let Some(segment) = self.segment() else { return &[] };
        let published = segment.filled.load(Ordering::Relaxed);
        let len = (self.filled as u32 - published as u32) as usize;
        if len == 0 {
            return &[];
        }
        segment.alive.with(|_| ());
        // SAFETY: initialised, not yet the consumer's; where there are any, PAUSED or
        // WRITING keep the memory there.
        unsafe { std::slice::from_raw_parts(self.at.sub(len), len) }
    }

    /// Takes back the parts of the unit begun.
    #[inline]
    pub fn take_back(&mut self) {
        let len = self.begun().len();
        if len > 0 {
            // SAFETY: as many bytes as were added.
            self.at = unsafe { self.at.sub(len) };
            self.filled -= len as u64;
            if let Some(segment) = self.segment() {
                segment.set_work(AWAY);
            }
        }
    }

    /// Publishes the unit of which `len` bytes were just written, for a consumer that
    /// looks by itself; see [`Producer::publish_to_waking`].
    ///
    /// # Safety
    /// [`place`](Self::place) has just returned where it stands, and its bytes
    /// are initialised.
    #[inline(always)]
    pub unsafe fn appended(&mut self, len: usize) {
        // SAFETY: inside the allocation, by contract.
        self.at = unsafe { self.at.add(len) };
        self.filled += len as u64 | 1 << UNITS;
        // SAFETY: open, by contract.
        let segment = unsafe { self.segment_open() };
        if cfg!(loom) {
            segment.filled.swap(self.filled, Ordering::SeqCst);
        } else {
            segment.filled.store(self.filled, Ordering::Release);
        }
        segment.set_work(AWAY);
    }

    /// Whether a segment has been begun and not sealed.
    #[inline(always)]
    pub fn is_open(&self) -> bool {
        !self.stop.is_null()
    }

    /// Ends the segment that is open; without the parts of a unit begun.
    #[cold]
    pub fn seal(&mut self) {
        self.take_back();
        self.at = ptr::null_mut();
        self.stop = ptr::null_mut();
        if let Some(segment) = &self.last {
            segment.filled.store(self.filled | SEALED, Ordering::Release);
        }
    }
}

impl Way {
    /// Whether a segment may be begun.
    fn is_open(&self) -> bool {
        self.welcome.load(Ordering::Relaxed) && (cfg!(loom) || barrier::is_asymmetric())
    }

    fn lead_to(&mut self, segment: &Arc<Segment>) {
        self.segments.push(segment.clone());
        self.segments.commit();
        self.segments.publish_to_waking();
    }
}

impl BatchReader {
    /// Whether the producer may begin segments from now on.
    pub fn welcome(&mut self, welcome: bool) {
        self.welcome.store(welcome, Ordering::Relaxed);
    }

    /// A mark has come out of the lane.
    pub fn enter(&mut self) {
        self.segment = self.segments.pop();
        self.entered = self.segment.is_some();
        (self.taken, self.units) = (0, 0);
    }

    /// Whether a segment stands before what is in the lane.
    #[inline]
    pub fn is_entered(&self) -> bool {
        self.entered
    }

    /// What can be taken; None: no segment is entered, or it has just been left
    /// because it is sealed and empty.
    #[inline]
    pub fn filled(&mut self) -> Option<Filled> {
        let segment = self.segment.as_ref().filter(|_| self.entered)?;
        let filled = segment.filled.load(Ordering::Acquire);
        let bytes = (filled as u32) as usize - self.taken;
        if bytes == 0 && filled & SEALED != 0 {
            self.leave();
            return None;
        }
        let units = ((filled & !SEALED) >> UNITS) - self.units;
        Some(Filled { bytes, units })
    }

    fn leave(&mut self) {
        self.entered = false;
        if self.segment.take_if(|segment| segment.shared).is_some() {
            return;
        }
        if let Some(segment) = &self.segment {
            segment.state.store(FREE, Ordering::Release);
        }
    }

    /// The next `len` bytes, as many as [`filled`](Self::filled) has said at most.
    #[inline]
    pub fn bytes(&self, len: usize) -> &[u8] {
        let Some(segment) = self.segment.as_ref().filter(|_| self.entered) else { return &[] };
        debug_assert!(self.taken + len <= FULL + UNIT);
        segment.alive.with(|_| ());
        // SAFETY: entered: the memory is there, and what is published is
        // initialised and no longer written.
        unsafe {
            let memory = segment.memory.load(Ordering::Relaxed);
            std::slice::from_raw_parts(memory.add(self.taken), len)
        }
    }

    /// `len` bytes with `units` units are taken.
    #[inline]
    pub fn take(&mut self, len: usize, units: u64) {
        self.taken += len;
        self.units += units;
    }

    /// After a pause: gives memory back that nothing is in. False: the producer
    /// is at it, or something is there. True: from now on the producer appends
    /// nothing before it has begun a segment; one that has begun a unit keeps the
    /// memory until then. Costs a heavy barrier at most.
    pub fn reclaim(&mut self) -> bool {
        let Some(segment) = self.segment.clone() else { return true };
        if !self.entered {
            if segment.change(FREE, RECLAIMED) {
                segment.free();
                segment.state.store(FREE, Ordering::Release);
            }
            return true;
        }
        if !self.is_waiting() {
            return false;
        }
        segment.withdrawn.store(true, Ordering::SeqCst);
        barrier::heavy();
        let work = segment.work.load(Ordering::SeqCst);
        if work == WRITING || !self.is_waiting() {
            // A producer that has seen it meanwhile has sealed the segment. Where it
            // is shared another consumer may have withdrawn as well.
            if !segment.shared {
                segment.withdrawn.store(false, Ordering::Relaxed);
            }
            return false;
        }
        if segment.shared {
            self.leave();
        } else if work == AWAY {
            segment.free();
            self.leave();
        }
        true
    }

    /// Whether a segment is entered, empty, and may yet be filled.
    fn is_waiting(&mut self) -> bool {
        self.filled().is_some_and(|filled| filled.bytes == 0)
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
