//! What a forked child does before anything else: it has one thread, and
//! whatever the others held locked stays so.

use crate::errno::{Errno, Result};

/// Has every child that this process forks from now on run `renew`, before
/// fork(2) returns in it. Taken back when the library is unloaded. ENOMEM.
pub fn in_child(renew: unsafe extern "C" fn()) -> Result<()> {
    // SAFETY: registers a function of ours; the C library forgets it with us.
    match unsafe { libc::pthread_atfork(None, None, Some(renew)) } {
        0 => Ok(()),
        error => Err(Errno(error)),
    }
}
