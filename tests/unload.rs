//! The library is loaded, used and unloaded again and again (dlopen, dlclose), as plug-ins and
//! language runtimes do, and leaves nothing behind: no mapping, thread or descriptor, and memory
//! does not grow with each load.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::{fs, mem, ptr};

const PULL: c_int = 7;
const PUSH: c_int = 8;
const LAST_ENDPOINT: c_int = 32;

/// Inline, from a thread's shelf, one of its largest, too large for it.
const SIZES: [usize; 4] = [1, 100, 5_000, 300_000];

const LOADS: usize = 200;

/// Bytes that may be added between a tenth of the loads and the last: 3 to 11 MB were measured, and
/// 80 to 170 MB with large blocks that malloc cannot put where the ones before them were.
const GROWTH: usize = 40 << 20;

/// Something small that stays, beside the room of a message that goes.
type Kept = Box<[u8; 40]>;

/// The library that cargo built with this test.
fn library() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let here = test.parent()?;
    [here.join("libzmq.so"), here.parent()?.join("libzmq.so")].into_iter().find(|p| p.exists())
}

/// Functions of a library just loaded.
struct Loaded(*mut c_void);

macro_rules! function {
    ($library:expr, $name:literal, fn($($argument:ty),*) -> $result:ty) => {{
        let address = $library.find($name);
        // SAFETY: the function's signature in zmq.h.
        unsafe { mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) -> $result>(address) }
    }};
}

impl Loaded {
    fn open(path: &CStr) -> Loaded {
        // SAFETY: a terminated path; the library's initialisers ask for nothing.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!handle.is_null(), "dlopen");
        Loaded(handle)
    }

    fn find(&self, name: &CStr) -> *mut c_void {
        // SAFETY: a live handle and a terminated name.
        let address = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        assert!(!address.is_null(), "{name:?}");
        address
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: the handle of `open`; nothing of the library is used any more.
        assert_eq!(unsafe { libc::dlclose(self.0) }, 0);
    }
}

/// Messages of all sizes from a thread that ends to this one, by tcp. Returns what the application
/// keeps of each.
fn converse(zmq: &Loaded) -> Vec<Kept> {
    let ctx_new = function!(zmq, c"zmq_ctx_new", fn() -> *mut c_void);
    let ctx_term = function!(zmq, c"zmq_ctx_term", fn(*mut c_void) -> c_int);
    let socket = function!(zmq, c"zmq_socket", fn(*mut c_void, c_int) -> *mut c_void);
    let close = function!(zmq, c"zmq_close", fn(*mut c_void) -> c_int);
    let bind = function!(zmq, c"zmq_bind", fn(*mut c_void, *const c_char) -> c_int);
    let connect = function!(zmq, c"zmq_connect", fn(*mut c_void, *const c_char) -> c_int);
    let getsockopt =
        function!(zmq, c"zmq_getsockopt", fn(*mut c_void, c_int, *mut c_void, *mut usize) -> c_int);
    let send = function!(zmq, c"zmq_send", fn(*mut c_void, *const c_void, usize, c_int) -> c_int);
    let recv = function!(zmq, c"zmq_recv", fn(*mut c_void, *mut c_void, usize, c_int) -> c_int);
    // SAFETY: as zmq.h says; each socket is used by one thread.
    unsafe {
        let ctx = ctx_new();
        let pull = socket(ctx, PULL);
        assert_eq!(bind(pull, c"tcp://127.0.0.1:*".as_ptr()), 0);
        let mut endpoint: [c_char; 256] = [0; 256];
        let mut len = endpoint.len();
        assert_eq!(getsockopt(pull, LAST_ENDPOINT, endpoint.as_mut_ptr().cast(), &mut len), 0);
        let push = socket(ctx, PUSH) as usize;
        let sender = std::thread::spawn(move || {
            let push = push as *mut c_void;
            assert_eq!(connect(push, endpoint.as_ptr()), 0);
            let body = vec![7u8; 300_000];
            for size in SIZES.repeat(20) {
                assert_eq!(send(push, body.as_ptr().cast(), size, 0), size as c_int);
            }
            assert_eq!(close(push), 0);
        });
        let mut kept = Vec::new();
        for size in SIZES.repeat(20) {
            assert_eq!(recv(pull, ptr::null_mut(), 0, 0), size as c_int);
            kept.push(Box::new([7; 40]));
        }
        assert!(sender.join().is_ok());
        assert_eq!(close(pull), 0);
        assert_eq!(ctx_term(ctx), 0);
        kept
    }
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").expect("statm");
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    // SAFETY: no memory is passed.
    let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) });
    pages.expect("a number") * page.expect("a size")
}

fn entries(directory: &str) -> usize {
    fs::read_dir(directory).map_or(0, Iterator::count)
}

#[test]
fn a_library_unloaded_leaves_nothing_behind() {
    let Some(path) = library() else {
        println!("no libzmq.so beside the tests");
        return;
    };
    let path = CString::new(path.as_os_str().as_bytes()).expect("a path");
    // Heaps are shared, or gaps would depend on which thread has which.
    #[cfg(target_env = "gnu")]
    // SAFETY: a limit for heaps yet to be made; no memory is passed.
    assert_eq!(unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) }, 1);
    let (mut kept, mut settled) = (Vec::new(), 0);
    for load in 0..LOADS {
        if load == LOADS / 10 {
            settled = resident();
        }
        let (threads, descriptors) = (entries("/proc/self/task"), entries("/proc/self/fd"));
        let zmq = Loaded::open(&path);
        kept.push(converse(&zmq));
        drop(zmq);
        let maps = fs::read_to_string("/proc/self/maps").expect("maps");
        assert!(!maps.contains("libzmq.so"), "still mapped:\n{maps}");
        // The kernel lets a thread be joined a moment before it takes the entry away; one
        // that stays is found by the test's hanging here.
        while entries("/proc/self/task") > threads {
            std::thread::yield_now();
        }
        assert_eq!(entries("/proc/self/fd"), descriptors);
    }
    let grown = resident().saturating_sub(settled);
    assert!(grown < GROWTH, "{grown} bytes more after {LOADS} loads");
}
