//! zmq.h, "context".

use std::ffi::{c_int, c_void};

use super::convert::{answer, status};
use super::handle;
use crate::ctx::Ctx;
use crate::errno::{Errno, Result};
use crate::sync::Arc;

/// Makes a context. No thread starts before the first socket.
/// NULL with EMFILE when there is no descriptor left.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_new() -> *mut c_void {
    answer(|| Ctx::new().map(|ctx| handle::open(Box::new(ctx))))
}

/// Ends a context: its sockets' calls fail with ETERM, and when all of them are
/// closed and have lingered, the context is gone. EFAULT, EINTR (call it again).
///
/// # Safety
/// `context` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_term(context: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { terminate(context) })
}

/// Waits, then lets go of the handle.
///
/// # Safety
/// `context` is NULL or a handle.
pub(super) unsafe fn terminate(context: *mut c_void) -> Result<()> {
    // SAFETY: by contract.
    match unsafe { handle::context(context) } {
        // Inherited by a forked child, which only lets go of it.
        Err(Errno::ETERM) => {}
        ctx => ctx?.term()?,
    }
    // SAFETY: as above. Somebody else may have terminated it as well, which is
    // as good.
    unsafe { handle::take::<Arc<Ctx>>(context) }.ok();
    Ok(())
}

/// Makes every call on the context's sockets but zmq_close fail with ETERM.
/// Never waits; zmq_ctx_term must follow. EFAULT.
///
/// # Safety
/// `context` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_shutdown(context: *mut c_void) -> c_int {
    // SAFETY: passed on.
    status(|| match unsafe { handle::context(context) } {
        // Inherited by a forked child: as good as shut down.
        Err(Errno::ETERM) => Ok(()),
        ctx => ctx.map(|ctx| ctx.shutdown()),
    })
}

/// Sets a context option. EFAULT, EINVAL, ETERM (inherited by a forked child).
///
/// # Safety
/// `context` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_set(context: *mut c_void, option: c_int, optval: c_int) -> c_int {
    // SAFETY: passed on.
    status(|| unsafe { handle::context(context) }?.set(option, &optval.to_ne_bytes()))
}

/// A context option's value; -1 with EFAULT, EINVAL or ETERM.
///
/// # Safety
/// `context` is NULL or a handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_ctx_get(context: *mut c_void, option: c_int) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { handle::context(context) }?.get(option))
}
