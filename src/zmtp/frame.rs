//! Frame headers: the hot path of the protocol. Pure functions, no allocation,
//! no state; the engine's encoder and decoder call them for every frame.
//!
//! Two layouts exist. [`Framing::V1`]: length (which counts the flags octet, so
//! is never 0) then flags; lengths from 255 on are `FF` and 64 bits.
//! [`Framing::V2`]: flags, then the size of the body in one octet, or in 64 bits
//! when the flags say [`LARGE`]. Numbers are big-endian.

use super::fault::Fault;

/// Flag: another frame of the same message follows.
pub const MORE: u8 = 1;
/// Flag, V2 only: the size has 64 bits.
pub const LARGE: u8 = 2;
/// Flag, V2 only: the frame is a command.
pub const COMMAND: u8 = 4;

/// The longest header of either framing.
pub const MAX_HEADER: usize = 10;

/// How frames are delimited on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// ZMTP 1.0.
    V1,
    /// ZMTP 2.0, 3.0 and 3.1.
    V2,
}

/// What a frame header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Another frame of the same message follows.
    pub more: bool,
    /// A command, not a part of a message; never set by V1 peers.
    pub command: bool,
    /// Octets before the body: 2, 9 or 10.
    pub header_len: usize,
    /// Octets of the body as announced, up to 2^64-1: see [`admit`].
    pub body_len: u64,
}

/// Outcome of [`parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// The header is not all there yet.
    Incomplete,
    /// The header; its body may still be on the way.
    Frame(FrameHeader),
}

/// Reads the header at the start of `bytes`. Reserved flags are ignored and a
/// long size need not be large, as in libzmq.
#[inline]
pub fn parse(framing: Framing, bytes: &[u8]) -> Result<Parsed, Fault> {
    match framing {
        Framing::V2 => Ok(parse_v2(bytes)),
        Framing::V1 => parse_v1(bytes),
    }
}

/// As [`parse`] for [`Framing::V2`], if it is the frame of a message and its
/// header is whole.
#[inline]
pub fn parse_message(bytes: &[u8]) -> Option<FrameHeader> {
    match parse_v2(bytes) {
        Parsed::Frame(header) if !header.command => Some(header),
        _ => None,
    }
}

/// The whole messages at the start of some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What they take.
    pub bytes: usize,
    /// How many they are.
    pub messages: usize,
    /// Their frames.
    pub frames: usize,
    /// What the last frame takes.
    pub last: usize,
}

/// Looks at the frames ([`Framing::V2`]) at the start of `bytes`: how many whole
/// messages are there, up to a command, an incomplete frame, one with a body of
/// more than `max` octets, or the end of what is allowed of messages and frames?
pub fn whole_messages(bytes: &[u8], max: usize, messages: usize, frames: usize) -> Found {
    let mut found = Found::default();
    let (mut rest, mut seen) = (bytes, 0);
    while found.messages < messages && seen < frames {
        let (more, size, body) = match rest {
            [flags, size, body @ ..] if flags & (LARGE | COMMAND) == 0 => {
                (flags & MORE != 0, usize::from(*size), body)
            }
            _ => {
                let Some(header) = parse_message(rest) else { break };
                let Ok(size) = usize::try_from(header.body_len) else { break };
                let Some(body) = rest.get(header.header_len..) else { break };
                (header.more, size, body)
            }
        };
        if size > max {
            break;
        }
        let Some(behind) = body.get(size..) else { break };
        let last = rest.len().wrapping_sub(behind.len());
        (rest, seen) = (behind, seen.wrapping_add(1));
        if !more {
            let bytes = bytes.len().wrapping_sub(rest.len());
            found = Found { bytes, messages: found.messages.wrapping_add(1), frames: seen, last };
        }
    }
    found
}

#[inline(always)]
fn parse_v2(bytes: &[u8]) -> Parsed {
    let [flags, rest @ ..] = bytes else {
        return Parsed::Incomplete;
    };
    let (header_len, body_len) = if flags & LARGE == 0 {
        let Some(size) = rest.first() else {
            return Parsed::Incomplete;
        };
        (2, u64::from(*size))
    } else {
        let Some(size) = rest.first_chunk::<8>() else {
            return Parsed::Incomplete;
        };
        (9, u64::from_be_bytes(*size))
    };
    Parsed::Frame(FrameHeader {
        more: flags & MORE != 0,
        command: flags & COMMAND != 0,
        header_len,
        body_len,
    })
}

#[inline]
fn parse_v1(bytes: &[u8]) -> Result<Parsed, Fault> {
    let (header_len, len, flags) = match bytes {
        [] => return Ok(Parsed::Incomplete),
        [0xFF, rest @ ..] => {
            let Some((len, rest)) = rest.split_first_chunk::<8>() else {
                return Ok(Parsed::Incomplete);
            };
            (10, u64::from_be_bytes(*len), rest.first())
        }
        [len, rest @ ..] => (2, u64::from(*len), rest.first()),
    };
    let body_len = len.checked_sub(1).ok_or(Fault::ZeroLengthFrame)?;
    let Some(flags) = flags else {
        return Ok(Parsed::Incomplete);
    };
    let more = flags & MORE != 0;
    Ok(Parsed::Frame(FrameHeader { more, command: false, header_len, body_len }))
}

/// Writes the shortest header for a body of `body_len` octets to the start of
/// `out` and returns its length. V1 has no commands: there `command` is ignored.
#[inline]
pub fn write_header(
    framing: Framing,
    more: bool,
    command: bool,
    body_len: usize,
    out: &mut [u8; MAX_HEADER],
) -> usize {
    // usize is at most 64 bits wide wherever this library builds.
    let body_len = body_len as u64;
    match framing {
        Framing::V2 => {
            let flags = u8::from(more) | if command { COMMAND } else { 0 };
            match u8::try_from(body_len) {
                Ok(size) => {
                    let [first, second, ..] = out;
                    (*first, *second) = (flags, size);
                    2
                }
                Err(_) => {
                    let [first, size @ .., _] = out;
                    *first = flags | LARGE;
                    *size = body_len.to_be_bytes();
                    9
                }
            }
        }
        Framing::V1 => {
            let len = body_len.saturating_add(1);
            match u8::try_from(len) {
                Ok(len) if len != 0xFF => {
                    let [first, flags, ..] = out;
                    (*first, *flags) = (len, u8::from(more));
                    2
                }
                _ => {
                    let [first, size @ .., flags] = out;
                    (*first, *flags) = (0xFF, u8::from(more));
                    *size = len.to_be_bytes();
                    10
                }
            }
        }
    }
}

/// Decides whether a body of the announced size may come in, before any memory
/// is taken for it. `max_msg_size` is `ZMQ_MAXMSGSIZE`: negative means no limit.
#[inline]
pub fn admit(body_len: u64, max_msg_size: i64) -> Result<usize, Fault> {
    if u64::try_from(max_msg_size).is_ok_and(|max| body_len > max) {
        return Err(Fault::FrameTooLarge);
    }
    // isize::MAX bounds every Rust allocation; room for a header stays above it.
    match isize::try_from(body_len) {
        Ok(len) => Ok(len.unsigned_abs()),
        Err(_) => Err(Fault::FrameUnaddressable),
    }
}

/// Appends a whole frame; for the few that are not messages.
pub(crate) fn append(framing: Framing, command: bool, body: &[&[u8]], out: &mut Vec<u8>) {
    let len = body.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    let mut header = [0; MAX_HEADER];
    let header_len = write_header(framing, false, command, len, &mut header);
    out.extend(header.iter().take(header_len));
    for part in body {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::zmtp::testing::{Noise, hex};

    fn header(framing: Framing, more: bool, command: bool, len: usize) -> Vec<u8> {
        let mut out = [0xEE; 10];
        let n = write_header(framing, more, command, len, &mut out);
        out[..n].to_vec()
    }

    fn frame(more: bool, command: bool, header_len: usize, body_len: u64) -> Result<Parsed, Fault> {
        Ok(Parsed::Frame(FrameHeader { more, command, header_len, body_len }))
    }

    #[test]
    fn f1_f2_v1_headers_count_the_flags_octet() {
        assert_eq!(header(Framing::V1, false, false, 2), [3, 0]);
        assert_eq!(header(Framing::V1, true, false, 2), [3, 1]);
        assert_eq!(header(Framing::V1, false, false, 0), [1, 0]);
        assert_eq!(header(Framing::V1, false, false, 253), [0xFE, 0]);
        assert_eq!(header(Framing::V1, false, false, 254), [0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0]);
        assert_eq!(header(Framing::V1, true, false, 255), [0xFF, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    }

    #[test]
    fn f3_f4_f5_v2_headers_take_the_short_form_up_to_255() {
        assert_eq!(header(Framing::V2, false, false, 2), [0, 2]);
        assert_eq!(header(Framing::V2, true, false, 2), [1, 2]);
        assert_eq!(header(Framing::V2, false, false, 0), [0, 0]);
        assert_eq!(header(Framing::V2, false, false, 255), [0, 0xFF]);
        assert_eq!(header(Framing::V2, false, false, 256), [2, 0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(header(Framing::V2, false, false, 64000), [2, 0, 0, 0, 0, 0, 0, 0xFA, 0]);
        assert_eq!(header(Framing::V2, true, true, 300), [7, 0, 0, 0, 0, 0, 0, 1, 44]);
    }

    #[test]
    fn f16_f17_f18_envelopes_and_probes_are_plain_frames() {
        let message = |frames: &[&[u8]]| {
            let last = frames.len() - 1;
            let frames = frames.iter().enumerate();
            let wire = |(at, body): (usize, &&[u8])| {
                [&header(Framing::V2, at < last, false, body.len()), *body].concat()
            };
            frames.flat_map(wire).collect::<Vec<u8>>()
        };
        assert_eq!(message(&[b"", b"hi"]), hex("01 00 00 02 6869"));
        assert_eq!(message(&[&[1, 0, 0, 0], b"", b"hi"]), hex("01 04 01000000 01 00 00 02 6869"));
        assert_eq!(message(&[b""]), hex("00 00"));
    }

    #[test]
    fn garbage_never_panics() {
        let mut noise = Noise::new(5);
        for _ in 0..5_000 {
            let bytes = noise.bytes(12);
            for framing in [Framing::V1, Framing::V2] {
                if let Ok(Parsed::Frame(header)) = parse(framing, &bytes) {
                    assert!(header.header_len <= bytes.len());
                }
            }
        }
    }

    #[test]
    fn every_header_reads_back_and_is_incomplete_one_octet_earlier() {
        for framing in [Framing::V1, Framing::V2] {
            for len in [0, 1, 253, 254, 255, 256, 65_536, isize::MAX as usize] {
                for more in [false, true] {
                    let bytes = header(framing, more, false, len);
                    assert_eq!(parse(framing, &bytes), frame(more, false, bytes.len(), len as u64));
                    for cut in 0..bytes.len() {
                        assert_eq!(parse(framing, &bytes[..cut]), Ok(Parsed::Incomplete));
                    }
                }
            }
        }
    }

    #[test]
    fn reserved_flags_are_ignored_and_a_long_size_may_be_small() {
        assert_eq!(parse(Framing::V2, &[0xF8, 1, 0x41]), frame(false, false, 2, 1));
        assert_eq!(parse(Framing::V2, &[0xFF, 0, 0, 0, 0, 0, 0, 0, 1]), frame(true, true, 9, 1));
        assert_eq!(parse(Framing::V1, &[2, 0xFE]), frame(false, false, 2, 1));
        let long = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        assert_eq!(parse(Framing::V1, &long), frame(true, false, 10, 0));
    }

    #[test]
    fn a_v1_length_of_zero_is_a_fault_as_soon_as_it_shows() {
        assert_eq!(parse(Framing::V1, &[0]), Err(Fault::ZeroLengthFrame));
        assert_eq!(
            parse(Framing::V1, &[0xFF, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Fault::ZeroLengthFrame)
        );
    }

    #[test]
    fn sizes_near_the_ends_of_64_bits_are_read_and_refused_without_allocation() {
        for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1] {
            let mut v2 = vec![LARGE];
            v2.extend(size.to_be_bytes());
            assert_eq!(parse(Framing::V2, &v2), frame(false, false, 9, size));
            let mut v1 = vec![0xFF];
            v1.extend(size.to_be_bytes());
            v1.push(0);
            assert_eq!(parse(Framing::V1, &v1), frame(false, false, 10, size - 1));
        }
        assert_eq!(admit(u64::MAX, -1), Err(Fault::FrameUnaddressable));
        assert_eq!(admit(1 << 63, -1), Err(Fault::FrameUnaddressable));
        assert_eq!(admit(u64::MAX, 100), Err(Fault::FrameTooLarge));
        assert_eq!(admit(u64::MAX, i64::MAX), Err(Fault::FrameTooLarge));
    }

    #[test]
    fn the_size_limit_is_inclusive_and_negative_means_none() {
        assert_eq!(admit(100, 100), Ok(100));
        assert_eq!(admit(101, 100), Err(Fault::FrameTooLarge));
        assert_eq!(admit(0, 0), Ok(0));
        assert_eq!(admit(1, 0), Err(Fault::FrameTooLarge));
        assert_eq!(admit(1 << 40, -1), Ok(1 << 40));
    }

    #[test]
    fn whole_messages_are_found_up_to_what_is_allowed() {
        let frame = |more, command, len: usize| {
            [header(Framing::V2, more, command, len), vec![7; len]].concat()
        };
        let two = [frame(true, false, 3), frame(false, false, 300)].concat();
        let found = |bytes, messages, frames, last| Found { bytes, messages, frames, last };
        let all = [&two[..], &frame(false, false, 1), &frame(true, false, 0), &two].concat();
        assert_eq!(whole_messages(&all, 300, 9, 9), found(all.len(), 3, 6, 309));
        assert_eq!(whole_messages(&all, 299, 9, 9), found(0, 0, 0, 0));
        assert_eq!(whole_messages(&all, 300, 1, 9), found(two.len(), 1, 2, 309));
        assert_eq!(whole_messages(&all, 300, 2, 9), found(two.len() + 3, 2, 3, 3));
        assert_eq!(whole_messages(&all, 300, 9, 5), found(two.len() + 3, 2, 3, 3));
        for cut in 0..two.len() {
            assert_eq!(whole_messages(&two[..cut], 300, 9, 9), found(0, 0, 0, 0));
        }
        let ping = [&two[..], &frame(false, true, 5), &two].concat();
        assert_eq!(whole_messages(&ping, 300, 9, 9), found(two.len(), 1, 2, 309));
        let endless = [&two[..], &[2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]].concat();
        assert_eq!(whole_messages(&endless, usize::MAX, 9, 9), found(two.len(), 1, 2, 309));
    }
}
