//! What sessions, listeners and drives share of the socket they work for, and
//! of its context. Outlives the socket as long as something lingers.

use std::collections::{HashMap, HashSet};
use std::sync::Weak;

use super::monitor::Monitor;
use super::watch::Watch;
use super::zap::Directory;
use crate::command::SocketMailbox;
use crate::errno::{Errno, Result};
use crate::log::{self, Who};
use crate::options::Options;
use crate::pipe::EndSettings;
use crate::reactor::{IoHandle, ObjectId};
use crate::sync::{Arc, AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Mutex, Ordering};
use crate::sys::chance::Keyed;
use crate::sys::event::EventFd;

/// Counts what zmq_ctx_term has to wait for.
pub struct Live {
    count: AtomicUsize,
    changed: EventFd,
    /// For the debug log: what lives, in words.
    notes: Mutex<Vec<(u64, Note)>>,
}

/// Says what zmq_ctx_term waits for, as things stand.
type Note = Arc<dyn Fn() -> String + Send + Sync>;

/// A note that stands until this is dropped.
pub struct Noted {
    live: Arc<Live>,
    number: u64,
}

/// One thing that zmq_ctx_term waits for.
pub struct LiveGuard(Arc<Live>);

impl Live {
    /// Nothing lives. EMFILE, ENFILE.
    pub fn new() -> Result<Arc<Live>> {
        Ok(Arc::new(Live {
            count: AtomicUsize::new(0),
            changed: EventFd::new()?,
            notes: Mutex::default(),
        }))
    }

    /// One more.
    pub fn enter(self: &Arc<Live>) -> LiveGuard {
        self.count.fetch_add(1, Ordering::SeqCst);
        LiveGuard(self.clone())
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::SeqCst) == 0
    }

    /// Notes for the debug log what zmq_ctx_term may have to wait for. None
    /// while the log is off.
    pub fn note(
        self: &Arc<Live>,
        what: impl Fn() -> String + Send + Sync + 'static,
    ) -> Option<Noted> {
        log::is_on().then(|| {
            let mut notes = self.notes.lock();
            let number = notes.last().map_or(0, |(last, _)| last + 1);
            notes.push((number, Arc::new(what)));
            Noted { live: self.clone(), number }
        })
    }

    /// All notes, in words.
    pub fn notes(&self) -> Vec<String> {
        // Asked without the lock: a note may have to take others.
        let notes: Vec<Note> = self.notes.lock().iter().map(|(_, note)| note.clone()).collect();
        notes.iter().map(|note| note()).collect()
    }

    /// How much is left.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Readable when something has ended.
    pub fn changed(&self) -> &EventFd {
        &self.changed
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.live.notes.lock().retain(|(number, _)| *number != self.number);
    }
}

impl Drop for LiveGuard {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.changed.raise();
        }
    }
}

/// The I/O thread with the least to do among those `affinity` allows (0: all).
/// EMTHREAD: there is none.
pub fn choose_io(threads: &[Arc<IoHandle>], affinity: u64) -> Result<&Arc<IoHandle>> {
    threads
        .iter()
        .filter(|io| affinity == 0 || (io.index() < 64 && affinity & 1 << io.index() != 0))
        .min_by_key(|io| io.load())
        .ok_or(Errno::EMTHREAD)
}

/// To a session: its socket is closed.
#[derive(Debug)]
pub(super) struct OwnerClosed {
    /// How long to linger, ms; -1: no limit.
    pub linger: i32,
}

/// To a session: the listener that accepted its connection is unbound.
#[derive(Debug)]
pub(super) struct ListenerClosed {
    /// How long to linger, ms; -1: no limit.
    pub linger: i32,
}

/// A session: the number of its I/O thread, and its place there.
type SessionId = (usize, ObjectId);

/// A socket's sessions. Closing the socket or unbinding an endpoint tells those
/// that it concerns, and nobody else.
#[derive(Default)]
struct Family {
    /// By bound endpoint, for as long as it is bound: the sessions accepted there.
    accepted: HashMap<u64, HashSet<SessionId, Keyed>, Keyed>,
    /// All others.
    others: HashSet<SessionId, Keyed>,
    /// The socket is closed, and how long it lingers.
    closed: Option<i32>,
}

impl Family {
    /// Where a session accepted at endpoint `listener` (None: connecting) is kept.
    fn group(&mut self, listener: Option<u64>) -> &mut HashSet<SessionId, Keyed> {
        listener.and_then(|number| self.accepted.get_mut(&number)).unwrap_or(&mut self.others)
    }
}

/// A session's membership in its socket's family, until this is dropped.
pub(super) struct Member {
    owner: Arc<Owner>,
    listener: Option<u64>,
    id: SessionId,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.owner.family.lock().group(self.listener).remove(&self.id);
    }
}

/// A socket as its sessions and listeners know it.
pub struct Owner {
    /// Unique in the process.
    pub uid: u64,
    /// As the debug log calls it.
    pub who: Who,
    /// For the debug log: bound and connected endpoints, in words.
    pub endpoints: Mutex<Vec<String>>,
    /// Where the socket's commands go.
    pub mailbox: Arc<SocketMailbox>,
    /// The socket's monitor.
    pub monitor: Monitor,
    /// The context's count of lingering things.
    pub live: Arc<Live>,
    /// The context's I/O threads.
    pub threads: Vec<Arc<IoHandle>>,
    /// The context's inproc names.
    pub directory: Arc<dyn Directory>,
    watches: Mutex<Vec<Arc<Watch>>>,
    watch_count: AtomicU32,
    orphaned: AtomicBool,
    family: Mutex<Family>,
    sndhwm: AtomicI32,
    rcvhwm: AtomicI32,
}

impl Owner {
    /// For a new socket.
    pub fn new(
        uid: u64,
        who: Who,
        mailbox: Arc<SocketMailbox>,
        live: Arc<Live>,
        threads: Vec<Arc<IoHandle>>,
        directory: Arc<dyn Directory>,
    ) -> Arc<Owner> {
        Arc::new_cyclic(|_: &Weak<Owner>| Owner {
            uid,
            who,
            endpoints: Mutex::default(),
            mailbox,
            monitor: Monitor::new(who),
            live,
            threads,
            directory,
            watches: Mutex::new(Vec::new()),
            watch_count: AtomicU32::new(0),
            orphaned: AtomicBool::new(false),
            family: Mutex::default(),
            sndhwm: AtomicI32::new(0),
            rcvhwm: AtomicI32::new(0),
        })
    }

    /// The socket's watch on `io`, made if there is none yet. EMFILE.
    pub fn watch(&self, io: &Arc<IoHandle>) -> Result<Arc<Watch>> {
        let mut watches = self.watches.lock();
        if let Some(watch) = watches.iter().find(|watch| Arc::ptr_eq(watch.io(), io)) {
            return Ok(watch.clone());
        }
        let watch = Watch::new(io)?;
        watches.push(watch.clone());
        self.watch_count.fetch_add(1, Ordering::Release);
        if self.orphaned.load(Ordering::SeqCst) {
            watch.orphan();
        }
        Ok(watch)
    }

    /// Number of watches; they never become fewer.
    #[inline]
    pub fn watch_count(&self) -> usize {
        self.watch_count.load(Ordering::Acquire) as usize
    }

    /// All watches.
    pub fn watches(&self) -> Vec<Arc<Watch>> {
        self.watches.lock().clone()
    }

    /// The socket has bound endpoint number `endpoint`.
    pub fn bound(&self, endpoint: u64) {
        self.family.lock().accepted.insert(endpoint, HashSet::default());
    }

    /// The socket has unbound endpoint number `endpoint`: what was accepted there ends.
    pub fn unbound(&self, endpoint: u64, linger: i32) {
        let mut family = self.family.lock();
        for id in family.accepted.remove(&endpoint).unwrap_or_default() {
            self.send(id, ListenerClosed { linger });
            family.others.insert(id);
        }
    }

    /// The socket is closed, its endpoints are unbound.
    pub fn close(&self, linger: i32) {
        let mut family = self.family.lock();
        family.closed = Some(linger);
        family.others.iter().for_each(|id| self.send(*id, OwnerClosed { linger }));
    }

    fn send<C: std::any::Any + Send>(&self, (thread, object): SessionId, command: C) {
        if let Some(io) = self.threads.iter().find(|io| io.index() == thread) {
            io.send(object, command);
        }
    }

    /// A session of this socket has started, accepted at endpoint number `listener` or
    /// connecting. It hears what was closed before.
    pub(super) fn adopt(
        self: &Arc<Owner>,
        io: &IoHandle,
        object: ObjectId,
        listener: Option<u64>,
        linger: i32,
    ) -> Member {
        let id = (io.index(), object);
        let mut family = self.family.lock();
        if listener.is_some_and(|number| !family.accepted.contains_key(&number)) {
            self.send(id, ListenerClosed { linger });
        }
        if let Some(linger) = family.closed {
            self.send(id, OwnerClosed { linger });
        }
        family.group(listener).insert(id);
        Member { owner: self.clone(), listener, id }
    }

    /// The socket is gone: I/O threads serve what lingers.
    pub fn orphan(&self) {
        let watches = self.watches.lock();
        self.orphaned.store(true, Ordering::SeqCst);
        for watch in watches.iter() {
            watch.orphan();
        }
    }

    /// The socket's high-water marks, for pipes to come.
    pub fn set_hwm(&self, sndhwm: i32, rcvhwm: i32) {
        self.sndhwm.store(sndhwm, Ordering::Relaxed);
        self.rcvhwm.store(rcvhwm, Ordering::Relaxed);
    }

    /// What the socket brings to a pipe made now.
    pub fn end_settings(&self, options: &Options) -> EndSettings {
        EndSettings {
            mailbox: Some(self.mailbox.clone()),
            sndhwm: self.sndhwm.load(Ordering::Relaxed),
            rcvhwm: self.rcvhwm.load(Ordering::Relaxed),
            conflate_in: options.conflates_input(),
            conflate_out: options.conflates_output(),
        }
    }
}
