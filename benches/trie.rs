//! The subscription tries alone: topics entered, matched and removed. They are
//! private to the library, so that their source is included here as it is.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

#[allow(dead_code, unused_imports, reason = "only a part is measured")]
#[path = "../src/pattern"]
mod pattern {
    /// What the tries see of the table of pipes.
    mod pipe_array {
        pub type Handle = u32;
    }
    mod radix;
    pub mod subscription_trie;
}

use pattern::subscription_trie::{Mtrie, SubscriptionSet};

const TOPICS: u32 = 10_000;

/// Names spread over the key space, with common endings.
fn topics() -> Vec<String> {
    (0..TOPICS)
        .map(|i| format!("{:08x}.market.{}", i.wrapping_mul(2_654_435_761), i % 1000))
        .collect()
}

fn full(topics: &[String]) -> Mtrie {
    let mut trie = Mtrie::default();
    for (i, topic) in topics.iter().enumerate() {
        trie.add(topic.as_bytes(), i as u32 % 8);
    }
    trie
}

fn publisher(c: &mut Criterion) {
    let topics = topics();
    let mut group = c.benchmark_group("Mtrie, 10,000 topics of 8 pipes");
    group.throughput(Throughput::Elements(u64::from(TOPICS)));
    group.bench_function("add", |b| {
        b.iter_batched(|| (), |()| full(&topics), BatchSize::LargeInput);
    });
    group.bench_function("match", |b| {
        let trie = full(&topics);
        b.iter(|| {
            let mut found = 0;
            for topic in &topics {
                trie.matches(topic.as_bytes(), |pipe| found += pipe);
            }
            black_box(found)
        });
    });
    group.bench_function("remove", |b| {
        b.iter_batched(
            || full(&topics),
            |mut trie| {
                for (i, topic) in topics.iter().enumerate() {
                    black_box(trie.remove(topic.as_bytes(), i as u32 % 8));
                }
                trie
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("the ends of all pipes", |b| {
        b.iter_batched(
            || full(&topics),
            |mut trie| {
                (0..8).for_each(|pipe| trie.remove_pipe(pipe));
                trie
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn subscriber(c: &mut Criterion) {
    let topics = topics();
    let mut set = SubscriptionSet::default();
    topics.iter().for_each(|topic| set.add(topic.as_bytes()));
    let mut group = c.benchmark_group("SubscriptionSet, 10,000 topics");
    group.bench_function("match", |b| b.iter(|| set.matches(black_box(topics[77].as_bytes()))));
    group.bench_function("no match", |b| b.iter(|| set.matches(black_box(b"elsewhere"))));
    group.finish();
}

criterion_group!(benches, publisher, subscriber);
criterion_main!(benches);
