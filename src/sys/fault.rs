//! System calls that fail on demand; only in builds with the feature `faults`,
//! which scripts/torture makes.
//!
//! The linker's `--wrap` (build.rs) leads every reference within the library to
//! a call in build.rs, be it ours, mio's, getrandom's or
//! std's, to the function of the same name here. So nothing else in the source
//! knows of faults.
//!
//! `ZMQ_FAULT` in the environment, read with the first call, says which calls
//! fail: `CALL:ERROR:FIRST:COUNT`.
//!
//! * CALL: a name below; `epoll_ctl` goes by `epoll_ctl_add`, `_mod` and `_del`.
//! * ERROR: an errno, as a number; or `short`: the call moves one byte.
//! * FIRST: the first call that fails, from 1.
//! * COUNT: how many fail; `all`; or `storm`: nine of ten from then on.
//!
//! A program ends the fault by `zmq_fault_end`, and asks by `zmq_fault_calls`
//! and `zmq_fault_fired` how many calls there were and how many failed.

use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use libc::{size_t, sockaddr, socklen_t, ssize_t};

/// What fails, and when.
struct Plan {
    call: String,
    /// None: short.
    error: Option<c_int>,
    first: u32,
    count: Count,
}

#[derive(Clone, Copy, PartialEq)]
enum Count {
    Calls(u32),
    All,
    Storm,
}

static PLAN: OnceLock<Option<Plan>> = OnceLock::new();
static CALLS: AtomicU32 = AtomicU32::new(0);
static FIRED: AtomicU32 = AtomicU32::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);

impl Plan {
    fn parse(text: &str) -> Option<Plan> {
        let mut parts = text.split(':');
        let call = parts.next()?.to_owned();
        let error = match parts.next()? {
            "short" => None,
            number => Some(number.parse().ok()?),
        };
        let first = parts.next()?.parse().ok()?;
        let count = match parts.next()? {
            "all" => Count::All,
            "storm" => Count::Storm,
            number => Count::Calls(number.parse().ok()?),
        };
        Some(Plan { call, error, first, count })
    }

    fn strikes(&self) -> bool {
        let number = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
        let since = number.wrapping_sub(self.first);
        let strikes = number >= self.first
            && match self.count {
                Count::Calls(count) => since < count,
                Count::All => true,
                Count::Storm => since % 10 != 9,
            };
        if strikes {
            FIRED.fetch_add(1, Ordering::SeqCst);
        }
        strikes
    }
}

/// The plan, if it strikes this call.
fn struck(call: &str) -> Option<&'static Plan> {
    if ENDED.load(Ordering::SeqCst) {
        return None;
    }
    // getenv, not std::env: that takes a lock, and a lock makes system calls.
    let plan = PLAN.get_or_init(|| {
        // SAFETY: a terminated name; the answer is text or null.
        let text = unsafe { libc::getenv(c"ZMQ_FAULT".as_ptr()) };
        // SAFETY: as above, and not null.
        let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) });
        text.and_then(|text| Plan::parse(text.to_str().ok()?))
    });
    plan.as_ref().filter(|plan| plan.call == call && plan.strikes())
}

/// The errno to fail with, which is set as well.
fn failed(call: &str) -> Option<c_int> {
    let error = struck(call)?.error?;
    // SAFETY: the calling thread's own errno.
    unsafe { *libc::__errno_location() = error };
    Some(error)
}

/// How many of `len` bytes the call may move; None: it fails.
fn allowed(call: &str, len: size_t) -> Option<size_t> {
    match struck(call) {
        None => Some(len),
        Some(Plan { error: None, .. }) => Some(len.min(1)),
        Some(Plan { error: Some(error), .. }) => {
            // SAFETY: the calling thread's own errno.
            unsafe { *libc::__errno_location() = *error };
            None
        }
    }
}

/// The fault is over.
#[unsafe(no_mangle)]
extern "C" fn zmq_fault_end() {
    ENDED.store(true, Ordering::SeqCst);
}

/// Calls made of the kind that fails, until the end.
#[unsafe(no_mangle)]
extern "C" fn zmq_fault_calls() -> c_uint {
    CALLS.load(Ordering::SeqCst)
}

/// How many of them have failed.
#[unsafe(no_mangle)]
extern "C" fn zmq_fault_fired() -> c_uint {
    FIRED.load(Ordering::SeqCst)
}

/// The calls that return -1 and set errno.
macro_rules! plain {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty, $real:literal, $wrap:literal;)*) => {
        mod real {
            use super::*;
            // SAFETY: the C library's own declarations.
            unsafe extern "C" {
                $(#[link_name = $real] pub fn $name($($arg: $type),*) -> $result;)*
            }
        }
        $(
            #[unsafe(export_name = $wrap)]
            unsafe extern "C" fn $name($($arg: $type),*) -> $result {
                if failed(stringify!($name)).is_some() {
                    return -1;
                }
                // SAFETY: the caller's arguments, passed on.
                unsafe { real::$name($($arg),*) }
            }
        )*
    };
}

plain! {
    socket(a: c_int, b: c_int, c: c_int) -> c_int, "__real_socket", "__wrap_socket";
    bind(a: c_int, b: *const sockaddr, c: socklen_t) -> c_int, "__real_bind", "__wrap_bind";
    listen(a: c_int, b: c_int) -> c_int, "__real_listen", "__wrap_listen";
    connect(a: c_int, b: *const sockaddr, c: socklen_t) -> c_int, "__real_connect", "__wrap_connect";
    accept(a: c_int, b: *mut sockaddr, c: *mut socklen_t) -> c_int, "__real_accept", "__wrap_accept";
    accept4(a: c_int, b: *mut sockaddr, c: *mut socklen_t, d: c_int) -> c_int,
        "__real_accept4", "__wrap_accept4";
    getsockname(a: c_int, b: *mut sockaddr, c: *mut socklen_t) -> c_int,
        "__real_getsockname", "__wrap_getsockname";
    getpeername(a: c_int, b: *mut sockaddr, c: *mut socklen_t) -> c_int,
        "__real_getpeername", "__wrap_getpeername";
    getsockopt(a: c_int, b: c_int, c: c_int, d: *mut c_void, e: *mut socklen_t) -> c_int,
        "__real_getsockopt", "__wrap_getsockopt";
    setsockopt(a: c_int, b: c_int, c: c_int, d: *const c_void, e: socklen_t) -> c_int,
        "__real_setsockopt", "__wrap_setsockopt";
    fcntl(a: c_int, b: c_int, c: c_long) -> c_int, "__real_fcntl", "__wrap_fcntl";
    epoll_create1(a: c_int) -> c_int, "__real_epoll_create1", "__wrap_epoll_create1";
    epoll_wait(a: c_int, b: *mut libc::epoll_event, c: c_int, d: c_int) -> c_int,
        "__real_epoll_wait", "__wrap_epoll_wait";
    eventfd(a: c_uint, b: c_int) -> c_int, "__real_eventfd", "__wrap_eventfd";
    timerfd_create(a: c_int, b: c_int) -> c_int, "__real_timerfd_create", "__wrap_timerfd_create";
    timerfd_settime(a: c_int, b: c_int, c: *const libc::itimerspec, d: *mut libc::itimerspec) -> c_int,
        "__real_timerfd_settime", "__wrap_timerfd_settime";
    poll(a: *mut libc::pollfd, b: libc::nfds_t, c: c_int) -> c_int, "__real_poll", "__wrap_poll";
    ppoll(a: *mut libc::pollfd, b: libc::nfds_t, c: *const libc::timespec, d: *const libc::sigset_t) -> c_int,
        "__real_ppoll", "__wrap_ppoll";
    getrandom(a: *mut c_void, b: size_t, c: c_uint) -> ssize_t, "__real_getrandom", "__wrap_getrandom";
    getifaddrs(a: *mut *mut libc::ifaddrs) -> c_int, "__real_getifaddrs", "__wrap_getifaddrs";
    unlink(a: *const c_char) -> c_int, "__real_unlink", "__wrap_unlink";
}

/// Those that move bytes and may be short.
macro_rules! moving {
    ($($name:ident($fd:ident, $at:ident: $type:ty, $len:ident $(, $flags:ident)?),
        $real:literal, $wrap:literal;)*) => {
        mod real_moving {
            use super::*;
            // SAFETY: the C library's own declarations.
            unsafe extern "C" {
                $(#[link_name = $real]
                pub fn $name($fd: c_int, $at: $type, $len: size_t $(, $flags: c_int)?) -> ssize_t;)*
            }
        }
        $(
            #[unsafe(export_name = $wrap)]
            unsafe extern "C" fn $name(
                $fd: c_int, $at: $type, $len: size_t $(, $flags: c_int)?
            ) -> ssize_t {
                let Some(len) = allowed(stringify!($name), $len) else { return -1 };
                // Eventfds and timers take and give eight bytes or nothing.
                let len = if $len == 8 { $len } else { len };
                // SAFETY: the caller's arguments, passed on, and no more bytes.
                unsafe { real_moving::$name($fd, $at, len $(, $flags)?) }
            }
        )*
    };
}

moving! {
    read(fd, to: *mut c_void, len), "__real_read", "__wrap_read";
    write(fd, from: *const c_void, len), "__real_write", "__wrap_write";
    recv(fd, to: *mut c_void, len, flags), "__real_recv", "__wrap_recv";
    send(fd, from: *const c_void, len, flags), "__real_send", "__wrap_send";
}

// SAFETY: the C library's own declarations.
unsafe extern "C" {
    fn __real_recvmsg(fd: c_int, message: *mut libc::msghdr, flags: c_int) -> ssize_t;
    fn __real_sendmsg(fd: c_int, message: *const libc::msghdr, flags: c_int) -> ssize_t;
    fn __real_epoll_ctl(set: c_int, op: c_int, fd: c_int, event: *mut libc::epoll_event) -> c_int;
    fn __real_close(fd: c_int) -> c_int;
    fn __real_mkdtemp(template: *mut c_char) -> *mut c_char;
    fn __real_pthread_create(
        id: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        run: extern "C" fn(*mut c_void) -> *mut c_void,
        with: *mut c_void,
    ) -> c_int;
    fn __real_getaddrinfo(
        host: *const c_char,
        service: *const c_char,
        hints: *const libc::addrinfo,
        list: *mut *mut libc::addrinfo,
    ) -> c_int;
    fn __real_syscall(
        number: c_long,
        a: c_long,
        b: c_long,
        c: c_long,
        d: c_long,
        e: c_long,
        f: c_long,
    ) -> c_long;
    fn __real_dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// The same message cut to one byte of its first piece that has one.
///
/// # Safety
/// A valid header.
unsafe fn shortened<T>(message: &libc::msghdr, call: impl FnOnce(&mut libc::msghdr) -> T) -> T {
    // SAFETY: by contract.
    let pieces = unsafe { std::slice::from_raw_parts(message.msg_iov, message.msg_iovlen) };
    let mut piece = pieces.iter().find(|piece| piece.iov_len > 0).copied();
    // SAFETY: plain numbers and pointers.
    let mut copy = unsafe { std::ptr::read(message) };
    if let Some(piece) = &mut piece {
        piece.iov_len = 1;
        copy.msg_iov = piece;
        copy.msg_iovlen = 1;
    }
    call(&mut copy)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_recvmsg(
    fd: c_int,
    message: *mut libc::msghdr,
    flags: c_int,
) -> ssize_t {
    match allowed("recvmsg", usize::MAX) {
        None => -1,
        // SAFETY: the caller's arguments, passed on.
        Some(usize::MAX) => unsafe { __real_recvmsg(fd, message, flags) },
        // SAFETY: as above, and a shorter message.
        Some(_) => unsafe { shortened(&*message, |short| __real_recvmsg(fd, short, flags)) },
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_sendmsg(
    fd: c_int,
    message: *const libc::msghdr,
    flags: c_int,
) -> ssize_t {
    match allowed("sendmsg", usize::MAX) {
        None => -1,
        // SAFETY: the caller's arguments, passed on.
        Some(usize::MAX) => unsafe { __real_sendmsg(fd, message, flags) },
        // SAFETY: as above, and a shorter message.
        Some(_) => unsafe { shortened(&*message, |short| __real_sendmsg(fd, short, flags)) },
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_epoll_ctl(
    set: c_int,
    op: c_int,
    fd: c_int,
    event: *mut libc::epoll_event,
) -> c_int {
    let name = match op {
        libc::EPOLL_CTL_ADD => "epoll_ctl_add",
        libc::EPOLL_CTL_MOD => "epoll_ctl_mod",
        _ => "epoll_ctl_del",
    };
    if failed(name).is_some() {
        return -1;
    }
    // SAFETY: the caller's arguments, passed on.
    unsafe { __real_epoll_ctl(set, op, fd, event) }
}

/// Closes in any case, as the kernel does.
#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_close(fd: c_int) -> c_int {
    // SAFETY: the caller's descriptor.
    let closed = unsafe { __real_close(fd) };
    if failed("close").is_some() { -1 } else { closed }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_mkdtemp(template: *mut c_char) -> *mut c_char {
    if failed("mkdtemp").is_some() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's arguments, passed on.
    unsafe { __real_mkdtemp(template) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_pthread_create(
    id: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    run: extern "C" fn(*mut c_void) -> *mut c_void,
    with: *mut c_void,
) -> c_int {
    // SAFETY: the caller's arguments, passed on.
    failed("pthread_create")
        .unwrap_or_else(|| unsafe { __real_pthread_create(id, attributes, run, with) })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_getaddrinfo(
    host: *const c_char,
    service: *const c_char,
    hints: *const libc::addrinfo,
    list: *mut *mut libc::addrinfo,
) -> c_int {
    match failed("getaddrinfo") {
        Some(libc::ENOMEM) => libc::EAI_MEMORY,
        Some(libc::EAGAIN) => libc::EAI_AGAIN,
        Some(_) => libc::EAI_SYSTEM,
        // SAFETY: the caller's arguments, passed on.
        None => unsafe { __real_getaddrinfo(host, service, hints, list) },
    }
}

/// Of the calls without a function of their own only membarrier fails.
#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    let name = match a as c_int {
        libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED => "membarrier",
        _ => "membarrier_register",
    };
    if number == libc::SYS_membarrier && failed(name).is_some() {
        return -1;
    }
    // SAFETY: the caller's arguments, passed on; more than it gave are not looked at.
    unsafe { __real_syscall(number, a, b, c, d, e, f) }
}

/// The crate getrandom asks for its function by name.
#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void {
    // SAFETY: a terminated name, by dlsym's contract.
    if unsafe { CStr::from_ptr(name) } == c"getrandom" {
        return getrandom as *mut c_void;
    }
    // SAFETY: the caller's arguments, passed on.
    unsafe { __real_dlsym(library, name) }
}
