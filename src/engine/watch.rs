//! The watch: one epoll set of a socket's established connections on one I/O
//! thread, and the lease that says who waits on it.
//! (lease.rs has the protocol.)

use std::any::Any;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{OnceLock, Weak};

use mio::Interest as Readiness;

use super::drive::Drive;
use super::interest::Interest;
use super::lease::{Found, Lease, LeaseTicks, Registrar};
use crate::errno::Result;
use crate::reactor::{Flow, Io, IoHandle, IoObject, ObjectId};
use crate::sync::{Arc, AtomicU32, AtomicU64, Mutex, Ordering};
use crate::sys::epoll::{self, Epoll};
use crate::tuning;

/// Ready connections looked at in one go.
pub const BATCH: usize = 64;

/// Goes a few times over a set before others get their turn.
const ROUNDS: usize = 4;

/// A watch; see the module.
pub struct Watch {
    epoll: Epoll,
    lease: Lease,
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
    /// The system refused to watch something.
    Refused,
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
            lease: Lease::default(),
            drives: Mutex::new(Vec::new()),
            generation: AtomicU32::new(0),
            next_token: AtomicU64::new(1),
            io: io.clone(),
            object: OnceLock::new(),
        });
        let object = WatchObject {
            watch: watch.clone(),
            ticks: LeaseTicks::default(),
            behind: false,
            orphaned: false,
            renewing: false,
        };
        let id = io.add(Box::new(object));
        let _ = watch.object.set(id);
        watch.lease.start(&*watch);
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

    /// Has the set agree with the interest of the drive known by `token`, at once or
    /// as soon as the system lets it.
    pub(super) fn apply(&self, interest: &mut Interest, token: u64) {
        if !interest.apply(&self.epoll, token) {
            self.tell(WatchNotice::Refused);
        }
    }

    /// The descriptor of an interest leaves the set for good.
    pub(super) fn end(&self, interest: &mut Interest) {
        interest.end(&self.epoll);
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
        self.lease.is_taken()
    }

    /// The application looked at the watch: it is at work.
    #[inline]
    pub fn touch(&self) {
        self.lease.touch();
    }

    fn start_ticks(&self, due: bool) {
        if due {
            self.tell(WatchNotice::Ticks);
        }
    }

    /// Application: takes the lease from the I/O thread.
    pub fn take(&self) {
        self.start_ticks(self.lease.take(self));
    }

    /// Application: is about to wait on [`AsRawFd`].
    pub fn block(&self) {
        self.start_ticks(self.lease.block(self));
    }

    /// Application: back from waiting.
    pub fn unblock(&self) {
        self.start_ticks(self.lease.unblock());
    }

    /// Application: gives the lease to the I/O thread, perhaps with input
    /// undecoded.
    pub fn return_to_io(&self) {
        if self.lease.give_back(self) {
            self.tell(WatchNotice::Scan);
        }
    }

    /// I/O thread: somebody must wait on the set. False: the application has
    /// it, is at work and will look; ask again at the next tick.
    pub(super) fn entrust(&self) -> bool {
        self.lease.entrust(self)
    }

    /// The socket is gone: the I/O thread serves what lingers.
    pub fn orphan(&self) {
        self.lease.orphan(self);
        self.tell(WatchNotice::Orphaned);
    }
}

impl Registrar for Watch {
    fn register(&self) -> bool {
        let Some(id) = self.object.get() else { return false };
        let done = self.io.register(*id, self.epoll.as_raw_fd(), Readiness::READABLE).is_ok();
        if !done {
            self.tell(WatchNotice::Refused);
        }
        done
    }

    fn deregister(&self) {
        self.io.deregister(self.epoll.as_raw_fd());
    }
}

impl AsRawFd for Watch {
    fn as_raw_fd(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }
}

/// Timers: of the lease; of what the system has refused.
const TICK: u8 = 0;
const RENEW: u8 = 1;

/// The watch as its I/O thread sees it.
struct WatchObject {
    watch: Arc<Watch>,
    ticks: LeaseTicks,
    /// A turn ended with more to decode; no descriptor reports that.
    behind: bool,
    orphaned: bool,
    /// The timer of what the system has refused runs.
    renewing: bool,
}

impl WatchObject {
    fn set_timer(io: &mut Io) {
        io.set_timer(tuning::LEASE_TICK.as_millis() as u64, TICK);
    }

    /// Serves whatever input is held back; the application is not there to.
    fn scan(&mut self, io: &mut Io) {
        for drive in self.watch.all() {
            if crate::pipe::Driver::holds_input(&*drive) {
                self.behind |= drive.read_for_socket(&mut io.arena);
            }
        }
        if self.behind {
            io.again();
        }
    }

    /// The system refused to watch something: asks again in a while.
    fn renew_later(&mut self, io: &mut Io) {
        if !std::mem::replace(&mut self.renewing, true) {
            io.set_timer(tuning::RENEW.as_millis() as u64, RENEW);
        }
    }

    /// Asks the system again, and does meanwhile what it would have reported. What it
    /// refuses again comes back as [`WatchNotice::Refused`].
    fn renew(&mut self, io: &mut Io) {
        self.renewing = false;
        self.watch.lease.renew(&*self.watch);
        for drive in self.watch.all() {
            self.behind |= drive.renew_interest(&mut io.arena);
        }
        io.again();
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
        if std::mem::take(&mut self.behind) && !self.watch.is_taken() {
            self.scan(io);
        }
        for _ in 0..ROUNDS {
            if self.watch.is_taken() {
                return Flow::Keep; // the application has it, input held back as well
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
                if what & !epoll::OUT != 0 && drive.read_for_socket(&mut io.arena) {
                    self.behind = true;
                    io.again();
                }
            }
        }
        // Perhaps the application has the locks and is at this very work, which
        // takes it long (CURVE, large messages): asking on would only take its
        // processor away.
        std::thread::yield_now();
        io.again();
        Flow::Keep
    }

    fn timer(&mut self, io: &mut Io, kind: u8) -> Flow {
        if kind == RENEW {
            self.renew(io);
            return self.flow();
        }
        match self.ticks.fired(&self.watch.lease, &*self.watch) {
            Found::AtWork => Self::set_timer(io),
            Found::GivenBack => self.scan(io),
            Found::Rest => {}
        }
        self.flow()
    }

    fn command(&mut self, io: &mut Io, command: &mut dyn Any) -> Flow {
        match command.downcast_ref() {
            Some(WatchNotice::Ticks) if self.ticks.start(&self.watch.lease) => Self::set_timer(io),
            Some(WatchNotice::Scan) => self.scan(io),
            Some(WatchNotice::Refused) => self.renew_later(io),
            Some(WatchNotice::Orphaned) => {
                self.orphaned = true;
                self.scan(io);
            }
            _ => {}
        }
        self.flow()
    }
}
