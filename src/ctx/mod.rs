//! The context: limits, I/O threads, the inproc registry, termination.

mod registry;
mod waiting;

use std::collections::HashMap;
use std::os::fd::AsRawFd;
use std::time::Duration;

use crate::command::{SocketCommand, socket_mailbox};
use crate::engine::owner::{Live, LiveGuard, Owner};
use crate::errno::{Errno, Result};
use crate::log::{self, Who};
use crate::options::ContextOptions;
use crate::reactor::{IoHandle, IoThread};
use crate::sync::{Arc, AtomicU64, Mutex, Ordering};
use crate::sys;
use crate::sys::chance::Keyed;
use crate::zmtp::socket_type;

pub use registry::{Binding, Connector, Registry};
use waiting::Waiting;

/// How often zmq_ctx_term looks although nobody has told it to.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Numbers sockets for the whole process.
static NEXT_SOCKET: AtomicU64 = AtomicU64::new(1);

struct State {
    /// None until the first socket is made.
    threads: Option<Vec<IoThread>>,
    /// As they were when the threads started.
    max_sockets: usize,
    sockets: HashMap<u64, Arc<Owner>, Keyed>,
    stopping: bool,
}

/// A ØMQ context.
pub struct Ctx {
    options: Mutex<ContextOptions>,
    state: Mutex<State>,
    live: Arc<Live>,
    /// Held by whoever ends the I/O threads.
    ending: Mutex<()>,
    /// How long sockets look again before they sleep, if the user has said so.
    pub spin: Option<Duration>,
    /// Names of inproc endpoints.
    pub registry: Arc<Registry>,
}

/// A place among the context's sockets.
pub struct Membership {
    /// What the socket shares with its sessions.
    pub owner: Arc<Owner>,
    /// The context's options as the socket was made.
    pub options: ContextOptions,
    /// Keeps zmq_ctx_term waiting.
    pub live: LiveGuard,
}

impl Ctx {
    /// No thread is started here; the first socket does. EMFILE.
    pub fn new() -> Result<Arc<Ctx>> {
        log::read_environment();
        let state =
            State { threads: None, max_sockets: 0, sockets: HashMap::default(), stopping: false };
        Ok(Arc::new(Ctx {
            options: Mutex::new(ContextOptions::default()),
            state: Mutex::new(state),
            live: Live::new()?,
            ending: Mutex::new(()),
            spin: asked_spin(),
            registry: Arc::default(),
        }))
    }

    /// zmq_ctx_set_ext (zmq_ctx_set passes the int's 4 bytes).
    pub fn set(&self, option: i32, value: &[u8]) -> Result<()> {
        self.options.lock().set_ext(option, value)
    }

    /// zmq_ctx_get.
    pub fn get(&self, option: i32) -> Result<i32> {
        self.options.lock().get(option)
    }

    /// zmq_ctx_get_ext.
    pub fn get_ext(&self, option: i32, out: &mut [u8]) -> Result<()> {
        self.options.lock().get_ext(option, out)
    }

    /// A copy of the options.
    pub fn options(&self) -> ContextOptions {
        self.options.lock().clone()
    }

    /// Makes every call on its sockets but close fail with ETERM.
    pub fn shutdown(&self) {
        let mut state = self.state.lock();
        if !std::mem::replace(&mut state.stopping, true) {
            for owner in state.sockets.values() {
                let _ = owner.mailbox.push(SocketCommand::Stop);
            }
        }
    }

    /// Shuts down and waits until every socket is closed and what lingers has
    /// ended. EINTR: a signal came; call again to go on waiting.
    pub fn term(&self) -> Result<()> {
        self.shutdown();
        let mut waiting = Waiting::new();
        while !self.live.is_empty() {
            // Not for ever: the signal may have failed.
            let timeout = Some(waiting.report(self).map_or(LOOK_AGAIN, |t| t.min(LOOK_AGAIN)));
            let mut fds = [sys::poll::item(self.live.changed().as_raw_fd(), libc::POLLIN)];
            sys::poll::poll(&mut fds, timeout)?;
            self.live.changed().lower();
        }
        // Several threads may wait, and this one has taken the signal.
        self.live.changed().raise();
        let _ending = self.ending.lock();
        self.registry.clear();
        let threads = self.state.lock().threads.take().unwrap_or_default();
        for thread in threads {
            thread.stop();
        }
        sys::thread::keep_loaded();
        crate::msg::trim();
        Ok(())
    }

    /// Room for one more socket; the first starts the threads. ETERM, EMFILE,
    /// ENOMEM, EAGAIN.
    pub fn join(&self, socket_type: i32) -> Result<Membership> {
        let options = self.options();
        let mut state = self.state.lock();
        if state.stopping {
            return Err(Errno::ETERM);
        }
        if state.threads.is_none() {
            state.threads = Some(start_threads(&options)?);
            state.max_sockets = options.max_sockets.max(0) as usize;
        }
        if state.sockets.len() >= state.max_sockets {
            return Err(Errno::EMFILE);
        }
        let mailbox = socket_mailbox()?;
        let uid = NEXT_SOCKET.fetch_add(1, Ordering::Relaxed);
        let threads: Vec<Arc<IoHandle>> =
            state.threads.iter().flatten().map(|thread| thread.handle().clone()).collect();
        let kind = u8::try_from(socket_type).ok().and_then(socket_type::name);
        let who = Who::new(kind.unwrap_or_default(), uid);
        let (live, directory) = (self.live.clone(), self.registry.clone());
        let owner = Owner::new(uid, who, mailbox, live, threads, directory);
        state.sockets.insert(uid, owner.clone());
        Ok(Membership { owner, options, live: self.live.enter() })
    }

    /// The socket is closed; its place is free.
    pub fn leave(&self, uid: u64) {
        self.state.lock().sockets.remove(&uid);
    }
}

fn start_threads(options: &ContextOptions) -> Result<Vec<IoThread>> {
    let mut threads = Vec::new();
    for index in 0..options.io_threads.max(0) as usize {
        let settings = sys::thread::Settings {
            priority: options.thread_priority,
            policy: options.thread_sched_policy,
            cpus: options.affinity_cpus.iter().copied().collect(),
        };
        let name = thread_name(&options.name_prefix, index);
        match IoThread::start(index, &name, move || settings.apply()) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                threads.into_iter().for_each(IoThread::stop);
                return Err(error);
            }
        }
    }
    Ok(threads)
}

/// "prefix/ZMQbg/IO/n", as debuggers and top show it.
fn thread_name(prefix: &[u8], index: usize) -> String {
    let prefix = String::from_utf8_lossy(prefix);
    let slash = if prefix.is_empty() { "" } else { "/" };
    format!("{prefix}{slash}ZMQbg/IO/{index}")
}

/// ZMQ_SPIN of the environment, in microseconds; 0: never.
fn asked_spin() -> Option<Duration> {
    std::env::var("ZMQ_SPIN").ok()?.parse().ok().map(Duration::from_micros)
}
