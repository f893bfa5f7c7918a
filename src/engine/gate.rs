//! The out gate: who writes what a pipe's sender publishes, and when.
//!
//! Called by the drive for the sending thread and for the I/O thread; the
//! bytes, the descriptor and the ticker are behind [`Outlet`] and [`Port`].
//! Imports nothing but `sync` and the mode, so that the models (tests/loom)
//! run this very code.
//!
//! Invariant: if lane or encoder hold something while there is a connection,
//! then a thread is inside a call that will drain them or leave STREAM with the
//! tick armed, or the mode is STREAM and (the tick is armed, or the I/O thread
//! is in its scan, or writable-interest is on and somebody waits on it or has a
//! lease tick running).
//!
//! * sender: publish (SeqCst exchange), then read the mode (SeqCst). STREAM:
//!   return. DIRECT: try the lock and drain; if the lock is taken or something
//!   is left, store STREAM, then enlist, then arm the tick.
//! * tick (I/O thread): disarm (exchange), then look at the gate. Only here
//!   STREAM becomes DIRECT, under the lock with everything written: leave the
//!   list, store DIRECT, then look at the lane again; not empty: back to STREAM.
//! * blocked: writable-interest is turned on and off under the lock; the tick
//!   leaves the list only under the lock with the interest on, and whoever
//!   writes the rest enlists again under the lock.
//!
//! No wake-up is lost: {publish; read mode} and {store DIRECT; heavy barrier;
//! read tail} cannot both miss; {store STREAM; exchange armed} and
//! {exchange armed; read mode} are ordered by the exchanges on `armed`
//! (reactor/roster.rs). Order holds because only the holder of the lock pops
//! and writes.

use crate::pipe::{Mode, ModeCell};
use crate::reactor::Found;
use crate::sync::{AtomicBool, AtomicU8, Mutex, MutexGuard, Ordering};
use crate::sys::barrier;

/// A peer that sends PINGs and reads nothing must not fill the memory with
/// PONGs (at most 25 bytes each).
pub const URGENT_LIMIT: usize = 1024;

/// How a drain ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drained {
    /// Everything is written.
    Empty,
    /// What is not written is too little for a write, and in the encoder.
    Gathered,
    /// The connection takes no more now.
    Blocked,
    /// There is no connection, or it is broken.
    Idle,
}

/// What stands behind the gate's lock: the reading end of the lane, and the
/// encoder and descriptor of a connection. Called by the holder of the lock;
/// never blocks.
pub trait Outlet {
    /// Writes `urgent` frames and then messages until the lane is empty or the
    /// connection takes no more, or fewer than `least` bytes would be written.
    /// The flag: the writer of the lane waits for room and must be told.
    fn drain(&mut self, urgent: &mut Vec<u8>, least: usize) -> (Drained, bool);
    /// Whether the lane holds messages.
    fn has_messages(&mut self) -> bool;
    /// Whether nothing waits to be written.
    fn is_empty(&mut self) -> bool;
    /// Gives back the memory of an idle connection. False: the sender goes on by
    /// a way on which it does not look at the mode.
    fn shrink(&mut self) -> bool;
}

/// What surrounds the gate. No call blocks.
pub trait Port {
    /// The mode that the sender reads.
    fn mode(&self) -> &ModeCell;
    /// Tells the sender that there is room again.
    fn room(&self);
    /// Everything is written.
    fn written(&self);
    /// Turns writable-interest on or off, together with
    /// [`Gate::set_blocked`]. True: it changed.
    fn watch_writable(&self, on: bool) -> bool;
    /// I/O thread: sees to it that somebody waits on the descriptor. False:
    /// nobody does just now, ask again.
    fn entrust(&self) -> bool;
    /// Puts the gate on the ticker's list; `arm` follows.
    fn enlist(&self);
    /// Arms the first tick.
    fn arm(&self);
}

/// A gate; see the module.
pub struct Gate<O> {
    tx: Mutex<O>,
    /// Somebody has written since the last flush tick. Relaxed: a tick that
    /// misjudges it comes again.
    wrote: AtomicBool,
    /// Writable-interest is on. Written under the interest's lock, which is
    /// taken under `tx`. Relaxed: holders of `tx` are ordered by it; the others
    /// ask only to save a system call, and then arm the tick.
    blocked: AtomicBool,
    /// On the flush ticker's list.
    enlisted: AtomicBool,
    /// Frames to go before all others (PONG, PING), and whether there are any.
    urgent: Mutex<Vec<u8>>,
    has_urgent: AtomicBool,
    /// Ticks without traffic. Only the tick counts; who enlists sets it to 0.
    idle_ticks: AtomicU8,
    /// Ticks without traffic after which STREAM becomes DIRECT.
    patience: u8,
}

impl<O: Outlet> Gate<O> {
    /// A gate before `outlet` that goes back to DIRECT after `patience` ticks
    /// without traffic.
    pub fn new(outlet: O, patience: u8) -> Gate<O> {
        Gate {
            tx: Mutex::new(outlet),
            wrote: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            enlisted: AtomicBool::new(false),
            urgent: Mutex::new(Vec::new()),
            has_urgent: AtomicBool::new(false),
            idle_ticks: AtomicU8::new(0),
            patience,
        }
    }

    /// What stands behind the gate; waits for whoever is writing.
    pub fn lock(&self) -> MutexGuard<'_, O> {
        self.tx.lock()
    }

    /// Whether the connection took no more when last asked.
    #[inline]
    pub fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }

    /// The port has changed the interest; under the interest's lock.
    #[inline]
    pub fn set_blocked(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
    }

    // ---- sending -----------------------------------------------------------

    /// A message was published while the mode was DIRECT, or frames are
    /// urgent: writes now, or sees to it that somebody does.
    #[inline]
    pub fn send_now(&self, port: &impl Port) {
        if self.is_blocked() {
            return self.stream(port); // until writable; the tick sees to a watcher
        }
        if let Some(mut outlet) = self.tx.try_lock()
            && self.output(port, &mut outlet, 0) != Drained::Blocked
        {
            return;
        }
        self.stream(port);
    }

    /// Writes what has gathered in STREAM.
    #[inline]
    pub fn drain(&self, port: &impl Port) {
        // Blocked: asking before it is writable costs a system call. Lock
        // taken: somebody drains, or the tick will.
        if !self.is_blocked() {
            self.on_writable(port);
        }
    }

    /// The sender has read STREAM behind its last message: takes over what has
    /// gathered, and writes it if it is worth a write; if not, the next call or
    /// the tick does. (Before DIRECT comes a tick has met that message.)
    #[inline]
    pub fn gather(&self, port: &impl Port, least: usize) {
        if !self.is_blocked()
            && let Some(mut outlet) = self.tx.try_lock()
        {
            self.output(port, &mut outlet, least);
        }
    }

    /// The descriptor is writable. If the lock is taken, its holder writes, or
    /// leaves the interest on and is reported again. False: it is taken.
    pub fn on_writable(&self, port: &impl Port) -> bool {
        let Some(mut outlet) = self.tx.try_lock() else { return false };
        self.output(port, &mut outlet, 0);
        true
    }

    /// Goes over to STREAM: the mode first, then the list, then the tick.
    pub fn stream(&self, port: &impl Port) {
        port.mode().set(Mode::Stream);
        // SeqCst against the stores of false in `leave`: after one of those the
        // holder of the lock looks again, or the interest is on.
        if !self.enlisted.swap(true, Ordering::SeqCst) {
            self.idle_ticks.store(0, Ordering::Relaxed);
            port.enlist();
        }
        port.arm();
    }

    /// I/O thread: a connection has been installed. What was left to the old
    /// one's interest or ticks needs a tick of its own.
    pub fn resume(&self, port: &impl Port) {
        if port.mode().get() == Mode::Stream {
            self.stream(port);
        }
    }

    // ---- urgent frames -----------------------------------------------------

    /// Queues frames that go before all messages, behind other urgent ones;
    /// [`flush_urgent`](Self::flush_urgent) must follow. Dropped if the peer
    /// has left [`URGENT_LIMIT`] bytes of them unread.
    pub fn push_urgent(&self, frames: &[u8]) {
        let mut urgent = self.urgent.lock();
        if urgent.len() < URGENT_LIMIT {
            urgent.extend_from_slice(frames);
        }
        // SeqCst, before the try_lock in `send_now`: a settling tick that makes
        // it fail stores DIRECT and then reads this.
        self.has_urgent.store(true, Ordering::SeqCst);
    }

    /// Writes urgent frames now, or sees to it that somebody does.
    #[inline]
    pub fn flush_urgent(&self, port: &impl Port) {
        if self.has_urgent.load(Ordering::SeqCst) {
            self.send_now(port);
        }
    }

    /// Takes the urgent frames out.
    #[inline]
    pub fn take_urgent(&self) -> Vec<u8> {
        if !self.has_urgent.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let mut urgent = self.urgent.lock();
        self.has_urgent.store(false, Ordering::SeqCst);
        std::mem::take(&mut *urgent)
    }

    /// Frames that could not be written go back before newer ones.
    fn return_urgent(&self, mut older: Vec<u8>) {
        let mut urgent = self.urgent.lock();
        older.append(&mut urgent);
        *urgent = older;
        self.has_urgent.store(true, Ordering::SeqCst);
    }

    // ---- writing, under the lock -------------------------------------------

    /// Writes what there is, if it is `least` bytes; the caller holds the lock.
    fn output(&self, port: &impl Port, outlet: &mut O, least: usize) -> Drained {
        let mut urgent = self.take_urgent();
        let (drained, tell) = outlet.drain(&mut urgent, least);
        if !urgent.is_empty() && drained == Drained::Blocked {
            self.return_urgent(urgent);
        }
        if drained != Drained::Gathered {
            self.wrote.store(true, Ordering::Relaxed);
        }
        if tell {
            port.room();
        }
        match drained {
            Drained::Blocked => {
                port.watch_writable(true);
            }
            Drained::Empty => {
                // Turned on only by a holder of the lock: no need to ask the port.
                if self.is_blocked()
                    && port.watch_writable(false)
                    && port.mode().get() == Mode::Stream
                {
                    self.stream(port); // the tick had handed over to the interest
                }
                port.written();
            }
            Drained::Gathered => {}
            Drained::Idle => {
                port.watch_writable(false);
            }
        }
        drained
    }

    /// I/O thread, after the tick was disarmed: writes what nobody else has
    /// written since the last tick.
    pub fn tick(&self, port: &impl Port, first: bool) -> Found {
        let wrote = self.wrote.swap(false, Ordering::Relaxed);
        if wrote && !first {
            self.idle_ticks.store(0, Ordering::Relaxed);
            return Found::Busy;
        }
        // Taken: its holder may be past the lane's end; the next tick looks.
        let Some(mut outlet) = self.tx.try_lock() else { return Found::Waiting };
        if !outlet.is_empty() || self.has_urgent.load(Ordering::SeqCst) {
            let blocked = self.is_blocked();
            let drained =
                if blocked { Drained::Blocked } else { self.output(port, &mut outlet, 0) };
            self.wrote.store(false, Ordering::Relaxed);
            return match drained {
                // The interest takes over, once somebody waits on it.
                Drained::Blocked if !port.entrust() => Found::Waiting,
                Drained::Blocked => self.leave(),
                // No connection: `resume` goes on with the next one.
                Drained::Idle => self.leave(),
                Drained::Empty | Drained::Gathered => {
                    self.idle_ticks.store(0, Ordering::Relaxed);
                    Found::Waiting
                }
            };
        }
        if self.idle_ticks.fetch_add(1, Ordering::Relaxed) + 1 < self.patience {
            return Found::Waiting;
        }
        self.settle(port, &mut outlet)
    }

    /// Off the list; the caller holds the lock and returns the answer to the tick.
    fn leave(&self) -> Found {
        self.enlisted.store(false, Ordering::SeqCst);
        Found::Done
    }

    /// STREAM to DIRECT, or not now after all.
    fn settle(&self, port: &impl Port, outlet: &mut O) -> Found {
        self.idle_ticks.store(0, Ordering::Relaxed);
        if !outlet.shrink() {
            return Found::Waiting;
        }
        self.leave();
        port.mode().set(Mode::Direct);
        // A sender that read STREAM just before has published before this look;
        // the barrier is the one that it left out (Producer::publish_to_waking).
        barrier::heavy();
        if !outlet.has_messages() && !self.has_urgent.load(Ordering::SeqCst) {
            return Found::Done;
        }
        port.mode().set(Mode::Stream);
        // Enlisted by a sender meanwhile: then that entry goes on ticking.
        if self.enlisted.swap(true, Ordering::SeqCst) { Found::Done } else { Found::Waiting }
    }
}
