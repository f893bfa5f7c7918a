//! SUB: an XSUB that keeps what it subscribed to and drops the rest.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::xsub::Xsub;
use super::{Part, Pattern};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_SUB. Publishers filter too; but old ones do not, and one
/// may have sent before it heard of a change.
#[derive(Default)]
pub struct Subscriber {
    xsub: Xsub,
    invert: bool,
    /// First frame of a matching message that `has_in` came across.
    ahead: Option<Msg>,
}

impl Subscriber {
    /// Receives the next frame of a message that matches.
    #[inline]
    fn fetch(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        let incoming = &mut self.xsub.incoming;
        let within = incoming.mid_message();
        loop {
            incoming.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            if within || self.xsub.subscriptions.matches(msg.data()) != self.invert {
                return Ok(());
            }
            while msg.more() {
                incoming.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            }
            *msg = Msg::new();
        }
    }
}

impl Pattern for Subscriber {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        self.xsub.attached(pipes, id, options);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xsub.read_activated(pipes, id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xsub.write_activated(pipes, id);
    }

    fn hiccuped(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xsub.hiccuped(pipes, id);
    }

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        let within = self.xsub.incoming.mid_message();
        self.xsub.terminated(pipes, id);
        if within && !self.xsub.incoming.mid_message() {
            self.ahead = None;
        }
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        if let Some(ahead) = self.ahead.take() {
            *msg = ahead;
            return Ok(());
        }
        self.fetch(pipes, msg)
    }

    fn lend_in(&mut self, pipes: &Pipes) -> (PipeId, u32) {
        let all = self.xsub.subscriptions.matches(&[]) != self.invert;
        if all && !self.invert && self.ahead.is_none() {
            self.xsub.incoming.lend(pipes)
        } else {
            (PipeId::NONE, 0)
        }
    }

    fn take_back(&mut self, _pipes: &mut Pipes, _from: PipeId, left: u32, next: Part) {
        self.xsub.incoming.take_back(left, next == Part::Rest);
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        if self.ahead.is_some() || self.xsub.incoming.mid_message() {
            return true;
        }
        let mut msg = Msg::new();
        self.ahead = self.fetch(pipes, &mut msg).is_ok().then_some(msg);
        self.ahead.is_some()
    }

    fn option_changed(&mut self, pipes: &mut Pipes, options: &Options, option: i32) {
        self.xsub.option_changed(pipes, options, option);
        self.invert = options.invert_matching;
    }

    fn subscription(&mut self, pipes: &mut Pipes, subscribe: bool, topic: &[u8]) -> Result<()> {
        self.xsub.subscribe(pipes, subscribe, topic)
    }

    fn topics_count(&self) -> Option<usize> {
        self.xsub.topics_count()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::options::types::{PAIR, PUB, SUB, XPUB};

    #[test]
    fn only_matching_messages_are_received_whole() {
        // A PAIR filters nothing.
        let (mut sub, mut peer) = (Node::new(SUB), Node::new(PAIR));
        connect(&mut peer, &mut sub);
        sub.subscribe("A");
        for frames in [["A1", "Z"], ["B1", "A"], ["A2", "B"]] {
            assert_eq!(peer.send(&frames), Ok(()));
        }
        assert!(sub.has_in() && sub.has_in());
        assert_eq!(sub.recv(), ["A1", "Z"]);
        assert_eq!(sub.recv(), ["A2", "B"]);
        assert_eq!(peer.send(&["B"]), Ok(()));
        assert!(!sub.has_in());
        assert_eq!(sub.recv_frame(), Err(Errno::EAGAIN));
        assert_eq!(sub.send(&["x"]), Err(Errno::ENOTSUP));
        assert!(!sub.has_out());
    }

    #[test]
    fn poll_between_the_frames_of_a_message_says_yes_and_loses_nothing() {
        let (mut sub, mut peer) = (Node::new(SUB), Node::new(PAIR));
        connect(&mut peer, &mut sub);
        sub.subscribe("");
        assert_eq!(peer.send(&["a", "b", "c"]), Ok(()));
        for frame in ["a", "b", "c"] {
            assert!(sub.has_in());
            assert_eq!(sub.recv_frame(), Ok((frame.into(), frame != "c")));
        }
        assert!(!sub.has_in());
    }

    // behaviours: 182
    #[test]
    fn subscriptions_are_counted() {
        let (mut xpub, mut sub) = (Node::with(XPUB, |o| o.xpub_verbose = true), Node::new(SUB));
        connect(&mut sub, &mut xpub);
        sub.subscribe("A");
        sub.subscribe("A");
        sub.unsubscribe("A");
        xpub.pump();
        assert_eq!((xpub.recv(), xpub.recv()), (vec!["\x01A".into()], vec!["\x01A".into()]));
        assert!(!xpub.has_in());
        sub.unsubscribe("A");
        sub.unsubscribe("A");
        xpub.pump();
        assert_eq!(xpub.recv(), ["\0A"]);
        assert!(!xpub.has_in());
    }

    #[test]
    fn inverted_matching_keeps_what_does_not_match() {
        let mut publisher = Node::with(PUB, |o| o.invert_matching = true);
        let mut sub = Node::with(SUB, |o| o.invert_matching = true);
        connect(&mut sub, &mut publisher);
        sub.subscribe("A");
        publisher.pump();
        assert_eq!(publisher.send(&["A1"]), Ok(()));
        assert_eq!(publisher.send(&["B1"]), Ok(()));
        assert_eq!(sub.recv(), ["B1"]);
        assert!(!sub.has_in());
        sub.set(|o| o.invert_matching = false);
        assert_eq!(publisher.send(&["B2"]), Ok(()));
        assert!(!sub.has_in());
    }

    // behaviours: 194
    #[test]
    fn topics_count_counts_distinct_topics_at_both_ends() {
        let (mut publisher, mut sub) = (Node::new(PUB), Node::new(SUB));
        connect(&mut sub, &mut publisher);
        for topic in ["a", "ab", "abc", "a"] {
            sub.subscribe(topic);
        }
        publisher.pump();
        assert_eq!(sub.pattern.topics_count(), Some(3));
        assert_eq!(publisher.pattern.topics_count(), Some(3));
        sub.unsubscribe("ab");
        publisher.pump();
        assert_eq!(sub.pattern.topics_count(), Some(2));
        assert_eq!(publisher.pattern.topics_count(), Some(2));
    }
}
