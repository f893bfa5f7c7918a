//! A session: one endpoint's connection, or one accepted connection, over its
//! whole life: connecting, greeting, traffic, loss, reconnection, lingering.
//!
//! Owned by one I/O thread. The traffic itself goes through the [`Drive`],
//! which the socket's thread may drive as well; everything else happens here.

mod raw;
mod secure;

use std::any::Any;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use mio::Interest;

use super::drive::{Drive, SessionNotice};
use super::incoming::{self, Loss};
use super::listener::ListenerClosed;
use super::monitor::{Names, event};
use super::outgoing;
use super::owner::{LiveGuard, Owner};
use super::reconnect::Backoff;
use super::zap::Inquiry;
use crate::command::SocketCommand;
use crate::errno::{Errno, Result};
use crate::msg::{self, Leftover, MetadataRef, MetadataSource, Msg};
use crate::options::Options;
use crate::pipe::{Driver, driven_pair};
use crate::reactor::{Flow, Io, IoObject, TimerKey};
use crate::sync::Arc;
use crate::sys;
use crate::transport::{self, Destination, Socks, Target};
use crate::zmtp::handshake::Config;
use crate::zmtp::heartbeat::{Heartbeat, Settings as HeartbeatSettings};
use crate::zmtp::{Established, Framing, Handshake, command, mechanism, socket_type};

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

/// To all objects of all I/O threads: the socket is closed.
#[derive(Debug)]
pub struct OwnerClosed {
    /// The socket's number.
    pub owner: u64,
    /// How long to linger, ms; -1: no limit.
    pub linger: i32,
}

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
    Resolving,
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

    // ---- connecting ----------------------------------------------------------

    fn connect(&mut self, io: &mut Io) -> Flow {
        let Some(target) = self.target.clone() else { return Flow::End };
        if !target.needs_lookup(&self.options) {
            return self.resolved(io, target.resolve(&self.options));
        }
        self.phase = Phase::Resolving;
        let (handle, id, options) = (io.handle.clone(), io.id(), self.options.clone());
        let live = self.owner.live.enter();
        let looking = sys::thread::spawn("ZMQbg/Lookup", move || {
            let found = target.resolve(&options);
            handle.send(id, Resolved(found));
            drop(live);
        });
        match looking {
            Ok(_) => Flow::Keep,
            Err(error) => self.resolved(io, Err(error)),
        }
    }

    fn resolved(&mut self, io: &mut Io, found: Result<Vec<Destination>>) -> Flow {
        self.phase = Phase::Idle;
        match found {
            Ok(destinations) => self.attempt(io, destinations),
            Err(_) => self.retry(io),
        }
    }

    /// Tries the first destination.
    fn attempt(&mut self, io: &mut Io, mut destinations: Vec<Destination>) -> Flow {
        if destinations.is_empty() {
            return self.retry(io);
        }
        let to = destinations.remove(0);
        let attempt = match to.start_connect(&self.options) {
            Ok(attempt) => attempt,
            Err(error) => return self.attempt_failed(io, None, error, destinations),
        };
        let fd = attempt.fd.as_raw_fd();
        self.phase = Phase::Connecting { fd: attempt.fd, to, rest: destinations };
        if !attempt.in_progress {
            return self.connected(io);
        }
        self.emit(event::CONNECT_DELAYED, Errno::EINPROGRESS.0 as u64);
        let both = Interest::READABLE | Interest::WRITABLE;
        if io.handle.register(io.id(), fd, both).is_err() {
            return self.retry(io);
        }
        self.set_timer(io, self.options.connect_timeout, CONNECT_TIMEOUT);
        Flow::Keep
    }

    /// The outcome of an attempt is known.
    fn connected(&mut self, io: &mut Io) -> Flow {
        let Phase::Connecting { fd, to, rest } = std::mem::replace(&mut self.phase, Phase::Idle)
        else {
            return Flow::Keep;
        };
        self.clear_timer(io);
        io.handle.deregister(fd.as_raw_fd());
        match to.finish_connect(fd.as_fd(), &self.options) {
            Ok(()) => self.ask_proxy(io, fd, rest),
            Err(error) => self.attempt_failed(io, Some(fd), error, rest),
        }
    }

    /// The transport is connected, perhaps only to a proxy.
    fn ask_proxy(&mut self, io: &mut Io, fd: OwnedFd, rest: Vec<Destination>) -> Flow {
        let socks = self.target.as_ref().map_or(Ok(None), |target| target.socks(&self.options));
        match socks {
            Ok(None) => self.reached(io, fd),
            Ok(Some(socks)) => {
                let both = Interest::READABLE | Interest::WRITABLE;
                if let Err(error) = io.handle.register(io.id(), fd.as_raw_fd(), both) {
                    return self.attempt_failed(io, Some(fd), error, rest);
                }
                self.phase = Phase::Proxy { fd, socks: Box::new(socks), rest };
                // libzmq waits for a silent proxy for ever; the time a peer has
                // for its handshake is enough for a proxy, too.
                self.set_timer(io, self.options.handshake_ivl, CONNECT_TIMEOUT);
                self.converse(io)
            }
            Err(error) => self.attempt_failed(io, Some(fd), error, rest),
        }
    }

    /// Moves the dialogue with the proxy on.
    fn converse(&mut self, io: &mut Io) -> Flow {
        let Phase::Proxy { fd, socks, .. } = &mut self.phase else { return Flow::Keep };
        let outcome = talk(fd, socks);
        if outcome == Ok(false) {
            return Flow::Keep;
        }
        let Phase::Proxy { fd, rest, .. } = std::mem::replace(&mut self.phase, Phase::Idle) else {
            return Flow::Keep;
        };
        self.clear_timer(io);
        io.handle.deregister(fd.as_raw_fd());
        match outcome {
            Ok(_) => self.reached(io, fd),
            Err(error) => self.attempt_failed(io, Some(fd), error, rest),
        }
    }

    /// There is a connection with the peer.
    fn reached(&mut self, io: &mut Io, fd: OwnedFd) -> Flow {
        self.backoff.reset();
        self.names.local = transport::local_endpoint(fd.as_fd());
        self.emit(event::CONNECTED, fd.as_raw_fd() as u64);
        self.greet(io, fd)
    }

    fn attempt_failed(
        &mut self,
        io: &mut Io,
        fd: Option<OwnedFd>,
        error: Errno,
        rest: Vec<Destination>,
    ) -> Flow {
        self.phase = Phase::Idle;
        if let Some(fd) = fd {
            let number = fd.as_raw_fd();
            drop(fd);
            self.attempt_closed(number as u64);
        } else {
            // No descriptor survived the attempt (ipc without a listener).
            self.attempt_closed(u64::from(u32::MAX));
        }
        if !rest.is_empty() {
            return self.attempt(io, rest);
        }
        if error == Errno::ECONNREFUSED && self.options.reconnect_stop & STOP_CONN_REFUSED != 0 {
            return self.end_by_itself();
        }
        self.retry(io)
    }

    fn attempt_closed(&self, fd: u64) {
        let names = Names { local: String::new(), ..self.names.clone() };
        self.owner.monitor.emit(event::CLOSED, fd, &names);
    }

    /// Later again, unless reconnecting is off.
    fn retry(&mut self, io: &mut Io) -> Flow {
        self.phase = Phase::Idle;
        self.names.local.clear();
        let Some(ms) = self.backoff.next() else { return self.end_by_itself() };
        self.set_timer(io, ms.max(1), RECONNECT);
        self.emit(event::CONNECT_RETRIED, ms as u64);
        Flow::Keep
    }

    // ---- the handshake ---------------------------------------------------------

    fn greet(&mut self, io: &mut Io, fd: OwnedFd) -> Flow {
        if self.options.raw_socket {
            return self.begin_raw(io, fd);
        }
        let both = Interest::READABLE | Interest::WRITABLE;
        let registered = io.handle.register(io.id(), fd.as_raw_fd(), both);
        let handshake = Box::new(Handshake::new(self.handshake_config()));
        self.phase = Phase::Greeting { fd: Arc::new(fd), handshake };
        if let Err(error) = registered {
            return self.lost(io, Loss::Connection(error));
        }
        self.set_timer(io, self.options.handshake_ivl, HANDSHAKE_TIMEOUT);
        self.exchange(io)
    }

    fn handshake_config(&self) -> Config {
        let options = &self.options;
        let properties = options.metadata.iter();
        Config {
            socket_type: options.socket_type as u8,
            routing_id: options.routing_id.clone(),
            max_msg_size: options.maxmsgsize,
            refuse_old_peers: secure::refuses_old_peers(options),
            app_properties: properties.map(|(n, v)| (n.clone(), v.clone())).collect(),
            mechanism: secure::mechanism(options),
            zap: secure::policy(options),
        }
    }

    /// Moves the handshake on as far as the connection allows.
    fn exchange(&mut self, io: &mut Io) -> Flow {
        if let Err(loss) = self.look_for_answer() {
            return self.lost(io, loss);
        }
        loop {
            let Phase::Greeting { fd, handshake } = &mut self.phase else { return Flow::Keep };
            if let Err(error) = send_output(fd, handshake) {
                return self.lost(io, Loss::Connection(error));
            }
            if handshake.is_complete() {
                return self.establish(io, None);
            }
            let Some(space) = io.arena.space(None, HANDSHAKE_READ) else {
                return self.lost(io, Loss::Connection(Errno::ENOMEM));
            };
            let into = io.arena.space_mut(&space);
            let room = into.len().min(HANDSHAKE_READ);
            let n = match sys::io::read(fd.as_raw_fd(), &mut into[..room]) {
                Ok(0) => return self.lost(io, Loss::Connection(Errno::EPIPE)),
                Ok(n) => n,
                Err(Errno::EAGAIN) => return Flow::Keep,
                Err(Errno::EINTR) => 0,
                Err(error) => return self.lost(io, Loss::Connection(error)),
            };
            let range = io.arena.filled(space, n);
            let consumed = handshake.input(io.arena.bytes(range.clone()));
            // The peer may learn from our last words why this ends.
            let _ = send_output(fd, handshake);
            match consumed {
                Err(fault) => return self.lost(io, Loss::Protocol(fault)),
                Ok(used) if handshake.is_complete() => {
                    let left = io.arena.keep(range.start + used..range.end);
                    return self.establish(io, left);
                }
                Ok(_) => {
                    if let Err(loss) = self.authenticate(io) {
                        return self.lost(io, loss);
                    }
                }
            }
        }
    }

    // ---- traffic -----------------------------------------------------------------

    /// The handshake is complete: the connection goes to the drive.
    fn establish(&mut self, io: &mut Io, left: Option<Leftover>) -> Flow {
        let Phase::Greeting { fd, handshake } = std::mem::replace(&mut self.phase, Phase::Idle)
        else {
            return Flow::Keep;
        };
        let Some(established) = handshake.into_established() else { return Flow::End };
        self.clear_timer(io);
        io.handle.deregister(fd.as_raw_fd());
        if established.handshake_event {
            self.emit(event::HANDSHAKE_SUCCEEDED, 0);
        }
        let drive = match self.pipe(io) {
            Ok(drive) => drive,
            Err(_) => return self.finish(io),
        };
        self.announce(&drive, &established);
        self.hand_over(io, &drive, fd, established, left);
        self.arm_heartbeat(io);
        Flow::Keep
    }

    fn pipe(&mut self, io: &Io) -> Result<Arc<Drive>> {
        self.drive.clone().map_or_else(|| self.make_pipe(io), Ok)
    }

    /// A pipe for a connection that had none (accepted, or ZMQ_IMMEDIATE).
    fn make_pipe(&mut self, io: &Io) -> Result<Arc<Drive>> {
        let settings = self.owner.end_settings(&self.options);
        let watch = self.owner.watch(&io.handle)?;
        let (mut end, session_end) = driven_pair(&settings);
        let drive = Drive::new(session_end, &watch, &io.handle, io.id());
        end.set_driver(drive.clone());
        end.endpoint = self.endpoint;
        end.connected = self.target.is_some();
        self.drive = Some(drive.clone());
        // A closed mailbox: the socket is gone, and so is this session.
        self.owner
            .mailbox
            .push(SocketCommand::Attach(Box::new(end)))
            .map(|()| drive)
            .map_err(|_| Errno::ETERM)
    }

    /// Messages of our own that precede the peer's.
    fn announce(&self, drive: &Drive, established: &Established) {
        if self.options.recv_routing_id {
            let mut id = Msg::copy_of(&established.routing_id).unwrap_or_default();
            id.set_flags(msg::ROUTING_ID);
            drive.inject(id);
        }
        if established.subscribe_all {
            let mut everything = Msg::new();
            everything.set_flags(msg::SUBSCRIBE);
            drive.inject(everything);
        }
    }

    fn hand_over(
        &mut self,
        io: &mut Io,
        drive: &Arc<Drive>,
        fd: Arc<OwnedFd>,
        established: Established,
        left: Option<Leftover>,
    ) {
        let own_type = self.options.socket_type as u8;
        let settings = incoming::Settings {
            framing: established.framing,
            raw: None,
            max_msg_size: self.options.maxmsgsize,
            publishes: socket_type::publishes(own_type),
            request: own_type == socket_type::REQ,
        };
        let meta = established.peer.has_mechanism().then(|| metadata(&fd, &established));
        let undecoded = left.is_some();
        let out = outgoing::Link::new(fd.clone(), established.peer, established.unsent)
            .through(established.seal);
        let into = incoming::Link::new(fd.clone(), settings, meta, left).through(established.open);
        if own_type == socket_type::PUSH {
            // Nobody reads it: kept, it would fill the lane, and then neither
            // PINGs nor the end of the connection would be seen.
            drive.discard_input();
        }
        let serial = drive.install(&fd, out, into);
        let heartbeat = self.heartbeat(io, established.peer.has_mechanism());
        self.phase =
            Phase::Traffic { fd, serial, mechanism: established.handshake_event, heartbeat };
        drive.send_now();
        if undecoded && drive.read_for_socket(&mut io.arena) {
            io.again();
        }
        if self.closing && !drive.has_output() {
            io.handle.send(io.id(), SessionNotice::Drained);
        }
    }

    // ---- heartbeats ------------------------------------------------------------------

    fn heartbeat(&self, io: &mut Io, has_mechanism: bool) -> Heartbeat {
        let interval_ms = if has_mechanism { self.options.heartbeat_ivl } else { 0 };
        let settings = HeartbeatSettings {
            interval_ms,
            timeout_ms: self.options.heartbeat_timeout,
            ttl_ms: i32::from(self.options.heartbeat_ttl_ds) * 100,
        };
        Heartbeat::new(settings, io.now())
    }

    fn arm_heartbeat(&mut self, io: &mut Io) {
        if let Some(key) = self.heartbeat_timer.take() {
            io.cancel(key);
        }
        if let Phase::Traffic { heartbeat, .. } = &self.phase
            && let Some(due) = heartbeat.next_deadline()
        {
            self.heartbeat_timer = Some(io.set_timer_at(due, HEARTBEAT));
        }
    }

    fn heartbeat_due(&mut self, io: &mut Io) -> Flow {
        let now = io.now();
        let (Phase::Traffic { heartbeat, .. }, Some(drive)) = (&mut self.phase, &self.drive) else {
            return Flow::Keep;
        };
        if drive.take_traffic() {
            heartbeat.on_traffic();
        }
        if heartbeat.expired(now) {
            return self.lost(io, Loss::Connection(Errno::ETIMEDOUT));
        }
        if let Some(ttl_ds) = heartbeat.on_tick(now) {
            let mut ping = Vec::new();
            command::ping(ttl_ds, &mut ping);
            drive.send_urgent(&ping);
            heartbeat.ping_produced(now);
        }
        self.arm_heartbeat(io);
        Flow::Keep
    }

    fn peer_ttl(&mut self, io: &mut Io, ttl_ds: u16) -> Flow {
        let now = io.now();
        if let (Phase::Traffic { heartbeat, .. }, Some(drive)) = (&mut self.phase, &self.drive) {
            if drive.take_traffic() {
                heartbeat.on_traffic();
            }
            heartbeat.on_ping(ttl_ds, now);
        }
        self.arm_heartbeat(io);
        Flow::Keep
    }

    // ---- loss and end ----------------------------------------------------------------

    /// The connection is lost, in the handshake or later.
    fn lost(&mut self, io: &mut Io, loss: Loss) -> Flow {
        let (fd, handshaking) = match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Greeting { fd, handshake } => {
                io.handle.deregister(fd.as_raw_fd());
                (fd, !handshake.has_refused())
            }
            // Peers without a mechanism never leave the handshake, as events go.
            Phase::Traffic { fd, mechanism, .. } => (fd, !mechanism),
            other => {
                self.phase = other;
                return Flow::Keep;
            }
        };
        self.clear_timer(io);
        self.inquiry = None;
        if let Some(drive) = &self.drive {
            drive.uninstall();
        }
        self.say_farewell();
        self.report_loss(&loss, handshaking);
        self.emit(event::DISCONNECTED, fd.as_raw_fd() as u64);
        drop(fd);
        self.arm_heartbeat(io);
        let stop = match loss {
            Loss::Protocol(_) => true,
            Loss::Connection(_) => {
                handshaking && self.options.reconnect_stop & STOP_HANDSHAKE_FAILED != 0
            }
        };
        if self.target.is_none() {
            return self.finish(io);
        }
        if stop {
            return self.end_by_itself();
        }
        self.reconnect(io)
    }

    fn report_loss(&self, loss: &Loss, handshaking: bool) {
        match loss {
            Loss::Connection(errno) if handshaking => {
                self.emit(event::HANDSHAKE_FAILED_NO_DETAIL, errno.0 as u64);
            }
            Loss::Connection(_) => {}
            Loss::Protocol(fault) => {
                if let Some(errno) = fault.no_detail() {
                    self.emit(event::HANDSHAKE_FAILED_NO_DETAIL, errno.0 as u64);
                }
                if let Some(error) = fault.protocol_error() {
                    self.emit(event::HANDSHAKE_FAILED_PROTOCOL, u64::from(error));
                }
                if let Some(status) = fault.auth_status() {
                    self.emit(event::HANDSHAKE_FAILED_AUTH, u64::from(status));
                }
            }
        }
    }

    fn reconnect(&mut self, io: &mut Io) -> Flow {
        if let Some(drive) = &self.drive {
            if self.closing && !drive.has_output() {
                return self.finish(io);
            }
            if self.options.immediate && !self.closing {
                drive.retire();
                self.drive = None;
            } else {
                if socket_type::subscribes(self.options.socket_type as u8) {
                    // All subscriptions are said again, in place of those queued.
                    drive.discard_output();
                }
                drive.core().notify(0, SocketCommand::Hiccup);
            }
        }
        self.retry(io)
    }

    /// The session ends although its socket did not ask for it.
    fn end_by_itself(&mut self) -> Flow {
        let _ = self.owner.mailbox.push(SocketCommand::EndpointGone(self.endpoint));
        if let Some(drive) = self.drive.take() {
            drive.retire();
        }
        Flow::End
    }

    fn finish(&mut self, io: &Io) -> Flow {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Connecting { fd, .. } | Phase::Proxy { fd, .. } => {
                io.handle.deregister(fd.as_raw_fd());
                let number = fd.as_raw_fd();
                drop(fd);
                self.attempt_closed(number as u64);
            }
            Phase::Greeting { fd, .. } => io.handle.deregister(fd.as_raw_fd()),
            Phase::Idle | Phase::Resolving | Phase::Traffic { .. } => {}
        }
        if let Some(drive) = self.drive.take() {
            drive.retire();
        }
        Flow::End
    }

    /// The socket has let go.
    fn close(&mut self, io: &mut Io, linger: i32) -> Flow {
        if self.closing && linger != 0 {
            return Flow::Keep;
        }
        self.closing = true;
        let Some(drive) = &self.drive else { return self.finish(io) };
        if linger == 0 || drive.begin_closing() {
            return self.finish(io);
        }
        if linger > 0 {
            io.set_timer(linger as u64, LINGER);
        }
        Flow::Keep
    }

    fn drained(&mut self, io: &Io) -> Flow {
        let done = self.drive.as_ref().is_none_or(|drive| drive.is_written());
        if self.closing && done { self.finish(io) } else { Flow::Keep }
    }

    fn notice(&mut self, io: &mut Io, notice: &SessionNotice) -> Flow {
        match *notice {
            SessionNotice::Lost(serial, loss) => match self.phase {
                Phase::Traffic { serial: now, .. } if now == serial => self.lost(io, loss),
                _ => Flow::Keep,
            },
            SessionNotice::PipeClosed(linger) => self.close(io, linger),
            SessionNotice::Drained => self.drained(io),
            SessionNotice::PeerTtl(ttl_ds) => self.peer_ttl(io, ttl_ds),
        }
    }

    /// The listener that accepted this connection is unbound.
    fn listener_closed(&mut self, io: &mut Io, linger: i32) -> Flow {
        if let Some(drive) = &self.drive {
            drive.core().close(1);
        }
        self.close(io, linger)
    }
}

/// Writes what the handshake has to say.
fn send_output(fd: &OwnedFd, handshake: &mut Handshake) -> Result<()> {
    while !handshake.output().is_empty() {
        match sys::io::write(fd.as_raw_fd(), handshake.output()) {
            Ok(n) => handshake.consume_output(n),
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Moves a dialogue with a proxy as far as it goes; true: it is over, and the
/// connection leads to the peer.
fn talk(fd: &OwnedFd, socks: &mut Socks) -> Result<bool> {
    loop {
        while !socks.output().is_empty() {
            match sys::io::write(fd.as_raw_fd(), socks.output()) {
                Ok(n) => socks.consume_output(n),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        if socks.is_connected() {
            return Ok(true);
        }
        let mut bytes = [0u8; 300];
        let wanted = socks.wanted().min(bytes.len());
        match sys::io::read(fd.as_raw_fd(), &mut bytes[..wanted]) {
            Ok(0) => return Err(Errno::EPIPE),
            Ok(n) => socks.input(&bytes[..n])?,
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// The meta-data of a connection's messages (wire.md 7).
fn metadata(fd: &OwnedFd, established: &Established) -> MetadataSource {
    let mut properties = properties_of(fd);
    properties.extend(established.zap_properties.iter().cloned());
    properties.extend(established.properties.iter().cloned());
    MetadataSource::new(MetadataRef::new(&properties, fd.as_raw_fd()))
}

/// What is known of a connection without its peer's help.
fn properties_of(fd: &OwnedFd) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut properties = Vec::new();
    if let Some(address) = transport::peer_address(fd.as_fd()) {
        properties.push((b"Peer-Address".to_vec(), address.into_bytes()));
        properties.push((b"__fd".to_vec(), fd.as_raw_fd().to_string().into_bytes()));
    }
    properties
}

impl IoObject for Session {
    fn started(&mut self, io: &mut Io) -> Flow {
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
            Phase::Idle | Phase::Resolving => Flow::Keep,
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
                self.attempt_failed(io, Some(fd), Errno::ETIMEDOUT, rest)
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
            return match self.phase {
                Phase::Resolving => {
                    let found = std::mem::replace(found, Err(Errno::EAGAIN));
                    self.resolved(io, found)
                }
                _ => Flow::Keep,
            };
        }
        if let Some(closed) = command.downcast_ref::<ListenerClosed>() {
            let ours = self.target.is_none()
                && closed.owner == self.owner.uid
                && closed.endpoint == self.endpoint;
            return if ours { self.listener_closed(io, closed.linger) } else { Flow::Keep };
        }
        if let Some(&OwnerClosed { owner, linger }) = command.downcast_ref::<OwnerClosed>() {
            return match &self.drive {
                _ if owner != self.owner.uid => Flow::Keep,
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
