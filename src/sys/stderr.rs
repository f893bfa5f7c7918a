//! Writing to stderr, which is the application's: without blocking, without
//! SIGPIPE, without a trace in errno. Used by the debug log alone.

use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::poll;

const STDERR: libc::c_int = libc::STDERR_FILENO;

/// What stderr was when the log was turned on: device and inode. Written with
/// the same numbers by all who write it, before the log is on.
static FIRST: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

fn status() -> Option<libc::stat> {
    // SAFETY: all-zero is a valid stat, and it is live.
    unsafe {
        let mut status: libc::stat = mem::zeroed();
        (libc::fstat(STDERR, &raw mut status) == 0).then_some(status)
    }
}

/// Runs `call` and puts errno back.
pub fn keeping_errno<T>(call: impl FnOnce() -> T) -> T {
    // SAFETY: the calling thread's own errno.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let before = unsafe { *errno };
    let result = call();
    // SAFETY: as above.
    unsafe { *errno = before };
    result
}

/// Remembers what stderr is. False: there is none.
pub fn open() -> bool {
    status().is_some_and(|status| {
        FIRST[0].store(status.st_dev, Ordering::Release);
        FIRST[1].store(status.st_ino, Ordering::Release);
        true
    })
}

/// Whether descriptor 2 still is for people. Once an application has closed it,
/// the next descriptor made gets its number: perhaps a connection of ours.
fn is_for_people() -> bool {
    let Some(status) = status() else { return false };
    matches!(status.st_mode & libc::S_IFMT, libc::S_IFREG | libc::S_IFCHR | libc::S_IFIFO)
        || FIRST.each_ref().map(|number| number.load(Ordering::Acquire))
            == [status.st_dev, status.st_ino]
}

/// Writes a line, or nothing: false. A pipe that takes anything takes a page;
/// only two threads that meet at its last one may have to wait for its reader,
/// as whoever writes to stderr.
pub fn write(line: &[u8]) -> bool {
    if !is_for_people() {
        return false;
    }
    let mut items = [poll::item(STDERR, libc::POLLOUT)];
    let ready = poll::poll(&mut items, Some(Duration::ZERO));
    ready == Ok(1) && items[0].revents == libc::POLLOUT && write_quietly(line)
}

/// write(2) with SIGPIPE held back: MSG_NOSIGNAL is for sockets alone. A signal
/// that was pending before is somebody else's and stays.
fn write_quietly(line: &[u8]) -> bool {
    // SAFETY: all-zero is a valid value of each set, and sets, time and line
    // are live. Only this thread's mask changes, and is put back.
    unsafe {
        let mut pipe: libc::sigset_t = mem::zeroed();
        let mut pending: libc::sigset_t = mem::zeroed();
        let mut before: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut pipe);
        libc::sigaddset(&raw mut pipe, libc::SIGPIPE);
        libc::sigpending(&raw mut pending);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const pipe, &raw mut before);
        let written = libc::write(STDERR, line.as_ptr().cast(), line.len());
        let broken = written < 0 && *libc::__errno_location() == libc::EPIPE;
        if broken && libc::sigismember(&raw const pending, libc::SIGPIPE) == 0 {
            let now: libc::timespec = mem::zeroed();
            libc::sigtimedwait(&raw const pipe, ptr::null_mut(), &raw const now);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        usize::try_from(written) == Ok(line.len())
    }
}
