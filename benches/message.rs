//! Messages alone: made, filled and dropped, by size; moved; shared.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use zmq::msg::Msg;

/// Inline, the smallest block, and blocks from the shelves and the allocator.
const SIZES: [usize; 5] = [1, 48, 256, 8192, 65536];

fn made(c: &mut Criterion) {
    let mut group = c.benchmark_group("message made and dropped");
    for size in SIZES {
        group.bench_with_input(BenchmarkId::new("uninitialised", size), &size, |b, &size| {
            b.iter(|| black_box(Msg::with_size(black_box(size))).is_ok());
        });
        let body = vec![1; size];
        group.bench_with_input(BenchmarkId::new("copied", size), &body, |b, body| {
            b.iter(|| black_box(Msg::copy_of(black_box(body))).is_ok());
        });
    }
    group.finish();
}

fn passed_on(c: &mut Criterion) {
    let mut group = c.benchmark_group("message passed on");
    for size in SIZES {
        let mut msg = Msg::with_size(size).expect("memory");
        group.bench_with_input(BenchmarkId::new("moved", size), &size, |b, _| {
            b.iter(|| {
                let mut moved = msg.take();
                msg = black_box(&mut moved).take();
            });
        });
        let mut msg = Msg::with_size(size).expect("memory");
        group.bench_with_input(BenchmarkId::new("shared", size), &size, |b, _| {
            b.iter(|| black_box(msg.share()));
        });
    }
    group.finish();
}

criterion_group!(benches, made, passed_on);
criterion_main!(benches);
