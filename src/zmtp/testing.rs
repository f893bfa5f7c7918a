//! Help for the tests of this layer: hexadecimal text and reproducible noise.

/// Octets from hexadecimal text; blanks are for reading, `00*7` repeats.
#[expect(clippy::unwrap_used, reason = "text of the tests themselves")]
pub fn hex(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let (digits, times) = word.split_once('*').unwrap_or((word, "1"));
        assert!(digits.len() % 2 == 0, "odd number of digits in {word}");
        let one: Vec<u8> = digits
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        out.extend(one.repeat(times.parse().unwrap()));
    }
    out
}

/// The same pseudo-random octets on every run (xorshift64).
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`, which is not 0.
    #[expect(clippy::arithmetic_side_effects, reason = "bounds of the tests themselves")]
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound
    }

    /// Fewer than `bound` octets, half of them small numbers.
    pub fn bytes(&mut self, bound: usize) -> Vec<u8> {
        let len = self.below(bound);
        (0..len)
            .map(|_| {
                let word = self.next();
                let byte = (word >> 32) as u8;
                if word & 0x1_0000 == 0 { byte & 7 } else { byte }
            })
            .collect()
    }
}
