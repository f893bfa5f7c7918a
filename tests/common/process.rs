//! Figures of this process.

use std::fs;

/// Resident memory, KiB.
pub fn resident_kib() -> i64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

/// Resident memory once the allocator has given back what it can, KiB.
pub fn settled_kib() -> i64 {
    #[cfg(target_env = "gnu")]
    // SAFETY: may be called at any time.
    unsafe {
        libc::malloc_trim(0);
    }
    resident_kib()
}

/// Open descriptors.
pub fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("/proc/self/fd").count()
}

/// Whether the long forms of tests are wanted (ZMQ_TEST_LONG=1).
pub fn long_form() -> bool {
    std::env::var_os("ZMQ_TEST_LONG").is_some()
}
