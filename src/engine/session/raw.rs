//! Sessions of raw sockets (STREAM, ROUTER with ZMQ_ROUTER_RAW): bytes as they
//! are, without greeting, frames or heartbeats.
//!
//! Called by the session when a connection is up and when it is lost. Traffic
//! then takes the same way as any other, with the links in raw mode.

use super::*;

impl Session {
    /// The connection is up: traffic begins at once.
    pub(super) fn begin_raw(&mut self, io: &mut Io, fd: OwnedFd) -> Flow {
        self.backoff.reset();
        let drive = match self.pipe(io) {
            Ok(drive) => drive,
            Err(error) if self.target.is_some() && error != Errno::ETERM => {
                return self.attempt_failed(io, Some(connect::close(fd)), error, Vec::new());
            }
            Err(_) => return self.finish(io),
        };
        let fd = Arc::new(fd);
        let meta = MetadataRef::new(&super::traffic::properties_of(&fd), fd.as_raw_fd());
        if self.options.stream_notify {
            drive.inject(notice(&meta));
            self.farewell = Some(notice(&meta));
        }
        let settings = incoming::Settings {
            framing: Framing::V2,
            raw: Some(self.options.in_batch_size.max(1) as usize),
            max_msg_size: -1,
            publishes: false,
            request: false,
        };
        let out = outgoing::Link::raw(fd.clone());
        let into = incoming::Link::new(fd.clone(), settings, Some(MetadataSource::new(meta)), None);
        let serial = drive.install(&fd, out, into);
        let heartbeat = self.heartbeat(io, false);
        // Events see a handshake that never succeeds.
        self.phase = Phase::Traffic { fd, serial, mechanism: false, heartbeat };
        drive.send_now();
        if self.closing && !drive.has_output() {
            io.handle.send(io.id(), SessionNotice::Drained);
        }
        Flow::Keep
    }

    /// The connection is lost and off the drive: the application hears of it.
    pub(super) fn say_farewell(&mut self) {
        if let (Some(farewell), Some(drive)) = (self.farewell.take(), &self.drive) {
            drive.inject(farewell);
        }
    }

    /// The socket of a session that it has let go of is closed. A raw socket
    /// ends connections without ZMQ_LINGER, which matters only now.
    pub(super) fn linger_on(&mut self, io: &mut Io, linger: i32) -> Flow {
        match linger {
            0 => return self.finish(io),
            1.. => _ = io.set_timer(linger as u64, LINGER),
            _ => {}
        }
        Flow::Keep
    }
}

/// The empty message that tells of a connection's beginning and end.
fn notice(meta: &MetadataRef) -> Msg {
    let mut msg = Msg::new();
    msg.set_metadata(Some(meta.clone()));
    msg
}
