//! DEALER: sends to peers in turn and receives from them in turn.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says; REQ is built
//! on it.

use super::fair_queue::FairQueue;
use super::load_balancer::LoadBalancer;
use super::{Part, Pattern, probe};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_DEALER.
#[derive(Default)]
pub struct Dealer {
    /// Where messages come from.
    pub incoming: FairQueue,
    /// Where messages go.
    pub outgoing: LoadBalancer,
}

impl Pattern for Dealer {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        if options.probe_router {
            probe(pipes, id);
        }
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
        self.incoming.terminated(id);
        self.outgoing.terminated(id);
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
    use crate::options::types::DEALER;
    use std::collections::BTreeSet;

    #[test]
    fn both_directions_take_turns() {
        let mut hub = Node::new(DEALER);
        let mut peers: Vec<Node> = (0..3).map(|_| Node::new(DEALER)).collect();
        peers.iter_mut().for_each(|peer| connect(peer, &mut hub));
        for i in 0..6 {
            assert_eq!(hub.send(&[&i.to_string(), ""]), Ok(()));
        }
        for peer in &mut peers {
            let (first, second) = (peer.recv(), peer.recv());
            assert_eq!(peer.send(&[&first[0]]), Ok(()));
            assert_eq!(peer.send(&[&second[0]]), Ok(()));
        }
        let turn: BTreeSet<String> = (0..3).map(|_| hub.recv().remove(0)).collect();
        assert_eq!(turn.into_iter().collect::<Vec<_>>(), ["0", "1", "2"]);
        (0..3).for_each(|_| assert_eq!(hub.recv().len(), 1));
        assert_eq!(hub.recv_frame(), Err(Errno::EAGAIN));
    }

    #[test]
    fn a_probe_is_the_first_thing_a_peer_gets() {
        let mut a = Node::with(DEALER, |o| o.probe_router = true);
        let mut b = Node::new(DEALER);
        connect(&mut a, &mut b);
        assert_eq!(a.send(&["x"]), Ok(()));
        assert_eq!(b.recv(), [""]);
        assert_eq!(b.recv(), ["x"]);
    }

    #[test]
    fn a_peer_that_comes_in_the_middle_of_a_message_gets_the_next() {
        let (mut a, mut b, mut c) = (Node::new(DEALER), Node::new(DEALER), Node::new(DEALER));
        connect(&mut a, &mut b);
        assert_eq!(a.send_frame("1", true, true), Ok(()));
        connect(&mut a, &mut c);
        assert_eq!(a.send_frame("2", false, true), Ok(()));
        assert_eq!(a.send(&["3"]), Ok(()));
        assert_eq!(b.recv(), ["1", "2"]);
        assert_eq!(c.recv(), ["3"]);
    }
}
