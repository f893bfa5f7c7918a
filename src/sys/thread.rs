//! Threads of the library: every signal blocked, so that the application's
//! handlers run on the application's threads.
//!
//! Made with pthreads rather than std's threads: std's spawn leaves a
//! destructor in the calling thread's local storage, and the C library then
//! never unmaps us on dlclose.

use std::ffi::{CString, c_void};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::{mem, ptr};

use crate::errno::{Errno, Result};

/// A running thread; dropped without [`join`](Self::join) it goes on by itself.
#[derive(Debug)]
pub struct Thread {
    id: libc::pthread_t,
    joined: bool,
}

/// What a thread runs, on its way there.
struct Start {
    name: CString,
    body: Box<dyn FnOnce() + Send>,
}

/// # Safety
/// `start` is a boxed [`Start`] that nobody else has.
extern "C" fn run(start: *mut c_void) -> *mut c_void {
    // SAFETY: made by spawn, for this call alone.
    let Start { name, body } = *unsafe { Box::from_raw(start.cast::<Start>()) };
    // SAFETY: a live, terminated name of at most 15 bytes.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) };
    body();
    ptr::null_mut()
}

/// Starts a thread with all signals blocked. EAGAIN: no more threads.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<Thread> {
    // The kernel keeps 15 bytes of a name.
    let short: Vec<u8> = name.bytes().filter(|b| *b != 0).take(15).collect();
    let name = CString::new(short).unwrap_or_default();
    let start = Box::into_raw(Box::new(Start { name, body: Box::new(body) }));
    // SAFETY: all-zero is a valid value of each, to be filled. The sets are
    // live. A thread inherits its creator's mask, hence the detour. `run` takes
    // the box over if, and only if, the thread is made.
    unsafe {
        let mut all: libc::sigset_t = mem::zeroed();
        let mut before: libc::sigset_t = mem::zeroed();
        let mut id: libc::pthread_t = mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        let failed = libc::pthread_create(&raw mut id, ptr::null(), run, start.cast());
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        if failed != 0 {
            drop(Box::from_raw(start));
            return Err(Errno(failed));
        }
        Ok(Thread { id, joined: false })
    }
}

impl Thread {
    /// Waits for the thread's end.
    pub fn join(mut self) {
        self.joined = true;
        // SAFETY: a thread of ours, neither joined nor detached before.
        unsafe { libc::pthread_join(self.id, ptr::null_mut()) };
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if !self.joined {
            LET_GO.store(true, Ordering::SeqCst);
            // SAFETY: a thread of ours, neither joined nor detached before.
            unsafe { libc::pthread_detach(self.id) };
        }
    }
}

/// Some thread was let go of, and may still run our code.
static LET_GO: AtomicBool = AtomicBool::new(false);

/// Keeps the library in memory for good if a thread was let go of that may still
/// run it: called when the application may unload it next.
pub fn keep_loaded() {
    if !LET_GO.swap(false, Ordering::SeqCst) {
        return;
    }
    // SAFETY: all-zero is a valid value, to be filled for an address of ours; the
    // name is one that the loader knows. The handle is kept on purpose.
    unsafe {
        let mut us: libc::Dl_info = mem::zeroed();
        if libc::dladdr(run as *const c_void, &raw mut us) != 0 && !us.dli_fname.is_null() {
            let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
            libc::dlopen(us.dli_fname, flags);
        }
    }
}

/// Something to be done when a thread ends, for threads that are not ours too.
///
/// std's thread-locals with destructors would keep the library from being
/// unloaded; a key of pthreads can be taken back.
pub struct AtEnd {
    /// The key plus one; [`NO_KEY`] before the first use, [`CLOSED`] after the last.
    key: AtomicU32,
    run: unsafe extern "C" fn(*mut c_void),
}

const NO_KEY: u32 = 0;
const CLOSED: u32 = u32::MAX;

impl AtEnd {
    /// `run` gets what the thread [`remember`](Self::remember)ed.
    pub const fn new(run: unsafe extern "C" fn(*mut c_void)) -> AtEnd {
        AtEnd { key: AtomicU32::new(NO_KEY), run }
    }

    /// Has the calling thread end with `run(value)`. False: no more keys.
    pub fn remember(&self, value: NonNull<c_void>) -> bool {
        self.set(value.as_ptr())
    }

    /// The calling thread ends like any other again.
    pub fn forget(&self) {
        self.set(ptr::null_mut());
    }

    fn set(&self, value: *mut c_void) -> bool {
        // SAFETY: a key of ours; the value is not looked at.
        self.key().is_some_and(|key| unsafe { libc::pthread_setspecific(key, value) == 0 })
    }

    /// No thread ends with `run` from now on.
    pub fn close(&self) {
        let key = self.key.swap(CLOSED, Ordering::SeqCst);
        if !matches!(key, NO_KEY | CLOSED) {
            // SAFETY: a key of ours, taken out.
            unsafe { libc::pthread_key_delete(key - 1) };
        }
    }

    fn key(&self) -> Option<libc::pthread_key_t> {
        match self.key.load(Ordering::SeqCst) {
            NO_KEY => self.make_key(),
            CLOSED => None,
            key => Some(key - 1),
        }
    }

    fn make_key(&self) -> Option<libc::pthread_key_t> {
        let mut key = 0;
        // SAFETY: a live place for the key; `run` takes what `remember` was given.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(self.run)) } != 0 {
            return None;
        }
        let made = self.key.compare_exchange(NO_KEY, key + 1, Ordering::SeqCst, Ordering::SeqCst);
        if made.is_err() {
            // Another thread was faster.
            // SAFETY: made right here, used by nobody.
            unsafe { libc::pthread_key_delete(key) };
            return self.key();
        }
        Some(key)
    }
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
