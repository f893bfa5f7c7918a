//! zmq.h, "proxy" and "capabilities".

use std::ffi::{c_char, c_int, c_void};
use std::ptr::{self, NonNull};

use super::convert::{answer, status, text};
use super::handle;
use crate::errno::{Errno, Result};
use crate::poll;
use crate::socket::Socket;

/// Hands messages from `frontend` to `backend` and back, a copy of each to
/// `capture` unless that is NULL, until something fails: always -1. EFAULT,
/// ENOTSOCK, ETERM, EINTR, or what sending or receiving failed with.
///
/// # Safety
/// Each argument is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_proxy(
    frontend: *mut c_void,
    backend: *mut c_void,
    capture: *mut c_void,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { run(frontend, backend, capture, ptr::null_mut()) })
}

/// As zmq_proxy, and obeys PAUSE, RESUME, TERMINATE (returns 0) and STATISTICS
/// (eight frames of eight bytes: messages and bytes received and sent by the
/// frontend, then by the backend) from `control`, unless that is NULL.
///
/// # Safety
/// Each argument is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_proxy_steerable(
    frontend: *mut c_void,
    backend: *mut c_void,
    capture: *mut c_void,
    control: *mut c_void,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { run(frontend, backend, capture, control) })
}

/// # Safety
/// Each argument is NULL or a handle used by this thread.
pub(super) unsafe fn run(
    frontend: *mut c_void,
    backend: *mut c_void,
    capture: *mut c_void,
    control: *mut c_void,
) -> Result<()> {
    if frontend.is_null() || backend.is_null() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: passed on.
    unsafe {
        let ends = [handle::find(frontend)?, handle::find(backend)?];
        poll::proxy(ends, optional(capture)?, optional(control)?)
    }
}

/// # Safety
/// `socket` is NULL or a handle.
unsafe fn optional(socket: *mut c_void) -> Result<Option<NonNull<Socket>>> {
    // SAFETY: passed on.
    if socket.is_null() { Ok(None) } else { unsafe { handle::find(socket) }.map(Some) }
}

/// 1 if the library has a capability ("ipc", "curve", "draft"...), else 0.
///
/// # Safety
/// `capability` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_has(capability: *const c_char) -> c_int {
    // SAFETY: passed on. A NULL is no capability.
    answer(|| Ok(c_int::from(unsafe { text(capability) }.is_ok_and(is_built))))
}

fn is_built(capability: &[u8]) -> bool {
    matches!(capability, b"ipc" | b"tipc" | b"curve")
}
