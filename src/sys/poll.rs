//! poll(2) and ppoll(2).

use std::os::fd::RawFd;
use std::ptr;
use std::time::Duration;

use super::check;
use crate::errno::{Errno, Result};

/// What poll(2) takes and gives.
pub use libc::pollfd as PollFd;

/// An item that waits for `events` on `fd`.
pub fn item(fd: RawFd, events: libc::c_short) -> PollFd {
    PollFd { fd, events, revents: 0 }
}

/// Waits until an item is ready, `timeout` is over (None: never) or a signal
/// comes (EINTR). Returns the number of ready items.
pub fn poll(items: &mut [PollFd], timeout: Option<Duration>) -> Result<usize> {
    // SAFETY: no mask is a valid mask argument.
    unsafe { ppoll(items, timeout, ptr::null()) }
}

/// As [`poll`], with `mask` as the signal mask during the wait.
///
/// # Safety
/// `mask` is NULL or points to a signal set.
pub unsafe fn ppoll(
    items: &mut [PollFd],
    timeout: Option<Duration>,
    mask: *const libc::sigset_t,
) -> Result<usize> {
    let time = timeout.map(|t| libc::timespec {
        tv_sec: t.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: t.subsec_nanos().into(),
    });
    let time = time.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: a live slice with its length, a live or null timespec.
    let ready = unsafe { libc::ppoll(items.as_mut_ptr(), items.len() as libc::nfds_t, time, mask) };
    match check(ready) {
        // A sandbox forbids it, and poll(2) may be there. Not with a mask, which
        // would have to be set in the same moment.
        Err(Errno::EPERM | Errno::ENOSYS) if mask.is_null() => coarse(items, timeout),
        result => result.map(|n| n as usize),
    }
}

/// As [`poll`], by poll(2), in milliseconds rounded up.
fn coarse(items: &mut [PollFd], timeout: Option<Duration>) -> Result<usize> {
    let ms = timeout.map_or(-1, |time| {
        time.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(libc::c_int::MAX)
    });
    // SAFETY: a live slice with its length.
    let ready = unsafe { libc::poll(items.as_mut_ptr(), items.len() as libc::nfds_t, ms) };
    check(ready).map(|n| n as usize)
}
