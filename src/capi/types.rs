//! The types of zmq.h, under their C names.

#![allow(non_camel_case_types)]

use std::ffi::{c_int, c_short, c_void};

/// A message: 64 bytes, aligned like a pointer (include/zmq.h says so by itself).
pub type zmq_msg_t = crate::msg::Msg;

/// A file descriptor.
pub type zmq_fd_t = c_int;

/// `zmq_free_fn *`: releases what zmq_msg_init_data was given.
pub type zmq_free_ptr = Option<unsafe extern "C" fn(data: *mut c_void, hint: *mut c_void)>;

/// `zmq_timer_fn *`: called when a timer is due.
pub type zmq_timer_ptr = Option<unsafe extern "C" fn(timer_id: c_int, arg: *mut c_void)>;

/// `zmq_thread_fn *`: the body of a thread.
pub type zmq_thread_ptr = Option<unsafe extern "C" fn(arg: *mut c_void)>;

/// An item of zmq_poll: `socket`, or `fd` when that is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct zmq_pollitem_t {
    pub socket: *mut c_void,
    pub fd: zmq_fd_t,
    pub events: c_short,
    pub revents: c_short,
}
