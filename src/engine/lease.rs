//! The lease of a watch: who waits on its set of descriptors.
//!
//! * IO: the I/O thread, which has the set registered.
//! * ACTIVE: nobody waits; the application reads when its lanes are empty. A
//!   tick gives the lease back when it has stopped doing so.
//! * BLOCKED: the application waits on the set. BLOCKED_IDLE: as well, for
//!   longer than a tick; no more ticks.
//!
//! IO and ACTIVE change into each other under a lock together with the
//! registration, so that two changes cannot register in the wrong order
//! (epoll calls of two threads would otherwise land as they please). The other
//! changes are single exchanges. All are SeqCst: the I/O thread's "lease is IO"
//! is a hint that it acts on under the drive's lock, so nothing else hangs on
//! their order.

use crate::sync::{AtomicU8, AtomicU32, Mutex, Ordering};

const IO: u8 = 0;
const ACTIVE: u8 = 1;
const BLOCKED: u8 = 2;
const BLOCKED_IDLE: u8 = 3;

/// The registration of the set with the I/O thread.
pub trait Registrar {
    /// Registers; an event that already waits is reported. False: it failed, and
    /// [`Lease::renew`] is to follow.
    fn register(&self) -> bool;
    /// Takes the registration back.
    fn deregister(&self);
}

/// A lease; see the module.
pub struct Lease {
    state: AtomicU8,
    /// Counts what the application does with the watch, for the tick.
    epoch: AtomicU32,
    /// Whether the set is registered with the I/O thread.
    registered: Mutex<bool>,
}

impl Default for Lease {
    fn default() -> Self {
        Lease { state: AtomicU8::new(IO), epoch: AtomicU32::new(0), registered: Mutex::new(false) }
    }
}

impl Lease {
    /// A new watch: the I/O thread begins to wait.
    pub fn start(&self, at: &impl Registrar) {
        register(&mut self.registered.lock(), at);
    }

    /// Whether the application has it.
    #[inline]
    pub fn is_taken(&self) -> bool {
        self.state.load(Ordering::SeqCst) != IO
    }

    /// The application looked at the watch: it is at work. Relaxed: only the
    /// tick compares, and a tick that misses it comes again.
    #[inline]
    pub fn touch(&self) {
        let epoch = self.epoch.load(Ordering::Relaxed);
        self.epoch.store(epoch.wrapping_add(1), Ordering::Relaxed);
    }

    /// Application: takes it from the I/O thread. True: ticks must start.
    #[must_use = "an active lease needs ticks"]
    pub fn take(&self, at: &impl Registrar) -> bool {
        self.touch();
        let mut registered = self.registered.lock();
        let taken = self.change(IO, ACTIVE);
        if taken && *registered {
            *registered = false;
            at.deregister();
        }
        taken
    }

    /// Application: is about to wait on the set. True: ticks must start.
    #[must_use = "a blocked lease needs ticks"]
    pub fn block(&self, at: &impl Registrar) -> bool {
        self.touch();
        let mut ticks = false;
        while !self.change(ACTIVE, BLOCKED) {
            if self.state.load(Ordering::SeqCst) != IO {
                return ticks; // blocked already
            }
            ticks |= self.take(at);
        }
        ticks
    }

    /// Application: back from waiting. True: ticks must start again.
    #[must_use = "an active lease needs ticks"]
    pub fn unblock(&self) -> bool {
        self.touch();
        self.state.swap(ACTIVE, Ordering::SeqCst) == BLOCKED_IDLE
    }

    /// Either side: from ACTIVE to the I/O thread. False: it was not ACTIVE.
    pub fn give_back(&self, at: &impl Registrar) -> bool {
        let mut registered = self.registered.lock();
        let given = self.change(ACTIVE, IO);
        if given {
            register(&mut registered, at);
        }
        given
    }

    /// I/O thread: registers what could not be when it was to be.
    pub fn renew(&self, at: &impl Registrar) {
        let mut registered = self.registered.lock();
        if !self.is_taken() {
            register(&mut registered, at);
        }
    }

    /// I/O thread: somebody must wait on the set from now on. False: the
    /// application has it, is at work and will look; ask again.
    pub fn entrust(&self, at: &impl Registrar) -> bool {
        self.state.load(Ordering::SeqCst) != ACTIVE || self.give_back(at)
    }

    /// Application, for the last time: the I/O thread's for good.
    pub fn orphan(&self, at: &impl Registrar) {
        let mut registered = self.registered.lock();
        self.state.store(IO, Ordering::SeqCst);
        register(&mut registered, at);
    }

    #[inline]
    fn change(&self, from: u8, to: u8) -> bool {
        self.state.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

fn register(registered: &mut bool, at: &impl Registrar) {
    if !*registered {
        *registered = at.register();
    }
}

/// What a lease tick has found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The application is at work or has just begun to wait: tick again.
    AtWork,
    /// It had stopped: the lease is the I/O thread's again.
    GivenBack,
    /// Nothing that needs ticks.
    Rest,
}

/// The I/O thread's side of the ticks.
#[derive(Debug, Default)]
pub struct LeaseTicks {
    ticking: bool,
    seen: u32,
}

impl LeaseTicks {
    /// Ticks must start. True: the timer must be set (otherwise it runs).
    #[must_use = "the timer must be set"]
    pub fn start(&mut self, lease: &Lease) -> bool {
        let idle = !self.ticking;
        if idle {
            self.later(lease);
        }
        idle
    }

    fn later(&mut self, lease: &Lease) {
        self.ticking = true;
        self.seen = lease.epoch.load(Ordering::Relaxed);
    }

    /// The timer has fired. [`Found::AtWork`]: it must be set again.
    #[must_use = "the timer may have to be set again"]
    pub fn fired(&mut self, lease: &Lease, at: &impl Registrar) -> Found {
        self.ticking = false;
        let epoch = lease.epoch.load(Ordering::Relaxed);
        let state = lease.state.load(Ordering::SeqCst);
        let found = match state {
            ACTIVE | BLOCKED if epoch != self.seen => Found::AtWork,
            ACTIVE if lease.give_back(at) => Found::GivenBack,
            // An unblock that comes later finds BLOCKED_IDLE and asks for ticks.
            BLOCKED if lease.change(BLOCKED, BLOCKED_IDLE) => Found::Rest,
            // It changed between the look and the exchange: the application is there.
            ACTIVE | BLOCKED => Found::AtWork,
            _ => Found::Rest,
        };
        if found == Found::AtWork {
            self.later(lease);
        }
        found
    }
}
