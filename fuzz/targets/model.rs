//! The wire's grammar a second time, written for clarity alone: what the targets
//! compare the library with.

/// A property of the metadata.
pub type Property = (Vec<u8>, Vec<u8>);

/// Reads metadata; `None` where it is cut short.
pub fn metadata(mut bytes: &[u8]) -> Option<Vec<Property>> {
    let mut properties = Vec::new();
    while !bytes.is_empty() {
        let (name, rest) = sized(bytes, 1)?;
        let (value, rest) = sized(rest, 4)?;
        properties.push((name.to_vec(), value.to_vec()));
        bytes = rest;
    }
    Some(properties)
}

/// Bytes with a big-endian length of `width` bytes before them, and what follows.
pub fn sized(bytes: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_at_checked(width)?;
    let len = len.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    rest.split_at_checked(usize::try_from(len).ok()?)
}

/// A frame: flags, and its body.
pub struct Frame<'a> {
    pub more: bool,
    pub command: bool,
    pub header: usize,
    pub body: &'a [u8],
}

/// What the front of some bytes is.
pub enum Front<'a> {
    Frame(Frame<'a>),
    /// Not all there: the size, if that much can be told.
    Part(Option<u64>),
    /// A length of zero, which version 1 does not have.
    Zero,
}

/// The frame at the front, as ZMTP 1.0 delimits it.
pub fn front_v1(bytes: &[u8]) -> Front<'_> {
    let (len, at) = match bytes.first() {
        None => return Front::Part(None),
        Some(0xFF) => match bytes.get(1..9) {
            None => return Front::Part(None),
            Some(len) => (u64::from_be_bytes(len.try_into().unwrap()), 9),
        },
        Some(len) => (u64::from(*len), 1),
    };
    if len == 0 {
        return Front::Zero;
    }
    let Some(flags) = bytes.get(at) else { return Front::Part(None) };
    let size = usize::try_from(len - 1).unwrap();
    match bytes[at + 1..].get(..size) {
        None => Front::Part(Some(len - 1)),
        Some(body) => {
            Front::Frame(Frame { more: flags & 1 != 0, command: false, header: at + 1, body })
        }
    }
}

/// The frame at the front, as ZMTP 2.0 and later delimit it.
pub fn front_v2(bytes: &[u8]) -> Front<'_> {
    let Some(flags) = bytes.first() else { return Front::Part(None) };
    let width = if flags & 2 != 0 { 8 } else { 1 };
    let Some(size) = bytes.get(1..1 + width) else { return Front::Part(None) };
    let size = size.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    match bytes[1 + width..].get(..usize::try_from(size).unwrap()) {
        None => Front::Part(Some(size)),
        Some(body) => Front::Frame(Frame {
            more: flags & 1 != 0,
            command: flags & 4 != 0,
            header: 1 + width,
            body,
        }),
    }
}
