//! One question to the ZAP handler (RFC 27): a pipe to whatever socket is bound
//! at inproc://zeromq.zap.01, and the mailbox by which the answer wakes the I/O
//! thread.
//!
//! Made and used by a session during its handshake, on its I/O thread only; it
//! never blocks, and a handler that never answers is the handshake timer's
//! affair. What the frames mean is `zmtp::zap`'s.

use std::os::fd::AsRawFd;

use mio::Interest;

use crate::command::{SocketCommand, SocketMailbox, socket_mailbox};
use crate::errno::Result;
use crate::msg::Msg;
use crate::pipe::{EndSettings, PipeEnd, PipeId, Pipes};
use crate::reactor::{IoHandle, ObjectId};
use crate::sync::Arc;
use crate::zmtp::zap;

/// Frames kept of an answer: one more than a good one has shows that it is bad.
const KEPT: usize = 8;

/// The names of a context's inproc endpoints, as the engine needs them. Any
/// thread; never blocks.
pub trait Directory: Send + Sync {
    /// A pipe to the socket that has bound `name`, for the caller to own. None:
    /// nobody has.
    fn connect_bound(&self, name: &[u8], settings: &EndSettings) -> Option<PipeEnd>;
}

/// A question that is out.
pub struct Inquiry {
    pipes: Pipes,
    pipe: PipeId,
    mailbox: Arc<SocketMailbox>,
    io: Arc<IoHandle>,
}

impl Inquiry {
    /// Sends the request. From the first look for the answer on, the object `id`
    /// of thread `io` is called when there is something to look at. None: there
    /// is no handler. EMFILE, ENFILE.
    pub fn send(
        directory: &dyn Directory,
        io: &Arc<IoHandle>,
        id: ObjectId,
        frames: Vec<Vec<u8>>,
    ) -> Result<Option<Inquiry>> {
        let mailbox = socket_mailbox()?;
        let settings = EndSettings { mailbox: Some(mailbox.clone()), ..EndSettings::default() };
        let Some(end) = directory.connect_bound(zap::ENDPOINT.as_bytes(), &settings) else {
            return Ok(None);
        };
        let mut pipes = Pipes::new();
        let pipe = pipes.insert(Box::new(end));
        // Every command raises the signal: this owner never waits by itself.
        mailbox.expose();
        let mut inquiry = Inquiry { pipes, pipe, mailbox, io: io.clone() };
        io.register(id, inquiry.mailbox.signal().as_raw_fd(), Interest::READABLE)?;
        inquiry.write(frames)?;
        Ok(Some(inquiry))
    }

    fn write(&mut self, frames: Vec<Vec<u8>>) -> Result<()> {
        let last = frames.len().saturating_sub(1);
        for (index, frame) in frames.into_iter().enumerate() {
            let mut msg = Msg::copy_of(&frame)?;
            msg.set_more(index < last);
            // No mark limits this pipe; a handler that has just gone does not
            // answer, which is for the handshake timer.
            self.pipes.write(self.pipe, &mut msg);
        }
        Ok(())
    }

    /// The frames of the answer, once it is there. Must be called once after the
    /// request was sent: only a reader that has looked in vain is woken.
    pub fn take_answer(&mut self) -> Option<Vec<Msg>> {
        self.mailbox.quiet();
        let mut commands = Vec::new();
        self.mailbox.drain(&mut commands);
        for command in commands {
            if let SocketCommand::PeerClosed(id) = command {
                self.pipes.peer_closed(id);
            }
        }
        let mut frames = Vec::new();
        loop {
            let mut frame = Msg::new();
            if !self.pipes.read(self.pipe, &mut frame) {
                return None; // whole messages only become visible
            }
            let more = frame.more();
            if frames.len() < KEPT {
                frames.push(frame);
            }
            if !more {
                return Some(frames);
            }
        }
    }
}

impl Drop for Inquiry {
    fn drop(&mut self) {
        self.io.deregister(self.mailbox.signal().as_raw_fd());
        self.pipes.terminate(self.pipe, 0);
        self.mailbox.close(&mut Vec::new());
    }
}
