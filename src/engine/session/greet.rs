//! The handshake: greetings, security, until the connection is established.

use std::os::fd::{AsRawFd, OwnedFd};

use mio::Interest;

use super::{HANDSHAKE_READ, HANDSHAKE_TIMEOUT, Phase, Session, secure};
use crate::engine::incoming::Loss;
use crate::errno::{Errno, Result};
use crate::reactor::{Flow, Io};
use crate::sync::Arc;
use crate::sys;
use crate::zmtp::Handshake;
use crate::zmtp::handshake::Config;

impl Session {
    pub(super) fn greet(&mut self, io: &mut Io, fd: OwnedFd) -> Flow {
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

    pub(super) fn handshake_config(&self) -> Config {
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
    pub(super) fn exchange(&mut self, io: &mut Io) -> Flow {
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
                Err(error) => return self.lost(io, Loss::Connection(error)),
            };
            let range = io.arena.filled(space, n);
            let consumed = handshake.input(io.arena.bytes(range.clone()));
            // The peer may learn from our last words why this ends.
            let _ = send_output(fd, handshake);
            match consumed {
                Err(fault) => return self.lost(io, fault.into()),
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
}

/// Writes what the handshake has to say.
pub(super) fn send_output(fd: &OwnedFd, handshake: &mut Handshake) -> Result<()> {
    while !handshake.output().is_empty() {
        match sys::io::write(fd.as_raw_fd(), handshake.output()) {
            Ok(n) => handshake.consume_output(n),
            Err(Errno::EAGAIN) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
