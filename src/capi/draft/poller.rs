//! zmq.h, draft poller functions.

use std::ffi::{c_int, c_long, c_short, c_void};
use std::ptr;

use super::types::zmq_poller_event_t;
use crate::capi::convert::{answer, array, int, object, status, timeout};
use crate::capi::handle;
use crate::capi::types::zmq_fd_t;
use crate::errno::{Errno, Result};
use crate::poll::{Door, Event, Member, Poller};

/// An event slot without an event.
const NOTHING: zmq_poller_event_t =
    zmq_poller_event_t { socket: ptr::null_mut(), fd: -1, user_data: ptr::null_mut(), events: 0 };

const DOOR: Door = Door { enter: handle::enter, leave: handle::leave };

/// # Safety
/// `poller` is NULL or a handle used by this thread.
unsafe fn poller<'a>(poller: *mut c_void) -> Result<&'a mut Poller> {
    // SAFETY: passed on.
    unsafe { handle::exclusive(poller) }
}

/// The member that a socket handle names. ENOTSOCK.
///
/// # Safety
/// `socket` is NULL or a handle.
unsafe fn member(socket: *mut c_void) -> Result<Member> {
    // SAFETY: passed on.
    unsafe { handle::socket(socket) }.map(|_| Member::Socket(socket))
}

/// The member that a descriptor names. EBADF.
fn member_fd(fd: zmq_fd_t) -> Result<Member> {
    if fd == -1 { Err(Errno::EBADF) } else { Ok(Member::Fd(fd)) }
}

/// Makes an empty poller.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_new() -> *mut c_void {
    handle::open(Box::new(Poller::new(DOOR)))
}

/// Frees a poller and sets the caller's pointer to NULL. EFAULT.
///
/// # Safety
/// `poller_p` is NULL or refers to NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_destroy(poller_p: *mut *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let place = object(poller_p)?;
        handle::take::<Poller>(*place)?;
        *place = ptr::null_mut();
        Ok(())
    })
}

/// The number of sockets and descriptors registered. EFAULT.
///
/// # Safety
/// `poller` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_size(poller: *mut c_void) -> c_int {
    // SAFETY: passed on.
    answer(|| Ok(int(unsafe { self::poller(poller) }?.len())))
}

/// Registers a socket for ZMQ_POLLIN and ZMQ_POLLOUT. EFAULT, ENOTSOCK, EINVAL.
///
/// # Safety
/// Each of `poller` and `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_add(
    poller: *mut c_void,
    socket: *mut c_void,
    user_data: *mut c_void,
    events: c_short,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller)?.add(member(socket)?, user_data, events) })
}

/// Changes the events a socket is registered for. EFAULT, ENOTSOCK, EINVAL.
///
/// # Safety
/// Each of `poller` and `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_modify(
    poller: *mut c_void,
    socket: *mut c_void,
    events: c_short,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller)?.modify(member(socket)?, events) })
}

/// Takes a socket off, which must not be closed yet. EFAULT, ENOTSOCK, EINVAL.
///
/// # Safety
/// Each of `poller` and `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_remove(poller: *mut c_void, socket: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller)?.remove(member(socket)?) })
}

/// Registers a descriptor for ZMQ_POLLIN, ZMQ_POLLOUT, ZMQ_POLLPRI and
/// ZMQ_POLLERR. EFAULT, EBADF, EINVAL.
///
/// # Safety
/// `poller` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_add_fd(
    poller: *mut c_void,
    fd: zmq_fd_t,
    user_data: *mut c_void,
    events: c_short,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller) }?.add(member_fd(fd)?, user_data, events))
}

/// Changes the events a descriptor is registered for. EFAULT, EBADF, EINVAL.
///
/// # Safety
/// `poller` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_modify_fd(
    poller: *mut c_void,
    fd: zmq_fd_t,
    events: c_short,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller) }?.modify(member_fd(fd)?, events))
}

/// Takes a descriptor off. EFAULT, EBADF, EINVAL.
///
/// # Safety
/// `poller` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_remove_fd(poller: *mut c_void, fd: zmq_fd_t) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller) }?.remove(member_fd(fd)?))
}

/// Waits up to `timeout` milliseconds (negative: for ever) for one event.
/// EFAULT, EAGAIN (time is over), ETERM, EINTR, ENOTSOCK (a registered socket
/// was closed).
///
/// # Safety
/// `poller` is NULL or a handle used by this thread; `event` is NULL or valid
/// for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_wait(
    poller: *mut c_void,
    event: *mut zmq_poller_event_t,
    timeout: c_long,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { wait(poller, event, 1, timeout) }.map(drop))
}

/// Waits up to `timeout` milliseconds (negative: for ever) for events and
/// returns how many of `n_events` slots it filled. EFAULT, EINVAL, EAGAIN (time
/// is over), ETERM, EINTR, ENOTSOCK (a registered socket was closed).
///
/// # Safety
/// `poller` is NULL or a handle used by this thread; `events` is NULL or valid
/// for writing `n_events` events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_wait_all(
    poller: *mut c_void,
    events: *mut zmq_poller_event_t,
    n_events: c_int,
    timeout: c_long,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { wait(poller, events, n_events, timeout) })
}

/// # Safety
/// As `zmq_poller_wait_all`.
unsafe fn wait(
    poller: *mut c_void,
    events: *mut zmq_poller_event_t,
    n_events: c_int,
    ms: c_long,
) -> Result<c_int> {
    // SAFETY: by contract.
    let poller = unsafe { self::poller(poller) }?;
    if events.is_null() {
        return Err(Errno::EFAULT);
    }
    let room = usize::try_from(n_events).map_err(|_| Errno::EINVAL)?;
    // SAFETY: by contract.
    let slots = unsafe { array(events, room) }?;
    slots.fill(NOTHING);
    // SAFETY: registered sockets are used by this thread.
    let fired = unsafe { poller.wait(timeout(ms)) }?;
    let mut count = 0;
    for (slot, event) in slots.iter_mut().zip(fired) {
        *slot = filled(event);
        count += 1;
    }
    if count == 0 { Err(Errno::EAGAIN) } else { Ok(count) }
}

fn filled(event: Event) -> zmq_poller_event_t {
    let Event { member, user_data, events } = event;
    match member {
        Member::Socket(socket) => zmq_poller_event_t { socket, user_data, events, ..NOTHING },
        Member::Fd(fd) => zmq_poller_event_t { fd, user_data, events, ..NOTHING },
    }
}

/// The descriptor that becomes readable for the poller's thread-safe sockets.
/// EFAULT; EINVAL: none was ever added.
///
/// # Safety
/// `poller` is NULL or a handle used by this thread; `fd` is NULL or valid for
/// writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poller_fd(poller: *mut c_void, _fd: *mut zmq_fd_t) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { self::poller(poller) }.and(Err(Errno::EINVAL)))
}
