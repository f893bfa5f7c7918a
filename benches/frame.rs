//! The frame codec alone: headers written and read, both framings.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zmq::zmtp::Framing;
use zmq::zmtp::frame::{MAX_HEADER, Parsed, parse, write_header};

const FRAMES: usize = 1000;
const CASES: [(&str, Framing, usize); 4] = [
    ("short, ZMTP 2 and 3", Framing::V2, 16),
    ("long, ZMTP 2 and 3", Framing::V2, 300),
    ("short, ZMTP 1", Framing::V1, 16),
    ("long, ZMTP 1", Framing::V1, 300),
];

fn stream(framing: Framing, body: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut header = [0; MAX_HEADER];
    for _ in 0..FRAMES {
        let n = write_header(framing, false, false, body, &mut header);
        bytes.extend_from_slice(&header[..n]);
        bytes.resize(bytes.len() + body, 0);
    }
    bytes
}

fn encode(c: &mut Criterion) {
    let mut group = c.benchmark_group("frame header written");
    for (name, framing, body) in CASES {
        group.bench_function(name, |b| {
            let mut out = [0; MAX_HEADER];
            b.iter(|| {
                let body = black_box(body);
                black_box(write_header(black_box(framing), false, false, body, &mut out))
            });
        });
    }
    group.finish();
}

fn decode(c: &mut Criterion) {
    let mut group = c.benchmark_group("frames of a stream parsed");
    group.throughput(Throughput::Elements(FRAMES as u64));
    for (name, framing, body) in CASES {
        let bytes = stream(framing, body);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut rest = black_box(bytes.as_slice());
                while let Ok(Parsed::Frame(header)) = parse(framing, rest) {
                    rest = &rest[header.header_len + header.body_len as usize..];
                    black_box(header);
                }
                assert!(rest.is_empty());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, encode, decode);
criterion_main!(benches);
