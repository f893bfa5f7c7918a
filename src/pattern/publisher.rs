//! PUB: an XPUB whose application hears nothing of subscriptions.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::Pattern;
use super::xpub::Xpub;
use crate::errno::Result;
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_PUB.
pub struct Publisher {
    xpub: Xpub,
}

impl Default for Publisher {
    fn default() -> Self {
        Publisher { xpub: Xpub::silent() }
    }
}

impl Pattern for Publisher {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        pipes.set_nodelay(id);
        self.xpub.attached(pipes, id, options);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xpub.read_activated(pipes, id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xpub.write_activated(pipes, id);
    }

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.xpub.terminated(pipes, id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        self.xpub.send(pipes, msg, dontwait)
    }

    fn publish(&mut self, pipes: &mut Pipes, body: &[u8], more: bool) -> bool {
        self.xpub.publish(pipes, body, more)
    }

    fn way_out(&self) -> PipeId {
        self.xpub.way_out()
    }

    fn went_past(&mut self, more: bool) {
        self.xpub.went_past(more);
    }

    fn has_out(&mut self, _pipes: &mut Pipes) -> bool {
        true
    }

    fn option_changed(&mut self, pipes: &mut Pipes, options: &Options, option: i32) {
        self.xpub.option_changed(pipes, options, option);
    }

    fn subscription(&mut self, pipes: &mut Pipes, subscribe: bool, topic: &[u8]) -> Result<()> {
        self.xpub.subscription(pipes, subscribe, topic)
    }

    fn topics_count(&self) -> Option<usize> {
        self.xpub.topics_count()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::options::types::{PUB, SUB, XSUB};

    #[test]
    fn messages_reach_exactly_those_whose_prefix_fits() {
        let mut publisher = Node::new(PUB);
        let mut subs = [&["A"][..], &["AB", "", "A"], &["B"], &[]].map(|topics| {
            let mut sub = Node::new(SUB);
            topics.iter().for_each(|topic| sub.subscribe(topic));
            connect(&mut sub, &mut publisher);
            sub
        });
        let long = "A".repeat(100);
        assert_eq!(publisher.send(&["ABC", "1"]), Ok(()));
        assert_eq!(publisher.send(&[&long, "2"]), Ok(()));
        assert_eq!(publisher.send(&["B", "A"]), Ok(()));
        let got = subs.each_mut().map(|sub| [sub.recv(), sub.recv(), sub.recv()]);
        let none = Vec::<String>::new;
        let first = || vec!["ABC".to_string(), "1".into()];
        let second = || vec![long.clone(), "2".into()];
        let third = || vec!["B".to_string(), "A".into()];
        assert_eq!(got[0], [first(), second(), none()]);
        assert_eq!(got[1], [first(), second(), third()]);
        assert_eq!(got[2], [third(), none(), none()]);
        assert_eq!(got[3], [none(), none(), none()]);
    }

    #[test]
    fn nobody_there_means_dropped_and_never_blocked() {
        let mut publisher = Node::new(PUB);
        assert!(publisher.has_out() && !publisher.has_in());
        assert_eq!(publisher.send(&["x"]), Ok(()));
        assert_eq!(publisher.recv_frame(), Err(Errno::ENOTSUP));
    }

    #[test]
    fn a_peer_that_leaves_takes_its_topics_along_and_its_messages_are_dropped() {
        let (mut publisher, mut stays, mut goes) = (Node::new(PUB), Node::new(SUB), Node::new(SUB));
        for (sub, topic) in [(&mut stays, "A"), (&mut goes, "AB")] {
            sub.subscribe(topic);
            connect(sub, &mut publisher);
        }
        assert_eq!(publisher.pattern.topics_count(), Some(2));
        assert_eq!(publisher.send_frame("ABC", true, false), Ok(()));
        goes.close();
        assert_eq!(publisher.send_frame("end", false, false), Ok(()));
        publisher.pump();
        assert_eq!(publisher.pattern.topics_count(), Some(1));
        assert_eq!(publisher.send(&["ABC"]), Ok(()));
        assert_eq!(
            (stays.recv(), stays.recv()),
            (vec!["ABC".into(), "end".into()], vec!["ABC".into()])
        );
    }

    #[test]
    fn a_peer_that_comes_in_the_middle_of_a_message_gets_the_next() {
        let (mut publisher, mut early, mut late) = (Node::new(PUB), Node::new(SUB), Node::new(SUB));
        early.subscribe("");
        late.subscribe("");
        connect(&mut early, &mut publisher);
        assert_eq!(publisher.send_frame("1", true, false), Ok(()));
        connect(&mut late, &mut publisher);
        assert_eq!(publisher.send_frame("2", false, false), Ok(()));
        assert_eq!(publisher.send(&["3"]), Ok(()));
        assert_eq!((early.recv(), early.recv()), (vec!["1".into(), "2".into()], vec!["3".into()]));
        assert_eq!(late.recv(), ["3"]);
    }

    #[test]
    fn what_peers_say_besides_is_thrown_away() {
        let (mut publisher, mut xsub) = (Node::new(PUB), Node::new(XSUB));
        connect(&mut xsub, &mut publisher);
        assert_eq!(xsub.send(&["hello"]), Ok(()));
        assert_eq!(xsub.send(&["\x01"]), Ok(()));
        assert!(!publisher.has_in());
        assert_eq!(publisher.send(&["x"]), Ok(()));
        assert_eq!(xsub.recv(), ["x"]);
    }

    #[test]
    fn a_conflating_subscriber_sees_the_newest_only() {
        let (mut publisher, mut sub) = (Node::new(PUB), Node::with(SUB, |o| o.conflate = true));
        sub.subscribe("");
        connect(&mut sub, &mut publisher);
        for i in 0..20 {
            assert_eq!(publisher.send(&[&i.to_string()]), Ok(()));
        }
        assert_eq!(sub.recv(), ["19"]);
        assert!(!sub.has_in());
    }
}
