//! Socket type numbers and sets of them, as the option table needs them.
//!
//! Read by the option table, the endpoint check and the sockets themselves;
//! holds numbers only and knows nothing of what a type does.

/// Numbers of `zmq.h` (ZMQ_PAIR and so on).
pub const PAIR: i32 = 0;
#[allow(missing_docs)]
pub const PUB: i32 = 1;
#[allow(missing_docs)]
pub const SUB: i32 = 2;
#[allow(missing_docs)]
pub const REQ: i32 = 3;
#[allow(missing_docs)]
pub const REP: i32 = 4;
#[allow(missing_docs)]
pub const DEALER: i32 = 5;
#[allow(missing_docs)]
pub const ROUTER: i32 = 6;
#[allow(missing_docs)]
pub const PULL: i32 = 7;
#[allow(missing_docs)]
pub const PUSH: i32 = 8;
#[allow(missing_docs)]
pub const XPUB: i32 = 9;
#[allow(missing_docs)]
pub const XSUB: i32 = 10;
#[allow(missing_docs)]
pub const STREAM: i32 = 11;
#[allow(missing_docs)]
pub const SERVER: i32 = 12;
#[allow(missing_docs)]
pub const CLIENT: i32 = 13;
#[allow(missing_docs)]
pub const RADIO: i32 = 14;
#[allow(missing_docs)]
pub const DISH: i32 = 15;
#[allow(missing_docs)]
pub const GATHER: i32 = 16;
#[allow(missing_docs)]
pub const SCATTER: i32 = 17;
#[allow(missing_docs)]
pub const DGRAM: i32 = 18;
#[allow(missing_docs)]
pub const PEER: i32 = 19;
#[allow(missing_docs)]
pub const CHANNEL: i32 = 20;

/// A set of socket types, one bit per type number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Types(u32);

impl Types {
    /// Every type, including numbers not yet given out.
    pub const ALL: Types = Types(u32::MAX);

    /// The set of exactly these type numbers.
    pub const fn of(types: &[i32]) -> Types {
        let mut mask = 0;
        let mut i = 0;
        while i < types.len() {
            mask |= 1 << types[i];
            i += 1;
        }
        Types(mask)
    }

    /// Whether `socket_type` is in the set; a number outside 0..=31 never is.
    pub const fn contains(self, socket_type: i32) -> bool {
        socket_type >= 0 && socket_type < 32 && self.0 & (1 << socket_type) != 0
    }
}

/// Types that may be used from several threads at once.
pub const THREAD_SAFE: Types =
    Types::of(&[SERVER, CLIENT, RADIO, DISH, GATHER, SCATTER, PEER, CHANNEL]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_contains_its_members_only() {
        assert!(THREAD_SAFE.contains(CHANNEL));
        assert!(!THREAD_SAFE.contains(DGRAM));
        assert!(!Types::ALL.contains(-1));
        assert!(!Types::ALL.contains(32));
    }
}
