//! Threads of the library: every signal blocked, so that the application's
//! handlers run on the application's threads.

use std::thread::{Builder, JoinHandle};

use crate::errno::{Errno, Result};

/// Starts a thread with all signals blocked. EAGAIN: no more threads.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    // SAFETY: all-zero is a valid set to be filled.
    let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    let mut before: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: live sets. A thread inherits its creator's mask, hence the detour.
    unsafe {
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
    }
    // The kernel keeps 15 bytes of a name.
    let short: String = name.chars().filter(|c| *c != '\0').take(15).collect();
    let thread = Builder::new().name(short).spawn(body).map_err(Errno::from);
    // SAFETY: the mask saved above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, std::ptr::null_mut()) };
    thread
}

/// Number of processors this process may use.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}
