//! The only module that makes system calls, one file per kind of thing. Every
//! failure is an [`Errno`]; nothing here panics or aborts.

pub mod barrier;
pub mod chance;
pub mod epoll;
pub mod event;
#[cfg(feature = "faults")]
mod fault;
pub mod fork;
pub mod io;
pub mod net;
pub mod poll;
pub mod stderr;
pub mod thread;
pub mod timer;
pub mod tipc;

use std::os::fd::{FromRawFd, OwnedFd};

use crate::errno::{Errno, Result};

/// Takes over a descriptor a system call just returned.
pub(crate) fn owned(fd: libc::c_int) -> Result<OwnedFd> {
    if fd < 0 {
        return Err(Errno::last());
    }
    // SAFETY: the kernel has just handed us this descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Turns a system call's -1 into its errno.
pub(crate) fn check(result: libc::c_int) -> Result<libc::c_int> {
    if result < 0 { Err(Errno::last()) } else { Ok(result) }
}
