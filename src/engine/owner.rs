//! What sessions, listeners and drives share of the socket they work for, and
//! of its context. Outlives the socket as long as something lingers.

use std::sync::Weak;

use super::monitor::Monitor;
use super::watch::Watch;
use super::zap::Directory;
use crate::command::SocketMailbox;
use crate::errno::{Errno, Result};
use crate::log::{self, Who};
use crate::options::Options;
use crate::pipe::EndSettings;
use crate::reactor::IoHandle;
use crate::sync::{Arc, AtomicBool, AtomicI32, AtomicU32, AtomicUsize, Mutex, Ordering};
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
