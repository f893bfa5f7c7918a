//! REQ: sends a request to one peer, then receives that peer's reply.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says. A DEALER that
//! puts an empty frame (with CORRELATE: a number and an empty frame) in front
//! of requests and expects the same in front of replies.

use std::hash::BuildHasher;

use super::dealer::Dealer;
use super::{Pattern, Skips};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};
use crate::sys::chance::Keyed;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The next frame sent begins a request.
    Idle,
    /// Part of a request was sent.
    Asking,
    /// The request was sent, nothing of the reply was received.
    Waiting,
    /// Part of the reply was received.
    Receiving,
}

/// The pattern of ZMQ_REQ.
pub struct Req {
    dealer: Dealer,
    state: State,
    /// Who was asked; None: gone, then any peer may answer.
    asked: Option<PipeId>,
    request_id: u32,
    correlate: bool,
    relaxed: bool,
}

impl Default for Req {
    fn default() -> Self {
        Req {
            dealer: Dealer::default(),
            state: State::Idle,
            asked: None,
            request_id: Keyed::default().hash_one(0) as u32,
            correlate: false,
            relaxed: false,
        }
    }
}

impl Req {
    /// Sends what goes in front of a request, and throws away what came too
    /// late for the one before.
    fn begin_request(&mut self, pipes: &mut Pipes) -> Result<()> {
        self.asked = None;
        if self.correlate {
            self.request_id = self.request_id.wrapping_add(1);
            let mut id = Msg::copy_of(&self.request_id.to_ne_bytes())?;
            self.send_front(pipes, &mut id)?;
        }
        self.send_front(pipes, &mut Msg::new())?;
        self.state = State::Asking;
        let (mut stale, mut skips) = (Msg::new(), Skips::new());
        while let Some(from) = self.dealer.incoming.recv(pipes, &mut stale) {
            if !stale.more() && skips.again(pipes, from).is_err() {
                break; // what a flood brings now is no staler than what it brings later
            }
        }
        Ok(())
    }

    fn send_front(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        msg.set_more(true);
        self.asked = self.dealer.outgoing.send(pipes, msg, true)?;
        Ok(())
    }

    /// A frame from the peer that was asked, and which that is. Others' are thrown away.
    fn recv_answer(
        &mut self,
        pipes: &mut Pipes,
        msg: &mut Msg,
        skips: &mut Skips,
    ) -> Result<PipeId> {
        loop {
            let from = self.dealer.incoming.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            if self.asked.is_none_or(|asked| asked == from) {
                return Ok(from);
            }
            let more = msg.more();
            *msg = Msg::new();
            if !more {
                skips.again(pipes, from)?;
            }
        }
    }

    /// Finds a message that begins as a reply to the last request does and
    /// reads that beginning.
    fn begin_reply(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        let id = self.request_id.to_ne_bytes();
        let fronts: &[&[u8]] = if self.correlate { &[&id, &[]] } else { &[&[]] };
        let mut skips = Skips::new();
        'messages: loop {
            for front in fronts {
                let from = self.recv_answer(pipes, msg, &mut skips)?;
                if msg.more() && msg.data() == *front {
                    continue;
                }
                while msg.more() {
                    self.recv_answer(pipes, msg, &mut skips)?;
                }
                *msg = Msg::new();
                skips.again(pipes, from)?;
                continue 'messages;
            }
            self.state = State::Receiving;
            return Ok(());
        }
    }
}

impl Pattern for Req {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        self.dealer.attached(pipes, id, options);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.dealer.read_activated(pipes, id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.dealer.write_activated(pipes, id);
    }

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        if self.asked == Some(id) {
            self.asked = None;
            if self.dealer.incoming.mid_message() && self.state == State::Receiving {
                // The rest of the reply went with it.
                self.state = State::Waiting;
            }
        }
        self.dealer.terminated(pipes, id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        if matches!(self.state, State::Waiting | State::Receiving) {
            if !self.relaxed {
                return Err(Errno::EFSM);
            }
            self.state = State::Idle;
        }
        if self.state == State::Idle {
            self.begin_request(pipes)?;
        }
        let more = msg.more();
        self.dealer.send(pipes, msg, dontwait)?;
        if !more {
            self.state = State::Waiting;
        }
        Ok(())
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        match self.state {
            State::Idle | State::Asking => return Err(Errno::EFSM),
            State::Waiting => self.begin_reply(pipes, msg)?,
            State::Receiving => {}
        }
        self.recv_answer(pipes, msg, &mut Skips::new())?;
        if !msg.more() {
            self.state = State::Idle;
        }
        Ok(())
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        matches!(self.state, State::Waiting | State::Receiving) && self.dealer.has_in(pipes)
    }

    fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        let turn = matches!(self.state, State::Idle | State::Asking) || self.relaxed;
        turn && self.dealer.has_out(pipes)
    }

    fn option_changed(&mut self, _pipes: &mut Pipes, options: &Options, _option: i32) {
        self.correlate = options.req_correlate;
        self.relaxed = options.req_relaxed;
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
