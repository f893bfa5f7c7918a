//! All commands that one thread sends to another, each saying who sends it to
//! whom and why, and the mailboxes they go through.

use std::os::fd::{AsRawFd, RawFd};

use crate::errno::Result;
use crate::pipe::{PipeEnd, PipeId};
use crate::queue::{Mailbox, Signal};
use crate::sync::Arc;
use crate::sys::event::EventFd;

/// To a socket, from I/O threads, from sockets of the same context, from the
/// context. Processed by the thread that uses the socket, on its next call.
pub enum SocketCommand {
    /// I/O thread or connecting inproc socket: a new pipe for the socket to own.
    Attach(Box<PipeEnd>),
    /// The pipe's other end: messages came while the reader slept.
    ReadActivated(PipeId),
    /// The pipe's other end: room came while the writer waited for it.
    WriteActivated(PipeId),
    /// The pipe's other end: no more will come, nothing more is taken. What is
    /// in the lane can still be read.
    PeerClosed(PipeId),
    /// Session: the connection was made anew; subscriptions must be said again.
    Hiccup(PipeId),
    /// Session or listener: it has ended by itself; the endpoint is no more.
    EndpointGone(u64),
    /// Context: it is being terminated; every call but close gives ETERM.
    Stop,
}

/// An eventfd as a mailbox's signal.
#[derive(Debug)]
pub struct Bell(EventFd);

impl Bell {
    /// A silent bell. EMFILE, ENFILE, ENOMEM.
    pub fn new() -> Result<Bell> {
        EventFd::new().map(Bell)
    }
}

impl Signal for Bell {
    fn raise(&self) -> bool {
        self.0.raise()
    }
    fn lower(&self) {
        self.0.lower();
    }
}

impl AsRawFd for Bell {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Where a socket's commands go.
pub type SocketMailbox = Mailbox<SocketCommand, Bell>;

/// A new mailbox for a socket. EMFILE, ENFILE, ENOMEM.
pub fn socket_mailbox() -> Result<Arc<SocketMailbox>> {
    Ok(Arc::new(Mailbox::new(Bell::new()?)))
}
