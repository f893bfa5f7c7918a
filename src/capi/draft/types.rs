//! The types of the drafts, under their C names.

#![allow(non_camel_case_types)]

use std::ffi::{c_short, c_void};

use crate::capi::types::zmq_fd_t;

/// What zmq_poller_wait found: `socket`, or `fd` when that is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct zmq_poller_event_t {
    pub socket: *mut c_void,
    pub fd: zmq_fd_t,
    pub user_data: *mut c_void,
    pub events: c_short,
}
