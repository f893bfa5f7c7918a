//! zmq.h, "timers".

use std::ffi::{c_int, c_long, c_void};
use std::ptr;
use std::time::Duration;

use super::convert::{answer, object, status};
use super::handle;
use super::types::zmq_timer_ptr;
use crate::clock::Time;
use crate::errno::{Errno, Result};
use crate::poll::Timers;

/// # Safety
/// `timers` is NULL or a handle used by this thread.
unsafe fn timers<'a>(timers: *mut c_void) -> Result<&'a mut Timers> {
    // SAFETY: passed on.
    unsafe { handle::exclusive(timers) }
}

/// C's interval in milliseconds.
fn interval(ms: usize) -> Duration {
    Duration::from_millis(ms as u64)
}

/// Makes an empty set of timers.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_new() -> *mut c_void {
    handle::open(Box::new(Timers::default()))
}

/// Frees a set of timers and sets the caller's pointer to NULL. EFAULT.
///
/// # Safety
/// `timers_p` is NULL or refers to NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_destroy(timers_p: *mut *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let place = object(timers_p)?;
        handle::take::<Timers>(*place)?;
        *place = ptr::null_mut();
        Ok(())
    })
}

/// Adds a timer that calls `handler(id, arg)` each `interval` milliseconds from
/// now, and returns its id, from 1 upwards. EFAULT.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread; `handler` may be called
/// with `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_add(
    timers: *mut c_void,
    interval: usize,
    handler: zmq_timer_ptr,
    arg: *mut c_void,
) -> c_int {
    answer(|| {
        // SAFETY: by contract.
        let timers = unsafe { self::timers(timers) }?;
        let handler = handler.ok_or(Errno::EFAULT)?;
        Ok(timers.add(Time::now(), self::interval(interval), handler, arg))
    })
}

/// Takes a timer off. EFAULT, EINVAL.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_cancel(timers: *mut c_void, timer_id: c_int) -> c_int {
    // SAFETY: by contract.
    status(|| unsafe { self::timers(timers) }?.cancel(timer_id))
}

/// Gives a timer another interval in milliseconds, counted from now. EFAULT,
/// EINVAL.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_set_interval(
    timers: *mut c_void,
    timer_id: c_int,
    interval: usize,
) -> c_int {
    status(|| {
        // SAFETY: by contract.
        let timers = unsafe { self::timers(timers) }?;
        timers.set_interval(Time::now(), timer_id, self::interval(interval))
    })
}

/// Lets a timer's interval begin now. EFAULT, EINVAL.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_reset(timers: *mut c_void, timer_id: c_int) -> c_int {
    // SAFETY: by contract.
    status(|| unsafe { self::timers(timers) }?.reset(Time::now(), timer_id))
}

/// Milliseconds until the next timer is due, -1 if there is none. -1 with
/// EFAULT.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_timeout(timers: *mut c_void) -> c_long {
    answer(|| {
        // SAFETY: by contract.
        let left = unsafe { self::timers(timers) }?.timeout(Time::now());
        // Up to the next millisecond: who sleeps that long finds the timer due.
        let ms = left.map(|left| left.as_nanos().div_ceil(1_000_000));
        Ok(ms.map_or(-1, |ms| c_long::try_from(ms).unwrap_or(c_long::MAX)))
    })
}

/// Calls the handlers of all timers that are due. EFAULT.
///
/// # Safety
/// `timers` is NULL or a handle used by this thread, which the handlers may
/// use, too, but not destroy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_timers_execute(timers: *mut c_void) -> c_int {
    // SAFETY: by contract; nothing is borrowed while a handler runs.
    status(|| unsafe {
        let run = self::timers(timers)?.begin_run(Time::now());
        while let Some(due) = self::timers(timers)?.next_due(&run) {
            due.call();
        }
        Ok(())
    })
}
