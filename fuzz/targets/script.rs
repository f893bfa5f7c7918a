//! Choices out of an input: an input that has ended goes on with zeros, so that
//! every input means something.

/// What is left of an input.
pub struct Script<'a>(pub &'a [u8]);

impl<'a> Script<'a> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    pub fn number(&mut self) -> u64 {
        (0..8).fold(0, |sum, _| sum << 8 | u64::from(self.byte()))
    }

    /// At most `len` bytes: fewer where the input ends.
    pub fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Bytes with their length before them.
    pub fn text(&mut self) -> &'a [u8] {
        let len = usize::from(self.byte());
        self.bytes(len)
    }

    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}

/// Where to cut an input of `len` bytes in two: everywhere if it is short, else
/// near the ends and at some places between.
pub fn cuts(len: usize) -> Vec<usize> {
    const EACH: usize = 40;
    if len <= 2 * EACH {
        return (1..len).collect();
    }
    let between = (1..8).map(|eighth| len * eighth / 8);
    (1..EACH).chain(between).chain(len - 8..len).collect()
}
