//! The watch: one epoll set of a socket's established connections on one I/O
//! thread, and the lease that says who waits on it.
//!
//! * IO: the I/O thread, which has the set registered as one nested descriptor.
//! * ACTIVE: nobody waits; the application reads when its lanes are empty. A
//!   tick gives the lease back when it has stopped doing so.
//! * BLOCKED: the application waits on the set. BLOCKED_IDLE: as well, for
//!   longer than a tick; no more ticks.
//!
//! IO and ACTIVE change into each other under a lock together with the
//! registration, so that two changes cannot register in the wrong order.

use std::any::Any;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{OnceLock, Weak};

use mio::Interest;

use super::drive::Drive;
use crate::errno::Result;
use crate::reactor::{Flow, Io, IoHandle, IoObject, ObjectId};
use crate::sync::{Arc, AtomicU8, AtomicU32, AtomicU64, Mutex, Ordering};
use crate::sys::epoll::{self, Epoll};
use crate::tuning;

const IO: u8 = 0;
const ACTIVE: u8 = 1;
const BLOCKED: u8 = 2;
const BLOCKED_IDLE: u8 = 3;

/// Ready connections looked at in one go.
pub const BATCH: usize = 64;

/// Goes a few times over a set before others get their turn.
const ROUNDS: usize = 4;

/// A watch; see the module.
pub struct Watch {
    epoll: Epoll,
    lease: AtomicU8,
    /// Counts what the application does with the watch, for the tick.
    epoch: AtomicU32,
    /// Whether the set is registered with the I/O thread.
    registered: Mutex<bool>,
    drives: Mutex<Vec<(u64, Weak<Drive>)>>,
    /// Changes whenever `drives` does.
    generation: AtomicU32,
    next_token: AtomicU64,
    io: Arc<IoHandle>,
    object: OnceLock<ObjectId>,
}

/// What the watch's object is told.
#[derive(Debug)]
enum WatchNotice {
    /// The application has taken the lease or wakes from a long wait.
    Ticks,
    /// Look at everything, also at input held back.
    Scan,
    /// The socket is gone; when the last drive leaves, so does the watch.
    Orphaned,
    /// A drive has left.
    Left,
}

impl Watch {
    /// An empty watch on `io`, leased to it. EMFILE, ENFILE, ENOMEM.
    pub fn new(io: &Arc<IoHandle>) -> Result<Arc<Watch>> {
        let watch = Arc::new(Watch {
            epoll: Epoll::new()?,
            lease: AtomicU8::new(IO),
            epoch: AtomicU32::new(0),
            registered: Mutex::new(false),
            drives: Mutex::new(Vec::new()),
            generation: AtomicU32::new(0),
            next_token: AtomicU64::new(1),
            io: io.clone(),
            object: OnceLock::new(),
        });
        let object = WatchObject { watch: watch.clone(), ticking: false, seen: 0, orphaned: false };
        let id = io.add(Box::new(object));
        let _ = watch.object.set(id);
        watch.register(&mut watch.registered.lock());
        Ok(watch)
    }

    /// The I/O thread this watch belongs to.
    pub fn io(&self) -> &Arc<IoHandle> {
        &self.io
    }

    fn tell(&self, notice: WatchNotice) {
        if let Some(id) = self.object.get() {
            self.io.send(*id, notice);
        }
    }

    // ---- members -----------------------------------------------------------

    pub(super) fn reserve(&self) -> u64 {
        self.next_token.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn enter(&self, token: u64, drive: &Arc<Drive>) {
        self.drives.lock().push((token, Arc::downgrade(drive)));
        self.generation.fetch_add(1, Ordering::Release);
    }

    pub(super) fn leave(&self, token: u64) {
        self.drives.lock().retain(|(t, _)| *t != token);
        self.generation.fetch_add(1, Ordering::Release);
        self.tell(WatchNotice::Left);
    }

    pub(super) fn add(&self, fd: RawFd, events: u32, token: u64) {
        // ENOMEM or the user's watch limit: the connection would be deaf. The
        // flush and lease ticks still serve it.
        let _ = self.epoll.add(fd, events, token);
    }

    pub(super) fn modify(&self, fd: RawFd, events: u32, token: u64) {
        let _ = self.epoll.modify(fd, events, token);
    }

    pub(super) fn remove(&self, fd: RawFd) {
        let _ = self.epoll.remove(fd);
    }

    /// The drive known by `token`.
    pub fn find(&self, token: u64) -> Option<Arc<Drive>> {
        let drives = self.drives.lock();
        // Tokens only grow, and drives enter in their order.
        let at = drives.binary_search_by_key(&token, |(t, _)| *t).ok()?;
        drives.get(at)?.1.upgrade()
    }

    /// Changes whenever a drive enters or leaves.
    pub fn generation(&self) -> u32 {
        self.generation.load(Ordering::Acquire)
    }

    /// The only drive, if there is exactly one.
    pub fn sole(&self) -> Option<Arc<Drive>> {
        match self.drives.lock().as_slice() {
            [(_, drive)] => drive.upgrade(),
            _ => None,
        }
    }

    fn all(&self) -> Vec<Arc<Drive>> {
        self.drives.lock().iter().filter_map(|(_, drive)| drive.upgrade()).collect()
    }

    /// Ready connections, without waiting.
    pub fn ready<'a>(&self, events: &'a mut [epoll::Event]) -> &'a [epoll::Event] {
        self.epoll.ready(events).unwrap_or(&[])
    }

    // ---- the lease -----------------------------------------------------------

    /// Whether the application has it.
    #[inline]
    pub fn is_taken(&self) -> bool {
        self.lease.load(Ordering::SeqCst) != IO
    }

    /// The application looked at the watch: it is at work.
    #[inline]
    pub fn touch(&self) {
        let epoch = self.epoch.load(Ordering::Relaxed);
        self.epoch.store(epoch.wrapping_add(1), Ordering::Relaxed);
    }

    /// Application: takes the lease from the I/O thread.
    pub fn take(&self) {
        self.touch();
        let mut registered = self.registered.lock();
        if self.lease.compare_exchange(IO, ACTIVE, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            if *registered {
                *registered = false;
                self.io.deregister(self.epoll.as_raw_fd());
            }
            drop(registered);
            self.tell(WatchNotice::Ticks);
        }
    }

    /// Application: is about to wait on [`AsRawFd`].
    pub fn block(&self) {
        self.touch();
        while self
            .lease
            .compare_exchange(ACTIVE, BLOCKED, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            if self.lease.load(Ordering::SeqCst) != IO {
                return; // blocked already
            }
            self.take();
        }
    }

    /// Application: back from waiting.
    pub fn unblock(&self) {
        self.touch();
        if self.lease.swap(ACTIVE, Ordering::SeqCst) == BLOCKED_IDLE {
            self.tell(WatchNotice::Ticks);
        }
    }

    /// Either side: from ACTIVE to the I/O thread. False: it was not ACTIVE.
    pub fn give_back(&self) -> bool {
        let mut registered = self.registered.lock();
        let given =
            self.lease.compare_exchange(ACTIVE, IO, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if given {
            self.register(&mut registered);
        }
        given
    }

    /// As [`give_back`](Self::give_back), by the application, which may leave
    /// input undecoded.
    pub fn return_to_io(&self) {
        if self.give_back() {
            self.tell(WatchNotice::Scan);
        }
    }

    /// I/O thread: somebody must wait on the set. False: the application has
    /// it, is at work and will look; ask again at the next tick.
    pub(super) fn entrust(&self) -> bool {
        self.lease.load(Ordering::SeqCst) != ACTIVE || self.give_back()
    }

    fn register(&self, registered: &mut bool) {
        if let Some(id) = self.object.get()
            && !*registered
        {
            // Registering reports a condition that already holds.
            *registered = self.io.register(*id, self.epoll.as_raw_fd(), Interest::READABLE).is_ok();
        }
    }

    /// The socket is gone: the I/O thread serves what lingers.
    pub fn orphan(&self) {
        let mut registered = self.registered.lock();
        self.lease.store(IO, Ordering::SeqCst);
        self.register(&mut registered);
        drop(registered);
        self.tell(WatchNotice::Orphaned);
    }
}

impl AsRawFd for Watch {
    fn as_raw_fd(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }
}

const TICK: u8 = 0;

/// The watch as its I/O thread sees it.
struct WatchObject {
    watch: Arc<Watch>,
    ticking: bool,
    seen: u32,
    orphaned: bool,
}

impl WatchObject {
    fn tick_later(&mut self, io: &mut Io) {
        self.ticking = true;
        self.seen = self.watch.epoch.load(Ordering::Relaxed);
        io.set_timer(tuning::LEASE_TICK.as_millis() as u64, TICK);
    }

    /// Serves whatever input is held back; the application is not there to.
    fn scan(&mut self, io: &mut Io) {
        for drive in self.watch.all() {
            if crate::pipe::Driver::holds_input(&*drive) && drive.read_for_socket(&mut io.arena) {
                io.again();
            }
        }
    }

    fn flow(&self) -> Flow {
        if self.orphaned && self.watch.drives.lock().is_empty() {
            self.watch.io.deregister(self.watch.epoll.as_raw_fd());
            return Flow::End;
        }
        Flow::Keep
    }
}

impl IoObject for WatchObject {
    fn started(&mut self, io: &mut Io) -> Flow {
        // The set is registered before this object has its place: what became
        // ready in between was reported to nobody, and will not be again.
        io.again();
        Flow::Keep
    }

    fn ready(&mut self, io: &mut Io, _readable: bool, _writable: bool) -> Flow {
        let mut events = [epoll::NO_EVENT; BATCH];
        for _ in 0..ROUNDS {
            if self.watch.lease.load(Ordering::SeqCst) != IO {
                return Flow::Keep; // the application has it
            }
            let ready = self.watch.ready(&mut events);
            if ready.is_empty() {
                return Flow::Keep;
            }
            for event in ready {
                let (token, what) = (event.u64, event.events);
                let Some(drive) = self.watch.find(token) else { continue };
                if what & epoll::OUT != 0 {
                    drive.on_writable();
                }
                if what & !epoll::OUT != 0 {
                    drive.read_for_socket(&mut io.arena);
                }
            }
        }
        io.again();
        Flow::Keep
    }

    fn timer(&mut self, io: &mut Io, _kind: u8) -> Flow {
        self.ticking = false;
        let epoch = self.watch.epoch.load(Ordering::Relaxed);
        let lease = self.watch.lease.load(Ordering::SeqCst);
        match lease {
            ACTIVE | BLOCKED if epoch != self.seen => self.tick_later(io),
            ACTIVE => {
                if self.watch.give_back() {
                    self.scan(io);
                } else {
                    self.tick_later(io);
                }
            }
            BLOCKED => {
                let idle = self.watch.lease.compare_exchange(
                    BLOCKED,
                    BLOCKED_IDLE,
                    Ordering::SeqCst,
                    Ordering::SeqCst,
                );
                if idle.is_err() {
                    self.tick_later(io);
                }
            }
            _ => {}
        }
        self.flow()
    }

    fn command(&mut self, io: &mut Io, command: &mut dyn Any) -> Flow {
        match command.downcast_ref() {
            Some(WatchNotice::Ticks) if !self.ticking => self.tick_later(io),
            Some(WatchNotice::Scan) => self.scan(io),
            Some(WatchNotice::Orphaned) => {
                self.orphaned = true;
                self.scan(io);
            }
            _ => {}
        }
        self.flow()
    }
}
