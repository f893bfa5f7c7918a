//! The lane alone: items through one thread, and across two. `cargo bench`
//! runs it; nothing in the library depends on it.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zmq::clock::Time;
use zmq::msg::Msg;
use zmq::queue::lane;

/// As many as a sender gathers before it drains.
const BATCH: u64 = 512;

fn one_thread(c: &mut Criterion) {
    let mut group = c.benchmark_group("lane, one thread");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("u64, published singly", |b| {
        let (mut producer, mut consumer) = lane::<u64>();
        b.iter(|| {
            for i in 0..BATCH {
                producer.push(i);
                producer.commit();
                black_box(producer.publish());
            }
            while let Some(i) = consumer.pop() {
                black_box(i);
            }
        });
    });
    group.bench_function("message, published at the end", |b| {
        let (mut producer, mut consumer) = lane::<Msg>();
        let mut into = Msg::new();
        b.iter(|| {
            for _ in 0..BATCH {
                producer.push(Msg::new());
                producer.commit();
            }
            black_box(producer.publish());
            while consumer.pop_into_if(&mut into, |_| true) {
                black_box(&into);
            }
        });
    });
    group.finish();
}

/// Pushes and pops `count` items on two threads; the reader spins.
fn across(count: u64) -> Duration {
    let (mut producer, mut consumer) = lane::<u64>();
    let start = Time::now();
    let writer = thread::spawn(move || {
        for i in 0..count {
            producer.push(i);
            producer.commit();
            black_box(producer.publish());
        }
    });
    for _ in 0..count {
        while consumer.pop().is_none() {
            thread::yield_now();
        }
    }
    let elapsed = Time::now().since(start);
    writer.join().expect("the writer panicked");
    elapsed
}

fn two_threads(c: &mut Criterion) {
    let mut group = c.benchmark_group("lane, two threads");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("u64", |b| b.iter_custom(|batches| across(batches * BATCH)));
    group.finish();
}

criterion_group!(benches, one_thread, two_threads);
criterion_main!(benches);
