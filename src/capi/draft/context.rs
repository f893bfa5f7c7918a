//! zmq.h, draft context functions.

use std::ffi::{c_int, c_void};

use crate::capi::convert::{self, array, bytes, status};
use crate::capi::handle;

/// Sets a context option of any type. EFAULT, EINVAL.
///
/// # Safety
/// `context` is NULL or a handle; `optval` is NULL or valid for `optvallen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_set_ext(
    context: *mut c_void,
    option: c_int,
    optval: *const c_void,
    optvallen: usize,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let ctx = handle::context(context)?;
        ctx.set(option, bytes(optval, optvallen)?)
    })
}

/// Reads a context option of any type; `*optvallen` is the room there is and
/// stays as it is. EFAULT, EINVAL.
///
/// # Safety
/// `context` is NULL or a handle; `optvallen` is NULL or readable; `optval` is
/// NULL or valid for writing `*optvallen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_get_ext(
    context: *mut c_void,
    option: c_int,
    optval: *mut c_void,
    optvallen: *mut usize,
) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe {
        let ctx = handle::context(context)?;
        let room = *convert::object(optvallen)?;
        ctx.get_ext(option, array(optval.cast(), room)?)
    })
}
