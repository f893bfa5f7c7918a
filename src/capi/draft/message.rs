//! zmq.h, draft message functions. Groups are ENOTSUP until RADIO and DISH
//! exist.

use std::ffi::{c_char, c_int, c_void};

use crate::capi::convert::{bytes, message, status};
use crate::capi::message::init;
use crate::capi::types::zmq_msg_t;
use crate::errno::Errno;
use crate::msg::Msg;

/// Makes a message of a copy of `size` bytes. EFAULT; ENOMEM, after which `msg`
/// is not initialised.
///
/// # Safety
/// `msg` is NULL or valid for writing; `buf` is NULL or valid for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_init_buffer(
    msg: *mut zmq_msg_t,
    buf: *const c_void,
    size: usize,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { init(msg, bytes(buf, size).and_then(Msg::copy_of)) })
}

/// The routing id of a message (SERVER, PEER), 0 if it has none.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_routing_id(msg: *mut zmq_msg_t) -> u32 {
    // SAFETY: passed on.
    unsafe { message(msg) }.map_or(0, |msg| msg.routing_id())
}

/// Addresses a message (SERVER, PEER). EINVAL: 0 is no id; EFAULT.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_set_routing_id(msg: *mut zmq_msg_t, routing_id: u32) -> c_int {
    status(|| {
        if routing_id == 0 {
            return Err(Errno::EINVAL);
        }
        // SAFETY: passed on.
        unsafe { message(msg) }?.set_routing_id(routing_id);
        Ok(())
    })
}

/// The group of a message (RADIO, DISH), "" if it has none.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_group(_msg: *mut zmq_msg_t) -> *const c_char {
    c"".as_ptr()
}

/// Gives a message a group (RADIO, DISH). EFAULT, ENOTSUP.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that are a message or not; `group` is
/// NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_msg_set_group(msg: *mut zmq_msg_t, _group: *const c_char) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { message(msg) }.and(Err(Errno::ENOTSUP)))
}
