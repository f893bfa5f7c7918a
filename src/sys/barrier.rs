//! A memory barrier that costs one side nothing: membarrier(2), Linux 4.14.
//!
//! "Store mine, then look at yours" by two threads needs a full barrier between
//! the two in each. Where one thread does it with every message and the other
//! once in a while, the seldom one may run [`heavy`], which stands for a barrier
//! in all threads of the process, while the other only keeps its program order.

use std::sync::atomic::{AtomicBool, Ordering, fence};

static AVAILABLE: AtomicBool = AtomicBool::new(false);

/// Tells the kernel that this process uses [`heavy`]. Before any thread that
/// will call it starts; again after fork.
pub fn prepare() {
    let registered = membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    AVAILABLE.store(registered, Ordering::SeqCst);
}

/// Whether the frequent side may leave its barrier out. False where the kernel
/// does not know the call, or a sandbox forbids it.
#[inline(always)]
pub fn is_asymmetric() -> bool {
    AVAILABLE.load(Ordering::Relaxed)
}

/// A full barrier in this thread, and in all others if
/// [`is_asymmetric`]: about 2 us.
pub fn heavy() {
    fence(Ordering::SeqCst);
    if is_asymmetric() {
        membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    }
}

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: takes and returns numbers only.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}
