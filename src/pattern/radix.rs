//! A radix tree from byte strings to non-zero numbers: what both subscription
//! tries stand on.
//!
//! Lean enough for millions of topics: a node is 32 bytes and holds a whole
//! piece of key, nodes are named by 32-bit numbers, most have no allocation of
//! their own. Nothing recurses and no operation copies more than [`LONGEST`]
//! bytes of label, so that neither long nor deeply nested topics of a peer can
//! do harm. A node that carries a value keeps its number until the value goes.

use std::mem;

/// Names a node.
pub type Node = u32;

/// Longest label; longer pieces of key are chains of nodes.
const LONGEST: usize = u8::MAX as usize;
/// Labels up to this length are kept in the node; makes it 32 bytes.
const SHORT: usize = 19;

const ROOT: Node = 0;
/// No child: the root is nobody's.
const NONE: u32 = 0;
/// Marks `Entry::below` as an index into `Radix::forks`.
const FORK: u32 = 1 << 31;

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
    /// NONE, the only child, or FORK and where the children are listed.
    below: u32,
    above: Node,
    value: u32,
}

const _: () = assert!(mem::size_of::<Entry>() == 32);

/// The children of a node that has several, sorted by the first byte of their
/// labels.
type Fork = Vec<(u8, Node)>;

/// The tree.
pub struct Radix {
    entries: Vec<Entry>,
    free: Vec<Node>,
    labels: Pool<Box<[u8]>>,
    forks: Pool<Fork>,
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
            forks: Pool::default(),
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
            (node, rest) = self.step(node, rest)?;
        }
        (self.value(node) != 0).then_some(node)
    }

    /// Gives `key` a node. The caller sets a value at once.
    pub fn insert(&mut self, key: &[u8]) -> Node {
        let (mut node, mut rest) = (ROOT, key);
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
            rest = &rest[common..];
        }
        node
    }

    /// Sets a value other than 0.
    pub fn set(&mut self, node: Node, value: u32) {
        let entry = &mut self.entries[node as usize];
        self.keys += usize::from(entry.value == 0);
        entry.value = value;
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
    /// returns true.
    #[inline]
    pub fn prefixes(&self, text: &[u8], mut f: impl FnMut(u32) -> bool) {
        let (mut node, mut rest) = (ROOT, text);
        loop {
            let value = self.entries[node as usize].value;
            if (value != 0 && f(value)) || rest.is_empty() {
                return;
            }
            let Some(next) = self.step(node, rest) else { return };
            (node, rest) = next;
        }
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

    /// Down from `node` along `rest`, which is not empty, if a label fits whole.
    #[inline]
    fn step<'a>(&self, node: Node, rest: &'a [u8]) -> Option<(Node, &'a [u8])> {
        let below = self.entries[node as usize].below;
        if below == NONE {
            return None;
        }
        let child = if below & FORK == 0 { below } else { self.child(node, rest[0])? };
        let after = rest.strip_prefix(self.label(child))?;
        Some((child, after))
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
            let fork = self.forks.at(below & !FORK);
            let place = fork.binary_search_by_key(&first, |child| child.0).ok()?;
            return Some(fork[place].1);
        }
        (below != NONE && self.label(below)[0] == first).then_some(below)
    }

    /// The first child whose label begins with `from` or a greater byte.
    fn child_from(&self, node: Node, from: u16) -> Option<Node> {
        let below = self.entries[node as usize].below;
        if below & FORK != 0 {
            let fork = self.forks.at(below & !FORK);
            let place = fork.partition_point(|child| u16::from(child.0) < from);
            return fork.get(place).map(|child| child.1);
        }
        (below != NONE && u16::from(self.label(below)[0]) >= from).then_some(below)
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
        let fork = if below & FORK != 0 {
            below & !FORK
        } else {
            let only = (self.label(below)[0], below);
            let fork = self.forks.add(vec![only]);
            self.entries[node as usize].below = fork | FORK;
            fork
        };
        let fork = self.forks.at_mut(fork);
        let place = fork.partition_point(|other| other.0 < piece[0]);
        fork.insert(place, (piece[0], child));
        child
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

    fn replace_child(&mut self, node: Node, first: u8, child: Node) {
        let below = self.entries[node as usize].below;
        if below & FORK == 0 {
            self.entries[node as usize].below = child;
            return;
        }
        let fork = self.forks.at_mut(below & !FORK);
        if let Ok(place) = fork.binary_search_by_key(&first, |other| other.0) {
            fork[place].1 = child;
        }
    }

    fn remove_child(&mut self, node: Node, first: u8) {
        let below = self.entries[node as usize].below;
        if below & FORK == 0 {
            self.entries[node as usize].below = NONE;
            return;
        }
        let fork = self.forks.at_mut(below & !FORK);
        fork.retain(|other| other.0 != first);
        if let [only] = fork[..] {
            self.forks.take(below & !FORK);
            self.entries[node as usize].below = only.1;
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
