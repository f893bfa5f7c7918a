//! zmq.h, "stopwatch, sleep, threads".

use std::ffi::{c_int, c_ulong, c_void};
use std::time::Duration;

use super::convert::answer;
use super::handle;
use super::types::zmq_thread_ptr;
use crate::clock::Time;
use crate::errno::Errno;
use crate::poll::{self, Thread};

/// Starts a stopwatch.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_stopwatch_start() -> *mut c_void {
    Box::into_raw(Box::new(Time::now())).cast()
}

fn microseconds(start: Time) -> c_ulong {
    c_ulong::try_from(Time::now().since(start).as_micros()).unwrap_or(c_ulong::MAX)
}

/// Microseconds since the start; 0 for NULL.
///
/// # Safety
/// `watch` is NULL or a running stopwatch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_stopwatch_intermediate(watch: *mut c_void) -> c_ulong {
    // SAFETY: by contract.
    unsafe { watch.cast::<Time>().as_ref() }.map_or(0, |start| microseconds(*start))
}

/// Stops and frees a stopwatch: microseconds since the start; 0 for NULL.
///
/// # Safety
/// `watch` is NULL or a running stopwatch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_stopwatch_stop(watch: *mut c_void) -> c_ulong {
    if watch.is_null() {
        return 0;
    }
    // SAFETY: made by zmq_stopwatch_start, by contract.
    microseconds(*unsafe { Box::from_raw(watch.cast::<Time>()) })
}

/// Sleeps for some seconds, less if a signal comes.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_sleep(seconds: c_int) {
    poll::sleep(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
}

/// Runs `func(arg)` in a new thread, named ZMQapp and with all signals blocked.
/// NULL with EFAULT or EAGAIN.
///
/// # Safety
/// `func` may be called with `arg` on another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_threadstart(func: zmq_thread_ptr, arg: *mut c_void) -> *mut c_void {
    answer(|| {
        let func = func.ok_or(Errno::EFAULT)?;
        // SAFETY: by contract.
        unsafe { Thread::start(func, arg) }.map(|thread| handle::open(Box::new(thread)))
    })
}

/// Waits for a thread to end and frees it. Another pointer is left alone.
///
/// # Safety
/// `thread` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_threadclose(thread: *mut c_void) {
    // A forked child has not inherited the thread.
    // SAFETY: by contract.
    if let Ok(Some(thread)) = unsafe { handle::take::<Thread>(thread) } {
        thread.join();
    }
}
