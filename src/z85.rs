//! Z85, the printable form of binary keys (RFC 32): 4 bytes make 5 characters.
//!
//! Called by the CURVE options and by `zmq_z85_encode` and `zmq_z85_decode`.
//! Works on slices only; terminating NULs are the caller's affair.

use crate::errno::{Errno, Result};

/// The 85 characters in the order of their values (RFC 32, "Formal Specification").
const ALPHABET: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// The text form of `data`. EINVAL unless its length is a multiple of 4.
pub fn encode(data: &[u8]) -> Result<String> {
    if !data.len().is_multiple_of(4) {
        return Err(Errno::EINVAL);
    }
    let mut text = String::with_capacity(data.len() / 4 * 5);
    for group in data.chunks_exact(4) {
        let number = group.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        for power in [85 * 85 * 85 * 85, 85 * 85 * 85, 85 * 85, 85, 1] {
            text.push(char::from(ALPHABET[(number / power % 85) as usize]));
        }
    }
    Ok(text)
}

/// The bytes that `text` stands for. EINVAL when it is empty, its length is no
/// multiple of 5, it has a foreign character, or a group exceeds 32 bits.
pub fn decode(text: &[u8]) -> Result<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(5) {
        return Err(Errno::EINVAL);
    }
    let mut data = Vec::with_capacity(text.len() / 5 * 4);
    for group in text.chunks_exact(5) {
        let number = group.iter().try_fold(0u32, |sum, character| {
            let digit = ALPHABET.iter().position(|known| known == character)?;
            sum.checked_mul(85)?.checked_add(digit as u32)
        });
        data.extend_from_slice(&number.ok_or(Errno::EINVAL)?.to_be_bytes());
    }
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 32's own example.
    const BYTES: [u8; 8] = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b];

    #[test]
    fn the_example_of_the_rfc_goes_both_ways() {
        assert_eq!(encode(&BYTES).as_deref(), Ok("HelloWorld"));
        assert_eq!(decode(b"HelloWorld").as_deref(), Ok(&BYTES[..]));
    }

    #[test]
    fn nothing_encodes_to_nothing_but_does_not_decode() {
        assert_eq!(encode(b"").as_deref(), Ok(""));
        assert_eq!(decode(b""), Err(Errno::EINVAL));
    }

    #[test]
    fn odd_lengths_are_refused() {
        assert_eq!(encode(&BYTES[..7]), Err(Errno::EINVAL));
        assert_eq!(decode(b"HelloWorl"), Err(Errno::EINVAL));
        assert_eq!(decode(b"Hell"), Err(Errno::EINVAL));
    }

    #[test]
    fn a_group_is_at_most_32_bits() {
        assert_eq!(decode(b"%nSc0").as_deref(), Ok(&[0xff; 4][..]));
        assert_eq!(decode(b"%nSc1"), Err(Errno::EINVAL));
        assert_eq!(decode(b"#####"), Err(Errno::EINVAL));
    }

    #[test]
    fn foreign_characters_are_refused() {
        for foreign in [b' ', b'"', b'\\', b'~', b'`', b',', b';', b'\'', b'_', b'|', 0, 0x80, 0xff]
        {
            assert_eq!(decode(&[b'0', b'0', foreign, b'0', b'0']), Err(Errno::EINVAL));
        }
    }

    #[test]
    fn every_byte_value_survives_the_round_trip() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(encode(&all).unwrap().as_bytes()), Ok(all));
    }
}
