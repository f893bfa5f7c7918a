//! zmq.h, draft socket functions. Those of the draft socket types are ENOTSUP
//! until the types exist.

use std::ffi::{c_char, c_int, c_void};

use crate::capi::convert::{answer, bytes, status};
use crate::capi::{handle, monitor};
use crate::errno::Errno;

/// Joins a group (DISH). ENOTSOCK, ENOTSUP.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `group` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_join(socket: *mut c_void, _group: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket) }.and(Err(Errno::ENOTSUP)))
}

/// Leaves a group (DISH). ENOTSOCK, ENOTSUP.
///
/// # Safety
/// As zmq_join.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_leave(socket: *mut c_void, _group: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket) }.and(Err(Errno::ENOTSUP)))
}

/// Connects and returns the new peer's routing id (PEER); 0 with ENOTSOCK,
/// ENOTSUP.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `endpoint` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_connect_peer(socket: *mut c_void, _endpoint: *const c_char) -> u32 {
    // SAFETY: passed on.
    answer(|| unsafe { handle::socket(socket) }.and(Err(Errno::ENOTSUP)))
}

/// Ends the connection to a peer (SERVER, PEER). ENOTSOCK, ENOTSUP.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_disconnect_peer(socket: *mut c_void, _routing_id: u32) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket) }.and(Err(Errno::ENOTSUP)))
}

/// ZMQ_POLLOUT if a message to that peer would not wait, else 0 (ROUTER).
/// ENOTSOCK, ENOTSUP, EHOSTUNREACH, EFAULT.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `routing_id` is NULL or
/// valid for `routing_id_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_socket_get_peer_state(
    socket: *mut c_void,
    routing_id: *const c_void,
    routing_id_size: usize,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe {
        let socket = handle::socket(socket)?;
        socket.peer_state(bytes(routing_id, routing_id_size)?)
    })
}

/// As zmq_socket_monitor, with the format of the events (1 or 2) and the type
/// of the monitoring socket (ZMQ_PAIR, ZMQ_PUB, ZMQ_PUSH).
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `addr` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_socket_monitor_versioned(
    socket: *mut c_void,
    addr: *const c_char,
    events: u64,
    event_version: c_int,
    r#type: c_int,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { monitor::monitor(socket, addr, events, event_version, r#type) })
}

/// Asks for a ZMQ_EVENT_PIPES_STATS event for each connection. ENOTSOCK, ENOTSUP.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_socket_monitor_pipes_stats(socket: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket) }.and(Err(Errno::ENOTSUP)))
}
