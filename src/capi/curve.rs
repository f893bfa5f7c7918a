//! zmq.h, "Z85 and CURVE keys".

use std::ffi::{c_char, c_int};
use std::ptr;

use zeroize::Zeroizing;

use super::convert::{answer, bytes, status, text};
use crate::crypto::{self, SecretKey};
use crate::errno::{Errno, Result};
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

/// Makes a pair of keys of 40 characters and a NUL each. EFAULT, EIO: the system
/// gives no random numbers.
///
/// # Safety
/// Each pointer is NULL or has room for 41 characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_curve_keypair(
    z85_public_key: *mut c_char,
    z85_secret_key: *mut c_char,
) -> c_int {
    status(|| {
        if z85_public_key.is_null() || z85_secret_key.is_null() {
            return Err(Errno::EFAULT);
        }
        let secret = SecretKey::random().map_err(|_| Errno::EIO)?;
        // SAFETY: room by contract.
        unsafe {
            put_key(z85_public_key, &secret.public())?;
            put_key(z85_secret_key, secret.bytes())
        }
    })
}

/// The public key that belongs to a secret key. EINVAL: that is not 40
/// characters of Z85; EFAULT. Nothing is written then.
///
/// # Safety
/// `z85_public_key` is NULL or has room for 41 characters; `z85_secret_key` is
/// NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_curve_public(
    z85_public_key: *mut c_char,
    z85_secret_key: *const c_char,
) -> c_int {
    status(|| {
        // SAFETY: by contract.
        let decoded = Zeroizing::new(z85::decode(unsafe { text(z85_secret_key) }?)?);
        let secret = decoded.as_slice().try_into().map_err(|_| Errno::EINVAL)?;
        if z85_public_key.is_null() {
            return Err(Errno::EFAULT);
        }
        // SAFETY: room by contract.
        unsafe { put_key(z85_public_key, &SecretKey::new(secret).public()) }
    })
}

/// Writes a key as Z85 with a NUL.
///
/// # Safety
/// `dest` has room for 41 characters.
unsafe fn put_key(dest: *mut c_char, key: &[u8; crypto::KEY_LEN]) -> Result<()> {
    let encoded = Zeroizing::new(z85::encode(key)?);
    // SAFETY: 40 characters and the NUL, by contract.
    unsafe {
        ptr::copy_nonoverlapping(encoded.as_ptr(), dest.cast(), encoded.len());
        dest.add(encoded.len()).write(0);
    }
    Ok(())
}
