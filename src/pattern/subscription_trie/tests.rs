//! The tries against naive maps, and at sizes that hurt.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// xorshift64: the same topics on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    /// Few letters and all lengths around the node's limits, so that topics
    /// share, split and chain.
    fn topic(&mut self) -> Vec<u8> {
        let len = match self.below(10) {
            0 => 0,
            1..=6 => self.below(7),
            7 => 15 + self.below(10),
            8 => 250 + self.below(12),
            _ => 500 + self.below(30),
        };
        let mut topic = vec![b'a'; len];
        for _ in 0..self.below(4).min(len) {
            topic[self.below(len)] = [b'b', 0, 255][self.below(3)];
        }
        topic
    }
}

// behaviours: 199
#[test]
fn mtrie_does_what_a_map_of_sets_does() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..20 {
        let mut trie = Mtrie::default();
        let mut map: BTreeMap<Vec<u8>, BTreeSet<Handle>> = BTreeMap::new();
        for _ in 0..2000 {
            let (topic, pipe) = (random.topic(), random.below(5) as Handle);
            match random.below(20) {
                0..10 => {
                    let set = map.entry(topic.clone()).or_default();
                    let new = set.is_empty();
                    set.insert(pipe);
                    assert_eq!(trie.add(&topic, pipe), new);
                }
                10..19 => {
                    // Mostly a topic that is there.
                    let known = map.keys().nth(random.below(map.len().max(1))).cloned();
                    let topic = known.filter(|_| random.below(4) > 0).unwrap_or(topic);
                    assert_eq!(trie.remove(&topic, pipe), naive_remove(&mut map, &topic, pipe));
                }
                _ => remove_pipe(&mut trie, &mut map, pipe, random.below(3)),
            }
            assert_eq!(trie.len(), map.len());
            let text = random.topic();
            let mut got = Vec::new();
            trie.matches(&text, |pipe| got.push(pipe));
            let fits = map.iter().filter(|(topic, _)| text.starts_with(topic));
            let want: Vec<Handle> = fits.flat_map(|(_, set)| set.iter().copied()).collect();
            assert_eq!(got, want);
        }
    }
}

fn naive_remove(
    map: &mut BTreeMap<Vec<u8>, BTreeSet<Handle>>,
    topic: &[u8],
    pipe: Handle,
) -> Removed {
    let Some(set) = map.get_mut(topic) else { return Removed::NotFound };
    if !set.remove(&pipe) {
        return Removed::NotFound;
    }
    if set.is_empty() {
        map.remove(topic);
        return Removed::Last;
    }
    Removed::StillHeld
}

fn remove_pipe(
    trie: &mut Mtrie,
    map: &mut BTreeMap<Vec<u8>, BTreeSet<Handle>>,
    pipe: Handle,
    how: usize,
) {
    let held: Vec<Vec<u8>> =
        map.iter().filter(|(_, set)| set.contains(&pipe)).map(|(topic, _)| topic.clone()).collect();
    let last: Vec<Vec<u8>> = held.iter().filter(|topic| map[*topic].len() == 1).cloned().collect();
    for topic in &held {
        naive_remove(map, topic, pipe);
    }
    let mut told: Vec<Vec<u8>> = Vec::new();
    match how {
        0 => trie.remove_pipe(pipe),
        1 => {
            trie.remove_pipe_reporting(pipe, true, |topic| told.push(topic.to_vec()));
            assert_eq!(told, held);
        }
        _ => {
            trie.remove_pipe_reporting(pipe, false, |topic| told.push(topic.to_vec()));
            assert_eq!(told, last);
        }
    }
}

// behaviours: 200
#[test]
fn subscription_set_does_what_a_counting_map_does() {
    let mut random = Random(0xfeed_beef_1234_4321);
    for _ in 0..20 {
        let mut set = SubscriptionSet::default();
        let mut map: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for _ in 0..2000 {
            let topic = random.topic();
            if random.below(2) == 0 {
                *map.entry(topic.clone()).or_default() += 1;
                set.add(&topic);
            } else {
                let count = map.get_mut(&topic).map(|count| {
                    *count -= 1;
                    *count
                });
                if count == Some(0) {
                    map.remove(&topic);
                }
                assert_eq!(set.remove(&topic), count == Some(0));
            }
            assert_eq!(set.len(), map.len());
            let text = random.topic();
            assert_eq!(set.matches(&text).0, map.keys().any(|topic| text.starts_with(topic)));
        }
        let mut all = Vec::new();
        set.each(|topic| all.push(topic.to_vec()));
        assert_eq!(all, map.into_keys().collect::<Vec<_>>());
    }
}

#[test]
fn an_emptied_trie_forgets_its_memory_and_goes_on() {
    let mut trie = Mtrie::default();
    for round in 0..3 {
        for i in 0..1000u32 {
            assert!(trie.add(&i.to_be_bytes(), 0));
        }
        for i in 0..1000u32 {
            assert_eq!(trie.remove(&i.to_be_bytes(), 0), Removed::Last, "round {round}");
        }
        assert_eq!(trie.len(), 0);
    }
}

#[test]
fn topics_of_a_mebibyte_and_nested_prefixes_do_not_grow_the_stack() {
    let long = vec![b'x'; 1 << 20];
    let small_stack = std::thread::Builder::new().stack_size(64 * 1024);
    let work = small_stack.spawn(move || {
        let mut trie = Mtrie::default();
        assert!(trie.add(&long, 0));
        // Longest first: every one splits what is there.
        for len in (0..4_000).rev() {
            assert!(trie.add(&long[..len], 1));
        }
        let mut hits = 0;
        trie.matches(&long, |_| hits += 1);
        assert_eq!(hits, 4_001);
        trie.remove_pipe(1);
        let mut told = 0;
        trie.remove_pipe_reporting(0, true, |topic| told = topic.len());
        assert_eq!((told, trie.len()), (1 << 20, 0));

        let mut set = SubscriptionSet::default();
        (0..2_000).for_each(|len| set.add(&long[..len]));
        let mut seen = 0;
        set.each(|_| seen += 1);
        assert_eq!(seen, 2_000);
    });
    assert!(work.is_ok_and(|thread| thread.join().is_ok()));
}
