//! zmq.h, "sockets".

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use super::constants::{ZMQ_DONTWAIT, ZMQ_SNDMORE};
use super::convert::{answer, array, bytes, int, object, status, text};
use super::{handle, message};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::socket::Socket;

/// Makes a socket of one of the ZMQ_PAIR... types. NULL with EFAULT, ETERM,
/// EMFILE (descriptors, or ZMQ_MAX_SOCKETS reached), ENOMEM, EINVAL.
///
/// # Safety
/// `context` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_socket(context: *mut c_void, r#type: c_int) -> *mut c_void {
    // SAFETY: passed on.
    answer(|| Socket::open(&unsafe { handle::context(context) }?, r#type).map(handle::open))
}

/// Closes a socket at once; what is unsent lingers in the background. Another
/// thread that waits for it in zmq_poll or a proxy wakes with ENOTSOCK. ENOTSOCK.
///
/// # Safety
/// `socket` is NULL or a handle that no thread is using otherwise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_close(socket: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::close(socket) })
}

/// Sets a socket option. ENOTSOCK, ETERM, EINVAL, EFAULT.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `optval` is NULL or valid
/// for `optvallen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_setsockopt(
    socket: *mut c_void,
    option: c_int,
    optval: *const c_void,
    optvallen: usize,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let socket = handle::socket(socket)?;
        let value = bytes(optval, optvallen)?;
        socket.set_option(option, if optval.is_null() { None } else { Some(value) })
    })
}

/// Reads a socket option into `*optvallen` bytes, then sets that to the length
/// used. ENOTSOCK, ETERM, EINVAL, EFAULT, EINTR.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `optvallen` is NULL or
/// valid; `optval` is NULL or valid for writing `*optvallen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_getsockopt(
    socket: *mut c_void,
    option: c_int,
    optval: *mut c_void,
    optvallen: *mut usize,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let socket = handle::socket(socket)?;
        let len = object(optvallen)?;
        *len = socket.get_option(option, array(optval.cast(), *len)?)?;
        Ok(())
    })
}

/// Accepts connections at an endpoint. ENOTSOCK, ETERM, EINVAL,
/// EPROTONOSUPPORT, ENOCOMPATPROTO, EMTHREAD, EADDRINUSE, EADDRNOTAVAIL,
/// ENODEV, ENAMETOOLONG, EINTR, EFAULT.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `endpoint` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_bind(socket: *mut c_void, endpoint: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket)?.bind(text(endpoint)?) })
}

/// Connects to an endpoint, in the background and for good. ENOTSOCK, ETERM,
/// EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO, EMTHREAD, ENAMETOOLONG, EINTR, EFAULT.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `endpoint` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_connect(socket: *mut c_void, endpoint: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::socket(socket)?.connect(text(endpoint)?) })
}

/// # Safety
/// As `zmq_unbind`.
unsafe fn term_endpoint(socket: *mut c_void, endpoint: *const c_char) -> Result<()> {
    // SAFETY: passed on. NULL is EINVAL here, as the empty endpoint is, and
    // ETERM comes before it.
    unsafe { handle::socket(socket)?.term_endpoint(text(endpoint).unwrap_or_default()) }
}

/// Stops accepting connections at an endpoint and ends those it accepted.
/// ENOTSOCK, ETERM, EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO, ENOENT, EINTR.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `endpoint` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_unbind(socket: *mut c_void, endpoint: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { term_endpoint(socket, endpoint) })
}

/// Ends the connections to an endpoint. ENOTSOCK, ETERM, EINVAL,
/// EPROTONOSUPPORT, ENOCOMPATPROTO, ENOENT, EINTR.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `endpoint` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_disconnect(socket: *mut c_void, endpoint: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { term_endpoint(socket, endpoint) })
}

/// Sends a copy of `len` bytes and returns `len`. Errors as zmq_msg_send, ENOMEM.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `buf` is NULL or valid
/// for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_send(
    socket: *mut c_void,
    buf: *const c_void,
    len: usize,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    unsafe {
        if let Ok(found) = handle::socket(socket)
            && let Ok(body) = bytes(buf, len)
            && found.send_body(body, len, flags & ZMQ_SNDMORE != 0)
        {
            return int(len);
        }
        send_buffer(socket, buf, len, flags)
    }
}

/// # Safety
/// As zmq_send.
#[inline(never)]
unsafe fn send_buffer(socket: *mut c_void, buf: *const c_void, len: usize, flags: c_int) -> c_int {
    // SAFETY: passed on.
    unsafe {
        if let Ok(found) = handle::socket(socket)
            && let Ok(body) = bytes(buf, len)
            && found.publish(body, flags & ZMQ_SNDMORE != 0)
        {
            return int(len);
        }
    }
    // SAFETY: passed on.
    answer(|| unsafe {
        let socket = handle::socket(socket)?;
        send(socket, &mut Msg::copy_of(bytes(buf, len)?)?, flags)
    })
}

/// Sends `len` bytes that stay as and where they are for ever. Returns `len`.
/// Errors as zmq_msg_send.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `buf` is NULL or valid
/// for `len` bytes as long as the process lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_send_const(
    socket: *mut c_void,
    buf: *const c_void,
    len: usize,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe {
        let socket = handle::socket(socket)?;
        if buf.is_null() && len > 0 {
            return Err(Errno::EFAULT);
        }
        send(socket, &mut Msg::constant(buf.cast_mut().cast(), len), flags)
    })
}

/// Receives a frame, copies what fits into `len` bytes and returns the size of
/// the whole. Errors as zmq_msg_recv.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `buf` is NULL or valid for
/// writing `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_recv(
    socket: *mut c_void,
    buf: *mut c_void,
    len: usize,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    unsafe {
        if let Ok(found) = handle::socket(socket)
            && !buf.is_null()
        {
            if let Some(size) = found.recv_bytes(buf.cast(), len) {
                return int(size);
            }
            if found.is_lent()
                && let Some(size) = found.recv_name_bytes(buf.cast(), len)
            {
                return int(size);
            }
        }
        recv_buffer(socket, buf, len, flags)
    }
}

/// # Safety
/// As zmq_recv.
#[inline(never)]
unsafe fn recv_buffer(socket: *mut c_void, buf: *mut c_void, len: usize, flags: c_int) -> c_int {
    answer(|| {
        // SAFETY: passed on.
        let socket = unsafe { handle::socket(socket) }?;
        if buf.is_null() && len > 0 {
            return Err(Errno::EFAULT);
        }
        let mut msg = Msg::new();
        let size = recv(socket, &mut msg, flags)?;
        let data = msg.data();
        let fits = data.len().min(len);
        // SAFETY: `buf` has room for `len` bytes; a fresh message's bytes are elsewhere.
        unsafe { ptr::copy_nonoverlapping(data.as_ptr(), buf.cast(), fits) };
        socket.recycle(msg);
        Ok(size)
    })
}

/// Sends `msg` and returns the size it had. Flag bits that mean nothing are
/// ignored.
#[inline(always)]
pub(super) fn send(socket: &mut Socket, msg: &mut Msg, flags: c_int) -> Result<c_int> {
    let size = msg.len();
    socket.send_sized(msg, size, flags & (ZMQ_DONTWAIT | ZMQ_SNDMORE))?;
    Ok(int(size))
}

/// Receives in place of what `msg` holds and returns the size.
#[inline(always)]
pub(super) fn recv(socket: &mut Socket, msg: &mut Msg, flags: c_int) -> Result<c_int> {
    socket.recv(msg, flags & ZMQ_DONTWAIT)?;
    Ok(message::size(msg))
}
