//! PULL: receives from peers in turn, sends nothing.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says. Never writes
//! to its pipes.

use super::fair_queue::FairQueue;
use super::{Part, Pattern};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_PULL.
#[derive(Default)]
pub struct Pull {
    incoming: FairQueue,
}

impl Pattern for Pull {
    fn attached(&mut self, _pipes: &mut Pipes, id: PipeId, _options: &Options) {
        self.incoming.attach(id);
    }

    fn read_activated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.incoming.activated(id);
    }

    fn write_activated(&mut self, _pipes: &mut Pipes, _id: PipeId) {}

    fn terminated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.incoming.terminated(id);
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        self.incoming.recv(pipes, msg).map(drop).ok_or(Errno::EAGAIN)
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
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::msg::{Msg, ROUTING_ID};
    use crate::options::types::{PULL, PUSH};
    use std::collections::BTreeSet;

    fn pull_and_pushes(n: usize) -> (Node, Vec<Node>) {
        let mut pull = Node::new(PULL);
        let mut pushes: Vec<Node> = (0..n).map(|_| Node::new(PUSH)).collect();
        pushes.iter_mut().for_each(|push| connect(push, &mut pull));
        (pull, pushes)
    }

    #[test]
    fn every_peer_gets_its_turn() {
        let (mut pull, mut pushes) = pull_and_pushes(4);
        for (i, push) in pushes.iter_mut().enumerate() {
            assert_eq!(push.send(&[&i.to_string(), "a"]), Ok(()));
            assert_eq!(push.send(&[&i.to_string(), "b"]), Ok(()));
        }
        for _ in 0..2 {
            let turn: BTreeSet<String> = (0..4).map(|_| pull.recv().remove(0)).collect();
            assert_eq!(turn.len(), 4);
        }
        assert!(!pull.has_in());
        assert_eq!(pull.send(&["x"]), Err(Errno::ENOTSUP));
    }

    // behaviours: 99, 100
    #[test]
    fn what_a_peer_sent_before_it_left_is_read_to_the_last() {
        let (mut pull, mut pushes) = pull_and_pushes(2);
        for push in &mut pushes {
            for i in 0..3 {
                assert_eq!(push.send(&[&i.to_string()]), Ok(()));
            }
        }
        pushes.remove(0).close();
        for _ in 0..6 {
            assert!(pull.has_in());
            assert_eq!(pull.recv().len(), 1);
        }
        assert!(!pull.has_in());
        pull.pump();
        assert_eq!(pull.pipes.len(), 1);
    }

    #[test]
    fn a_routing_id_nobody_asked_for_is_not_a_message() {
        let mut pull = Node::new(PULL);
        let mut push = Node::new(PUSH);
        let mut id = Msg::copy_of(b"id").unwrap_or_default();
        id.set_flags(ROUTING_ID);
        super::super::testing::connect_with(&mut push, &mut pull, Some(id), None);
        assert!(!pull.has_in());
        assert_eq!(push.send(&["x"]), Ok(()));
        assert!(pull.has_in() && pull.has_in());
        assert_eq!(pull.recv(), ["x"]);
        assert_eq!(pull.recv_frame(), Err(Errno::EAGAIN));
    }

    #[test]
    fn an_endpoint_taken_away_while_its_message_is_half_read_leaves_a_clean_queue() {
        let (mut pull, mut pushes) = pull_and_pushes(2);
        for push in &mut pushes {
            assert_eq!(push.send(&["head", "tail"]), Ok(()));
        }
        assert_eq!(pull.recv_frame(), Ok(("head".into(), true)));
        let first = pull.pipes.ids().next();
        pull.pipes.terminate(first.unwrap_or_else(|| unreachable!()), 0);
        pull.pump();
        assert_eq!(pull.recv(), ["head", "tail"]);
        assert!(!pull.has_in());
    }
}
