//! The fuzz targets under the stable toolchain: the inputs kept in fuzz/corpus,
//! and what a generator makes of them. scripts/fuzz runs them for longer, and
//! with libFuzzer where there is a nightly toolchain.
//!
//! Variables: FUZZ_TARGET (only this one), FUZZ_MS (how long each target is
//! driven; without it each takes a fixed number of inputs, the same on every
//! run), FUZZ_SEED, FUZZ_REPEAT (a file: run this input only).

#![expect(clippy::disallowed_methods, reason = "a run for so long looks at the time")]

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use targets::Target;

/// Inputs of each target without FUZZ_MS: half a second of an unoptimised build
/// for the slowest.
const INPUTS: u64 = 300;
/// Longest input that is made.
const LONGEST: usize = 600;

/// Pseudo-random numbers (xorshift64).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// An input of its own, or one of these with some places changed.
    fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = match corpus.len() {
            0 => Vec::new(),
            n if self.below(4) > 0 => corpus[self.below(n)].clone(),
            _ => Vec::new(),
        };
        if input.is_empty() {
            let len = 1 << self.below(8);
            input = (0..self.below(len) + 1).map(|_| self.byte()).collect();
        }
        for _ in 0..self.below(5) {
            self.change(&mut input, corpus);
        }
        input.truncate(LONGEST);
        input
    }

    fn byte(&mut self) -> u8 {
        const TELLING: [u8; 12] = [0, 1, 2, 3, 4, 5, 7, 8, 0x7F, 0x80, 0xFE, 0xFF];
        if self.below(2) == 0 { TELLING[self.below(12)] } else { self.next() as u8 }
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        match self.below(7) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.byte(),
            2 => input.truncate(at),
            3 if at < input.len() => _ = input.remove(at),
            4 if at < input.len() => {
                let piece = input[at..].to_vec();
                input.extend(piece);
            }
            5 if !corpus.is_empty() => {
                let other = &corpus[self.below(corpus.len())];
                input.truncate(at);
                input.extend(&other[at.min(other.len())..]);
            }
            _ => input.insert(at, self.byte()),
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The inputs kept for a target, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(root().join("corpus").join(name)).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file of the corpus")).collect()
}

/// Runs one input; where it fails, keeps it and says how to repeat it.
fn one(name: &str, target: Target, input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| target(input))).is_ok() {
        return;
    }
    let kept = root().join("found");
    let path = kept.join(format!("{name}-{:016x}", hash(input)));
    let _ = fs::create_dir_all(&kept);
    let written = fs::write(&path, input).is_ok();
    panic!(
        "target {name} failed for {input:02x?}{}",
        if written {
            format!("\nrepeat: scripts/fuzz --repeat {}", path.display())
        } else {
            String::new()
        }
    );
}

fn hash(input: &[u8]) -> u64 {
    input.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// The corpus, and then what is made of it.
fn drive(name: &str, target: Target, seed: u64, time: Option<Duration>) -> u64 {
    let corpus = corpus(name);
    corpus.iter().for_each(|input| one(name, target, input));
    let mut noise = Noise(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash(name.as_bytes()) | 1);
    let start = Instant::now();
    let mut inputs = 0;
    while time.map_or(inputs < INPUTS, |time| start.elapsed() < time) {
        // Reading the time is slower than some targets.
        for _ in 0..16 {
            one(name, target, &noise.input(&corpus));
            inputs += 1;
        }
    }
    inputs + corpus.len() as u64
}

#[test]
fn every_target_keeps_its_word() {
    if let Ok(path) = env::var("FUZZ_REPEAT") {
        let name = Path::new(&path).file_name().unwrap().to_string_lossy().into_owned();
        let name = env::var("FUZZ_TARGET").unwrap_or(name);
        let known = targets::ALL.iter().filter(|(known, _)| name.starts_with(known));
        let (_, target) = known.max_by_key(|(known, _)| known.len()).expect("a target's name");
        return target(&fs::read(&path).expect("an input"));
    }
    let number = |name| env::var(name).ok().map(|text| text.parse().expect("a number"));
    let (seed, time) = (number("FUZZ_SEED").unwrap_or(1), number("FUZZ_MS"));
    let only = env::var("FUZZ_TARGET").ok();
    for (name, target) in targets::ALL {
        if only.as_ref().is_none_or(|only| only == name) {
            let start = Instant::now();
            let inputs = drive(name, *target, seed, time.map(Duration::from_millis));
            println!("{name} {inputs} inputs {} ms", start.elapsed().as_millis());
        }
    }
}

#[test]
fn every_corpus_belongs_to_a_target() {
    for entry in fs::read_dir(root().join("corpus")).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(targets::find(&name).is_some(), "{name}");
    }
}
