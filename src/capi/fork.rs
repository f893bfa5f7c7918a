//! What a forked child of the application's begins with: no lock of the library
//! is held, and the handles it has inherited are known as such. Here because
//! handles are; nothing calls this but the loader.

use super::handle;
use crate::{msg, sys};

/// The library has been loaded. Without the memory for it a child may hang, as
/// one of a process that is that short of memory may anyway.
#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = {
    extern "C" fn load() {
        let _ = sys::fork::in_child(renew);
    }
    load
};

/// # Safety
/// Called by fork(2) in the child, whose only thread this is.
unsafe extern "C" fn renew() {
    // SAFETY: by contract.
    unsafe {
        msg::renew();
        handle::renew();
    }
}
