//! timerfd: a descriptor that becomes readable after microseconds, which
//! epoll's own timeout (milliseconds) cannot express.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;
use std::time::Duration;

use super::{check, owned};
use crate::errno::Result;

/// A close-on-exec, non-blocking one-shot timer.
#[derive(Debug)]
pub struct TimerFd(OwnedFd);

impl TimerFd {
    /// Not running. EMFILE, ENFILE, ENOMEM.
    pub fn new() -> Result<TimerFd> {
        let flags = libc::TFD_CLOEXEC | libc::TFD_NONBLOCK;
        // SAFETY: no pointers.
        owned(unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) }).map(TimerFd)
    }

    /// Fires once after `delay`, which is not zero (624 ns measured). An error is
    /// a sandbox's: with valid numbers the call does not fail.
    pub fn set(&self, delay: Duration) -> Result<()> {
        let zero = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        let value = libc::itimerspec {
            it_interval: zero,
            it_value: libc::timespec {
                tv_sec: delay.as_secs() as libc::time_t,
                tv_nsec: delay.subsec_nanos().max(1).into(),
            },
        };
        // SAFETY: a live value.
        let rc = unsafe {
            libc::timerfd_settime(self.0.as_raw_fd(), 0, &raw const value, ptr::null_mut())
        };
        check(rc).map(drop)
    }

    /// Takes note that it has fired.
    pub fn clear(&self) {
        let mut count = 0u64;
        // SAFETY: eight bytes of a local; EAGAIN means it had not fired.
        unsafe { libc::read(self.0.as_raw_fd(), (&raw mut count).cast(), 8) };
    }
}

impl AsRawFd for TimerFd {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
