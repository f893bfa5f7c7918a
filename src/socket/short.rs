//! The short ways of messages through a socket: where next to nothing has to be done,
//! and nobody has to be asked. Whatever a function here finds that is not so it leaves
//! to [`Socket::send`] and [`Socket::recv`].
//!
//! Called by the C interface before those.

use super::Socket;
use crate::msg::{Msg, Payload};
use crate::pipe::{PipeId, Pipes};
use crate::tuning;

impl Socket {
    /// As [`send`](Self::send) without ZMQ_SNDMORE, for an inline message of `size`
    /// bytes that is [prepared](Msg::prepared_near_len), if it takes no call.
    /// False: ask again otherwise.
    #[inline(always)]
    pub fn send_near(&mut self, msg: &mut Msg, size: usize) -> bool {
        !self.mailbox.has_pending() && self.pipes.write_near(self.route.target(), msg, size)
    }

    /// As [`send_near`](Self::send_near) to another socket. None: ask again
    /// otherwise. False: [`sent_across`](Self::sent_across) must follow.
    #[inline(always)]
    pub fn send_across(&mut self, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.mailbox.has_pending() {
            return None;
        }
        self.pipes.write_across(self.route.target(), msg, size)
    }

    /// What a message sent by [`send_across`](Self::send_across) sets off.
    pub fn sent_across(&mut self) {
        self.pipes.wrote_across(self.route.target());
    }

    /// As [`send_near`](Self::send_near) for any message that is prepared, where
    /// little has to be done.
    #[inline(always)]
    pub fn send_easily(&mut self, msg: &mut Msg, size: usize) -> bool {
        if self.mailbox.has_pending() {
            return false;
        }
        if self.pipes.write_easily(self.route.target(), msg, size) {
            return true;
        }
        let went = self.write_rest(msg, size, false);
        if went {
            msg.clear();
        }
        went
    }

    /// As [`send`](Self::send) for a body of `size` bytes, where the frame can be
    /// written past the pattern and goes where others wait. False: ask again otherwise.
    #[inline(always)]
    pub fn send_body(&mut self, body: &(impl Payload + ?Sized), size: usize, more: bool) -> bool {
        !self.mailbox.has_pending()
            && (self.pipes.write_body(self.route.target(), body, size, more)
                || self.write_rest(body, size, more))
    }

    /// As [`send`](Self::send) for the body of a frame that a publisher sends, with
    /// `more` to come or not. False: ask again otherwise.
    #[inline(always)]
    pub fn publish(&mut self, body: &[u8], more: bool) -> bool {
        self.publishes
            && body.len() < tuning::LARGE
            && !self.mailbox.has_pending()
            && !self.terminated
            && self.may_publish()
            && self.route.publish(&mut self.pipes, body, more)
    }

    /// As [`publish`](Self::publish) for a message that is prepared, leaving it empty.
    #[inline(always)]
    pub fn publish_msg(&mut self, msg: &mut Msg, more: bool) -> bool {
        let done = self.publishes && msg.is_copyable() && self.publish(msg.data(), more);
        if done {
            msg.clear();
        }
        done
    }

    /// Writes a frame of the rest of a message that the pattern has begun.
    #[inline(always)]
    fn write_rest(&mut self, body: &(impl Payload + ?Sized), size: usize, more: bool) -> bool {
        let to = self.route.rest();
        if to == PipeId::NONE || !self.pipes.write_body(to, body, size, more) {
            return false;
        }
        if !more {
            self.route.sent_rest();
        }
        true
    }

    /// As [`recv`](Self::recv) where next to nothing has to be done. False: ask
    /// again otherwise.
    #[inline(always)]
    pub fn recv_easily(&mut self, msg: &mut Msg) -> bool {
        // As `recv_plain`, with which it takes six instructions more.
        let Some(source) = self.route.source() else { return false };
        if self.mailbox.has_pending() || !self.pipes.read_easily(source, msg) {
            return false;
        }
        self.route.took(false);
        true
    }

    /// The same from another socket, where it takes a call.
    #[inline(always)]
    pub fn recv_across(&mut self, msg: &mut Msg) -> bool {
        self.recv_plain(msg, |pipes, source, msg| pipes.read_across(source, msg))
    }

    /// Has `read` read a frame from the pipe that the pattern has lent, if there is
    /// one. False: there is not, or it has read nothing.
    #[inline(always)]
    pub(super) fn recv_plain(
        &mut self,
        msg: &mut Msg,
        read: impl FnOnce(&mut Pipes, PipeId, &mut Msg) -> bool,
    ) -> bool {
        let Some(source) = self.route.source() else { return false };
        if self.mailbox.has_pending() || !read(&mut self.pipes, source, msg) {
            return false;
        }
        self.route.took(msg.more());
        true
    }

    /// As [`recv`](Self::recv) into the caller's memory, where that is easy: as much of
    /// the frame as there is `room` for. How long it is.
    ///
    /// # Safety
    /// `to` is valid for writing `room` bytes.
    #[inline(always)]
    pub unsafe fn recv_bytes(&mut self, to: *mut u8, room: usize) -> Option<usize> {
        let source = self.route.source()?;
        if self.mailbox.has_pending() {
            return None;
        }
        // SAFETY: by contract.
        let (size, more) = unsafe { self.pipes.read_bytes(source, to, room)? };
        self.route.took(more != 0);
        Some(size)
    }

    /// The same for a name in front of a message.
    ///
    /// # Safety
    /// As [`recv_bytes`](Self::recv_bytes).
    #[inline(never)]
    pub unsafe fn recv_name_bytes(&mut self, to: *mut u8, room: usize) -> Option<usize> {
        if !self.route.is_name_next() || self.mailbox.has_pending() {
            return None;
        }
        // SAFETY: by contract.
        unsafe { self.route.recv_name_bytes(&self.pipes, to, room) }
    }

    /// As [`recv_easily`](Self::recv_easily) for a name in front of a message; its size.
    #[inline(always)]
    pub fn recv_name_easily(&mut self, msg: &mut Msg) -> Option<usize> {
        if !self.route.is_name_next() || self.mailbox.has_pending() {
            return None;
        }
        self.route.recv_name_easily(&self.pipes, msg)
    }

    /// Whether [`recv_lent`](Self::recv_lent) is worth a try.
    #[inline(always)]
    pub fn is_lent(&self) -> bool {
        self.route.is_lent()
    }

    /// As [`recv`](Self::recv) for names and what follows them, as long as ROUTER
    /// lends messages. False: ask again otherwise.
    #[inline(always)]
    pub fn recv_lent(&mut self, msg: &mut Msg) -> bool {
        !self.mailbox.has_pending() && self.route.recv_lent(&mut self.pipes, msg)
    }
}
