use std::collections::BTreeMap;

use super::decided::Decided;
use super::{Radix, forks};

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// Up to four bytes of `letters` kinds, spread over all bytes; now and
    /// then followed by a long piece.
    fn key(&mut self, letters: usize) -> Vec<u8> {
        let len = self.below(5);
        let mut key: Vec<u8> =
            (0..len).map(|_| (self.below(letters) * 255 / (letters - 1)) as u8).collect();
        if self.below(8) == 0 {
            let (len, byte) = (self.below(600), self.below(2) as u8);
            key.resize(key.len() + len, byte);
        }
        key
    }
}

/// The tree and what it should be.
#[derive(Default)]
struct Pair {
    tree: Radix,
    map: BTreeMap<Vec<u8>, (u32, u32)>,
}

impl Pair {
    fn set(&mut self, key: &[u8], value: u32) {
        let node = self.tree.insert(key);
        self.tree.set(node, value);
        let (before, _) = *self.map.entry(key.to_vec()).or_insert((node, value));
        assert_eq!(before, node, "a node with a value keeps its number");
        self.map.insert(key.to_vec(), (node, value));
    }

    fn clear(&mut self, key: &[u8]) {
        let node = self.tree.find(key);
        assert_eq!(node, self.map.remove(key).map(|(node, _)| node));
        if let Some(node) = node {
            self.tree.clear(node);
        }
    }

    fn check_matches(&self, text: &[u8]) {
        let mut found = Vec::new();
        let decided = self.tree.prefixes(text, |value| {
            found.push(value);
            false
        });
        assert_eq!(found, self.expected(text));
        let mut memory = Decided::default();
        memory.note(text, decided);
        for end in [&b""[..], b"\0", b"\xff\xff", b"abcabcabc", b"a/b"] {
            let other = [&text[..decided.unwrap_or(text.len())], end].concat();
            assert!(decided.is_none() || self.expected(&other) == found);
            assert!(!memory.holds_for(&other) || decided.is_some());
        }
    }

    fn expected(&self, text: &[u8]) -> Vec<u32> {
        (0..=text.len())
            .filter_map(|len| self.map.get(&text[..len]))
            .map(|(_, value)| *value)
            .collect()
    }

    fn check_whole(&self) {
        assert_eq!(self.tree.len(), self.map.len());
        let mut walked = Vec::new();
        self.tree.walk(|key, value| walked.push((key.to_vec(), value)));
        let expected: Vec<_> =
            self.map.iter().map(|(key, (_, value))| (key.clone(), *value)).collect();
        assert_eq!(walked, expected);
        for (key, (node, value)) in &self.map {
            assert_eq!(self.tree.find(key), Some(*node));
            assert_eq!(self.tree.value(*node), *value);
            assert_eq!(self.tree.key(*node), *key);
        }
    }

    /// Blocks of forks in use, by room.
    fn blocks(&self) -> [usize; 8] {
        self.tree.forks.used()
    }
}

/// Grows to about `full` keys and shrinks to nothing, several times.
fn does_what_a_map_does(letters: usize, full: usize) {
    let (mut pair, mut random) = (Pair::default(), Random(letters as u64));
    for turn in 0..4 {
        for step in 0..full * 4 {
            let key = random.key(letters);
            let growing = step < full * 2;
            if random.below(8) < if growing { 6 } else { 2 } {
                pair.set(&key, 1 + step as u32);
            } else {
                pair.clear(&key);
                if !growing && !pair.map.is_empty() {
                    let place = random.below(pair.map.len());
                    let key = pair.map.keys().nth(place).cloned().unwrap_or_default();
                    pair.clear(&key);
                }
            }
            pair.check_matches(&random.key(letters));
            if step % (full / 2) == 0 {
                pair.check_whole();
            }
        }
        pair.check_whole();
        let mut keys: Vec<_> = pair.map.keys().cloned().collect();
        if turn % 2 == 0 {
            keys.reverse();
        }
        for key in keys {
            pair.clear(&key);
        }
        assert_eq!(pair.blocks(), [0; 8]);
        assert_eq!(pair.tree.entries.len(), 1);
    }
}

#[test]
fn narrow_trees_do_what_a_map_does() {
    does_what_a_map_does(2, 100);
    does_what_a_map_does(3, 300);
}

#[test]
fn middling_trees_do_what_a_map_does() {
    does_what_a_map_does(9, 1000);
    does_what_a_map_does(40, 1000);
}

#[test]
fn wide_trees_do_what_a_map_does() {
    does_what_a_map_does(256, 1000);
}

/// Bytes from 0 to 255 in an order without order.
fn every_byte() -> impl Iterator<Item = u8> {
    (0..=u8::MAX).map(|i| i.wrapping_mul(77).wrapping_add(13))
}

#[test]
fn a_fork_of_any_size_finds_its_ways_and_no_others() {
    let mut pair = Pair::default();
    // Below "x" so that the way to the fork changes with its size.
    pair.set(b"y", 1000);
    for byte in every_byte() {
        pair.set(&[b'x', byte], 1 + u32::from(byte));
        (0..=u8::MAX).for_each(|other| pair.check_matches(&[b'x', other]));
        pair.check_whole();
    }
    assert_eq!(pair.blocks(), [1, 0, 0, 0, 0, 0, 0, 1]);
    for byte in every_byte() {
        pair.clear(&[b'x', byte]);
        (0..=u8::MAX).for_each(|other| pair.check_matches(&[b'x', other]));
        pair.check_whole();
    }
    assert_eq!(pair.blocks(), [0; 8]);
}

#[test]
fn a_fork_gets_smaller_only_when_much_of_it_is_free() {
    let mut forks = forks::Forks::default();
    let mut fork = forks.make(7);
    let mut sizes = vec![(0, fork)];
    for (count, byte) in every_byte().enumerate() {
        fork = forks.add(fork, byte, 100 + u32::from(byte));
        if sizes.last().is_some_and(|(_, last)| *last != fork) {
            sizes.push((count + 1, fork));
        }
        assert_eq!(forks.owner(fork), 7);
    }
    let grown: Vec<usize> = sizes.iter().map(|(count, _)| *count).collect();
    assert_eq!(grown, [0, 3, 5, 9, 17, 33, 65, 129]);
    let mut shrunk = Vec::new();
    for (gone, byte) in every_byte().take(255).enumerate() {
        let before = fork;
        fork = forks.remove(fork, byte);
        if fork != before {
            shrunk.push(255 - gone);
        }
    }
    assert_eq!(shrunk, [64, 32, 16, 8, 4, 2, 1]);
    let last = every_byte().last().map(|byte| 100 + u32::from(byte));
    assert_eq!(Some(fork), last);
    assert_eq!(forks.used(), [0; 8]);
}

#[test]
fn a_value_in_the_middle_of_short_cuts_comes_and_goes() {
    let mut pair = Pair::default();
    for text in [b"aab", b"aac", b"aba", b"abb", b"baa", b"bab"] {
        pair.set(text, u32::from(text[1]) * 256 + u32::from(text[2]));
    }
    for middle in [&b"a"[..], b"aa", b"ab", b"b", b"", b"ba"] {
        pair.set(middle, 7);
        pair.check_whole();
        pair.check_matches(b"aab");
        pair.check_matches(b"bab");
        pair.clear(middle);
        pair.check_whole();
        pair.check_matches(b"aab");
        pair.check_matches(b"bab");
    }
}
