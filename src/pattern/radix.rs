//! A radix tree from byte strings to non-zero numbers: what both subscription
//! tries stand on.
//!
//! Lean enough for millions of topics: a node is 32 bytes and holds a whole
//! piece of key, nodes are named by 32-bit numbers, most have no allocation of
//! their own. Nothing recurses and no operation copies more than [`LONGEST`]
//! bytes of label, so that neither long nor deeply nested topics of a peer can
//! do harm. A node that carries a value keeps its number until the value goes.

use std::mem;

use forks::{FORK, Forks, NONE, Way};

mod decided;
mod forks;

pub use decided::Decided;

/// Names a node.
pub type Node = u32;

/// Longest label; longer pieces of key are chains of nodes.
const LONGEST: usize = u8::MAX as usize;
/// Labels up to this length are kept in the node; makes it 32 bytes.
const SHORT: usize = 19;

/// Nobody's child, so that NONE can be the same number.
const ROOT: Node = 0;

#[derive(Clone, Copy)]
struct Label {
    len: u8,
    /// The bytes or, when longer than SHORT, the index into `Radix::labels`.
    bytes: [u8; SHORT],
}

impl Label {
    const EMPTY: Label = Label { len: 0, bytes: [0; SHORT] };

    fn is_short(&self) -> bool {
        usize::from(self.len) <= SHORT
    }

    fn index(&self) -> u32 {
        let [a, b, c, d, ..] = self.bytes;
        u32::from_ne_bytes([a, b, c, d])
    }
}

struct Entry {
    label: Label,
    /// NONE, the only child, or the fork to the children. In a fork, the way to
    /// a child of one byte without a value is the child's own fork: a step down
    /// many such levels does not look at their entries. See `Radix::way_to`.
    below: Way,
    above: Node,
    value: u32,
}

const _: () = assert!(mem::size_of::<Entry>() == 32);

/// The tree.
pub struct Radix {
    entries: Vec<Entry>,
    free: Vec<Node>,
    labels: Pool<Box<[u8]>>,
    forks: Forks,
    /// Number of keys with a value.
    keys: usize,
}

impl Default for Radix {
    fn default() -> Self {
        let root = Entry { label: Label::EMPTY, below: NONE, above: ROOT, value: 0 };
        Radix {
            entries: vec![root],
            free: Vec::new(),
            labels: Pool::default(),
            forks: Forks::default(),
            keys: 0,
        }
    }
}

impl Radix {
    /// Number of keys that have a value.
    pub fn len(&self) -> usize {
        self.keys
    }

    /// The value of a node; 0 also for nodes that are no more.
    pub fn value(&self, node: Node) -> u32 {
        self.entries.get(node as usize).map_or(0, |entry| entry.value)
    }

    /// The node of `key`, if it has a value.
    pub fn find(&self, key: &[u8]) -> Option<Node> {
        let (mut node, mut rest) = (ROOT, key);
        while !rest.is_empty() {
            (node, rest) = self.step(self.entries[node as usize].below, rest)?;
        }
        (self.value(node) != 0).then_some(node)
    }

    /// Gives `key` a node. The caller sets a value at once.
    pub fn insert(&mut self, key: &[u8]) -> Node {
        let (mut node, mut rest) = self.pass(ROOT, key);
        while let Some(first) = rest.first() {
            let Some(child) = self.child(node, *first) else {
                let (piece, after) = rest.split_at(rest.len().min(LONGEST));
                node = self.grow(node, piece);
                rest = after;
                continue;
            };
            let label = self.label(child);
            let common = label.iter().zip(rest).take_while(|(a, b)| a == b).count();
            node = if common == label.len() { child } else { self.split(child, common) };
            (node, rest) = self.pass(node, &rest[common..]);
        }
        node
    }

    /// Sets a value other than 0.
    pub fn set(&mut self, node: Node, value: u32) {
        let entry = &mut self.entries[node as usize];
        let old = mem::replace(&mut entry.value, value);
        if old == 0 {
            self.keys += 1;
            if self.entries[node as usize].below & FORK != 0 {
                self.lead_to(node);
            }
        }
    }

    /// Takes the value off and removes what the key alone needed.
    pub fn clear(&mut self, node: Node) {
        if mem::take(&mut self.entries[node as usize].value) == 0 {
            return;
        }
        self.keys -= 1;
        if self.keys == 0 {
            *self = Radix::default();
        } else {
            self.prune(node);
        }
    }

    /// Calls `f` with the value of every key that `text` begins with, until it
    /// returns true. How many of the first bytes have decided that; None: all of them,
    /// and that no more follow.
    #[inline]
    pub fn prefixes(&self, text: &[u8], mut f: impl FnMut(u32) -> bool) -> Option<usize> {
        let (mut node, mut rest) = (ROOT, text);
        loop {
            let entry = &self.entries[node as usize];
            let seen = text.len() - rest.len();
            if (entry.value != 0 && f(entry.value)) || entry.below == NONE {
                return Some(seen);
            }
            let Some(next) = self.step(entry.below, rest) else {
                return Some(seen + self.looked_at(entry.below)?)
                    .filter(|seen| *seen <= text.len());
            };
            (node, rest) = next;
        }
    }

    /// How many bytes say that a text goes no further this way, at most. None: who
    /// knows.
    fn looked_at(&self, below: Way) -> Option<usize> {
        (below & FORK == 0).then(|| self.label(below).len())
    }

    /// Calls `f` with every key that has a value, in order.
    pub fn walk(&self, mut f: impl FnMut(&[u8], u32)) {
        let mut key = Vec::new();
        let mut node = ROOT;
        loop {
            if self.value(node) != 0 {
                f(&key, self.value(node));
            }
            let mut next = self.child_from(node, 0);
            while next.is_none() {
                if node == ROOT {
                    return;
                }
                let label = self.label(node);
                let after = u16::from(label[0]) + 1;
                key.truncate(key.len() - label.len());
                node = self.entries[node as usize].above;
                next = self.child_from(node, after);
            }
            node = next.unwrap_or(ROOT);
            key.extend_from_slice(self.label(node));
        }
    }

    /// The key of a node.
    pub fn key(&self, mut node: Node) -> Vec<u8> {
        let mut key = Vec::new();
        while node != ROOT {
            key.extend(self.label(node).iter().rev());
            node = self.entries[node as usize].above;
        }
        key.reverse();
        key
    }

    // ---- inside -----------------------------------------------------------

    /// Down along `rest` to the next node that may have a value, if its label
    /// fits whole.
    #[inline]
    fn step<'a>(&self, mut below: Way, mut rest: &'a [u8]) -> Option<(Node, &'a [u8])> {
        while below & FORK != 0 {
            let (first, after) = rest.split_first()?;
            below = self.forks.find(below, *first);
            if below & FORK == 0 {
                break;
            }
            rest = after;
        }
        if below == NONE {
            return None;
        }
        Some((below, rest.strip_prefix(self.label(below))?))
    }

    /// Down from `node` along `rest` by short cuts alone.
    #[inline]
    fn pass<'a>(&self, node: Node, mut rest: &'a [u8]) -> (Node, &'a [u8]) {
        let below = self.entries[node as usize].below;
        let mut fork = below;
        while fork & FORK != 0
            && let Some((first, after)) = rest.split_first()
        {
            let way = self.forks.find(fork, *first);
            if way & FORK == 0 {
                break;
            }
            (fork, rest) = (way, after);
        }
        (if fork == below { node } else { self.forks.owner(fork) }, rest)
    }

    #[inline]
    fn label(&self, node: Node) -> &[u8] {
        let label = &self.entries[node as usize].label;
        if label.is_short() {
            &label.bytes[..usize::from(label.len)]
        } else {
            self.labels.at(label.index())
        }
    }

    /// The child whose label begins with `first`.
    #[inline]
    fn child(&self, node: Node, first: u8) -> Option<Node> {
        let below = self.entries[node as usize].below;
        if below & FORK != 0 {
            let way = self.forks.find(below, first);
            return (way != NONE).then(|| self.end_of(way));
        }
        (below != NONE && self.label(below)[0] == first).then_some(below)
    }

    /// The first child whose label begins with `from` or a greater byte.
    fn child_from(&self, node: Node, from: u16) -> Option<Node> {
        let below = self.entries[node as usize].below;
        if below & FORK != 0 {
            return self.forks.next(below, from).map(|(_, way)| self.end_of(way));
        }
        (below != NONE && u16::from(self.label(below)[0]) >= from).then_some(below)
    }

    /// The node that a fork's way leads to.
    fn end_of(&self, way: Way) -> Node {
        if way & FORK != 0 { self.forks.owner(way) } else { way }
    }

    /// The way by which a fork leads to a node.
    fn way_to(&self, node: Node) -> Way {
        let entry = &self.entries[node as usize];
        let passed = entry.below & FORK != 0 && entry.value == 0 && entry.label.len == 1;
        if passed { entry.below } else { node }
    }

    /// Sets the way to a node right after a change to the node.
    fn lead_to(&mut self, node: Node) {
        let Some(first) = self.label(node).first().copied() else { return };
        let above = self.entries[node as usize].above;
        let fork = self.entries[above as usize].below;
        if fork & FORK != 0 {
            self.forks.replace(fork, first, self.way_to(node));
        }
    }

    fn make_label(&mut self, bytes: &[u8]) -> Label {
        let mut label = Label { len: bytes.len() as u8, bytes: [0; SHORT] };
        if label.is_short() {
            label.bytes[..bytes.len()].copy_from_slice(bytes);
        } else {
            let index = self.labels.add(bytes.into());
            label.bytes[..4].copy_from_slice(&index.to_ne_bytes());
        }
        label
    }

    fn set_label(&mut self, node: Node, bytes: &[u8]) {
        let old = mem::replace(&mut self.entries[node as usize].label, Label::EMPTY);
        if !old.is_short() {
            self.labels.take(old.index());
        }
        self.entries[node as usize].label = self.make_label(bytes);
    }

    fn make(&mut self, bytes: &[u8], above: Node) -> Node {
        let entry = Entry { label: self.make_label(bytes), below: NONE, above, value: 0 };
        match self.free.pop() {
            Some(node) => {
                self.entries[node as usize] = entry;
                node
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as Node
            }
        }
    }

    /// Adds a child that has no sibling with the same first byte.
    fn grow(&mut self, node: Node, piece: &[u8]) -> Node {
        let child = self.make(piece, node);
        let below = self.entries[node as usize].below;
        if below == NONE {
            self.entries[node as usize].below = child;
            return child;
        }
        let mut fork = below;
        if below & FORK == 0 {
            fork = self.forks.make(node);
            fork = self.forks.add(fork, self.label(below)[0], self.way_to(below));
        }
        fork = self.forks.add(fork, piece[0], child);
        self.set_below(node, fork);
        child
    }

    /// Sets what is below a node that has a fork, or had one.
    fn set_below(&mut self, node: Node, below: Way) {
        if mem::replace(&mut self.entries[node as usize].below, below) != below {
            self.lead_to(node);
        }
    }

    /// Puts a new node above `node` that takes the first `at` bytes of its label.
    fn split(&mut self, node: Node, at: usize) -> Node {
        let mut whole = [0; LONGEST];
        let label = self.label(node);
        let len = label.len();
        whole[..len].copy_from_slice(label);
        let above = self.entries[node as usize].above;
        let upper = self.make(&whole[..at], above);
        self.replace_child(above, whole[0], upper);
        self.entries[upper as usize].below = node;
        self.entries[node as usize].above = upper;
        self.set_label(node, &whole[at..len]);
        upper
    }

    /// Puts `child`, whose label begins with `first`, in place of another.
    fn replace_child(&mut self, node: Node, first: u8, child: Node) {
        let below = self.entries[node as usize].below;
        if below & FORK == 0 {
            self.entries[node as usize].below = child;
        } else {
            self.forks.replace(below, first, child);
        }
    }

    fn remove_child(&mut self, node: Node, first: u8) {
        let below = self.entries[node as usize].below;
        if below & FORK == 0 {
            self.entries[node as usize].below = NONE;
        } else {
            let below = self.forks.remove(below, first);
            self.set_below(node, below);
        }
    }

    /// Removes nodes without value or children from `node` up, and joins the
    /// last one left with its only child.
    fn prune(&mut self, mut node: Node) {
        while node != ROOT && self.value(node) == 0 {
            let (above, below) = {
                let entry = &self.entries[node as usize];
                (entry.above, entry.below)
            };
            if below != NONE {
                if below & FORK == 0 {
                    self.join(node, below);
                } else {
                    self.lead_to(node);
                }
                return;
            }
            self.remove_child(above, self.label(node)[0]);
            self.release(node);
            node = above;
        }
    }

    fn join(&mut self, node: Node, child: Node) {
        let (upper, lower) = (self.label(node), self.label(child));
        let len = upper.len() + lower.len();
        if len > LONGEST {
            return;
        }
        let mut whole = [0; LONGEST];
        whole[..upper.len()].copy_from_slice(upper);
        whole[upper.len()..len].copy_from_slice(lower);
        let above = self.entries[node as usize].above;
        self.replace_child(above, whole[0], child);
        self.entries[child as usize].above = above;
        self.set_label(child, &whole[..len]);
        self.release(node);
    }

    fn release(&mut self, node: Node) {
        self.set_label(node, &[]);
        self.entries[node as usize].below = NONE;
        self.free.push(node);
    }
}

/// Values named by 32-bit numbers that are given out again.
pub struct Pool<T> {
    items: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Pool { items: Vec::new(), free: Vec::new() }
    }
}

impl<T: Default> Pool<T> {
    /// Keeps `item` and names it.
    pub fn add(&mut self, item: T) -> u32 {
        if let Some(index) = self.free.pop() {
            self.items[index as usize] = item;
            return index;
        }
        self.items.push(item);
        (self.items.len() - 1) as u32
    }

    /// The item of this name.
    #[inline]
    pub fn at(&self, index: u32) -> &T {
        &self.items[index as usize]
    }

    /// The item of this name.
    pub fn at_mut(&mut self, index: u32) -> &mut T {
        &mut self.items[index as usize]
    }

    /// Takes an item out; its name is free.
    pub fn take(&mut self, index: u32) -> T {
        self.free.push(index);
        mem::take(&mut self.items[index as usize])
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
