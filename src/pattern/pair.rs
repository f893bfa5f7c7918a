//! PAIR: one peer, both ways. Any further peer is turned away.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::fair_queue::FairQueue;
use super::load_balancer::LoadBalancer;
use super::{Part, Pattern};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_PAIR. Queue and balancer hold the one pipe: they know
/// how to skip internal cells and to drop a message cut short.
#[derive(Default)]
pub struct Pair {
    pipe: Option<PipeId>,
    incoming: FairQueue,
    outgoing: LoadBalancer,
}

impl Pattern for Pair {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, _options: &Options) {
        if self.pipe.is_some() {
            pipes.terminate(id, 0);
            return;
        }
        self.pipe = Some(id);
        self.incoming.attach(id);
        self.outgoing.attach(id);
    }

    fn read_activated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.incoming.activated(id);
    }

    fn write_activated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.outgoing.activated(id);
    }

    fn terminated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        if self.pipe == Some(id) {
            self.pipe = None;
            self.incoming.terminated(id);
            self.outgoing.terminated(id);
        }
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        self.outgoing.send(pipes, msg, dontwait).map(drop)
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        self.incoming.recv(pipes, msg).map(drop).ok_or(Errno::EAGAIN)
    }

    fn way_out(&self) -> PipeId {
        self.outgoing.way_out()
    }

    fn went_past(&mut self, more: bool) {
        self.outgoing.went_out(more);
    }

    fn lend_in(&mut self, pipes: &Pipes) -> (PipeId, u32) {
        self.incoming.lend(pipes)
    }

    fn take_back(&mut self, _pipes: &mut Pipes, _from: PipeId, left: u32, next: Part) {
        self.incoming.take_back(left, next == Part::Rest);
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        self.incoming.has_in(pipes)
    }

    fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        self.outgoing.has_out(pipes)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::options::types::PAIR;

    #[test]
    fn frames_go_both_ways_and_keep_their_message() {
        let (mut a, mut b) = (Node::new(PAIR), Node::new(PAIR));
        connect(&mut a, &mut b);
        assert_eq!(a.send(&["one", "two"]), Ok(()));
        assert_eq!(b.recv(), ["one", "two"]);
        assert_eq!(b.send(&["three"]), Ok(()));
        assert_eq!(a.recv(), ["three"]);
    }

    #[test]
    fn without_peer_nothing_goes_and_nothing_comes() {
        let mut a = Node::new(PAIR);
        assert_eq!(a.send(&["x"]), Err(Errno::EAGAIN));
        assert_eq!(a.recv_frame(), Err(Errno::EAGAIN));
        assert!(!a.has_in() && !a.has_out());
    }

    #[test]
    fn a_second_peer_is_turned_away_and_the_first_stays() {
        let (mut a, mut b, mut c) = (Node::new(PAIR), Node::new(PAIR), Node::new(PAIR));
        connect(&mut a, &mut b);
        connect(&mut a, &mut c);
        c.pump();
        assert_eq!(c.pipes.len(), 0);
        assert_eq!(a.send(&["x"]), Ok(()));
        assert_eq!(b.recv(), ["x"]);
    }

    #[test]
    fn after_the_peer_left_another_can_come_and_what_was_sent_stays_readable() {
        let (mut a, mut b, mut c) = (Node::new(PAIR), Node::new(PAIR), Node::new(PAIR));
        connect(&mut a, &mut b);
        assert_eq!(b.send(&["last", "words"]), Ok(()));
        drop(b.close());
        a.pump();
        assert!(!a.has_out());
        assert_eq!(a.recv(), ["last", "words"]);
        assert!(!a.has_in());
        a.pump();
        connect(&mut a, &mut c);
        assert_eq!(a.send(&["hello"]), Ok(()));
        assert_eq!(c.recv(), ["hello"]);
    }
}
