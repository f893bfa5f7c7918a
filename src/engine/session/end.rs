//! Loss of a connection, lingering, the end of a session.

use std::os::fd::AsRawFd;

use super::{LINGER, Phase, STOP_HANDSHAKE_FAILED, Session};
use crate::command::SocketCommand;
use crate::engine::drive::SessionNotice;
use crate::engine::incoming::Loss;
use crate::engine::monitor::event;
use crate::engine::report::Setback;
use crate::reactor::{Flow, Io};
use crate::zmtp::socket_type;

impl Session {
    /// The connection is lost, in the handshake or later.
    pub(super) fn lost(&mut self, io: &mut Io, loss: Loss) -> Flow {
        let (fd, handshaking, handshake) = match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Greeting { fd, handshake } => {
                io.handle.deregister(fd.as_raw_fd());
                (fd, !handshake.has_refused(), Some(handshake))
            }
            // Peers without a mechanism never leave the handshake, as events go.
            Phase::Traffic { fd, mechanism, .. } => (fd, !mechanism, None),
            other => {
                self.phase = other;
                return Flow::Keep;
            }
        };
        self.clear_timer(io);
        let asked = self.inquiry.take().is_some();
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
        self.tell_lost(&loss, handshake.as_deref(), asked, stop);
        if self.target.is_none() {
            return self.finish(io);
        }
        if stop {
            return self.end_by_itself();
        }
        self.reconnect(io)
    }

    pub(super) fn report_loss(&self, loss: &Loss, handshaking: bool) {
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

    pub(super) fn reconnect(&mut self, io: &mut Io) -> Flow {
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
                    let _ = drive.take_dropped();
                }
                drive.core().notify(0, SocketCommand::Hiccup);
            }
        }
        self.retry(io, Setback::Lost)
    }

    /// The session ends although its socket did not ask for it.
    pub(super) fn end_by_itself(&mut self) -> Flow {
        let _ = self.owner.mailbox.push(SocketCommand::EndpointGone(self.endpoint));
        if let Some(drive) = self.drive.take() {
            drive.retire();
            self.tell_unsent(&drive);
        }
        Flow::End
    }

    pub(super) fn finish(&mut self, io: &Io) -> Flow {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Connecting { fd, .. } | Phase::Proxy { fd, .. } => {
                io.handle.deregister(fd.as_raw_fd());
                let number = fd.as_raw_fd();
                drop(fd);
                self.attempt_closed(number as u64);
            }
            Phase::Greeting { fd, .. } => io.handle.deregister(fd.as_raw_fd()),
            Phase::Idle | Phase::Resolving(_) | Phase::Traffic { .. } => {}
        }
        if let Some(drive) = self.drive.take() {
            drive.retire();
            self.tell_unsent(&drive);
        }
        Flow::End
    }

    /// The socket has let go.
    pub(super) fn close(&mut self, io: &mut Io, linger: i32) -> Flow {
        if self.closing && linger != 0 {
            return Flow::Keep;
        }
        self.closing = true;
        self.linger = Some(linger);
        let Some(drive) = self.drive.clone() else { return self.finish(io) };
        if linger == 0 || drive.begin_closing() {
            return self.finish(io);
        }
        self.note_lingering(&drive, linger);
        if linger > 0 {
            io.set_timer(linger as u64, LINGER);
        }
        Flow::Keep
    }

    pub(super) fn drained(&mut self, io: &Io) -> Flow {
        let done = self.drive.as_ref().is_none_or(|drive| drive.is_written());
        if self.closing && done { self.finish(io) } else { Flow::Keep }
    }

    pub(super) fn notice(&mut self, io: &mut Io, notice: &SessionNotice) -> Flow {
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
    pub(super) fn listener_closed(&mut self, io: &mut Io, linger: i32) -> Flow {
        if let Some(drive) = &self.drive {
            drive.core().close(1);
        }
        self.close(io, linger)
    }
}
