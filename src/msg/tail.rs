//! The last word of a message: what it is.

use super::SHARED;

/// How the body is kept. Three odd values in a row, none of them zero: a zeroed
/// or closed `zmq_msg_t` is recognised as not initialised by one comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    Inline = 101,
    /// Reference-counted: a block, a slice of a receive chunk, the user's memory.
    Owned = 103,
    /// Somebody's memory that outlives every message (`zmq_send_const`).
    Constant = 105,
}

/// Kind, flags, inline length and routing id in one word: written and read as
/// one, because a load that spans several recent small stores stalls.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Tail(pub(super) u64);

impl Tail {
    const KIND: u32 = 0;
    const FLAGS: u32 = 8;
    pub(super) const LEN: u32 = 16;
    const ROUTING_ID: u32 = 32;

    #[inline(always)]
    pub(super) const fn new(kind: Kind, len: u8) -> Tail {
        Tail((kind as u64) << Self::KIND | (len as u64) << Self::LEN)
    }
    /// The tail of a small message by the header of its short frame, flags and
    /// size, read as a little-endian number; MORE is the same flag in both.
    #[inline(always)]
    pub(super) const fn of_header(header: u16) -> Tail {
        Tail(Kind::Inline as u64 | (header as u64) << Self::FLAGS)
    }
    #[inline(always)]
    pub(super) const fn kind(self) -> u8 {
        (self.0 >> Self::KIND) as u8
    }
    #[inline(always)]
    pub(super) const fn flags(self) -> u8 {
        (self.0 >> Self::FLAGS) as u8
    }
    #[inline(always)]
    pub(super) const fn with_flags(self, flags: u8) -> Tail {
        Tail(self.0 & !(0xFF << Self::FLAGS) | (flags as u64) << Self::FLAGS)
    }
    /// Whether this is the tail of a message at all.
    #[inline(always)]
    pub(super) const fn is_valid(self) -> bool {
        self.kind().wrapping_sub(Kind::Inline as u8).rotate_right(1) <= 2
    }
    /// Whether it is that of a message of this kind without flags, but for SHARED.
    #[inline(always)]
    pub(super) const fn is_plain(self, kind: Kind) -> bool {
        self.0 as u16 & !((SHARED as u16) << Self::FLAGS) == kind as u16
    }
    #[inline(always)]
    pub(super) const fn len(self) -> usize {
        (self.0 >> Self::LEN) as u8 as usize
    }
    #[inline(always)]
    pub(super) const fn routing_id(self) -> u32 {
        (self.0 >> Self::ROUTING_ID) as u32
    }
    #[inline(always)]
    pub(super) const fn with_routing_id(self, id: u32) -> Tail {
        Tail(self.0 & 0xFFFF_FFFF | (id as u64) << Self::ROUTING_ID)
    }
}
