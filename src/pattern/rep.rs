//! REP: receives a request, then sends the reply to where it came from.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says. The frames in
//! front of a request (its way back) are kept and go in front of the reply.

use super::fair_queue::FairQueue;
use super::peers::{Introduction, Peers, give_way};
use super::{Pattern, Skips};
use crate::errno::{Errno, Result};
use crate::log::Rare;
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waiting for a request, or within its envelope.
    Waiting,
    /// The application has begun to receive a request's body.
    Receiving,
    /// The whole request was received, nothing of the reply was sent.
    Received,
    /// Part of the reply was sent, or dropped if there is no `asker`.
    Replying,
}

/// The pattern of ZMQ_REP.
pub struct Rep {
    peers: Peers,
    queue: FairQueue,
    state: State,
    /// Whose request it is, while that pipe lives.
    asker: Option<PipeId>,
    /// The asker has lost its name and ends when its request has been read.
    end_asker: bool,
    envelope: Vec<Msg>,
    mandatory: bool,
    /// Replies that went nowhere.
    drops: Rare,
}

impl Default for Rep {
    fn default() -> Self {
        Rep {
            peers: Peers::default(),
            queue: FairQueue::default(),
            state: State::Waiting,
            asker: None,
            end_asker: false,
            envelope: Vec::new(),
            mandatory: false,
            drops: Rare::default(),
        }
    }
}

impl Rep {
    fn introduced(&mut self, pipes: &mut Pipes, id: PipeId, introduction: Introduction) {
        match introduction {
            Introduction::Anonymous => {}
            // What it sends will not be read and must not delay its end.
            Introduction::Ignored => pipes.ignore(id),
            Introduction::Known => self.queue.attach(id),
            Introduction::Replaced(old) => {
                self.queue.attach(id);
                if self.state == State::Receiving && self.asker == Some(old) {
                    self.end_asker = true;
                } else {
                    give_way(pipes, old);
                }
            }
        }
    }

    /// Reads up to the empty frame in front of the next request. Messages
    /// without one are skipped.
    fn open_envelope(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        self.envelope.clear();
        let mut skips = Skips::new();
        loop {
            let from = self.queue.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            if !msg.more() {
                self.envelope.clear();
                *msg = Msg::new();
                skips.again(pipes, from)?;
                continue;
            }
            let bottom = msg.is_empty();
            // What came with the request's connection is not sent back.
            msg.set_metadata(None);
            self.envelope.push(msg.take());
            if bottom {
                self.asker = Some(from);
                return Ok(());
            }
        }
    }

    /// Sends the envelope, if the asker still takes it.
    fn begin_reply(&mut self, pipes: &mut Pipes) -> Result<()> {
        let Some(id) = self.asker.filter(|id| pipes.writable(*id)) else {
            return self.begin_drop(pipes);
        };
        for mut frame in self.envelope.drain(..) {
            pipes.write(id, &mut frame);
        }
        self.state = State::Replying;
        Ok(())
    }

    /// The asker is gone, or takes nothing.
    #[cold]
    fn begin_drop(&mut self, pipes: &Pipes) -> Result<()> {
        if let Some(id) = self.asker
            && self.mandatory
            && !pipes.is_closing(id)
        {
            return Err(Errno::EAGAIN);
        }
        if let Some(times) = self.drops.again() {
            let why = match self.asker {
                Some(id) if !pipes.is_closing(id) => {
                    "the peer that asked is at its high-water mark"
                }
                _ => "the peer that asked is gone",
            };
            pipes.report_dropped("reply", why, times);
        }
        self.asker = None;
        self.envelope.clear();
        self.state = State::Replying;
        Ok(())
    }
}

impl Pattern for Rep {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        let introduction = self.peers.attach(pipes, id, options);
        self.introduced(pipes, id, introduction);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        match self.peers.activated(pipes, id) {
            Some(introduction) => self.introduced(pipes, id, introduction),
            None => self.queue.activated(id),
        }
    }

    fn write_activated(&mut self, _pipes: &mut Pipes, _id: PipeId) {}

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.peers.terminated(pipes, id);
        if self.queue.terminated(id) {
            // Ended from this side with its request half read.
            self.state = State::Waiting;
        }
        if self.asker == Some(id) {
            self.asker = None;
            self.end_asker = false;
        }
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, _dontwait: bool) -> Result<()> {
        match self.state {
            State::Waiting | State::Receiving => return Err(Errno::EFSM),
            State::Received => self.begin_reply(pipes)?,
            State::Replying => {}
        }
        let more = msg.more();
        if let Some(id) = self.asker
            && !pipes.write(id, msg)
        {
            pipes.rollback(id);
            self.asker = None;
        }
        *msg = Msg::new();
        if !more {
            self.state = State::Waiting;
            self.asker = None;
        }
        Ok(())
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        match self.state {
            State::Received | State::Replying => return Err(Errno::EFSM),
            State::Waiting => self.open_envelope(pipes, msg)?,
            State::Receiving => {}
        }
        self.queue.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
        if msg.more() {
            self.state = State::Receiving;
            return Ok(());
        }
        self.state = State::Received;
        if self.end_asker
            && let Some(id) = self.asker.take()
        {
            self.end_asker = false;
            give_way(pipes, id);
        }
        Ok(())
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        matches!(self.state, State::Waiting | State::Receiving) && self.queue.has_in(pipes)
    }

    fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        match self.state {
            State::Waiting | State::Receiving => false,
            State::Replying => true,
            State::Received => !self.mandatory || self.peers.any_writable(pipes),
        }
    }

    fn option_changed(&mut self, _pipes: &mut Pipes, options: &Options, _option: i32) {
        self.peers.configure(options);
        self.mandatory = options.router_mandatory;
    }

    fn peer_state(&mut self, pipes: &mut Pipes, routing_id: &[u8]) -> Result<i32> {
        self.peers.state(pipes, routing_id)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::options::types::{DEALER, REP, REQ};

    fn with_dealer() -> (Node, Node) {
        let (mut rep, mut dealer) = (Node::new(REP), Node::new(DEALER));
        connect(&mut dealer, &mut rep);
        (rep, dealer)
    }

    #[test]
    fn the_whole_envelope_comes_back_in_front_of_the_reply() {
        let (mut rep, mut dealer) = with_dealer();
        assert_eq!(dealer.send(&["way", "back", "", "question", "", "2"]), Ok(()));
        assert_eq!(rep.recv(), ["question", "", "2"]);
        assert_eq!(rep.send(&["answer", ""]), Ok(()));
        assert_eq!(dealer.recv(), ["way", "back", "", "answer", ""]);
    }

    #[test]
    fn requests_without_delimiter_are_skipped() {
        let (mut rep, mut dealer) = with_dealer();
        for frames in [&["x"][..], &["a", "b"], &["a", ""], &[""], &["", "good"]] {
            assert_eq!(dealer.send(frames), Ok(()));
        }
        assert_eq!(rep.recv(), ["good"]);
        assert_eq!(rep.send(&["yes"]), Ok(()));
        assert_eq!(dealer.recv(), ["", "yes"]);
        assert_eq!(rep.recv_frame(), Err(Errno::EAGAIN));
    }

    #[test]
    fn sending_and_receiving_out_of_turn_is_efsm() {
        let (mut rep, mut dealer) = with_dealer();
        assert_eq!(rep.send(&["x"]), Err(Errno::EFSM));
        assert!(!rep.has_out() && !rep.has_in());
        assert_eq!(dealer.send(&["", "1", "2"]), Ok(()));
        assert!(rep.has_in());
        assert_eq!(rep.recv_frame(), Ok(("1".into(), true)));
        assert_eq!(rep.send(&["x"]), Err(Errno::EFSM));
        assert_eq!(rep.recv_frame(), Ok(("2".into(), false)));
        assert_eq!(rep.recv_frame(), Err(Errno::EFSM));
        assert!(rep.has_out() && !rep.has_in());
        assert_eq!(rep.send_frame("a", true, true), Ok(()));
        assert_eq!(rep.recv_frame(), Err(Errno::EFSM));
        assert_eq!(rep.send_frame("b", false, true), Ok(()));
        assert_eq!(rep.send(&["x"]), Err(Errno::EFSM));
        assert_eq!(dealer.recv(), ["", "a", "b"]);
    }

    #[test]
    fn a_reply_to_a_peer_that_left_is_dropped_and_the_state_moves_on() {
        let (mut rep, mut dealer) = with_dealer();
        for mandatory in [false, true] {
            rep.set(|o| o.router_mandatory = mandatory);
            let mut other = Node::new(REQ);
            connect(&mut other, &mut rep);
            assert_eq!(other.send(&["question"]), Ok(()));
            assert_eq!(rep.recv(), ["question"]);
            other.close();
            assert_eq!(rep.send(&["too", "late"]), Ok(()));
            assert_eq!(dealer.send(&["", "next"]), Ok(()));
            assert_eq!(rep.recv(), ["next"]);
            assert_eq!(rep.send(&["yes"]), Ok(()));
            assert_eq!(dealer.recv(), ["", "yes"]);
        }
    }

    #[test]
    fn requests_are_fair_queued() {
        let mut rep = Node::new(REP);
        let mut dealers: Vec<Node> = (0..3).map(|_| Node::new(DEALER)).collect();
        for (i, dealer) in dealers.iter_mut().enumerate() {
            connect(dealer, &mut rep);
            for _ in 0..2 {
                assert_eq!(dealer.send(&["", &i.to_string()]), Ok(()));
            }
        }
        let mut asked = Vec::new();
        for _ in 0..6 {
            asked.extend(rep.recv());
            assert_eq!(rep.send(&["yes"]), Ok(()));
        }
        assert_eq!(asked[..3].iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        dealers.iter_mut().for_each(|dealer| assert_eq!(dealer.recv(), ["", "yes"]));
    }
}
