//! zmq.h, "socket monitoring".

use std::ffi::{c_char, c_int, c_void};

use super::constants::ZMQ_PAIR;
use super::convert::{status, text};
use super::handle;
use crate::errno::Result;

/// Reports a socket's events to the PAIR that connects to the inproc endpoint
/// `addr`; NULL stops. ENOTSOCK, ETERM, EINVAL, EPROTONOSUPPORT, EADDRINUSE,
/// EMFILE.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `addr` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_socket_monitor(
    socket: *mut c_void,
    addr: *const c_char,
    events: c_int,
) -> c_int {
    // The int is widened with its sign, so that a negative mask is EINVAL.
    let events = i64::from(events) as u64;
    // SAFETY: passed on.
    status(|| unsafe { monitor(socket, addr, events, 1, ZMQ_PAIR) })
}

/// Starts or, with a NULL address, stops the monitor.
///
/// # Safety
/// As `zmq_socket_monitor`.
pub(super) unsafe fn monitor(
    socket: *mut c_void,
    addr: *const c_char,
    events: u64,
    version: c_int,
    socket_type: c_int,
) -> Result<()> {
    // SAFETY: passed on.
    let (socket, addr) = unsafe { (handle::socket(socket)?, text(addr).ok()) };
    socket.monitor(addr, events, version, socket_type)
}
