//! Connecting: look-up, attempts, the dialogue with a proxy, trying again.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};

use mio::Interest;

use super::{CONNECT_TIMEOUT, Phase, RECONNECT, Resolved, STOP_CONN_REFUSED, Session};
use crate::engine::monitor::{Names, event};
use crate::engine::report::Setback;
use crate::errno::{Errno, Result};
use crate::reactor::{Flow, Io};
use crate::sys;
use crate::transport::{self, Destination, Socks};

impl Session {
    pub(super) fn connect(&mut self, io: &mut Io) -> Flow {
        let Some(target) = self.target.clone() else { return Flow::End };
        if !target.needs_lookup(&self.options) {
            return self.resolved(io, target.resolve(&self.options));
        }
        let (handle, id, options) = (io.handle.clone(), io.id(), self.options.clone());
        // Nobody waits for a look-up: whoever ends before it lets go of the
        // thread, whose answer then goes nowhere.
        let looking = sys::thread::spawn("ZMQbg/Lookup", move || {
            let found = target.resolve(&options);
            handle.send(id, Resolved(found));
        });
        match looking {
            Ok(thread) => {
                self.phase = Phase::Resolving(thread);
                Flow::Keep
            }
            Err(error) => self.resolved(io, Err(error)),
        }
    }

    pub(super) fn resolved(&mut self, io: &mut Io, found: Result<Vec<Destination>>) -> Flow {
        self.phase = Phase::Idle;
        match found {
            Ok(destinations) => self.attempt(io, destinations),
            Err(error) => self.retry(io, Setback::Lookup(error)),
        }
    }

    /// Tries the first destination.
    pub(super) fn attempt(&mut self, io: &mut Io, mut destinations: Vec<Destination>) -> Flow {
        if destinations.is_empty() {
            return self.retry(io, Setback::Lookup(Errno::ENOENT));
        }
        let to = destinations.remove(0);
        self.tell_attempt(&to);
        let attempt = match to.start_connect(&self.options) {
            Ok(attempt) => attempt,
            Err(error) => {
                return self.attempt_failed(io, error.closed, error.errno, destinations);
            }
        };
        if !attempt.in_progress {
            self.phase = Phase::Connecting { fd: attempt.fd, to, rest: destinations };
            return self.connected(io);
        }
        self.emit(event::CONNECT_DELAYED, Errno::EINPROGRESS.0 as u64);
        let both = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = io.handle.register(io.id(), attempt.fd.as_raw_fd(), both) {
            return self.attempt_failed(io, Some(close(attempt.fd)), error, destinations);
        }
        self.phase = Phase::Connecting { fd: attempt.fd, to, rest: destinations };
        self.set_timer(io, self.options.connect_timeout, CONNECT_TIMEOUT);
        Flow::Keep
    }

    /// The outcome of an attempt is known.
    pub(super) fn connected(&mut self, io: &mut Io) -> Flow {
        let Phase::Connecting { fd, to, rest } = std::mem::replace(&mut self.phase, Phase::Idle)
        else {
            return Flow::Keep;
        };
        self.clear_timer(io);
        io.handle.deregister(fd.as_raw_fd());
        match to.finish_connect(fd.as_fd(), &self.options) {
            Ok(()) => self.ask_proxy(io, fd, rest),
            Err(error) => self.attempt_failed(io, Some(close(fd)), error, rest),
        }
    }

    /// The transport is connected, perhaps only to a proxy.
    pub(super) fn ask_proxy(&mut self, io: &mut Io, fd: OwnedFd, rest: Vec<Destination>) -> Flow {
        let socks = self.target.as_ref().map_or(Ok(None), |target| target.socks(&self.options));
        match socks {
            Ok(None) => self.reached(io, fd),
            Ok(Some(socks)) => {
                let both = Interest::READABLE | Interest::WRITABLE;
                if let Err(error) = io.handle.register(io.id(), fd.as_raw_fd(), both) {
                    return self.attempt_failed(io, Some(close(fd)), error, rest);
                }
                self.phase = Phase::Proxy { fd, socks: Box::new(socks), rest };
                // libzmq waits for a silent proxy for ever; the time a peer has
                // for its handshake is enough for a proxy, too.
                self.set_timer(io, self.options.handshake_ivl, CONNECT_TIMEOUT);
                self.converse(io)
            }
            Err(error) => self.attempt_failed(io, Some(close(fd)), error, rest),
        }
    }

    /// Moves the dialogue with the proxy on.
    pub(super) fn converse(&mut self, io: &mut Io) -> Flow {
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
            Err(error) => self.attempt_failed(io, Some(close(fd)), error, rest),
        }
    }

    /// There is a connection with the peer.
    pub(super) fn reached(&mut self, io: &mut Io, fd: OwnedFd) -> Flow {
        self.names.local = transport::local_endpoint(fd.as_fd());
        self.tell_connected();
        self.emit(event::CONNECTED, fd.as_raw_fd() as u64);
        self.greet(io, fd)
    }

    /// `closed`: the attempt's descriptor, if it had one; it is closed by now.
    pub(super) fn attempt_failed(
        &mut self,
        io: &mut Io,
        closed: Option<RawFd>,
        error: Errno,
        rest: Vec<Destination>,
    ) -> Flow {
        self.phase = Phase::Idle;
        if let Some(fd) = closed {
            self.attempt_closed(fd as u64);
        }
        if !rest.is_empty() {
            return self.attempt(io, rest);
        }
        if error == Errno::ECONNREFUSED && self.options.reconnect_stop & STOP_CONN_REFUSED != 0 {
            self.tell_given_up(Setback::Attempt(error), "ZMQ_RECONNECT_STOP");
            return self.end_by_itself();
        }
        self.retry(io, Setback::Attempt(error))
    }

    pub(super) fn attempt_closed(&self, fd: u64) {
        let names = Names { local: String::new(), ..self.names.clone() };
        self.owner.monitor.emit(event::CLOSED, fd, &names);
    }

    /// Later again, unless reconnecting is off.
    pub(super) fn retry(&mut self, io: &mut Io, setback: Setback) -> Flow {
        self.phase = Phase::Idle;
        self.names.local.clear();
        let Some(ms) = self.backoff.next() else {
            self.tell_given_up(setback, "ZMQ_RECONNECT_IVL");
            return self.end_by_itself();
        };
        self.set_timer(io, ms.max(1), RECONNECT);
        self.tell_retry(setback, ms);
        self.emit(event::CONNECT_RETRIED, ms as u64);
        Flow::Keep
    }
}

/// Closes a descriptor, whose number is still wanted for the event.
pub(super) fn close(fd: OwnedFd) -> RawFd {
    fd.as_raw_fd()
}

/// Moves a dialogue with a proxy as far as it goes; true: it is over, and the
/// connection leads to the peer.
pub(super) fn talk(fd: &OwnedFd, socks: &mut Socks) -> Result<bool> {
    loop {
        while !socks.output().is_empty() {
            match sys::io::write(fd.as_raw_fd(), socks.output()) {
                Ok(n) => socks.consume_output(n),
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
            Err(Errno::EAGAIN) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}
