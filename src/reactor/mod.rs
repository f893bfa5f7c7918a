//! The I/O thread: readiness by mio, timers, commands, flush ticks.
//!
//! A reactor owns [`IoObject`]s (listeners, sessions, watches) and calls them
//! on its own thread only. Other threads reach it through its [`IoHandle`]:
//! commands, registrations, and the flush ticker.

mod flush;
mod roster;
mod timers;

use std::any::Any;
use std::os::fd::RawFd;
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token, Waker};

use crate::clock::Time;
use crate::errno::{Errno, Result};
use crate::msg::Arena;
use crate::queue::{Mailbox, Signal};
use crate::sync::{Arc, AtomicUsize, Mutex, Ordering};
use crate::sys;

pub use flush::{FlushTarget, Ticker};
pub use roster::Found;
pub use timers::TimerKey;
use timers::Timers;

const WAKE: Token = Token(usize::MAX);
const FLUSH: Token = Token(usize::MAX - 1);

/// When a flush tick comes whose timer could not be set: what epoll_wait(2)
/// counts in.
const LATE_TICK: Duration = Duration::from_millis(1);

/// Pause after a wait that has failed, which otherwise would be no wait.
const BLIND: Duration = Duration::from_millis(10);

/// Events taken from the kernel at once.
const EVENTS: usize = 256;

/// An object of a reactor: its slot and which of the slot's tenants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ObjectId {
    slot: u32,
    tenant: u32,
}

impl ObjectId {
    fn token(self) -> Token {
        Token((self.tenant as usize) << 32 | self.slot as usize)
    }
}

/// What an object wants after it was called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// To stay.
    Keep,
    /// To be dropped.
    End,
}

/// Something an I/O thread looks after. Methods are called on that thread,
/// must not block, and do a bounded amount of work; they may add objects and
/// send commands through `io`, but other objects are never called from within.
pub trait IoObject: Send {
    /// Called once, when the object has its place.
    fn started(&mut self, io: &mut Io) -> Flow;

    /// A registered descriptor is ready, or [`Io::again`] was asked for.
    fn ready(&mut self, io: &mut Io, readable: bool, writable: bool) -> Flow;

    /// A timer set by this object is due.
    fn timer(&mut self, io: &mut Io, kind: u8) -> Flow;

    /// A command for this object.
    fn command(&mut self, io: &mut Io, command: &mut dyn Any) -> Flow;
}

enum Envelope {
    /// Nothing but to go round the loop.
    Wake,
    Add(ObjectId, Box<dyn IoObject>),
    One(ObjectId, Box<dyn Any + Send>),
    Stop,
}

struct WakerSignal(Waker);

impl Signal for WakerSignal {
    fn raise(&self) -> bool {
        // A waker is an eventfd; as in `EventFd::raise`, a signal must not be lost.
        (0..sys::event::RAISE_ATTEMPTS).any(|_| self.0.wake().is_ok())
    }
    fn lower(&self) {}
}

/// What other threads know of an I/O thread.
pub struct IoHandle {
    index: usize,
    mailbox: Mailbox<Envelope, WakerSignal>,
    registry: Registry,
    slots: Mutex<Slots>,
    load: AtomicUsize,
    /// The flush ticker of this thread.
    pub ticker: Ticker,
}

#[derive(Default)]
struct Slots {
    tenants: Vec<u32>,
    free: Vec<u32>,
}

impl IoHandle {
    /// Number of this thread among its context's: bit of ZMQ_AFFINITY.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Number of objects it looks after.
    pub fn load(&self) -> usize {
        self.load.load(Ordering::Relaxed)
    }

    /// Hands an object over; it is started on the I/O thread.
    pub fn add(&self, object: Box<dyn IoObject>) -> ObjectId {
        let id = self.reserve();
        self.add_as(id, object);
        id
    }

    /// Hands over the object an id was reserved for.
    pub fn add_as(&self, id: ObjectId, object: Box<dyn IoObject>) {
        let _ = self.mailbox.push(Envelope::Add(id, object));
    }

    /// An id for an object to come; [`add_as`](Self::add_as) must follow.
    pub fn reserve(&self) -> ObjectId {
        let mut slots = self.slots.lock();
        let slot = slots.free.pop().unwrap_or_else(|| {
            slots.tenants.push(0);
            (slots.tenants.len() - 1) as u32
        });
        let tenant = slots.tenants.get_mut(slot as usize).map_or(1, |tenant| {
            // 31 bits: a token must never look like WAKE or FLUSH.
            *tenant = (*tenant + 1) & 0x7FFF_FFFF;
            *tenant
        });
        drop(slots);
        self.load.fetch_add(1, Ordering::Relaxed);
        ObjectId { slot, tenant }
    }

    /// Sends a command to one object; lost if the object has ended.
    pub fn send<C: Any + Send>(&self, to: ObjectId, command: C) {
        let _ = self.mailbox.push(Envelope::One(to, Box::new(command)));
    }

    /// Arms the first, short flush tick. Any thread.
    #[inline]
    pub fn arm_first(&self) {
        if !self.ticker.arm_first() {
            let _ = self.mailbox.push(Envelope::Wake);
        }
    }

    /// Watches `fd` for the object; reported by [`IoObject::ready`]. ENOMEM, ENOSPC
    /// (the user's limit of watches): try again later.
    pub fn register(&self, id: ObjectId, fd: RawFd, interest: Interest) -> Result<()> {
        match self.registry.register(&mut SourceFd(&fd), id.token(), interest).map_err(Errno::from)
        {
            // Taking it out has failed before.
            Err(Errno::EEXIST) => self.reregister(id, fd, interest),
            result => result,
        }
    }

    /// Changes what is watched for; a condition that holds is reported again.
    pub fn reregister(&self, id: ObjectId, fd: RawFd, interest: Interest) -> Result<()> {
        self.registry.reregister(&mut SourceFd(&fd), id.token(), interest).map_err(Errno::from)
    }

    /// Stops watching `fd`.
    pub fn deregister(&self, fd: RawFd) {
        let _ = self.registry.deregister(&mut SourceFd(&fd));
    }
}

/// What an object can use while it is called.
pub struct Io {
    /// This thread, as others see it.
    pub handle: Arc<IoHandle>,
    /// Where this thread reads into.
    pub arena: Arena,
    timers: Timers,
    again: Vec<ObjectId>,
    now: Option<Time>,
    current: ObjectId,
}

impl Io {
    /// The object being called.
    pub fn id(&self) -> ObjectId {
        self.current
    }

    /// The time, read once per turn of the loop.
    pub fn now(&mut self) -> Time {
        *self.now.get_or_insert_with(Time::now)
    }

    /// Calls the current object's `timer` with `kind` after `ms` milliseconds.
    pub fn set_timer(&mut self, ms: u64, kind: u8) -> TimerKey {
        let due = self.now().after_ms(ms);
        self.timers.set(due, self.current, kind)
    }

    /// As [`set_timer`](Self::set_timer), at a time.
    pub fn set_timer_at(&mut self, due: Time, kind: u8) -> TimerKey {
        self.timers.set(due, self.current, kind)
    }

    /// Forgets a timer, due or not.
    pub fn cancel(&mut self, key: TimerKey) {
        self.timers.cancel(key);
    }

    /// Calls the current object's `ready` again in the next turn, without
    /// waiting for the kernel.
    pub fn again(&mut self) {
        if !self.again.contains(&self.current) {
            self.again.push(self.current);
        }
    }
}

/// A running I/O thread.
pub struct IoThread {
    handle: Arc<IoHandle>,
    thread: Option<sys::thread::Thread>,
}

impl IoThread {
    /// Starts I/O thread number `index`. EMFILE, ENFILE, ENOMEM, EAGAIN.
    pub fn start(
        index: usize,
        name: &str,
        prepare: impl FnOnce() + Send + 'static,
    ) -> Result<IoThread> {
        sys::barrier::prepare();
        let mut poll = Poll::new()?;
        // A sandbox that forbids waiting is known now or never.
        poll.poll(&mut Events::with_capacity(1), Some(Duration::ZERO))
            .or_else(unless_interrupted)?;
        let registry = poll.registry().try_clone()?;
        let waker = Waker::new(&registry, WAKE)?;
        let mut ticker = Ticker::new();
        if let Some(fd) = ticker.fd()
            && registry.register(&mut SourceFd(&fd), FLUSH, Interest::READABLE).is_err()
        {
            ticker.without_timer();
        }
        let handle = Arc::new(IoHandle {
            index,
            mailbox: Mailbox::new(WakerSignal(waker)),
            registry,
            slots: Mutex::new(Slots::default()),
            load: AtomicUsize::new(0),
            ticker,
        });
        let reactor = Reactor::new(handle.clone(), poll);
        let thread = sys::thread::spawn(name, move || {
            prepare();
            reactor.run();
        })?;
        Ok(IoThread { handle, thread: Some(thread) })
    }

    /// What other threads use.
    pub fn handle(&self) -> &Arc<IoHandle> {
        &self.handle
    }

    /// Ends the thread and waits for it. Its objects are dropped.
    pub fn stop(mut self) {
        let _ = self.handle.mailbox.push(Envelope::Stop);
        if let Some(thread) = self.thread.take() {
            thread.join();
        }
    }
}

struct Place {
    tenant: u32,
    object: Box<dyn IoObject>,
}

/// A wait that a signal has ended is over, and has found nothing.
fn unless_interrupted(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::Interrupted { Ok(()) } else { Err(error) }
}

struct Reactor {
    poll: Poll,
    io: Io,
    places: Vec<Option<Place>>,
    inbox: Vec<Envelope>,
    stopping: bool,
}

impl Reactor {
    fn new(handle: Arc<IoHandle>, poll: Poll) -> Reactor {
        let io = Io {
            handle,
            arena: Arena::new(),
            timers: Timers::default(),
            again: Vec::new(),
            now: None,
            current: ObjectId { slot: 0, tenant: 0 },
        };
        Reactor { poll, io, places: Vec::new(), inbox: Vec::new(), stopping: false }
    }

    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS);
        while !self.stopping {
            self.wait(&mut events);
            for event in &events {
                match event.token() {
                    WAKE => {}
                    FLUSH => self.io.handle.ticker.tick(),
                    Token(token) => {
                        let id = ObjectId { slot: token as u32, tenant: (token >> 32) as u32 };
                        let readable = event.is_readable() || event.is_read_closed();
                        let writable =
                            event.is_writable() || event.is_write_closed() || event.is_error();
                        self.call(id, |object, io| object.ready(io, readable, writable));
                    }
                }
            }
            for id in std::mem::take(&mut self.io.again) {
                self.call(id, |object, io| object.ready(io, true, false));
            }
            self.io.handle.ticker.tick_late();
            self.run_timers();
            self.run_commands();
        }
        self.end();
    }

    /// What still waits for this thread refers to it in turn.
    fn end(&mut self) {
        self.io.handle.ticker.clear();
        self.io.handle.mailbox.drain(&mut self.inbox);
        self.inbox.clear();
        self.places.clear();
    }

    /// Waits for the kernel, unless something is to be done at once.
    fn wait(&mut self, events: &mut Events) {
        let asleep = self.io.again.is_empty() && self.io.handle.mailbox.begin_sleep();
        self.io.now = None;
        let mut timeout = if asleep {
            let next = self.io.timers.next();
            next.map(|due| due.since(self.io.now()))
        } else {
            Some(Duration::ZERO)
        };
        if self.io.handle.ticker.is_late() {
            timeout = Some(timeout.map_or(LATE_TICK, |timeout| timeout.min(LATE_TICK)));
        }
        if self.poll.poll(events, timeout).or_else(unless_interrupted).is_err() {
            // No more in this sandbox: commands and timers go on, if slowly.
            let _ = sys::poll::poll(&mut [], Some(BLIND));
        }
        if asleep {
            self.io.handle.mailbox.end_sleep();
        }
        self.io.now = None;
    }

    fn run_timers(&mut self) {
        if self.io.timers.next().is_none() {
            return;
        }
        let now = self.io.now();
        while let Some((id, kind)) = self.io.timers.take_due(now) {
            self.call(id, |object, io| object.timer(io, kind));
        }
    }

    fn run_commands(&mut self) {
        if !self.io.handle.mailbox.has_pending() {
            return;
        }
        let mut inbox = std::mem::take(&mut self.inbox);
        self.io.handle.mailbox.drain(&mut inbox);
        for envelope in inbox.drain(..) {
            match envelope {
                Envelope::Add(id, object) => self.place(id, object),
                Envelope::One(id, mut command) => {
                    self.call(id, |object, io| object.command(io, command.as_mut()));
                }
                Envelope::Wake => {}
                Envelope::Stop => self.stopping = true,
            }
        }
        self.inbox = inbox;
    }

    fn place(&mut self, id: ObjectId, object: Box<dyn IoObject>) {
        let slot = id.slot as usize;
        if self.places.len() <= slot {
            self.places.resize_with(slot + 1, || None);
        }
        if let Some(place) = self.places.get_mut(slot) {
            *place = Some(Place { tenant: id.tenant, object });
        }
        self.call(id, |object, io| object.started(io));
    }

    fn call(&mut self, id: ObjectId, f: impl FnOnce(&mut dyn IoObject, &mut Io) -> Flow) {
        let Some(Some(place)) = self.places.get_mut(id.slot as usize) else { return };
        if place.tenant != id.tenant {
            return;
        }
        self.io.current = id;
        if f(place.object.as_mut(), &mut self.io) == Flow::End {
            if let Some(place) = self.places.get_mut(id.slot as usize) {
                *place = None;
            }
            self.io.timers.cancel_all(id);
            self.io.handle.load.fetch_sub(1, Ordering::Relaxed);
            self.io.handle.slots.lock().free.push(id.slot);
        }
    }
}
