//! The way past a pattern that puts the sender's name in front of every message
//! (ROUTER): a copy of the name is kept here while messages of one sender are lent.
//!
//! Called by the socket through [`Route`] alone. What was read here the pattern
//! does not know until the loan ends; everything that could touch it or its pipes
//! ends the loan first, by [`Route::forget`].

use std::{mem, ptr};

use super::Route;
use crate::errno::Result;
use crate::msg::Msg;
use crate::pattern::Part;
use crate::pipe::Pipes;

/// What is lent of messages that begin with a name.
#[repr(C)]
pub(super) struct Named {
    /// Messages not begun.
    left: u32,
    /// There is a loan, if only of nothing.
    open: bool,
    /// This is what the pattern does.
    kind: bool,
    /// A small name with the meta-data of the messages lent; the pipe's.
    name: Option<Box<Msg>>,
}

impl Named {
    pub fn new(kind: bool) -> Named {
        Named { left: 0, open: false, kind, name: None }
    }

    #[inline(always)]
    pub fn is_kind(&self) -> bool {
        self.kind
    }
}

impl Route {
    /// Whether a message is lent and its name comes next.
    #[inline(always)]
    pub fn is_name_next(&self) -> bool {
        self.named.left > 0 && self.lent == 0
    }

    /// Whether there is a loan.
    #[inline(always)]
    pub fn is_lent(&self) -> bool {
        self.named.open
    }

    /// Receives the name that comes next, if that is easy, and says how long it is.
    /// None: nothing was done.
    #[inline(always)]
    pub fn recv_name_easily(&mut self, pipes: &Pipes, msg: &mut Msg) -> Option<usize> {
        if !pipes.is_in_run(self.source) {
            return None;
        }
        let size = msg.copy_easily(self.named.name.as_deref()?)?;
        self.received_name();
        Some(size)
    }

    /// The same into the caller's memory, as much of the name as there is `room` for.
    ///
    /// # Safety
    /// `to` is valid for writing `room` bytes.
    pub unsafe fn recv_name_bytes(
        &mut self,
        pipes: &Pipes,
        to: *mut u8,
        room: usize,
    ) -> Option<usize> {
        if !pipes.is_in_run(self.source) {
            return None;
        }
        let name = self.named.name.as_deref()?.data();
        // SAFETY: by contract; no message's bytes are the caller's.
        unsafe { ptr::copy_nonoverlapping(name.as_ptr(), to, name.len().min(room)) };
        let size = name.len();
        self.received_name();
        Some(size)
    }

    #[inline(always)]
    fn received_name(&mut self) {
        self.named.left -= 1;
        self.lent = 1;
        self.rcvmore = true;
        self.within = false;
    }

    /// Receives a name or another frame that is lent; whose burst or run is over is
    /// followed by the next. Only if there is a loan. False: the pattern must look.
    #[inline(always)]
    pub fn recv_lent(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> bool {
        if self.lent > 0 {
            let came = pipes.read(self.source, msg);
            if came {
                self.took(msg.more());
            }
            return came;
        }
        self.recv_name(pipes, msg) || self.recv_next_name(pipes, msg)
    }

    #[inline(always)]
    fn recv_name(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> bool {
        if self.named.left == 0 || !pipes.is_in_run(self.source) {
            return false;
        }
        let Some(name) = &self.named.name else { return false };
        pipes.duplicate_name(self.source, name, msg);
        self.received_name();
        true
    }

    #[inline(never)]
    fn recv_next_name(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> bool {
        self.end_loan(pipes);
        self.begin_loan(pipes) && self.recv_name(pipes, msg)
    }

    /// As [`recv`](Route::recv).
    #[inline(never)]
    pub(super) fn recv_named(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        if self.named.open {
            if self.recv_lent(pipes, msg) {
                return Ok(());
            }
            self.end_loan(pipes);
        }
        self.pattern.recv(pipes, msg)?;
        self.rcvmore = msg.more();
        if !self.rcvmore {
            self.begin_loan(pipes);
        }
        Ok(())
    }

    /// Whether the pattern lends anything.
    fn begin_loan(&mut self, pipes: &mut Pipes) -> bool {
        let (from, count) = self.pattern.lend_named(pipes);
        if count == 0 {
            return false;
        }
        self.source = from;
        self.named.left = count;
        self.named.name = pipes.take_name(from);
        self.named.open = true;
        true
    }

    /// The pattern gets back what it has lent.
    #[inline]
    pub(super) fn end_loan(&mut self, pipes: &mut Pipes) {
        if self.named.open || self.lent > 0 {
            self.give_back(pipes);
        }
    }

    #[inline(never)]
    fn give_back(&mut self, pipes: &mut Pipes) {
        if self.named.open {
            let next = match (self.lent, self.within) {
                (0, _) => Part::Name,
                (_, false) => Part::Body,
                (_, true) => Part::Rest,
            };
            self.named.open = false;
            let left = mem::take(&mut self.named.left);
            if let Some(name) = self.named.name.take() {
                pipes.put_name(self.source, name);
            }
            self.pattern.take_back(pipes, self.source, left, next);
        } else if self.lent > 0 && self.rcvmore {
            self.pattern.take_back(pipes, self.source, self.lent - 1, Part::Rest);
        }
        self.lent = 0;
    }
}
