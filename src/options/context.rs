//! Context options: the values behind `zmq_ctx_set` and `zmq_ctx_get`.
//!
//! The context owns one, guards it with its own lock, and hands sockets a view
//! when they are created. Data only: nothing here starts or renames a thread.

use std::collections::BTreeSet;

use super::value;
use crate::errno::{Errno, Result};

const IO_THREADS: i32 = 1;
const MAX_SOCKETS: i32 = 2;
/// Option 3: what is written is THREAD_PRIORITY, what is read is SOCKET_LIMIT.
const SOCKET_LIMIT: i32 = 3;
const THREAD_PRIORITY: i32 = 3;
const THREAD_SCHED_POLICY: i32 = 4;
const MAX_MSGSZ: i32 = 5;
const MSG_T_SIZE: i32 = 6;
const THREAD_AFFINITY_CPU_ADD: i32 = 7;
const THREAD_AFFINITY_CPU_REMOVE: i32 = 8;
const THREAD_NAME_PREFIX: i32 = 9;
const ZERO_COPY_RECV: i32 = 10;
const IPV6: i32 = 42;
const BLOCKY: i32 = 70;

/// What SOCKET_LIMIT reports: 16 bits of socket slots, as libzmq's epoll builds do.
const SOCKET_LIMIT_VALUE: i32 = 65_535;
/// sizeof (zmq_msg_t).
const MESSAGE_SIZE: i32 = 64;
/// Longest THREAD_NAME_PREFIX: Linux's limit on a thread's name, with the NUL.
const NAME_PREFIX_MAX: usize = 16;

/// Every option of one context.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each field is the option of its name")]
pub struct ContextOptions {
    pub io_threads: i32,
    pub max_sockets: i32,
    /// -1: not set.
    pub thread_priority: i32,
    /// -1: not set.
    pub thread_sched_policy: i32,
    /// CPUs to pin background threads to; empty means all.
    pub affinity_cpus: BTreeSet<i32>,
    pub name_prefix: Vec<u8>,
    pub ipv6: bool,
    pub blocky: bool,
    pub zero_copy_recv: bool,
    /// Stored and read back only: libzmq checks it nowhere.
    pub max_msgsz: i32,
}

impl Default for ContextOptions {
    fn default() -> Self {
        ContextOptions {
            io_threads: 1,
            max_sockets: 1023,
            thread_priority: -1,
            thread_sched_policy: -1,
            affinity_cpus: BTreeSet::new(),
            name_prefix: Vec::new(),
            ipv6: false,
            blocky: true,
            zero_copy_recv: true,
            max_msgsz: i32::MAX,
        }
    }
}

impl ContextOptions {
    /// `zmq_ctx_set`. EINVAL: unknown or read-only option, or value out of range.
    pub fn set(&mut self, option: i32, value: i32) -> Result<()> {
        if option == THREAD_NAME_PREFIX {
            self.name_prefix = value.to_string().into_bytes();
            return Ok(());
        }
        // Every other option takes numbers from 0 up.
        if value < 0 {
            return Err(Errno::EINVAL);
        }
        match option {
            IO_THREADS => self.io_threads = value,
            MAX_SOCKETS if value >= 1 => self.max_sockets = value,
            THREAD_PRIORITY => self.thread_priority = value,
            THREAD_SCHED_POLICY => self.thread_sched_policy = value,
            MAX_MSGSZ => self.max_msgsz = value,
            THREAD_AFFINITY_CPU_ADD => _ = self.affinity_cpus.insert(value),
            THREAD_AFFINITY_CPU_REMOVE if self.affinity_cpus.remove(&value) => {}
            ZERO_COPY_RECV => self.zero_copy_recv = value != 0,
            IPV6 => self.ipv6 = value != 0,
            BLOCKY => self.blocky = value != 0,
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    /// `zmq_ctx_get`. EINVAL: unknown or write-only option.
    pub fn get(&self, option: i32) -> Result<i32> {
        Ok(match option {
            IO_THREADS => self.io_threads,
            MAX_SOCKETS => self.max_sockets,
            SOCKET_LIMIT => SOCKET_LIMIT_VALUE,
            THREAD_SCHED_POLICY => self.thread_sched_policy,
            MAX_MSGSZ => self.max_msgsz,
            MSG_T_SIZE => MESSAGE_SIZE,
            THREAD_NAME_PREFIX => value::leading_number(&self.name_prefix),
            ZERO_COPY_RECV => i32::from(self.zero_copy_recv),
            IPV6 => i32::from(self.ipv6),
            BLOCKY => i32::from(self.blocky),
            _ => return Err(Errno::EINVAL),
        })
    }

    /// `zmq_ctx_set_ext`: as [`set`](Self::set) with four bytes; a name prefix may
    /// also be any 1 to 16 bytes (four are taken for an `int`).
    pub fn set_ext(&mut self, option: i32, value: &[u8]) -> Result<()> {
        if option == THREAD_NAME_PREFIX && value.len() != size_of::<i32>() {
            self.name_prefix = value::required(Some(value), NAME_PREFIX_MAX)?;
            return Ok(());
        }
        self.set(option, value::int(Some(value))?)
    }

    /// `zmq_ctx_get_ext`: four bytes, or the prefix at the front of a buffer of
    /// any other length that holds it; what follows it is left alone.
    pub fn get_ext(&self, option: i32, out: &mut [u8]) -> Result<()> {
        if option == THREAD_NAME_PREFIX && out.len() != size_of::<i32>() {
            let room = out.get_mut(..self.name_prefix.len()).ok_or(Errno::EINVAL)?;
            room.copy_from_slice(&self.name_prefix);
            return Ok(());
        }
        value::put_int(out, self.get(option)?, value::Room::Exact).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // behaviours: 15
    #[test]
    fn defaults_read_back() {
        let ctx = ContextOptions::default();
        let read = [1, 2, 3, 4, 5, 6, 9, 10, 42, 70].map(|option| ctx.get(option));
        let expected = [1, 1023, 65_535, -1, i32::MAX, 64, 0, 1, 0, 1].map(Ok);
        assert_eq!(read, expected);
    }

    #[test]
    fn unknown_and_one_way_options_are_einval() {
        let mut ctx = ContextOptions::default();
        for option in [-1, 0, 6, 11, 71] {
            assert_eq!(ctx.set(option, 1), Err(Errno::EINVAL), "set {option}");
        }
        for option in [-1, 0, 7, 8, 11, 71] {
            assert_eq!(ctx.get(option), Err(Errno::EINVAL), "get {option}");
        }
    }

    #[test]
    fn values_below_their_range_change_nothing() {
        let mut ctx = ContextOptions::default();
        for option in [1, 2, 3, 4, 5, 7, 8, 10, 42, 70] {
            assert_eq!(ctx.set(option, -1), Err(Errno::EINVAL), "{option}");
        }
        assert_eq!(ctx.set(2, 0), Err(Errno::EINVAL));
        assert_eq!(ctx.get(2), Ok(1023));
    }

    #[test]
    fn switches_take_any_number_from_0() {
        let mut ctx = ContextOptions::default();
        for option in [10, 42, 70] {
            assert_eq!(ctx.set(option, 7), Ok(()));
            assert_eq!(ctx.get(option), Ok(1));
            assert_eq!(ctx.set(option, 0), Ok(()));
            assert_eq!(ctx.get(option), Ok(0));
        }
    }

    #[test]
    fn a_cpu_is_removed_only_if_it_was_added() {
        let mut ctx = ContextOptions::default();
        assert_eq!(ctx.set(8, 1), Err(Errno::EINVAL));
        assert_eq!(ctx.set(7, 1), Ok(()));
        assert_eq!(ctx.set(8, 1), Ok(()));
        assert!(ctx.affinity_cpus.is_empty());
    }

    // behaviours: 18
    #[test]
    fn a_name_prefix_is_a_number_or_up_to_16_bytes() {
        let mut ctx = ContextOptions::default();
        assert_eq!(ctx.set(9, -1234), Ok(()));
        assert_eq!(ctx.get(9), Ok(-1234));
        assert_eq!(ctx.set_ext(9, b"fifteen letters\0"), Ok(()));
        let mut out = [7; 18];
        assert_eq!(ctx.get_ext(9, &mut out), Ok(()));
        assert_eq!(&out, b"fifteen letters\0\x07\x07");
        assert_eq!(ctx.get_ext(9, &mut out[..15]), Err(Errno::EINVAL));
        assert_eq!(ctx.set_ext(9, b""), Err(Errno::EINVAL));
        assert_eq!(ctx.set_ext(9, &[b'a'; 17]), Err(Errno::EINVAL));
        assert_eq!(ctx.get(9), Ok(0));
    }

    #[test]
    fn other_options_need_four_bytes() {
        let mut ctx = ContextOptions::default();
        assert_eq!(ctx.set_ext(1, &[4, 0, 0]), Err(Errno::EINVAL));
        assert_eq!(ctx.set_ext(1, &4i32.to_ne_bytes()), Ok(()));
        let mut out = [0; 8];
        assert_eq!(ctx.get_ext(1, &mut out), Err(Errno::EINVAL));
        assert_eq!(ctx.get_ext(1, &mut out[..4]), Ok(()));
        assert_eq!(out[..4], 4i32.to_ne_bytes());
    }
}
