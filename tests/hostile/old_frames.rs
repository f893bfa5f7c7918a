//! ZMTP 1.0 frames of every size, in pieces of every size.

use std::thread;

use crate::common::{Context, Noise, Raw, begin, hex, kind, long_form};

/// A frame of ZMTP 1.0.
fn frame(len: usize) -> Vec<u8> {
    let mut bytes = match len + 1 {
        short @ 0..255 => vec![short as u8, 0],
        long => [&[0xFF][..], &(long as u64).to_be_bytes(), &[0]].concat(),
    };
    bytes.extend((0..len).map(|at| (at % 251) as u8));
    bytes
}

// security: CVE-2020-36400
#[test]
fn frames_of_old_peers_of_every_size_come_whole_or_not_at_all() {
    let dog = begin(150);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    let sizes: Vec<usize> = if long_form() {
        (0..=1 << 20).step_by(97).chain(0..10_000).collect()
    } else {
        let around = (8..=20).flat_map(|power| (0..3).map(move |off| (1 << power) - 1 + off));
        (0..600).chain(8_150..8_230).chain(around).collect()
    };
    let mut raw = Raw::connect(&endpoint);
    raw.send(&hex("01 00"));
    let mut noise = Noise::new(5);
    for len in sizes {
        dog.step(format!("{len} octets"));
        let bytes = frame(len);
        let cut = noise.below(bytes.len() + 1);
        raw.send(&bytes[..cut]);
        thread::yield_now();
        raw.send(&bytes[cut..]);
        let got = socket.recv();
        assert!(got.len() == len && got == bytes[bytes.len() - len..], "{len} octets");
        // A peer that stops at any place inside leaves nothing.
        let mut other = Raw::connect(&endpoint);
        other.send(&[hex("01 00"), bytes[..cut.min(bytes.len() - 1)].to_vec()].concat());
        if len % 16 == 0 {
            other.finish();
        }
    }
    dog.step("an honest peer");
    raw.send(&hex("03 00 6869"));
    assert_eq!(socket.recv(), b"hi");
}
