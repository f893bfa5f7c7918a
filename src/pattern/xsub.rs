//! XSUB: receives from peers in turn, subscribes at all of them; and what SUB
//! is made of.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::Pattern;
use super::distributor::Distributor;
use super::fair_queue::FairQueue;
use super::subscription_trie::SubscriptionSet;
use crate::errno::{Errno, Result};
use crate::msg::{CANCEL, Msg, SUBSCRIBE};
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_XSUB.
#[derive(Default)]
pub struct Xsub {
    /// Where messages come from.
    pub incoming: FairQueue,
    outgoing: Distributor,
    /// What this socket wants, to be said again to every new peer.
    pub subscriptions: SubscriptionSet,
    only_first_subscribe: bool,
    verbose_unsubscribe: bool,
    /// Frames of the message being sent may be subscriptions.
    examine: bool,
}

/// What a frame means that the application sends.
enum Meaning<'a> {
    Subscribe(&'a [u8]),
    Cancel(&'a [u8]),
    Other,
}

impl Xsub {
    /// A subscription or its end, from the option (SUB) or as a message (XSUB).
    /// Full pipes miss it.
    pub fn subscribe(&mut self, pipes: &mut Pipes, wanted: bool, topic: &[u8]) -> Result<()> {
        let mut msg = Msg::copy_of(topic)?;
        msg.set_flags(if wanted { SUBSCRIBE } else { CANCEL });
        if wanted {
            self.subscriptions.add(topic);
        } else if !self.subscriptions.remove(topic) {
            return Ok(());
        }
        self.outgoing.send_to_all(pipes, &mut msg);
        Ok(())
    }

    /// Says all subscriptions to one peer. What does not fit is lost, as a
    /// subscription that meets a full pipe always is.
    fn announce(&self, pipes: &mut Pipes, id: PipeId) {
        self.subscriptions.each(|topic| {
            if let Ok(mut msg) = Msg::copy_of(topic) {
                msg.set_flags(SUBSCRIBE);
                pipes.write(id, &mut msg);
            }
        });
    }

    /// Counts a frame to be sent in or out. False: it stops here.
    fn account(&mut self, msg: &Msg, first: bool) -> bool {
        if first {
            self.examine = !self.only_first_subscribe;
        } else if !self.examine {
            return true;
        }
        let passes = match meaning(msg) {
            Meaning::Other => return true,
            // Repeated ones go on: the XPUB may be verbose.
            Meaning::Subscribe(topic) => {
                self.subscriptions.add(topic);
                true
            }
            Meaning::Cancel(topic) => self.subscriptions.remove(topic) || self.verbose_unsubscribe,
        };
        self.examine = true;
        // The end of a message that has begun must go where the rest went.
        passes || (!first && !msg.more())
    }
}

fn meaning(msg: &Msg) -> Meaning<'_> {
    match msg.data() {
        [1, topic @ ..] => Meaning::Subscribe(topic),
        [0, topic @ ..] => Meaning::Cancel(topic),
        _ => Meaning::Other,
    }
}

impl Pattern for Xsub {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, _options: &Options) {
        self.incoming.attach(id);
        self.outgoing.attach(id);
        self.announce(pipes, id);
    }

    fn read_activated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.incoming.activated(id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.outgoing.has_room(pipes, id);
    }

    fn hiccuped(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.outgoing.restarted(pipes, id);
        self.announce(pipes, id);
    }

    fn terminated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.incoming.terminated(id);
        self.outgoing.terminated(id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, _dontwait: bool) -> Result<()> {
        let first = !self.outgoing.mid_message();
        if self.account(msg, first) {
            self.outgoing.send_to_all(pipes, msg);
        } else {
            *msg = Msg::new();
        }
        Ok(())
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        self.incoming.recv(pipes, msg).map(drop).ok_or(Errno::EAGAIN)
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        self.incoming.has_in(pipes)
    }

    fn has_out(&mut self, _pipes: &mut Pipes) -> bool {
        true
    }

    fn option_changed(&mut self, _pipes: &mut Pipes, options: &Options, _option: i32) {
        self.only_first_subscribe = options.only_first_subscribe;
        self.verbose_unsubscribe = options.xsub_verbose_unsubscribe;
    }

    fn topics_count(&self) -> Option<usize> {
        Some(self.subscriptions.len())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::testing::{Node, connect};
    use crate::errno::Errno;
    use crate::msg::{CANCEL, SUBSCRIBE};
    use crate::options::types::{PAIR, XPUB, XSUB};

    fn pair(set: impl FnOnce(&mut crate::options::Options)) -> (Node, Node) {
        let (mut xpub, mut xsub) =
            (Node::with(XPUB, |o| o.xpub_verboser = true), Node::with(XSUB, set));
        xpub.set(|o| o.xpub_verbose = true);
        connect(&mut xsub, &mut xpub);
        (xpub, xsub)
    }

    #[test]
    fn subscribes_pass_each_time_and_unsubscribes_the_last_time() {
        let (mut xpub, mut xsub) = pair(|_| {});
        for frame in ["\x01A", "\x01A", "\0A", "\0A", "\0A", "\0B"] {
            assert_eq!(xsub.send(&[frame]), Ok(()));
        }
        xpub.pump();
        assert_eq!(xpub.recv(), ["\x01A"]);
        assert_eq!(xpub.recv(), ["\x01A"]);
        assert_eq!(xpub.recv(), ["\0A"]);
        assert_eq!(xpub.recv_frame(), Err(Errno::EAGAIN));
    }

    // behaviours: 183
    #[test]
    fn verbose_unsubscribing_passes_all_of_them() {
        let (mut xpub, mut xsub) = pair(|o| o.xsub_verbose_unsubscribe = true);
        for frame in ["\x01A", "\x01A", "\0A", "\0A", "\0A"] {
            assert_eq!(xsub.send(&[frame]), Ok(()));
        }
        xpub.pump();
        let got: Vec<_> = (0..5).flat_map(|_| xpub.recv()).collect();
        assert_eq!(got, ["\x01A", "\x01A", "\0A", "\0A", "\0A"]);
    }

    #[test]
    fn subscriptions_are_said_to_new_peers_and_again_after_a_hiccup() {
        let mut xsub = Node::new(XSUB);
        for frame in ["\x01B", "\x01A", "\x01A", "\x01C", "\0C"] {
            assert_eq!(xsub.send(&[frame]), Ok(()));
        }
        assert_eq!(xsub.pattern.topics_count(), Some(2));
        let mut xpub = Node::new(XPUB);
        connect(&mut xsub, &mut xpub);
        assert_eq!((xpub.recv(), xpub.recv()), (vec!["\x01A".into()], vec!["\x01B".into()]));
        xpub.set(|o| o.xpub_verbose = true);
        xsub.hiccup_all();
        xpub.pump();
        assert_eq!((xpub.recv(), xpub.recv()), (vec!["\x01A".into()], vec!["\x01B".into()]));
    }

    #[test]
    fn an_application_subscription_goes_as_a_message_and_is_repeated_as_a_command() {
        let mut xsub = Node::new(XSUB);
        let mut peer = Node::new(PAIR);
        connect(&mut xsub, &mut peer);
        assert_eq!(xsub.send(&["\x01A"]), Ok(()));
        assert_eq!(peer.recv(), ["\x01A"]);
        xsub.hiccup_all();
        peer.pump();
        let mut msg = crate::msg::Msg::new();
        let id = peer.pipes.ids().next().unwrap_or_else(|| unreachable!());
        assert!(peer.pipes.read(id, &mut msg));
        assert_eq!((msg.data(), msg.flags() & (SUBSCRIBE | CANCEL)), (&b"A"[..], SUBSCRIBE));
    }

    #[test]
    fn user_messages_go_upstream_whole() {
        let (mut xpub, mut xsub) = pair(|_| {});
        assert_eq!(xsub.send(&["hello", "", "world"]), Ok(()));
        xpub.pump();
        assert_eq!(xpub.recv(), ["hello", "", "world"]);
    }

    // behaviours: 185
    #[test]
    fn with_only_first_subscribe_later_frames_stay_data() {
        let (mut xpub, mut xsub) = pair(|o| o.only_first_subscribe = true);
        xpub.set(|o| o.only_first_subscribe = true);
        assert_eq!(xsub.send(&["data", "\x01A", "\0B"]), Ok(()));
        xpub.pump();
        assert_eq!(xpub.recv(), ["data", "\x01A", "\0B"]);
        assert_eq!(xsub.pattern.topics_count(), Some(0));
        assert_eq!(xsub.send(&["\x01A", "\x01B"]), Ok(()));
        xpub.pump();
        assert_eq!((xpub.recv(), xpub.recv()), (vec!["\x01A".into()], vec!["\x01B".into()]));
        assert_eq!(xsub.pattern.topics_count(), Some(2));
    }

    #[test]
    fn a_full_peer_misses_messages_and_sending_never_blocks() {
        let mut xsub = Node::with(XSUB, |o| o.sndhwm = 1);
        let mut peer = Node::with(PAIR, |o| o.rcvhwm = 1);
        connect(&mut xsub, &mut peer);
        for i in 0..5 {
            assert!(xsub.has_out());
            assert_eq!(xsub.send(&[&i.to_string(), "more"]), Ok(()));
        }
        assert_eq!(
            (peer.recv(), peer.recv()),
            (vec!["0".into(), "more".into()], vec!["1".into(), "more".into()])
        );
        assert!(!peer.has_in());
        assert_eq!(xsub.send(&["again"]), Ok(()));
        assert_eq!(peer.recv(), ["again"]);
    }
}
