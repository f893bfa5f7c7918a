//! A memory barrier that costs one side nothing: membarrier(2), Linux 4.14.
//!
//! "Store mine, then look at yours" by two threads needs a full barrier between
//! the two in each. Where one thread does it with every message and the other
//! once in a while, the seldom one may run [`heavy`], which stands for a barrier
//! in all threads of the process, while the other only keeps its program order.

use std::sync::atomic::{AtomicBool, Ordering, fence};
#[cfg(not(loom))]
use std::time::Duration;

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
    if is_asymmetric() && !membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
        do_without();
    }
}

/// The call is denied from now on: an application may have gone into a sandbox
/// since [`prepare`]. The frequent side has its own barriers from here on, and
/// what it left out last is waited for: a processor writes its stores out within
/// microseconds, and a thread that is taken off it meets a barrier.
#[cold]
fn do_without() {
    AVAILABLE.store(false, Ordering::SeqCst);
    // The models know no system calls, and no such failure.
    #[cfg(not(loom))]
    let _ = super::poll::poll(&mut [], Some(SETTLED));
}

/// Long beyond any store's way into the cache.
#[cfg(not(loom))]
const SETTLED: Duration = Duration::from_millis(1);

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: takes and returns numbers only.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}
