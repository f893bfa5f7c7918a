//! zmq.h, "errors and version".

use std::ffi::{CStr, c_char, c_int};

use super::convert;
use crate::errno::Errno;

/// The calling thread's errno.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_errno() -> c_int {
    Errno::last().0
}

fn own_text(errno: Errno) -> Option<&'static CStr> {
    Some(match errno {
        Errno::EFSM => c"Operation cannot be accomplished in current state",
        Errno::ENOCOMPATPROTO => c"The protocol is not compatible with the socket type",
        Errno::ETERM => c"Context was terminated",
        Errno::EMTHREAD => c"No thread available",
        Errno::EHOSTUNREACH => c"Host unreachable",
        _ => return None,
    })
}

/// The text of an error number, never NULL. It belongs to the library.
///
/// # Safety
/// Always safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_strerror(errnum: c_int) -> *const c_char {
    own_text(Errno(errnum)).map_or_else(|| convert::system_text(errnum), CStr::as_ptr)
}

/// The version this library behaves like. NULL: not asked for.
///
/// # Safety
/// Each pointer is NULL or valid for writing an int.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_version(major: *mut c_int, minor: *mut c_int, patch: *mut c_int) {
    for (place, number) in [(major, 4), (minor, 3), (patch, 5)] {
        // SAFETY: NULL or writable by contract.
        if let Some(place) = unsafe { place.as_mut() } {
            *place = number;
        }
    }
}
