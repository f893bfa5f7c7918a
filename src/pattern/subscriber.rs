//! SUB: an XSUB that keeps what it subscribed to and drops the rest.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::subscription_trie::Decided;
use super::xsub::Xsub;
use super::{Part, Pattern, Skips};
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
    /// Whether the last first frame looked at began with a topic, and what decided it.
    found: bool,
    decided: Decided,
    /// First frame of a matching message that `has_in` came across.
    ahead: Option<Msg>,
}

impl Subscriber {
    /// Whether a message with this first frame is received.
    #[inline]
    fn wants(&mut self, text: &[u8]) -> bool {
        if !self.decided.holds_for(text) {
            let (found, decided) = self.xsub.subscriptions.matches(text);
            self.decided.note(text, decided);
            self.found = found;
        }
        self.found != self.invert
    }

    /// Receives the next frame of a message that matches.
    #[inline]
    fn fetch(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        let within = self.xsub.incoming.mid_message();
        let mut skips = Skips::new();
        loop {
            let from = self.xsub.incoming.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            if within || self.wants(msg.data()) {
                return Ok(());
            }
            while msg.more() {
                self.xsub.incoming.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
            }
            *msg = Msg::new();
            skips.again(pipes, from)?;
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
        if self.xsub.subscriptions.wants_all() && !self.invert && self.ahead.is_none() {
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
        self.decided.forget();
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

    /// Messages of one topic in a row are matched once.
    #[test]
    fn every_change_counts_for_the_next_message_of_the_same_topic() {
        let (mut sub, mut peer) = (Node::new(SUB), Node::new(PAIR));
        connect(&mut peer, &mut sub);
        let mut passes = |sub: &mut Node| {
            assert_eq!((peer.send(&["topic 1"]), peer.send(&["topic 2"])), (Ok(()), Ok(())));
            let got = (sub.recv(), sub.recv());
            assert!(!sub.has_in());
            got == (vec!["topic 1".into()], vec!["topic 2".into()])
        };
        for _ in 0..2 {
            assert!(!passes(&mut sub));
            sub.subscribe("topic");
            assert!(passes(&mut sub));
            sub.set(|o| o.invert_matching = true);
            assert!(!passes(&mut sub));
            sub.set(|o| o.invert_matching = false);
            assert!(passes(&mut sub));
            sub.unsubscribe("topic");
        }
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
