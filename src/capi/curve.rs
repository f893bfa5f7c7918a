//! zmq.h, "Z85 and CURVE keys".

use std::ffi::{c_char, c_int};
use std::ptr;

use super::convert::{answer, bytes, status, text};
use crate::errno::Errno;
use crate::z85;

/// Writes `size` bytes as Z85, `size` * 5 / 4 characters and a NUL. NULL with
/// EINVAL (`size` is no multiple of 4) or EFAULT.
///
/// # Safety
/// `dest` is NULL or has that much room; `data` is NULL or valid for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_z85_encode(
    dest: *mut c_char,
    data: *const u8,
    size: usize,
) -> *mut c_char {
    answer(|| {
        if !size.is_multiple_of(4) {
            return Err(Errno::EINVAL); // whatever the pointers are
        }
        // SAFETY: by contract.
        let encoded = z85::encode(unsafe { bytes(data.cast(), size) }?)?;
        if dest.is_null() {
            return Err(Errno::EFAULT);
        }
        // SAFETY: room for the text and its NUL, by contract.
        unsafe {
            ptr::copy_nonoverlapping(encoded.as_ptr(), dest.cast(), encoded.len());
            dest.add(encoded.len()).write(0);
        }
        Ok(dest)
    })
}

/// Writes the bytes that a Z85 text stands for. NULL with EINVAL (not Z85, or
/// empty) or EFAULT.
///
/// # Safety
/// `dest` is NULL or has room for 4/5 of the text; `string` is NULL or
/// NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_z85_decode(dest: *mut u8, string: *const c_char) -> *mut u8 {
    answer(|| {
        // SAFETY: by contract.
        let decoded = z85::decode(unsafe { text(string) }?)?;
        if dest.is_null() {
            return Err(Errno::EFAULT);
        }
        // SAFETY: room by contract.
        unsafe { ptr::copy_nonoverlapping(decoded.as_ptr(), dest, decoded.len()) };
        Ok(dest)
    })
}

/// Makes a pair of keys of 40 characters and a NUL each. ENOTSUP: CURVE is not
/// built.
///
/// # Safety
/// Each pointer is NULL or has room for 41 characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_curve_keypair(
    _z85_public_key: *mut c_char,
    _z85_secret_key: *mut c_char,
) -> c_int {
    status(|| Err(Errno::ENOTSUP))
}

/// The public key that belongs to a secret key. ENOTSUP: CURVE is not built.
///
/// # Safety
/// `z85_public_key` is NULL or has room for 41 characters; `z85_secret_key` is
/// NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_curve_public(
    _z85_public_key: *mut c_char,
    _z85_secret_key: *const c_char,
) -> c_int {
    status(|| Err(Errno::ENOTSUP))
}
