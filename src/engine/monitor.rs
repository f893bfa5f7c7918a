//! The socket monitor: events of connections as messages on an inproc socket
//! (zmq_socket_monitor).
//!
//! A monitor is the sending half of a PAIR, PUB or PUSH without a thread of
//! its own: whoever sees an event writes it, under the monitor's lock. Unlike
//! libzmq's it never blocks that thread: events wait in a backlog until a
//! reader has connected, and beyond `BACKLOG` the newest are dropped.

use std::collections::VecDeque;

use super::report;
use crate::command::{SocketCommand, SocketMailbox, socket_mailbox};
use crate::errno::{Errno, Result};
use crate::log::{self, Who};
use crate::msg::Msg;
use crate::options::{ContextOptions, Options};
use crate::pattern::{self, Pattern};
use crate::pipe::{EndSettings, PipeEnd, Pipes};
use crate::sync::{Arc, AtomicBool, AtomicU64, AtomicUsize, Mutex, Ordering};

/// Events kept for a reader that is not there or does not read.
const BACKLOG: usize = 8192;

/// Numbers of the events (zmq_socket_monitor).
#[allow(missing_docs, reason = "the names are those of the manual")]
pub mod event {
    pub const CONNECTED: u64 = 0x0001;
    pub const CONNECT_DELAYED: u64 = 0x0002;
    pub const CONNECT_RETRIED: u64 = 0x0004;
    pub const LISTENING: u64 = 0x0008;
    pub const BIND_FAILED: u64 = 0x0010;
    pub const ACCEPTED: u64 = 0x0020;
    pub const ACCEPT_FAILED: u64 = 0x0040;
    pub const CLOSED: u64 = 0x0080;
    pub const CLOSE_FAILED: u64 = 0x0100;
    pub const DISCONNECTED: u64 = 0x0200;
    pub const MONITOR_STOPPED: u64 = 0x0400;
    pub const HANDSHAKE_FAILED_NO_DETAIL: u64 = 0x0800;
    pub const HANDSHAKE_SUCCEEDED: u64 = 0x1000;
    pub const HANDSHAKE_FAILED_PROTOCOL: u64 = 0x2000;
    pub const HANDSHAKE_FAILED_AUTH: u64 = 0x4000;
}

/// The two ends of a connection as events name them.
#[derive(Clone, Default, Debug)]
pub struct Names {
    /// This side's name.
    pub local: String,
    /// The peer's name.
    pub remote: String,
    /// Whether version 1 shows the remote name (this side connected).
    pub connecting: bool,
}

impl Names {
    /// Events of a listener or of anything local.
    pub fn local(endpoint: &str) -> Names {
        Names { local: endpoint.to_owned(), ..Names::default() }
    }

    /// Events of a connection attempt.
    pub fn remote(endpoint: &str) -> Names {
        Names { remote: endpoint.to_owned(), connecting: true, ..Names::default() }
    }
}

struct Active {
    mask: u64,
    version: i32,
    pattern: Box<dyn Pattern>,
    pipes: Pipes,
    options: Options,
    mailbox: Arc<SocketMailbox>,
    backlog: VecDeque<Vec<Msg>>,
    endpoint: String,
}

/// The monitor of a socket, running or not.
#[derive(Default)]
pub struct Monitor {
    /// The socket.
    who: Who,
    mask: AtomicU64,
    active: Mutex<Option<Active>>,
    /// Listeners whose CLOSED is to come.
    listeners: AtomicUsize,
    /// The socket is closed: the monitor stops with the last listener. SeqCst
    /// with `listeners`: of the two that change one and read the other, at
    /// least one sees both, and the first to take this back stops.
    closing: AtomicBool,
}

impl Monitor {
    /// For a new socket; not running.
    pub fn new(who: Who) -> Monitor {
        Monitor { who, ..Monitor::default() }
    }

    /// Starts a monitor as a socket of type `socket_type` known as `endpoint`.
    /// Returns its mailbox, to be bound in the inproc registry. An existing
    /// monitor has been stopped before. EMFILE, EINVAL.
    pub fn start(
        &self,
        endpoint: &str,
        mask: u64,
        version: i32,
        socket_type: i32,
        context: &ContextOptions,
    ) -> Result<Arc<SocketMailbox>> {
        let options = Options::new(socket_type, context);
        let pattern = pattern::create(socket_type, &options).ok_or(Errno::EINVAL)?;
        let mailbox = socket_mailbox()?;
        let active = Active {
            mask,
            version,
            pattern,
            pipes: Pipes::new(),
            options,
            mailbox: mailbox.clone(),
            backlog: VecDeque::new(),
            endpoint: endpoint.to_owned(),
        };
        *self.active.lock() = Some(active);
        self.mask.store(mask, Ordering::Release);
        Ok(mailbox)
    }

    /// What a monitor brings to its pipes.
    pub fn end_settings(mailbox: &Arc<SocketMailbox>) -> EndSettings {
        EndSettings {
            mailbox: Some(mailbox.clone()),
            sndhwm: 1000,
            rcvhwm: 1000,
            ..EndSettings::default()
        }
    }

    /// Takes in readers that connected before the monitor was started.
    pub fn adopt(&self, waiting: Vec<PipeEnd>) {
        if let Some(active) = self.active.lock().as_mut() {
            for end in waiting {
                let id = active.pipes.insert(Box::new(end));
                active.pattern.attached(&mut active.pipes, id, &active.options);
            }
        }
        self.attached();
    }

    /// Takes a start back whose endpoint could not be bound.
    pub fn abort(&self) {
        self.mask.store(0, Ordering::Release);
        *self.active.lock() = None;
    }

    /// Stops the monitor: MONITOR_STOPPED, then its pipes close. Returns the
    /// endpoint to be freed.
    pub fn stop(&self) -> Option<String> {
        self.emit(event::MONITOR_STOPPED, 0, &Names::default());
        self.mask.store(0, Ordering::Release);
        let mut active = self.active.lock().take()?;
        active.process_commands();
        active.flush();
        let ids: Vec<_> = active.pipes.ids().collect();
        for id in ids {
            active.pipes.terminate(id, 0);
        }
        let mut left = Vec::new();
        active.mailbox.close(&mut left);
        for command in left {
            if let SocketCommand::Attach(end) = command {
                end.abandon(0);
            }
        }
        Some(active.endpoint)
    }

    /// The name it is bound to, while it runs.
    pub fn endpoint(&self) -> Option<String> {
        self.active.lock().as_ref().map(|active| active.endpoint.clone())
    }

    /// A listener has been made.
    pub fn listener_opened(&self) {
        self.listeners.fetch_add(1, Ordering::SeqCst);
    }

    /// A listener has reported its end.
    pub fn listener_closed(&self) {
        if self.listeners.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.stop_closing();
        }
    }

    /// The socket is closed: stops as soon as its listeners have reported their
    /// end. Their endpoint names have been freed.
    pub fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        if self.listeners.load(Ordering::SeqCst) == 0 {
            self.stop_closing();
        }
    }

    fn stop_closing(&self) {
        if self.closing.swap(false, Ordering::SeqCst) {
            self.stop();
        }
    }

    /// Reports an event, if it is selected. Any thread; never blocks.
    pub fn emit(&self, event: u64, value: u64, names: &Names) {
        if log::is_on() {
            report::event(self.who, event, value, names);
        }
        if self.mask.load(Ordering::Acquire) & event == 0 {
            return;
        }
        if let Some(active) = self.active.lock().as_mut()
            && active.mask & event != 0
        {
            let frames = match active.version {
                1 => version_1(event, value, names),
                2 => version_2(event, value, names),
                _ => return, // set up, but never sends anything (as libzmq)
            };
            if active.backlog.len() < BACKLOG {
                active.backlog.push_back(frames);
            }
            active.process_commands();
            active.flush();
        }
    }

    /// A reader has connected: whatever waits goes to it.
    pub fn attached(&self) {
        if let Some(active) = self.active.lock().as_mut() {
            active.process_commands();
            active.flush();
        }
    }
}

impl Active {
    fn process_commands(&mut self) {
        let mut commands = Vec::new();
        self.mailbox.drain(&mut commands);
        for command in commands {
            match command {
                SocketCommand::Attach(end) => {
                    let id = self.pipes.insert(end);
                    self.pattern.attached(&mut self.pipes, id, &self.options);
                }
                SocketCommand::ReadActivated(id) => {
                    self.pattern.read_activated(&mut self.pipes, id)
                }
                SocketCommand::WriteActivated(id) => {
                    self.pattern.write_activated(&mut self.pipes, id);
                }
                SocketCommand::PeerClosed(id) => self.pipes.peer_closed(id),
                SocketCommand::Hiccup(_) | SocketCommand::EndpointGone(_) | SocketCommand::Stop => {
                }
            }
        }
        while let Some(id) = self.pipes.take_ended() {
            self.pattern.terminated(&mut self.pipes, id);
            self.pipes.remove(id);
        }
    }

    fn flush(&mut self) {
        while let Some(frames) = self.backlog.front_mut() {
            for frame in frames.iter_mut() {
                if self.pattern.send(&mut self.pipes, frame, true).is_err() {
                    return; // only ever before the first frame of a message
                }
            }
            self.backlog.pop_front();
        }
    }
}

fn frame(bytes: &[u8], more: bool) -> Msg {
    let mut msg = Msg::copy_of(bytes).unwrap_or_default();
    msg.set_more(more);
    msg
}

/// Two frames: event u16 and value u32 packed in host order, then one address.
fn version_1(event: u64, value: u64, names: &Names) -> Vec<Msg> {
    let mut head = [0u8; 6];
    head[..2].copy_from_slice(&(event as u16).to_ne_bytes());
    head[2..].copy_from_slice(&(value as u32).to_ne_bytes());
    let address = if names.connecting { &names.remote } else { &names.local };
    vec![frame(&head, true), frame(address.as_bytes(), false)]
}

/// Event u64, number of values u64, the values, local and remote address.
fn version_2(event: u64, value: u64, names: &Names) -> Vec<Msg> {
    vec![
        frame(&event.to_ne_bytes(), true),
        frame(&1u64.to_ne_bytes(), true),
        frame(&value.to_ne_bytes(), true),
        frame(names.local.as_bytes(), true),
        frame(names.remote.as_bytes(), false),
    ]
}
