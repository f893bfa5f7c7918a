//! What the last walk down the tree has looked at: a text that begins alike begins with
//! the same keys. Messages often follow others of the same topic.

/// Longest beginning kept.
const LONGEST: usize = 31;

/// Instead of a length: nothing is kept.
const NOTHING: u8 = u8::MAX;

/// The beginning of a text that decided which keys it begins with.
pub struct Decided {
    len: u8,
    bytes: [u8; LONGEST],
}

impl Default for Decided {
    fn default() -> Self {
        Decided { len: NOTHING, bytes: [0; LONGEST] }
    }
}

impl Decided {
    /// The first `len` bytes of `text` have decided; None: all of it, with its end.
    pub fn note(&mut self, text: &[u8], len: Option<usize>) {
        self.len = NOTHING;
        if let Some(len @ ..=LONGEST) = len {
            self.bytes[..len].copy_from_slice(&text[..len]);
            self.len = len as u8;
        }
    }

    /// The tree is another.
    pub fn forget(&mut self) {
        self.len = NOTHING;
    }

    /// Whether another walk would find the same.
    #[inline]
    pub fn holds_for(&self, text: &[u8]) -> bool {
        match self.bytes.get(..usize::from(self.len)) {
            Some(decided) => text.starts_with(decided),
            None => false,
        }
    }
}
