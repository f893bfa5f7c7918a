//! Collects one frame of the handshake at a time from input that may be split
//! anywhere. Only the handshake uses it; traffic has the engine's decoder.
//!
//! The size is checked as soon as the header is in; memory grows with the bytes
//! that really arrive.

use super::fault::Fault;
use super::frame::{self, Framing, Parsed};

#[derive(Debug)]
pub struct FrameBuffer {
    framing: Framing,
    /// Largest body let in.
    limit: u64,
    bytes: Vec<u8>,
}

impl FrameBuffer {
    /// `cap` bounds the body, and so does `max_msg_size` unless negative.
    pub fn new(framing: Framing, cap: u64, max_msg_size: i64) -> FrameBuffer {
        let limit = u64::try_from(max_msg_size).map_or(cap, |max| max.min(cap));
        FrameBuffer { framing, limit, bytes: Vec::new() }
    }

    /// Takes what is missing of the current frame from `bytes`: how much that
    /// was, and the body once it is whole. Call [`clear`](Self::clear) then.
    pub fn input(&mut self, bytes: &[u8]) -> Result<(usize, Option<&[u8]>), Fault> {
        let mut rest = bytes;
        let header = loop {
            match frame::parse(self.framing, &self.bytes)? {
                Parsed::Frame(header) => break header,
                Parsed::Incomplete => {
                    let Some((byte, tail)) = rest.split_first() else {
                        return Ok((bytes.len(), None));
                    };
                    self.bytes.push(*byte);
                    rest = tail;
                }
            }
        };
        if header.body_len > self.limit {
            return Err(Fault::FrameTooLarge);
        }
        let body_len = frame::admit(header.body_len, -1)?;
        let whole = header.header_len.saturating_add(body_len);
        let missing = whole.saturating_sub(self.bytes.len());
        let (now, later) = rest.split_at(missing.min(rest.len()));
        self.bytes.extend_from_slice(now);
        let used = bytes.len().saturating_sub(later.len());
        let body = if now.len() == missing { self.bytes.get(header.header_len..) } else { None };
        Ok((used, body))
    }

    /// Forgets the frame handed out, ready for the next.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_may_arrive_in_any_two_pieces_and_leaves_the_rest_alone() {
        let bytes = [4, 3, 1, 2, 3, 0xAA, 0xBB];
        for cut in 0..=bytes.len() {
            let mut buffer = FrameBuffer::new(Framing::V2, 100, -1);
            let (first, body) = buffer.input(&bytes[..cut]).unwrap();
            if body.is_none() {
                assert_eq!(first, cut);
                assert_eq!(buffer.input(&bytes[cut..]).unwrap(), (5 - cut, Some(&[1, 2, 3][..])));
            } else {
                assert_eq!((first, body), (5, Some(&[1, 2, 3][..])));
            }
        }
    }

    #[test]
    fn the_smaller_of_both_limits_holds_before_the_body_comes() {
        let header = [0, 50];
        for (cap, max, good) in [(50, -1, true), (49, -1, false), (100, 49, false), (50, 50, true)]
        {
            let mut buffer = FrameBuffer::new(Framing::V2, cap, max);
            assert_eq!(buffer.input(&header).is_ok(), good);
        }
    }

    #[test]
    fn an_announced_size_takes_no_memory() {
        let mut buffer = FrameBuffer::new(Framing::V2, 1 << 40, -1);
        buffer.input(&[2, 0, 0, 1, 0, 0, 0, 0, 0]).unwrap();
        assert!(buffer.bytes.capacity() < 100);
    }
}
