//! zmq.h, "deprecated functions": still exported, for old programs.

use std::ffi::{c_int, c_void};
use std::ptr;

use libc::iovec;

use super::constants::{ZMQ_IO_THREADS, ZMQ_SNDMORE};
use super::convert::{answer, array, bytes, int, malloc_copy, object, status};
use super::types::zmq_msg_t;
use super::{context, handle, message, proxy, socket};
use crate::ctx::Ctx;
use crate::errno::{Errno, Result};
use crate::msg::Msg;

/// zmq_ctx_new and zmq_ctx_set of ZMQ_IO_THREADS in one. NULL with EINVAL,
/// EMFILE.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_init(io_threads: c_int) -> *mut c_void {
    answer(|| {
        if io_threads < 0 {
            return Err(Errno::EINVAL);
        }
        let ctx = Ctx::new()?;
        ctx.set(ZMQ_IO_THREADS, &io_threads.to_ne_bytes())?;
        Ok(handle::open(Box::new(ctx)))
    })
}

/// Old name of zmq_ctx_term.
///
/// # Safety
/// As zmq_ctx_term.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_term(context: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { context::terminate(context) })
}

/// Old name of zmq_ctx_term.
///
/// # Safety
/// As zmq_ctx_term.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_destroy(context: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { context::terminate(context) })
}

/// zmq_proxy without capture; `type` means nothing.
///
/// # Safety
/// As zmq_proxy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_device(
    _type: c_int,
    frontend: *mut c_void,
    backend: *mut c_void,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { proxy::run(frontend, backend, ptr::null_mut(), ptr::null_mut()) })
}

/// zmq_msg_send with the arguments in another order.
///
/// # Safety
/// As zmq_msg_send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_sendmsg(
    socket: *mut c_void,
    msg: *mut zmq_msg_t,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { message::send(msg, socket, flags) })
}

/// zmq_msg_recv with the arguments in another order.
///
/// # Safety
/// As zmq_msg_recv.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_recvmsg(
    socket: *mut c_void,
    msg: *mut zmq_msg_t,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { message::recv(msg, socket, flags) })
}

/// Sends a copy of each part; with ZMQ_SNDMORE as one message, otherwise as a
/// message each. Returns the size of the last. EINVAL: no parts; ENOMEM and
/// what zmq_msg_send fails with, the parts before which are sent.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `iov` is NULL or valid for
/// `count` parts, each valid for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_sendiov(
    socket: *mut c_void,
    iov: *mut iovec,
    count: usize,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe {
        let socket = handle::socket(socket)?;
        let (last, parts) =
            array(iov, count).ok().and_then(|parts| parts.split_last()).ok_or(Errno::EINVAL)?;
        for part in parts {
            let mut msg = Msg::copy_of(bytes(part.iov_base, part.iov_len)?)?;
            socket::send(socket, &mut msg, flags)?;
        }
        let mut msg = Msg::copy_of(bytes(last.iov_base, last.iov_len)?)?;
        socket::send(socket, &mut msg, flags & !ZMQ_SNDMORE)
    })
}

/// Receives up to `*count` parts of a message into memory that the caller must
/// `free`, and sets `*count` to their number, which it returns. EINVAL: no
/// room; ENOMEM and what zmq_msg_recv fails with.
///
/// # Safety
/// `socket` is NULL or a handle used by this thread; `count` is NULL or valid;
/// `iov` is NULL or valid for writing `*count` parts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_recviov(
    socket: *mut c_void,
    iov: *mut iovec,
    count: *mut usize,
    flags: c_int,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe {
        let socket = handle::socket(socket)?;
        let count = object(count).map_err(|_| Errno::EINVAL)?;
        let parts = array(iov, *count).map_err(|_| Errno::EINVAL)?;
        if parts.is_empty() || iov.is_null() {
            return Err(Errno::EINVAL);
        }
        *count = 0;
        receive_parts(socket, parts, count, flags)?;
        Ok(int(*count))
    })
}

fn receive_parts(
    socket: &mut crate::socket::Socket,
    parts: &mut [iovec],
    count: &mut usize,
    flags: c_int,
) -> Result<()> {
    for part in parts {
        let mut msg = Msg::new();
        socket::recv(socket, &mut msg, flags)?;
        *part = iovec { iov_base: malloc_copy(msg.data())?, iov_len: msg.len() };
        *count += 1;
        if !msg.more() {
            break;
        }
    }
    Ok(())
}
