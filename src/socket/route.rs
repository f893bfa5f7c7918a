//! A socket's pattern, and the way past it.
//!
//! While a socket has one peer to send to, there is nothing to decide about a
//! message: the pattern says so, and messages go straight to the pipe, at half the
//! price. So does the rest of a message when the pattern has chosen one pipe with its
//! first frame. The same for receiving, and for the rest of a burst that comes from one
//! of many peers; a ROUTER's names are put in front of those here (`named`). Anything
//! else that the pattern is asked or told ends it, until a message that took the long
//! way finds that there is still nothing to decide.

mod named;

use std::mem::offset_of;

use crate::errno::Result;
use crate::msg::Msg;
use crate::pattern::Pattern;
use crate::pipe::{PipeId, Pipes};
use named::Named;

/// Messages that take the long way between two questions whether they must: a
/// socket with many peers is not to pay for those with one.
const ASK_EVERY: u8 = 8;

/// A pattern; see the module. What each message needs stands last.
#[repr(C)]
pub(super) struct Route {
    named: Named,
    pattern: Box<dyn Pattern>,
    /// Where the rest of the message being sent goes, or [`PipeId::NONE`].
    rest: PipeId,
    /// Where plain messages go, or [`PipeId::NONE`].
    target: PipeId,
    /// Where plain messages come from...
    source: PipeId,
    /// ...and how many of them. Of those behind names: 1 from a name until the end of
    /// what follows it, else 0.
    lent: u32,
    /// The pattern has lent a pipe when it was last asked.
    lends: bool,
    /// The pattern has named a pipe when it was last asked where messages go.
    is_sole: bool,
    /// The last received frame had MORE.
    pub rcvmore: bool,
    /// It had, and was no name.
    within: bool,
    /// Messages that took the long way.
    long: u8,
}

impl Route {
    /// From here on it is what each message needs.
    pub const HOT: usize = offset_of!(Route, target);

    pub fn new(pattern: Box<dyn Pattern>) -> Route {
        Route {
            named: Named::new(pattern.names_senders()),
            pattern,
            target: PipeId::NONE,
            rest: PipeId::NONE,
            source: PipeId::NONE,
            lent: 0,
            lends: false,
            is_sole: false,
            rcvmore: false,
            within: false,
            long: 0,
        }
    }

    /// Where a plain message goes without asking.
    #[inline(always)]
    pub fn target(&self) -> PipeId {
        self.target
    }

    /// Where the rest of a message begun goes without asking; [`sent_rest`] must follow
    /// when its last frame is written.
    ///
    /// [`sent_rest`]: Self::sent_rest
    #[inline(always)]
    pub fn rest(&self) -> PipeId {
        self.rest
    }

    /// The last frame of the message begun was written.
    pub fn sent_rest(&mut self) {
        self.rest = PipeId::NONE;
        self.pattern.went_past(false);
    }

    /// Where a frame comes from without asking; [`took`](Self::took) must follow when it
    /// has come. None: a name is next, or the pattern must be asked.
    #[inline(always)]
    pub fn source(&self) -> Option<PipeId> {
        if self.lent > 0 { Some(self.source) } else { None }
    }

    /// A frame has come from the [`source`](Self::source), with `more` to come or not.
    #[inline(always)]
    pub fn took(&mut self, more: bool) {
        self.lent -= u32::from(!more);
        self.rcvmore = more;
        self.within = more;
    }

    /// The pattern, for anything but sending and receiving.
    pub fn pattern(&mut self, pipes: &mut Pipes) -> &mut dyn Pattern {
        self.forget(pipes);
        &mut *self.pattern
    }

    /// From now on the pattern is asked. Before any pipe is ended, too.
    pub fn forget(&mut self, pipes: &mut Pipes) {
        self.end_bypass(pipes);
        self.end_loan(pipes);
    }

    /// From now on the pattern is asked where frames go, also those of a message that
    /// was begun without it.
    #[inline]
    fn end_bypass(&mut self, pipes: &Pipes) {
        if pipes.is_mid_message(self.target) {
            self.pattern.went_past(true);
        }
        self.target = PipeId::NONE;
        self.rest = PipeId::NONE;
    }

    /// As [`Pattern::send`].
    #[inline]
    pub fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        self.end_bypass(pipes);
        let more = msg.more();
        let result = self.pattern.send(pipes, msg, dontwait);
        self.sent(more);
        result
    }

    /// As [`Pattern::publish`].
    #[inline]
    pub fn publish(&mut self, pipes: &mut Pipes, body: &[u8], more: bool) -> bool {
        self.end_bypass(pipes);
        let done = self.pattern.publish(pipes, body, more);
        if done {
            self.sent(more);
        }
        done
    }

    /// Asks the pattern where the next frame goes, which may be worth it.
    #[inline]
    fn sent(&mut self, more: bool) {
        if more {
            self.rest = self.pattern.way_out();
        } else if self.is_sole || self.may_ask() {
            self.target = self.pattern.way_out();
            self.is_sole = self.target != PipeId::NONE;
        }
    }

    /// As [`Pattern::recv`].
    #[inline]
    pub fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        if self.named.is_kind() {
            return self.recv_named(pipes, msg);
        }
        self.end_loan(pipes);
        let result = self.pattern.recv(pipes, msg);
        if result.is_ok() {
            self.rcvmore = msg.more();
        }
        if self.lends || self.may_ask() {
            (self.source, self.lent) = self.pattern.lend_in(pipes);
            self.lends = self.lent > 0;
        }
        result
    }

    #[inline(always)]
    fn may_ask(&mut self) -> bool {
        self.long = self.long.wrapping_add(1);
        self.long.is_multiple_of(ASK_EVERY)
    }
}
