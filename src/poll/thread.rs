//! zmq_threadstart and zmq_sleep.

use std::ffi::c_void;
use std::time::Duration;

use crate::errno::Result;
use crate::sys;

/// C's `zmq_thread_fn`.
pub type Body = unsafe extern "C" fn(arg: *mut c_void);

/// A thread that runs a C function.
pub struct Thread(sys::thread::Thread);

/// The argument on its way to the thread.
struct Argument(*mut c_void);

// SAFETY: `Thread::start`'s caller says that the function may run elsewhere.
unsafe impl Send for Argument {}

impl Argument {
    // A method, so that the closure takes the whole and not just the pointer.
    fn pointer(self) -> *mut c_void {
        self.0
    }
}

impl Thread {
    /// Runs `body(arg)` in a thread named ZMQapp. EAGAIN: no more threads.
    ///
    /// # Safety
    /// `body` may be called with `arg` on another thread.
    pub unsafe fn start(body: Body, arg: *mut c_void) -> Result<Thread> {
        let arg = Argument(arg);
        // SAFETY: by contract.
        sys::thread::spawn("ZMQapp", move || unsafe { body(arg.pointer()) }).map(Thread)
    }

    /// Waits for the function to return.
    pub fn join(self) {
        self.0.join();
    }
}

/// Sleeps, or less if a signal comes.
pub fn sleep(time: Duration) {
    sys::poll::poll(&mut [], Some(time)).ok();
}
