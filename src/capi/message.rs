//! zmq.h, "messages". A `zmq_msg_t` that was never initialised or is closed is
//! recognised: EFAULT, where libzmq aborts the process in places.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use super::constants::{ZMQ_MORE, ZMQ_SHARED, ZMQ_SNDMORE, ZMQ_SRCFD};
use super::convert::{answer, int, message, put, status, text};
use super::types::{zmq_free_ptr, zmq_msg_t};
use super::{handle, socket};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::socket::Socket;

/// Makes an empty message, whatever was there before. EFAULT for NULL.
///
/// # Safety
/// `msg` is NULL or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_init(msg: *mut zmq_msg_t) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { init_size(msg, 0) })
}

/// Makes a message of `size` bytes of no particular content. EFAULT; ENOMEM,
/// after which `msg` is not initialised.
///
/// # Safety
/// `msg` is NULL or valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_init_size(msg: *mut zmq_msg_t, size: usize) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { init_size(msg, size) })
}

/// # Safety
/// `msg` is NULL or valid for writing.
#[inline]
unsafe fn init_size(msg: *mut zmq_msg_t, size: usize) -> Result<()> {
    if msg.is_null() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: writable by contract.
    unsafe { Msg::init_size(msg, size).inspect_err(|_| Msg::poison(msg)) }
}

/// Puts a message that may not have come about; without one the place is
/// marked as not initialised.
///
/// # Safety
/// `msg` is NULL or valid for writing.
pub(super) unsafe fn init(msg: *mut zmq_msg_t, made: Result<Msg>) -> Result<()> {
    if made.is_err() && !msg.is_null() {
        // SAFETY: writable by contract.
        unsafe { Msg::poison(msg) };
    }
    // SAFETY: passed on.
    unsafe { put(msg, made?) }
}

/// Makes a message of the caller's bytes, which `ffn(data, hint)` releases when
/// the last copy goes, on any thread; without `ffn` they stay for ever.
/// EFAULT; ENOMEM, after which the bytes are still the caller's.
///
/// # Safety
/// `msg` is NULL or valid for writing; `data` is valid for `size` bytes until
/// released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_init_data(
    msg: *mut zmq_msg_t,
    data: *mut c_void,
    size: usize,
    ffn: zmq_free_ptr,
    hint: *mut c_void,
) -> c_int {
    status(|| {
        if msg.is_null() || (data.is_null() && size > 0) {
            return Err(Errno::EFAULT);
        }
        let made = match ffn {
            // SAFETY: valid until released, by contract.
            Some(free) => unsafe { Msg::from_user(data.cast(), size, free, hint) },
            // SAFETY: as above.
            None => Ok(unsafe { Msg::constant(data.cast(), size) }),
        };
        // SAFETY: passed on.
        unsafe { init(msg, made) }
    })
}

/// Sends a message and leaves it empty. Returns its size. On failure it stays
/// the caller's: EAGAIN, ENOTSUP, EFSM, EHOSTUNREACH, ETERM, ENOTSOCK, EINTR, EFAULT.
///
/// # Safety
/// `msg` is NULL or a message; `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_send(
    msg: *mut zmq_msg_t,
    socket: *mut c_void,
    flags: c_int,
) -> c_int {
    // The short way of a small message in a stream, without a call that would
    // need a frame on the stack.
    // SAFETY: passed on; what is prepared is a message.
    unsafe {
        if let Some(size) = prepared_len(msg, flags, Msg::prepared_near_len)
            && let Ok(found) = handle::socket(socket)
        {
            if found.send_near(&mut *msg, size) {
                return size as c_int; // at most INLINE
            }
            return send_across(&mut *msg, found, flags, size);
        }
        send_far(msg, socket, flags)
    }
}

/// The short way of a small message to another socket.
#[inline(never)]
fn send_across(msg: &mut Msg, found: &mut Socket, flags: c_int, size: usize) -> c_int {
    match found.send_across(msg, size) {
        Some(true) => size as c_int, // at most INLINE
        Some(false) => sent_across(found, size),
        None => send_easily(msg, found, flags, size),
    }
}

#[inline(never)]
fn sent_across(found: &mut Socket, size: usize) -> c_int {
    found.sent_across();
    // Who knew that it is the argument would keep that in a frame.
    std::hint::black_box(size as c_int)
}

/// # Safety
/// As zmq_msg_send.
#[inline(never)]
unsafe fn send_far(msg: *mut zmq_msg_t, socket: *mut c_void, flags: c_int) -> c_int {
    // SAFETY: passed on; what is prepared is a message.
    unsafe {
        if let Some(size) = prepared_len(msg, flags, Msg::prepared_far_len)
            && let Ok(found) = handle::socket(socket)
        {
            return send_easily(&mut *msg, found, flags, size);
        }
        if flags & ZMQ_SNDMORE != 0
            && let Ok(msg) = message(msg)
            && msg.is_prepared()
            && let Ok(found) = handle::socket(socket)
        {
            return send_part(msg, found, flags);
        }
        send_otherwise(msg, socket, flags)
    }
}

/// The short way of a message that is prepared, where it takes a call: a larger
/// one, or one to another socket.
#[inline(never)]
fn send_easily(msg: &mut Msg, found: &mut Socket, flags: c_int, size: usize) -> c_int {
    if found.send_easily(msg, size) {
        return int(size);
    }
    if found.publish_msg(msg, false) {
        return int(size);
    }
    answer(|| socket::send(found, msg, flags))
}

/// The short way of a frame with more to come.
#[inline(never)]
fn send_part(msg: &mut Msg, found: &mut Socket, flags: c_int) -> c_int {
    let size = msg.len();
    if found.send_body(msg, size, true) {
        msg.clear();
        return int(size);
    }
    if found.publish_msg(msg, true) {
        return int(size);
    }
    answer(|| socket::send(found, msg, flags))
}

/// # Safety
/// As zmq_msg_send.
#[inline(never)]
unsafe fn send_otherwise(msg: *mut zmq_msg_t, socket: *mut c_void, flags: c_int) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { send(msg, socket, flags) })
}

/// The size of a message that can be sent as it is, by one of the functions of
/// this name of [`Msg`].
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[inline(always)]
unsafe fn prepared_len(
    msg: *mut zmq_msg_t,
    flags: c_int,
    len: unsafe fn(*const Msg) -> Option<usize>,
) -> Option<usize> {
    if msg.is_null() || flags & ZMQ_SNDMORE != 0 {
        return None;
    }
    // SAFETY: not NULL.
    unsafe { len(msg) }
}

/// Receives a message frame in place of what `msg` held. Returns its size.
/// EAGAIN, ENOTSUP, EFSM, ETERM, ENOTSOCK, EINTR, EFAULT.
///
/// # Safety
/// `msg` is NULL or a message; `socket` is NULL or a handle used by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_recv(
    msg: *mut zmq_msg_t,
    socket: *mut c_void,
    flags: c_int,
) -> c_int {
    // The short way of a small message in a stream.
    // SAFETY: passed on.
    unsafe {
        if let Ok(found) = handle::socket(socket)
            && let Ok(place) = message(msg)
        {
            if found.recv_easily(place) {
                return int(place.len());
            }
            if found.is_lent() {
                return recv_name(place, found, flags);
            }
            // With meta-data the message before came by a connection.
            if place.metadata().is_none() {
                return recv_across(place, found, flags);
            }
            return recv_long(place, found, flags);
        }
        recv_otherwise(msg, socket, flags)
    }
}

/// # Safety
/// As zmq_msg_recv.
#[inline(never)]
unsafe fn recv_otherwise(msg: *mut zmq_msg_t, socket: *mut c_void, flags: c_int) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { recv(msg, socket, flags) })
}

/// The short way of a message from another socket, where it takes a call.
#[inline(never)]
fn recv_across(place: &mut Msg, found: &mut Socket, flags: c_int) -> c_int {
    if found.recv_across(place) {
        return int(place.len());
    }
    recv_long(place, found, flags)
}

/// The short way of a name in front of a message.
#[inline(never)]
fn recv_name(place: &mut Msg, found: &mut Socket, flags: c_int) -> c_int {
    match found.recv_name_easily(place) {
        Some(size) => size as c_int, // at most INLINE
        None => recv_lent(place, found, flags),
    }
}

/// The same for all that ROUTER lends, if not all of the way.
#[inline(never)]
fn recv_lent(place: &mut Msg, found: &mut Socket, flags: c_int) -> c_int {
    if found.recv_lent(place) {
        return int(place.len());
    }
    recv_long(place, found, flags)
}

#[inline(never)]
fn recv_long(place: &mut Msg, found: &mut Socket, flags: c_int) -> c_int {
    answer(|| socket::recv(found, place, flags))
}

/// What zmq_msg_send does, by its old name as well.
///
/// # Safety
/// As zmq_msg_send.
#[inline]
pub(super) unsafe fn send(msg: *mut zmq_msg_t, socket: *mut c_void, flags: c_int) -> Result<c_int> {
    // SAFETY: passed on.
    unsafe { socket::send(handle::socket(socket)?, message(msg)?, flags) }
}

/// What zmq_msg_recv does, by its old name as well.
///
/// # Safety
/// As zmq_msg_recv.
#[inline]
pub(super) unsafe fn recv(msg: *mut zmq_msg_t, socket: *mut c_void, flags: c_int) -> Result<c_int> {
    // SAFETY: passed on.
    unsafe { socket::recv(handle::socket(socket)?, message(msg)?, flags) }
}

/// Releases a message's content. EFAULT: it is none, or closed already.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_close(msg: *mut zmq_msg_t) -> c_int {
    // SAFETY: passed on; `place` is the same pointer, known to be writable.
    status(|| unsafe {
        let content = message(msg)?.take();
        Msg::poison(msg);
        drop(content);
        Ok(())
    })
}

/// Moves `src`'s content to `dest`, releasing what was there; `src` ends empty.
/// EFAULT.
///
/// # Safety
/// Each pointer is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_move(dest: *mut zmq_msg_t, src: *mut zmq_msg_t) -> c_int {
    // SAFETY: passed on; the references do not live at the same time.
    status(|| unsafe {
        message(src)?;
        message(dest)?;
        let content = message(src)?.take();
        // Onto itself: libzmq leaves an empty message, too.
        if !ptr::eq(dest, src) {
            *message(dest)? = content;
        }
        Ok(())
    })
}

/// Makes `dest` a second message with `src`'s content, releasing what was
/// there. The bytes may be shared from now on. EFAULT.
///
/// # Safety
/// Each pointer is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_copy(dest: *mut zmq_msg_t, src: *mut zmq_msg_t) -> c_int {
    // SAFETY: passed on; the references do not live at the same time.
    status(|| unsafe {
        message(src)?;
        message(dest)?;
        if !ptr::eq(dest, src) {
            let copy = message(src)?.share();
            *message(dest)? = copy;
        }
        Ok(())
    })
}

/// Address of the content, not NULL for an empty one; NULL with EFAULT.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_data(msg: *mut zmq_msg_t) -> *mut c_void {
    // SAFETY: passed on.
    answer(|| Ok(unsafe { message(msg) }?.data_ptr().cast()))
}

/// Size of the content in bytes; 0 with EFAULT.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_size(msg: *const zmq_msg_t) -> usize {
    // SAFETY: passed on.
    answer(|| Ok(unsafe { message(msg.cast_mut()) }?.len()))
}

/// 1 if more frames follow this one, else 0.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_more(msg: *const zmq_msg_t) -> c_int {
    // SAFETY: passed on.
    unsafe { message(msg.cast_mut()) }.map_or(0, |msg| c_int::from(msg.more()))
}

/// ZMQ_MORE, ZMQ_SRCFD (the connection's descriptor) or ZMQ_SHARED. EINVAL:
/// another property, or no descriptor. EFAULT.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_get(msg: *const zmq_msg_t, property: c_int) -> c_int {
    answer(|| {
        // SAFETY: passed on.
        let msg = unsafe { message(msg.cast_mut()) }?;
        match property {
            ZMQ_MORE => Ok(c_int::from(msg.more())),
            ZMQ_SHARED => Ok(c_int::from(msg.is_shared())),
            ZMQ_SRCFD => msg.metadata().map(|m| m.fd()).filter(|fd| *fd >= 0).ok_or(Errno::EINVAL),
            _ => Err(Errno::EINVAL),
        }
    })
}

/// EINVAL: no property can be set.
///
/// # Safety
/// Always safe; nothing is read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_set(
    _msg: *mut zmq_msg_t,
    _property: c_int,
    _optval: c_int,
) -> c_int {
    answer(|| Err(Errno::EINVAL))
}

/// A property of the connection the message came by; the text lives as long as
/// the message. NULL with EINVAL: there is none of that name.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not; `property`
/// is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_gets(
    msg: *const zmq_msg_t,
    property: *const c_char,
) -> *const c_char {
    // SAFETY: passed on.
    answer(|| unsafe {
        let metadata = message(msg.cast_mut())?.metadata();
        let name = text(property)?;
        metadata.and_then(|m| m.find(name)).map(CStr::as_ptr).ok_or(Errno::EINVAL)
    })
}

/// The size as zmq_msg_send and zmq_msg_recv return it.
#[inline]
pub(super) fn size(msg: &Msg) -> c_int {
    int(msg.len())
}
