//! Subscription tries: who wants which topics (libzmq: mtrie), and which
//! topics this socket wants (libzmq: trie, radix tree).
//!
//! [`Mtrie`] belongs to PUB and XPUB, [`SubscriptionSet`] to SUB and XSUB. A
//! topic is any byte string, the empty one included, and matches every message
//! that begins with it.

use super::pipe_array::Handle;
pub use super::radix::Decided;
use super::radix::{Node, Pool, Radix};

/// Marks a value of the tree as an index into `Mtrie::sets`; else it is the
/// only holder's handle plus one.
const SET: u32 = 1 << 31;

/// What became of a topic when a pipe gave it up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Removed {
    /// The pipe did not hold it.
    NotFound,
    /// Other pipes still hold it.
    StillHeld,
    /// Nobody holds it any more.
    Last,
}

/// Topics, each with the set of pipes that hold it.
#[derive(Default)]
pub struct Mtrie {
    topics: Radix,
    /// Holders of topics that have several, sorted.
    sets: Pool<Vec<Handle>>,
    /// What each pipe holds, by handle, so that its end needs no search.
    held: Vec<Held>,
}

/// The topics of one pipe.
#[derive(Default)]
struct Held {
    /// Their nodes. Topics given up singly stay listed until the list is
    /// tidied; a node may by then carry another topic, or none.
    nodes: Vec<Node>,
    count: usize,
}

impl Mtrie {
    /// Number of distinct topics.
    pub fn len(&self) -> usize {
        self.topics.len()
    }

    /// Notes that a pipe wants a topic. True: nobody did before.
    pub fn add(&mut self, topic: &[u8], pipe: Handle) -> bool {
        let node = self.topics.insert(topic);
        let value = self.topics.value(node);
        if value == 0 {
            self.topics.set(node, pipe + 1);
        } else if value & SET != 0 {
            let set = self.sets.at_mut(value & !SET);
            let Err(place) = set.binary_search(&pipe) else { return false };
            set.insert(place, pipe);
        } else {
            let holder = value - 1;
            if holder == pipe {
                return false;
            }
            let set = self.sets.add(vec![holder.min(pipe), holder.max(pipe)]);
            self.topics.set(node, set | SET);
        }
        self.note(pipe, node);
        value == 0
    }

    /// Lists a topic among the pipe's, tidying the list when more than half of
    /// it is out of date.
    fn note(&mut self, pipe: Handle, node: Node) {
        if self.held.len() <= pipe as usize {
            self.held.resize_with(pipe as usize + 1, Held::default);
        }
        let held = &mut self.held[pipe as usize];
        held.nodes.push(node);
        held.count += 1;
        if held.nodes.len() > 2 * held.count + 32 {
            let nodes = std::mem::take(&mut held.nodes);
            let nodes = self.tidied(nodes, pipe);
            self.held[pipe as usize].nodes = nodes;
        }
    }

    fn tidied(&self, mut nodes: Vec<Node>, pipe: Handle) -> Vec<Node> {
        nodes.sort_unstable();
        nodes.dedup();
        nodes.retain(|node| self.holders(*node).binary_search(&pipe).is_ok());
        nodes
    }

    fn holders(&self, node: Node) -> Holders<'_> {
        self.holders_of(self.topics.value(node))
    }

    #[inline]
    fn holders_of(&self, value: u32) -> Holders<'_> {
        if value & SET != 0 {
            Holders::Set(self.sets.at(value & !SET))
        } else {
            Holders::One(value.checked_sub(1))
        }
    }

    /// Whether a pipe wants exactly this topic.
    pub fn holds(&self, topic: &[u8], pipe: Handle) -> bool {
        self.topics.find(topic).is_some_and(|node| self.holders(node).binary_search(&pipe).is_ok())
    }

    /// Notes that a pipe no longer wants a topic.
    pub fn remove(&mut self, topic: &[u8], pipe: Handle) -> Removed {
        let Some(node) = self.topics.find(topic) else { return Removed::NotFound };
        let removed = self.let_go(node, pipe);
        if removed != Removed::NotFound
            && let Some(held) = self.held.get_mut(pipe as usize)
        {
            held.count -= 1;
            if held.count == 0 {
                *held = Held::default();
            }
        }
        removed
    }

    /// Takes a pipe off a topic's holders.
    fn let_go(&mut self, node: Node, pipe: Handle) -> Removed {
        let value = self.topics.value(node);
        if value == pipe + 1 {
            self.topics.clear(node);
            return Removed::Last;
        }
        if value & SET == 0 {
            return Removed::NotFound;
        }
        let set = self.sets.at_mut(value & !SET);
        let Ok(place) = set.binary_search(&pipe) else { return Removed::NotFound };
        set.remove(place);
        if let [only] = set[..] {
            self.sets.take(value & !SET);
            self.topics.set(node, only + 1);
        }
        Removed::StillHeld
    }

    /// Takes a pipe off all its topics.
    pub fn remove_pipe(&mut self, pipe: Handle) {
        let Some(held) = self.held.get_mut(pipe as usize) else { return };
        for node in std::mem::take(held).nodes {
            // Entries out of date find nothing, or what a later entry stands for.
            self.let_go(node, pipe);
        }
    }

    /// As [`remove_pipe`](Self::remove_pipe), and reports in order the topics
    /// that nobody holds any more, or (`every`) all that the pipe held.
    pub fn remove_pipe_reporting(
        &mut self,
        pipe: Handle,
        every: bool,
        mut report: impl FnMut(&[u8]),
    ) {
        let Some(held) = self.held.get_mut(pipe as usize) else { return };
        let nodes = std::mem::take(held).nodes;
        let mut topics = Vec::new();
        for node in self.tidied(nodes, pipe) {
            if every || self.topics.value(node) == pipe + 1 {
                topics.push(self.topics.key(node));
            }
            self.let_go(node, pipe);
        }
        topics.sort_unstable();
        topics.iter().for_each(|topic| report(topic));
    }

    /// Calls `f` for every pipe and topic it holds that `text` begins with, so
    /// a pipe may come several times. Returns what [`Radix::prefixes`] does.
    #[inline]
    pub fn matches(&self, text: &[u8], mut f: impl FnMut(Handle)) -> Option<usize> {
        self.topics.prefixes(text, |value| {
            match self.holders_of(value) {
                Holders::One(pipe) => pipe.into_iter().for_each(&mut f),
                Holders::Set(set) => set.iter().copied().for_each(&mut f),
            }
            false
        })
    }
}

enum Holders<'a> {
    One(Option<Handle>),
    Set(&'a [Handle]),
}

impl Holders<'_> {
    fn binary_search(&self, pipe: &Handle) -> Result<usize, usize> {
        match self {
            Holders::One(holder) => (*holder == Some(*pipe)).then_some(0).ok_or(0),
            Holders::Set(set) => set.binary_search(pipe),
        }
    }
}

/// Topics wanted, each so many times.
#[derive(Default)]
pub struct SubscriptionSet {
    topics: Radix,
}

impl SubscriptionSet {
    /// Number of distinct topics.
    pub fn len(&self) -> usize {
        self.topics.len()
    }

    /// Wants a topic once more.
    pub fn add(&mut self, topic: &[u8]) {
        let node = self.topics.insert(topic);
        self.topics.set(node, self.topics.value(node).saturating_add(1));
    }

    /// Wants a topic once less. True: that was the last time; false also when
    /// it was not wanted at all.
    pub fn remove(&mut self, topic: &[u8]) -> bool {
        let Some(node) = self.topics.find(topic) else { return false };
        let count = self.topics.value(node);
        if count > 1 {
            self.topics.set(node, count - 1);
            return false;
        }
        self.topics.clear(node);
        true
    }

    /// Whether `text` begins with any topic, and what [`Radix::prefixes`] returns.
    #[inline]
    pub fn matches(&self, text: &[u8]) -> (bool, Option<usize>) {
        let mut found = false;
        let decided = self.topics.prefixes(text, |_| {
            found = true;
            true
        });
        (found, decided)
    }

    /// Whether every text is wanted.
    pub fn wants_all(&self) -> bool {
        self.topics.find(&[]).is_some()
    }

    /// Calls `f` with every distinct topic, in order.
    pub fn each(&self, mut f: impl FnMut(&[u8])) {
        self.topics.walk(|topic, _| f(topic));
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
