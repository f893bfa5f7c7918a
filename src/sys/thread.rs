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

/// How background threads run (ZMQ_THREAD_SCHED_POLICY, _PRIORITY, _AFFINITY_*).
pub struct Settings {
    /// Priority, -1: leave.
    pub priority: i32,
    /// Scheduling policy, -1: leave.
    pub policy: i32,
    /// Processors to run on, none: all.
    pub cpus: Vec<i32>,
}

impl Settings {
    /// Applies them to the calling thread, as far as the system lets us: a
    /// refusal (EPERM) leaves the thread as it is.
    pub fn apply(&self) {
        // SAFETY: calls on the calling thread with live arguments; all-zero is
        // a valid CPU set, and CPU_SET is given numbers inside it only.
        unsafe {
            let this = libc::pthread_self();
            if self.policy >= 0 || self.priority >= 0 {
                let mut policy = 0;
                let mut parameters: libc::sched_param = std::mem::zeroed();
                libc::pthread_getschedparam(this, &raw mut policy, &raw mut parameters);
                if self.policy >= 0 {
                    policy = self.policy;
                }
                if self.priority >= 0 && matches!(policy, libc::SCHED_FIFO | libc::SCHED_RR) {
                    parameters.sched_priority = self.priority;
                }
                libc::pthread_setschedparam(this, policy, &raw const parameters);
                if self.priority > 0 && !matches!(policy, libc::SCHED_FIFO | libc::SCHED_RR) {
                    // Not a real-time policy: the manual's "nice" of -20.
                    libc::setpriority(libc::PRIO_PROCESS, libc::gettid() as libc::id_t, -20);
                }
            }
            if !self.cpus.is_empty() {
                let mut set: libc::cpu_set_t = std::mem::zeroed();
                let inside = 0..libc::CPU_SETSIZE;
                for cpu in self.cpus.iter().filter(|cpu| inside.contains(*cpu)) {
                    libc::CPU_SET(*cpu as usize, &mut set);
                }
                let size = std::mem::size_of::<libc::cpu_set_t>();
                libc::pthread_setaffinity_np(this, size, &raw const set);
            }
        }
    }
}
