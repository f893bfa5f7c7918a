//! An established connection: handing it to the drive, heartbeats.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use super::{HEARTBEAT, Phase, Session};
use crate::command::SocketCommand;
use crate::engine::drive::{Drive, SessionNotice};
use crate::engine::incoming::{self, Loss};
use crate::engine::monitor::event;
use crate::engine::outgoing;
use crate::engine::report::peer;
use crate::errno::{Errno, Result};
use crate::log;
use crate::msg::{self, Leftover, MetadataRef, MetadataSource, Msg};
use crate::pipe::{Driver, driven_pair};
use crate::reactor::{Flow, Io};
use crate::sync::Arc;
use crate::transport;
use crate::zmtp::heartbeat::{Heartbeat, Settings as HeartbeatSettings};
use crate::zmtp::{Established, command, socket_type};

impl Session {
    /// The handshake is complete: the connection goes to the drive.
    pub(super) fn establish(&mut self, io: &mut Io, left: Option<Leftover>) -> Flow {
        // While it still is a greeting: without a pipe (EMFILE) this connection is
        // lost, and the next may fare better.
        let drive = match self.pipe(io) {
            Ok(drive) => drive,
            Err(Errno::ETERM) => return self.finish(io),
            Err(error) => return self.lost(io, Loss::Connection(error)),
        };
        let Phase::Greeting { fd, handshake } = std::mem::replace(&mut self.phase, Phase::Idle)
        else {
            return Flow::Keep;
        };
        let Some(established) = handshake.into_established() else { return Flow::End };
        self.clear_timer(io);
        self.backoff.reset();
        io.handle.deregister(fd.as_raw_fd());
        self.tell_established(&established);
        if established.handshake_event {
            self.emit(event::HANDSHAKE_SUCCEEDED, 0);
        }
        self.announce(&drive, &established);
        self.hand_over(io, &drive, fd, established, left);
        self.arm_heartbeat(io);
        Flow::Keep
    }

    pub(super) fn pipe(&mut self, io: &Io) -> Result<Arc<Drive>> {
        self.drive.clone().map_or_else(|| self.make_pipe(io), Ok)
    }

    /// A pipe for a connection that had none (accepted, or ZMQ_IMMEDIATE).
    pub(super) fn make_pipe(&mut self, io: &Io) -> Result<Arc<Drive>> {
        let settings = self.owner.end_settings(&self.options);
        let watch = self.owner.watch(&io.handle)?;
        let (mut end, session_end) = driven_pair(&settings);
        let drive = Drive::new(session_end, &watch, &io.handle, io.id());
        end.set_driver(drive.clone());
        end.endpoint = self.endpoint;
        if log::is_on() {
            end.name = peer(&self.names);
        }
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
    pub(super) fn announce(&self, drive: &Drive, established: &Established) {
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

    pub(super) fn hand_over(
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

    pub(super) fn heartbeat(&self, io: &mut Io, has_mechanism: bool) -> Heartbeat {
        let interval_ms = if has_mechanism { self.options.heartbeat_ivl } else { 0 };
        let settings = HeartbeatSettings {
            interval_ms,
            timeout_ms: self.options.heartbeat_timeout,
            ttl_ms: i32::from(self.options.heartbeat_ttl_ds) * 100,
        };
        Heartbeat::new(settings, io.now())
    }

    pub(super) fn arm_heartbeat(&mut self, io: &mut Io) {
        if let Some(key) = self.heartbeat_timer.take() {
            io.cancel(key);
        }
        if let Phase::Traffic { heartbeat, .. } = &self.phase
            && let Some(due) = heartbeat.next_deadline()
        {
            self.heartbeat_timer = Some(io.set_timer_at(due, HEARTBEAT));
        }
    }

    pub(super) fn heartbeat_due(&mut self, io: &mut Io) -> Flow {
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

    pub(super) fn peer_ttl(&mut self, io: &mut Io, ttl_ds: u16) -> Flow {
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
}

/// The meta-data of a connection's messages (ZMTP properties, Peer-Address first).
pub(super) fn metadata(fd: &OwnedFd, established: &Established) -> MetadataSource {
    let mut properties = properties_of(fd);
    properties.extend(established.zap_properties.iter().cloned());
    properties.extend(established.properties.iter().cloned());
    MetadataSource::new(MetadataRef::new(&properties, fd.as_raw_fd()))
}

/// What is known of a connection without its peer's help.
pub(super) fn properties_of(fd: &OwnedFd) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut properties = Vec::new();
    if let Some(address) = transport::peer_address(fd.as_fd()) {
        properties.push((b"Peer-Address".to_vec(), address.into_bytes()));
        properties.push((b"__fd".to_vec(), fd.as_raw_fd().to_string().into_bytes()));
    }
    properties
}
