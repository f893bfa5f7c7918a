//! Reading and writing connected sockets, without blocking and without SIGPIPE.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::RawFd;

use crate::errno::{Errno, Result};

/// Signals that may interrupt one call. None does: nothing here waits.
const INTERRUPTIONS: usize = 16;

/// Makes the call, again when a signal interrupts it; EAGAIN where that goes on.
#[inline]
fn size(mut call: impl FnMut() -> libc::ssize_t) -> Result<usize> {
    for _ in 0..INTERRUPTIONS {
        if let Ok(n) = usize::try_from(call()) {
            return Ok(n);
        }
        let errno = Errno::last();
        if errno != Errno::EINTR {
            return Err(errno);
        }
    }
    Err(Errno::EAGAIN)
}

/// Whether a sandbox forbids the call, rather than the call having failed.
fn is_denied(errno: Errno) -> bool {
    matches!(errno, Errno::EPERM | Errno::ENOSYS)
}

/// Reads what is there. Ok(0): the peer has closed. EAGAIN: nothing there.
#[inline]
pub fn read(fd: RawFd, into: &mut [u8]) -> Result<usize> {
    // SAFETY: a live slice with its length.
    size(|| unsafe { libc::recv(fd, into.as_mut_ptr().cast(), into.len(), libc::MSG_DONTWAIT) })
}

/// Reads into several pieces as one; where recvmsg(2) is denied, into the first.
pub fn read_into_all(fd: RawFd, pieces: &mut [IoSliceMut<'_>]) -> Result<usize> {
    // SAFETY: all-zero is a valid msghdr; IoSliceMut has iovec's layout (std docs).
    let mut message = unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = pieces.as_mut_ptr().cast();
        message.msg_iovlen = pieces.len() as _;
        message
    };
    // SAFETY: the header refers to live slices.
    match size(|| unsafe { libc::recvmsg(fd, &raw mut message, libc::MSG_DONTWAIT) }) {
        Err(errno) if is_denied(errno) => {
            pieces.iter_mut().find(|piece| !piece.is_empty()).map_or(Err(errno), |p| read(fd, p))
        }
        result => result,
    }
}

/// Writes as much as fits. EAGAIN: nothing fits.
#[inline]
pub fn write(fd: RawFd, bytes: &[u8]) -> Result<usize> {
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: a live slice with its length.
    size(|| unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) })
}

/// Writes several pieces as one; where sendmsg(2) is denied, the first.
pub fn write_all_of(fd: RawFd, pieces: &[IoSlice<'_>]) -> Result<usize> {
    // SAFETY: all-zero is a valid msghdr; IoSlice has iovec's layout (std docs).
    let message = unsafe {
        let mut message: libc::msghdr = std::mem::zeroed();
        message.msg_iov = pieces.as_ptr().cast_mut().cast();
        message.msg_iovlen = pieces.len() as _;
        message
    };
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: the header refers to live slices.
    match size(|| unsafe { libc::sendmsg(fd, &raw const message, flags) }) {
        Err(errno) if is_denied(errno) => {
            pieces.iter().find(|piece| !piece.is_empty()).map_or(Err(errno), |p| write(fd, p))
        }
        result => result,
    }
}
