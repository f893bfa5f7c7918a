//! A session: one endpoint's connection, or one accepted connection, over its
//! whole life: connecting, greeting, traffic, loss, reconnection, lingering.
//!
//! Owned by one I/O thread. The traffic itself goes through the [`Drive`],
//! which the socket's thread may drive as well; everything else happens here.

mod connect;
mod end;
mod greet;
mod raw;
mod secure;
mod tell;
mod traffic;

use std::any::Any;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use super::drive::{Drive, SessionNotice};
use super::incoming::{self, Loss};
use super::monitor::{Names, event};
use super::outgoing;
use super::owner::{ListenerClosed, LiveGuard, Member, Noted, Owner, OwnerClosed};
use super::reconnect::Backoff;
use super::zap::Inquiry;
use crate::errno::{Errno, Result};
use crate::log::Rare;
use crate::msg::{MetadataRef, MetadataSource, Msg};
use crate::options::Options;
use crate::pipe::Driver;
use crate::reactor::{Flow, Io, IoObject, TimerKey};
use crate::sync::Arc;
use crate::sys;
use crate::transport::{self, Destination, Socks, Target};
use crate::zmtp::heartbeat::Heartbeat;
use crate::zmtp::{Framing, Handshake, mechanism};

/// Room a handshake is read into: no frame of it is larger than a few hundred
/// bytes in practice.
const HANDSHAKE_READ: usize = 4096;

const RECONNECT: u8 = 0;
const CONNECT_TIMEOUT: u8 = 1;
const HANDSHAKE_TIMEOUT: u8 = 2;
const LINGER: u8 = 3;
const HEARTBEAT: u8 = 4;

/// RECONNECT_STOP bits.
const STOP_CONN_REFUSED: i32 = 1;
const STOP_HANDSHAKE_FAILED: i32 = 2;

/// To one session, from a socket that disconnects an endpoint without a pipe.
#[derive(Debug)]
pub struct Disconnect;

/// From a look-up thread: where to connect to.
struct Resolved(Result<Vec<Destination>>);

/// How a session comes into being.
pub enum Origin {
    /// zmq_connect.
    Connect(Target),
    /// A listener has accepted a connection.
    Accepted {
        /// The connection.
        fd: OwnedFd,
        /// Its names.
        names: Names,
    },
}

/// Where the present connection stands.
enum Phase {
    /// No connection, none under way; perhaps a timer runs.
    Idle,
    /// The name is being looked up.
    Resolving(sys::thread::Thread),
    /// Connecting; further addresses to try.
    Connecting { fd: OwnedFd, to: Destination, rest: Vec<Destination> },
    /// Asking a SOCKS proxy for the connection.
    Proxy { fd: OwnedFd, socks: Box<Socks>, rest: Vec<Destination> },
    /// Exchanging greetings and security.
    Greeting { fd: Arc<OwnedFd>, handshake: Box<Handshake> },
    /// Established: traffic flows through the drive.
    Traffic { fd: Arc<OwnedFd>, serial: u32, mechanism: bool, heartbeat: Heartbeat },
}

/// A session; see the module.
pub struct Session {
    owner: Arc<Owner>,
    options: Arc<Options>,
    /// Number of the endpoint this session belongs to.
    endpoint: u64,
    /// Where to (re)connect to; None: accepted.
    target: Option<Target>,
    /// The connection to begin with, of an accepted session.
    accepted: Option<OwnedFd>,
    drive: Option<Arc<Drive>>,
    phase: Phase,
    names: Names,
    backoff: Backoff,
    timer: Option<TimerKey>,
    heartbeat_timer: Option<TimerKey>,
    /// The socket has let go: end when everything is sent.
    closing: bool,
    /// What the application is told when the connection of a raw socket ends.
    farewell: Option<Msg>,
    /// The ZAP handler has been asked about the peer and has not answered.
    inquiry: Option<Inquiry>,
    /// Since the last success, for the debug log.
    setbacks: Rare,
    /// ZMQ_LINGER as the socket let go, for the debug log.
    linger: Option<i32>,
    /// What zmq_ctx_term says of this session while it lingers.
    noted: Option<Noted>,
    /// Since it has started.
    member: Option<Member>,
    _live: LiveGuard,
}

impl Session {
    /// A session; `drive` if its socket has made the pipe already.
    pub fn new(
        owner: Arc<Owner>,
        options: Arc<Options>,
        endpoint: u64,
        origin: Origin,
        drive: Option<Arc<Drive>>,
    ) -> Session {
        let live = owner.live.enter();
        let backoff = Backoff::new(options.reconnect_ivl, options.reconnect_ivl_max);
        let (target, accepted, names) = match origin {
            Origin::Connect(target) => {
                let names = Names::remote(&target.endpoint());
                (Some(target), None, names)
            }
            Origin::Accepted { fd, names } => (None, Some(fd), names),
        };
        Session {
            owner,
            options,
            endpoint,
            target,
            accepted,
            drive,
            phase: Phase::Idle,
            names,
            backoff,
            timer: None,
            heartbeat_timer: None,
            closing: false,
            farewell: None,
            inquiry: None,
            setbacks: Rare::default(),
            linger: None,
            noted: None,
            member: None,
            _live: live,
        }
    }

    fn emit(&self, event: u64, value: u64) {
        self.owner.monitor.emit(event, value, &self.names);
    }

    fn set_timer(&mut self, io: &mut Io, ms: i32, kind: u8) {
        self.clear_timer(io);
        if ms > 0 {
            self.timer = Some(io.set_timer(ms as u64, kind));
        }
    }

    fn clear_timer(&mut self, io: &mut Io) {
        if let Some(key) = self.timer.take() {
            io.cancel(key);
        }
    }
}

impl IoObject for Session {
    fn started(&mut self, io: &mut Io) -> Flow {
        let listener = self.target.is_none().then_some(self.endpoint);
        let linger = self.options.linger;
        self.member = Some(self.owner.adopt(&io.handle, io.id(), listener, linger));
        match self.accepted.take() {
            Some(fd) => self.greet(io, fd),
            None => self.connect(io),
        }
    }

    fn ready(&mut self, io: &mut Io, _readable: bool, _writable: bool) -> Flow {
        match self.phase {
            Phase::Connecting { .. } => self.connected(io),
            Phase::Proxy { .. } => self.converse(io),
            Phase::Greeting { .. } => self.exchange(io),
            Phase::Traffic { .. } => {
                // Asked for again: more of what was held back.
                if let Some(drive) = &self.drive
                    && drive.holds_input()
                    && drive.read_for_socket(&mut io.arena)
                {
                    io.again();
                }
                Flow::Keep
            }
            Phase::Idle | Phase::Resolving(_) => Flow::Keep,
        }
    }

    fn timer(&mut self, io: &mut Io, kind: u8) -> Flow {
        match kind {
            RECONNECT => self.connect(io),
            CONNECT_TIMEOUT => {
                let phase = std::mem::replace(&mut self.phase, Phase::Idle);
                let (Phase::Connecting { fd, rest, .. } | Phase::Proxy { fd, rest, .. }) = phase
                else {
                    self.phase = phase;
                    return Flow::Keep;
                };
                io.handle.deregister(fd.as_raw_fd());
                self.attempt_failed(io, Some(connect::close(fd)), Errno::ETIMEDOUT, rest)
            }
            HANDSHAKE_TIMEOUT => self.lost(io, Loss::Connection(Errno::ETIMEDOUT)),
            LINGER => self.finish(io),
            HEARTBEAT => self.heartbeat_due(io),
            _ => Flow::Keep,
        }
    }

    fn command(&mut self, io: &mut Io, command: &mut dyn Any) -> Flow {
        if let Some(notice) = command.downcast_ref::<SessionNotice>() {
            return self.notice(io, notice);
        }
        if let Some(Resolved(found)) = command.downcast_mut::<Resolved>() {
            let phase = std::mem::replace(&mut self.phase, Phase::Idle);
            let Phase::Resolving(thread) = phase else {
                self.phase = phase;
                return Flow::Keep;
            };
            // It has answered, and is about to end.
            thread.join();
            let found = std::mem::replace(found, Err(Errno::EAGAIN));
            return self.resolved(io, found);
        }
        if let Some(closed) = command.downcast_ref::<ListenerClosed>() {
            return self.listener_closed(io, closed.linger);
        }
        if let Some(&OwnerClosed { linger }) = command.downcast_ref::<OwnerClosed>() {
            return match &self.drive {
                None => self.finish(io),
                Some(_) if self.closing && self.options.raw_socket => self.linger_on(io, linger),
                Some(_) => Flow::Keep,
            };
        }
        if command.is::<Disconnect>() && self.drive.is_none() {
            return self.finish(io);
        }
        Flow::Keep
    }
}
