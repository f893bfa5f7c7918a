//! zmq.h, draft zmq_ppoll: apart from the poller because the header declares it
//! only where `sigset_t` exists.

use std::ffi::{c_int, c_long};

use libc::sigset_t;

use crate::capi::convert::answer;
use crate::capi::poll;
use crate::capi::types::zmq_pollitem_t;

/// zmq_poll with `sigmask` as the thread's signal mask during the wait, unless
/// it is NULL. EINTR, EINVAL, EFAULT, ENOTSOCK, ETERM, EBADF.
///
/// # Safety
/// As zmq_poll; `sigmask` is NULL or a signal set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ppoll(
    items: *mut zmq_pollitem_t,
    nitems: c_int,
    timeout: c_long,
    sigmask: *const sigset_t,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { poll::poll(items, nitems, timeout, sigmask) })
}
