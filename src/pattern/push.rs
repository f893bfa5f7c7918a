//! PUSH: sends to peers in turn, receives nothing.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says. Never reads
//! its pipes.

use super::Pattern;
use super::load_balancer::LoadBalancer;
use crate::errno::Result;
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_PUSH.
#[derive(Default)]
pub struct Push {
    outgoing: LoadBalancer,
}

impl Pattern for Push {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, _options: &Options) {
        pipes.set_nodelay(id);
        self.outgoing.attach(id);
    }

    fn read_activated(&mut self, _pipes: &mut Pipes, _id: PipeId) {}

    fn write_activated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.outgoing.activated(id);
    }

    fn terminated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.outgoing.terminated(id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        self.outgoing.send(pipes, msg, dontwait).map(drop)
    }

    fn way_out(&self) -> PipeId {
        self.outgoing.way_out()
    }

    fn went_past(&mut self, more: bool) {
        self.outgoing.went_out(more);
    }

    fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        self.outgoing.has_out(pipes)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::options::types::{PULL, PUSH};

    fn push_and_pulls(n: usize) -> (Node, Vec<Node>) {
        let mut push = Node::new(PUSH);
        let mut pulls: Vec<Node> = (0..n).map(|_| Node::new(PULL)).collect();
        pulls.iter_mut().for_each(|pull| connect(pull, &mut push));
        (push, pulls)
    }

    #[test]
    fn push_without_peer_returns_eagain() {
        let mut push = Node::new(PUSH);
        assert_eq!(push.send(&["x"]), Err(Errno::EAGAIN));
        assert!(!push.has_out());
        assert_eq!(push.recv_frame(), Err(Errno::ENOTSUP));
    }

    #[test]
    fn messages_go_round_robin_and_whole() {
        let (mut push, mut pulls) = push_and_pulls(3);
        for i in 0..6 {
            assert_eq!(push.send(&[&i.to_string(), "rest"]), Ok(()));
        }
        for (i, pull) in pulls.iter_mut().enumerate() {
            assert_eq!(pull.recv(), [i.to_string(), "rest".into()]);
            assert_eq!(pull.recv(), [(i + 3).to_string(), "rest".into()]);
            assert!(!pull.has_in());
        }
    }

    #[test]
    fn a_full_pipe_is_passed_over_until_it_has_room() {
        let mut push = Node::with(PUSH, |o| o.sndhwm = 1);
        let mut pulls = [1, 3].map(|hwm| Node::with(PULL, |o| o.rcvhwm = hwm));
        pulls.iter_mut().for_each(|pull| connect(pull, &mut push));
        let mut sent = 0;
        while push.send(&[&sent.to_string()]).is_ok() {
            sent += 1;
        }
        assert_eq!(sent, 2 + 4, "both marks together, on each pipe");
        assert!(!push.has_out());
        assert_eq!((pulls[0].recv(), pulls[0].recv()), (vec!["0".into()], vec!["2".into()]));
        assert!(!pulls[0].has_in());
        assert!(push.has_out(), "reading made room");
        assert_eq!(push.send(&["again"]), Ok(()));
        assert_eq!(pulls[0].recv(), ["again"]);
    }

    // behaviours: 173
    #[test]
    fn a_message_whose_peer_leaves_is_dropped_silently_when_blocking() {
        let (mut push, mut pulls) = push_and_pulls(1);
        assert_eq!(push.send_frame("1", true, false), Ok(()));
        pulls.remove(0).close();
        push.pump();
        let mut other = Node::new(PULL);
        connect(&mut other, &mut push);
        assert_eq!(push.send_frame("2", true, false), Ok(()));
        assert_eq!(push.send_frame("3", false, false), Ok(()));
        assert_eq!(push.send(&["whole"]), Ok(()));
        assert_eq!(other.recv(), ["whole"]);
    }

    // behaviours: 173
    #[test]
    fn a_message_whose_peer_leaves_gives_eagain_once_when_not_blocking() {
        for process in [false, true] {
            let (mut push, mut pulls) = push_and_pulls(1);
            assert_eq!(push.send_frame("1", true, true), Ok(()));
            pulls.remove(0).close();
            if process {
                push.pump();
            } else {
                push.peers_closed();
            }
            assert_eq!(push.send_frame("2", true, true), Err(Errno::EPIPE));
            assert_eq!(push.send_frame("3", false, true), Ok(()));
            push.pump();
            let mut other = Node::new(PULL);
            connect(&mut other, &mut push);
            assert_eq!(push.send(&["whole"]), Ok(()));
            assert_eq!(other.recv(), ["whole"]);
        }
    }

    #[test]
    fn a_peer_that_leaves_between_messages_is_left_out() {
        let (mut push, mut pulls) = push_and_pulls(3);
        pulls.remove(1).close();
        push.pump();
        for i in 0..4 {
            assert_eq!(push.send(&[&i.to_string()]), Ok(()));
        }
        let mut got: Vec<String> = Vec::new();
        for pull in &mut pulls {
            got.extend(pull.recv());
            got.extend(pull.recv());
        }
        got.sort();
        assert_eq!(got, ["0", "1", "2", "3"]);
    }
}
