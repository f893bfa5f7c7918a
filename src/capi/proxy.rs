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
        let frontend = Guest::of(frontend)?;
        let backend = Guest::of(backend)?;
        let capture = Guest::optional(capture)?;
        let control = Guest::optional(control)?;
        let ends = [frontend.socket, backend.socket];
        let [shown, listened] =
            [&capture, &control].map(|guest| guest.as_ref().map(|it| it.socket));
        let outcome = poll::proxy(ends, shown, listened);
        let guests = [Some(frontend), Some(backend), capture, control];
        let closed =
            guests.into_iter().flatten().fold(false, |closed, guest| guest.leave() | closed);
        if closed { Err(Errno::ENOTSOCK) } else { outcome }
    }
}

/// A socket that has been entered.
struct Guest {
    socket: NonNull<Socket>,
    handle: *mut c_void,
}

impl Guest {
    /// # Safety
    /// `handle` is NULL or a handle.
    unsafe fn of(handle: *mut c_void) -> Result<Guest> {
        // SAFETY: passed on.
        unsafe { handle::enter(handle) }.map(|socket| Guest { socket, handle })
    }

    /// # Safety
    /// As [`of`](Self::of).
    unsafe fn optional(handle: *mut c_void) -> Result<Option<Guest>> {
        // SAFETY: passed on.
        if handle.is_null() { Ok(None) } else { unsafe { Guest::of(handle) }.map(Some) }
    }

    /// Whether the socket was closed meanwhile.
    fn leave(self) -> bool {
        let handle = self.handle;
        std::mem::forget(self);
        // SAFETY: entered, and left once.
        unsafe { handle::leave(handle) }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // SAFETY: entered, and not left.
        unsafe { handle::leave(self.handle) };
    }
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
