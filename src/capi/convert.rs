//! Between C's conventions and ours: pointers in, results and errno out. The
//! few calls to libc that only C's conventions need (errno itself, strerror,
//! memory that the caller will `free`) are here and not in sys/.

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::ptr;
use std::slice;
use std::time::Duration;

use crate::errno::{Errno, Result};
use crate::msg::Msg;

/// A C return type and the value that says "failed, see errno".
pub trait Answer {
    /// -1, NULL or 0.
    const FAILURE: Self;
}

impl Answer for c_int {
    const FAILURE: c_int = -1;
}

impl Answer for c_long {
    const FAILURE: c_long = -1;
}

impl Answer for u32 {
    const FAILURE: u32 = 0;
}

impl Answer for usize {
    const FAILURE: usize = 0;
}

impl<T> Answer for *mut T {
    const FAILURE: *mut T = ptr::null_mut();
}

impl<T> Answer for *const T {
    const FAILURE: *const T = ptr::null();
}

/// Runs `call` and hands its result to C. errno is set after everything `call`
/// owned is gone, and only on failure.
#[inline]
pub fn answer<T: Answer>(call: impl FnOnce() -> Result<T>) -> T {
    match call() {
        Ok(value) => value,
        Err(error) => {
            set_errno(error);
            T::FAILURE
        }
    }
}

/// As [`answer`] for calls that only succeed or fail: 0 or -1.
#[inline]
pub fn status(call: impl FnOnce() -> Result<()>) -> c_int {
    answer(|| call().map(|()| 0))
}

#[cold]
fn set_errno(error: Errno) {
    // SAFETY: the calling thread's own errno.
    unsafe { *libc::__errno_location() = error.0 };
}

/// The platform's text for an error number, never NULL.
pub fn system_text(errno: c_int) -> *const c_char {
    // SAFETY: any number is allowed; the text is static or per thread.
    unsafe { libc::strerror(errno) }
}

/// Copies `bytes` into memory the caller releases with `free`. ENOMEM.
pub fn malloc_copy(bytes: &[u8]) -> Result<*mut c_void> {
    // SAFETY: malloc takes any size; at least one byte so that NULL means failure.
    let memory = unsafe { libc::malloc(bytes.len().max(1)) };
    if memory.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: fresh memory of that length.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), memory.cast(), bytes.len()) };
    Ok(memory)
}

/// A size as C's `int`, capped.
#[inline]
pub fn int(size: usize) -> c_int {
    c_int::try_from(size).unwrap_or(c_int::MAX)
}

/// C's milliseconds; negative: for ever.
pub fn timeout(ms: c_long) -> Option<Duration> {
    u64::try_from(ms).ok().map(Duration::from_millis)
}

/// The caller's object behind a pointer, or EFAULT for NULL.
///
/// # Safety
/// `pointer` is NULL or refers to an object that nobody else uses meanwhile.
#[inline]
pub unsafe fn object<'a, T>(pointer: *mut T) -> Result<&'a mut T> {
    // SAFETY: passed on.
    unsafe { pointer.as_mut() }.ok_or(Errno::EFAULT)
}

/// The caller's bytes; NULL passes for no bytes, otherwise EFAULT.
///
/// # Safety
/// `pointer` is NULL or valid for `len` bytes.
#[inline]
pub unsafe fn bytes<'a>(pointer: *const c_void, len: usize) -> Result<&'a [u8]> {
    match (pointer.is_null(), len) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Errno::EFAULT),
        // SAFETY: valid by contract. No object is larger than isize::MAX.
        _ => Ok(unsafe { slice::from_raw_parts(pointer.cast(), len.min(isize::MAX as usize)) }),
    }
}

/// The caller's array of `len` elements to write to; as [`bytes`].
///
/// # Safety
/// `pointer` is NULL or valid for writing `len` elements.
#[inline]
pub unsafe fn array<'a, T>(pointer: *mut T, len: usize) -> Result<&'a mut [T]> {
    match (pointer.is_null(), len) {
        (_, 0) => Ok(&mut []),
        (true, _) => Err(Errno::EFAULT),
        // SAFETY: valid by contract. No object is larger than isize::MAX.
        _ => Ok(unsafe {
            slice::from_raw_parts_mut(pointer, len.min(isize::MAX as usize / size_of::<T>()))
        }),
    }
}

/// The bytes of a C string, or EFAULT for NULL.
///
/// # Safety
/// `text` is NULL or NUL-terminated.
#[inline]
pub unsafe fn text<'a>(text: *const c_char) -> Result<&'a [u8]> {
    if text.is_null() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: NUL-terminated by contract.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// The message in the caller's `zmq_msg_t`. EFAULT: NULL, never initialised or
/// closed.
///
/// # Safety
/// `msg` is NULL or points to 64 bytes that were a message or are not one.
#[inline]
pub unsafe fn message<'a>(msg: *mut Msg) -> Result<&'a mut Msg> {
    // SAFETY: not NULL, so readable by contract.
    if msg.is_null() || !unsafe { Msg::is_initialised(msg) } {
        return Err(Errno::EFAULT);
    }
    // SAFETY: initialised, as just seen.
    Ok(unsafe { &mut *msg })
}

/// Puts `msg` into the caller's memory without looking at what is there. EFAULT
/// for NULL.
///
/// # Safety
/// `place` is NULL or valid for writing 64 bytes.
#[inline]
pub unsafe fn put(place: *mut Msg, msg: Msg) -> Result<()> {
    if place.is_null() {
        return Err(Errno::EFAULT);
    }
    // SAFETY: writable by contract.
    unsafe { place.write(msg) };
    Ok(())
}
