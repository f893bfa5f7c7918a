//! How option values cross the C border: bytes in, bytes out, lengths checked.
//!
//! Called by the option table and by the socket for the options only it can
//! answer. Never reads an option's meaning.

use crate::errno::{Errno, Result};

/// How long the caller's buffer must be for a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Room {
    /// Exactly the size of the number; most options.
    Exact,
    /// That size or more: the rest is zeroed (RCVMORE, FD, EVENTS, THREAD_SAFE, TOPICS_COUNT).
    AtLeast,
}

/// Writes a C `int`; returns the new length. EINVAL when `out` has the wrong size.
pub fn put_int(out: &mut [u8], value: i32, room: Room) -> Result<usize> {
    match room {
        Room::Exact if out.len() != size_of::<i32>() => Err(Errno::EINVAL),
        _ => put_bytes(out, &value.to_ne_bytes()),
    }
}

/// Writes text with its final NUL; returns the length including it. EINVAL when too short.
pub fn put_string(out: &mut [u8], text: &[u8]) -> Result<usize> {
    // The NUL is the zeroed remainder, which put_bytes does not demand.
    if out.len() <= text.len() {
        return Err(Errno::EINVAL);
    }
    put_bytes(out, text).map(|used| used + 1)
}

/// Writes bytes and zeroes what is left of `out`; returns their length. EINVAL when too short.
pub fn put_bytes(out: &mut [u8], value: &[u8]) -> Result<usize> {
    let (used, rest) = out.split_at_mut_checked(value.len()).ok_or(Errno::EINVAL)?;
    used.copy_from_slice(value);
    rest.fill(0);
    Ok(value.len())
}

/// Writes a 64-bit number into exactly 8 bytes.
pub(super) fn put_u64(out: &mut [u8], value: u64) -> Result<usize> {
    match out.len() {
        8 => put_bytes(out, &value.to_ne_bytes()),
        _ => Err(Errno::EINVAL),
    }
}

/// Reads a C `int`: exactly four bytes.
pub(super) fn int(value: Option<&[u8]>) -> Result<i32> {
    let bytes = value.and_then(|v| v.try_into().ok()).ok_or(Errno::EINVAL)?;
    Ok(i32::from_ne_bytes(bytes))
}

/// Reads a 64-bit number: exactly eight bytes.
pub(super) fn u64(value: Option<&[u8]>) -> Result<u64> {
    let bytes = value.and_then(|v| v.try_into().ok()).ok_or(Errno::EINVAL)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// Bytes of 1 to `max`; nothing clears.
pub(super) fn required(value: Option<&[u8]>, max: usize) -> Result<Vec<u8>> {
    match value {
        Some(bytes) if (1..=max).contains(&bytes.len()) => Ok(bytes.to_vec()),
        _ => Err(Errno::EINVAL),
    }
}

/// Bytes of 1 to `max`, or a NULL pointer, which clears; an empty non-NULL value is EINVAL.
pub(super) fn clearable(value: Option<&[u8]>, max: usize) -> Result<Option<Vec<u8>>> {
    value.map(|bytes| required(Some(bytes), max)).transpose()
}

/// Bytes of 0 to `max`; no pointer or no length clears.
pub(super) fn lenient(value: Option<&[u8]>, max: usize) -> Result<Vec<u8>> {
    match value.unwrap_or_default() {
        bytes if bytes.len() <= max => Ok(bytes.to_vec()),
        _ => Err(Errno::EINVAL),
    }
}

/// What C's `atoi` makes of the text, saturating where C does not define the result.
pub(crate) fn leading_number(text: &[u8]) -> i32 {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    digits.iter().take_while(|byte| byte.is_ascii_digit()).fold(0i32, |sum, byte| {
        let digit = i32::from(byte - b'0');
        let next = sum.saturating_mul(10);
        if negative { next.saturating_sub(digit) } else { next.saturating_add(digit) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_buffer_is_zeroed_and_the_length_shrinks() {
        let mut out = [0xff; 8];
        assert_eq!(put_int(&mut out, 1, Room::AtLeast), Ok(4));
        assert_eq!(out, [1, 0, 0, 0, 0, 0, 0, 0].map(|b: u8| b));
        assert_eq!(put_int(&mut out, 1, Room::Exact), Err(Errno::EINVAL));
        assert_eq!(put_int(&mut out[..3], 1, Room::AtLeast), Err(Errno::EINVAL));
    }

    #[test]
    fn text_counts_its_nul() {
        let mut out = [0xff; 4];
        assert_eq!(put_string(&mut out, b""), Ok(1));
        assert_eq!(put_string(&mut out, b"abc"), Ok(4));
        assert_eq!(&out, b"abc\0");
        assert_eq!(put_string(&mut out, b"abcd"), Err(Errno::EINVAL));
    }

    #[test]
    fn only_a_null_pointer_clears_a_strict_text() {
        assert_eq!(clearable(None, 4), Ok(None));
        assert_eq!(clearable(Some(b""), 4), Err(Errno::EINVAL));
        assert_eq!(clearable(Some(b"abcde"), 4), Err(Errno::EINVAL));
        assert_eq!(lenient(Some(b""), 4), Ok(vec![]));
    }
}
