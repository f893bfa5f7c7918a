//! A listener: accepts connections for a bound endpoint and starts a session
//! for each, on the I/O thread with the least to do.

use std::any::Any;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use mio::Interest;

use super::monitor::{Names, event};
use super::owner::{LiveGuard, Owner, choose_io};
use super::session::{Origin, Session};
use crate::log::say;
use crate::options::Options;
use crate::reactor::{Flow, Io, IoObject};
use crate::sync::Arc;
use crate::transport::{self, AcceptError};

/// Connections accepted before others get their turn.
const BURST: usize = 32;

/// Pause when descriptors or memory have run out, or nothing but failures comes:
/// the peers wait in the backlog and the listener would be ready without end.
const PAUSE_MS: u64 = 100;

const RESUME: u8 = 0;

/// To one listener: stop listening.
#[derive(Debug)]
pub struct CloseListener;

/// A bound endpoint on its I/O thread.
pub struct Listener {
    owner: Arc<Owner>,
    options: Arc<Options>,
    endpoint: u64,
    listener: Option<transport::Listener>,
    _live: LiveGuard,
}

impl Listener {
    /// For `listener`, known to its socket as endpoint number `endpoint`.
    pub fn new(
        owner: Arc<Owner>,
        options: Arc<Options>,
        endpoint: u64,
        listener: transport::Listener,
    ) -> Listener {
        let live = owner.live.enter();
        owner.monitor.listener_opened();
        Listener { owner, options, endpoint, listener: Some(listener), _live: live }
    }

    fn fd(&self) -> RawFd {
        self.listener.as_ref().map_or(-1, |listener| listener.as_fd().as_raw_fd())
    }

    fn names(&self) -> Names {
        Names::local(self.listener.as_ref().map_or("", |listener| listener.endpoint()))
    }

    /// Begins to watch, now or later: ENOMEM and ENOSPC pass.
    fn register(&self, io: &mut Io) {
        if io.handle.register(io.id(), self.fd(), Interest::READABLE).is_err() {
            io.set_timer(PAUSE_MS, RESUME);
        }
    }

    /// Gives what is short time to come back.
    fn pause(&self, io: &mut Io) {
        io.handle.deregister(self.fd());
        io.set_timer(PAUSE_MS, RESUME);
    }

    fn accepted(&self, fd: OwnedFd) {
        let names = Names {
            local: transport::local_endpoint(fd.as_fd()),
            remote: transport::peer_endpoint(fd.as_fd()),
            connecting: false,
        };
        self.owner.monitor.emit(event::ACCEPTED, fd.as_raw_fd() as u64, &names);
        let Ok(io) = choose_io(&self.owner.threads, self.options.affinity) else { return };
        let origin = Origin::Accepted { fd, names };
        let id = io.reserve();
        let session =
            Session::new(self.owner.clone(), self.options.clone(), self.endpoint, origin, None);
        io.add_as(id, Box::new(session));
    }

    fn close(&mut self, io: &Io) -> Flow {
        let (fd, names) = (self.fd(), self.names());
        if let Some(listener) = self.listener.take() {
            io.handle.deregister(fd);
            match listener.close() {
                Ok(()) => {
                    say!(self.owner.who, "bind {}: closed, no longer listening", names.local);
                    self.owner.monitor.emit(event::CLOSED, fd as u64, &names);
                }
                Err(errno) => {
                    self.owner.monitor.emit(event::CLOSE_FAILED, errno.0 as u64, &names);
                }
            }
            self.owner.monitor.listener_closed();
        }
        Flow::End
    }
}

impl IoObject for Listener {
    fn started(&mut self, io: &mut Io) -> Flow {
        self.register(io);
        Flow::Keep
    }

    fn ready(&mut self, io: &mut Io, _readable: bool, _writable: bool) -> Flow {
        let mut met = false;
        for _ in 0..BURST {
            let Some(listener) = &self.listener else { return Flow::End };
            let error = match listener.accept() {
                Ok(fd) => {
                    self.accepted(fd);
                    met = true;
                    continue;
                }
                Err(error) => error,
            };
            if let Some(errno) = error.errno() {
                self.owner.monitor.emit(event::ACCEPT_FAILED, errno.0 as u64, &self.names());
            }
            match error {
                AcceptError::Empty => return Flow::Keep,
                AcceptError::Rejected => met = true,
                AcceptError::Transient(_) => {}
                AcceptError::Exhausted(_) | AcceptError::Fatal(_) => {
                    self.pause(io);
                    return Flow::Keep;
                }
            }
        }
        if met {
            io.again();
        } else {
            self.pause(io);
        }
        Flow::Keep
    }

    fn timer(&mut self, io: &mut Io, _kind: u8) -> Flow {
        self.register(io);
        Flow::Keep
    }

    fn command(&mut self, io: &mut Io, command: &mut dyn Any) -> Flow {
        if command.is::<CloseListener>() { self.close(io) } else { Flow::Keep }
    }
}
