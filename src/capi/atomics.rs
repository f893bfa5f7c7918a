//! zmq.h, "atomic counters". A counter is the int itself.

use std::ffi::{c_int, c_void};
// Not from crate::sync: C sees nothing but the plain int.
use std::sync::atomic::{AtomicI32, Ordering};

/// # Safety
/// `counter` is NULL or a counter.
unsafe fn counter<'a>(counter: *mut c_void) -> Option<&'a AtomicI32> {
    // SAFETY: by contract.
    unsafe { counter.cast::<AtomicI32>().as_ref() }
}

/// Makes a counter of value 0.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_new() -> *mut c_void {
    Box::into_raw(Box::new(AtomicI32::new(0))).cast()
}

/// Sets a counter.
///
/// # Safety
/// `counter` is NULL or a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_set(counter: *mut c_void, value: c_int) {
    // SAFETY: by contract.
    if let Some(counter) = unsafe { self::counter(counter) } {
        counter.store(value, Ordering::SeqCst);
    }
}

/// Adds one and returns the value before. NULL: 0.
///
/// # Safety
/// `counter` is NULL or a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_inc(counter: *mut c_void) -> c_int {
    // SAFETY: by contract.
    unsafe { self::counter(counter) }.map_or(0, |c| c.fetch_add(1, Ordering::SeqCst))
}

/// Takes one off and returns 0 if none is left, else 1. NULL: 0.
///
/// # Safety
/// `counter` is NULL or a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_dec(counter: *mut c_void) -> c_int {
    // SAFETY: by contract.
    let before = unsafe { self::counter(counter) }.map(|c| c.fetch_sub(1, Ordering::SeqCst));
    c_int::from(before.is_some_and(|before| before != 1))
}

/// The value of a counter. NULL: 0.
///
/// # Safety
/// `counter` is NULL or a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_value(counter: *mut c_void) -> c_int {
    // SAFETY: by contract.
    unsafe { self::counter(counter) }.map_or(0, |c| c.load(Ordering::SeqCst))
}

/// Frees a counter and sets the caller's pointer to NULL.
///
/// # Safety
/// `counter_p` is NULL or refers to NULL or a counter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_atomic_counter_destroy(counter_p: *mut *mut c_void) {
    // SAFETY: by contract.
    let Some(place) = (unsafe { counter_p.as_mut() }) else { return };
    let counter = std::mem::replace(place, std::ptr::null_mut());
    if !counter.is_null() {
        // SAFETY: made by zmq_atomic_counter_new, by contract.
        drop(unsafe { Box::from_raw(counter.cast::<AtomicI32>()) });
    }
}
