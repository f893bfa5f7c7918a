//! zmq.h, "polling".

use std::ffi::{c_int, c_long};
use std::ptr;

use super::convert::{answer, array, int, timeout};
use super::handle;
use super::types::zmq_pollitem_t;
use crate::errno::{Errno, Result};
use crate::poll::{Item, Target, Waiter};

/// Items that need no allocation (ZMQ_POLLITEMS_DFLT).
const FEW: usize = 16;

const NONE: Item = Item { target: Target::Fd(-1), events: 0, revents: 0 };

/// Waits until an item is ready or `timeout` milliseconds are over (negative:
/// for ever). Returns the number of items with `revents`. EINVAL, EFAULT,
/// ENOTSOCK, ETERM, EINTR.
///
/// # Safety
/// `items` is NULL or valid for `nitems` items, whose sockets are handles used
/// by this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zmq_poll(
    items: *mut zmq_pollitem_t,
    nitems: c_int,
    timeout: c_long,
) -> c_int {
    // SAFETY: passed on.
    answer(|| unsafe { poll(items, nitems, timeout, ptr::null()) })
}

/// Polls, with `mask` as the signal mask during the wait unless it is NULL.
///
/// # Safety
/// As `zmq_poll`; `mask` is NULL or a signal set.
pub(super) unsafe fn poll(
    items: *mut zmq_pollitem_t,
    nitems: c_int,
    ms: c_long,
    mask: *const libc::sigset_t,
) -> Result<c_int> {
    let count = usize::try_from(nitems).map_err(|_| Errno::EINVAL)?;
    // SAFETY: by contract.
    let asked = unsafe { array(items, count) }?;
    let mut few = [NONE; FEW];
    let mut many = Vec::new();
    let polled = match few.get_mut(..count) {
        Some(few) => few,
        None => {
            many.resize(count, NONE);
            many.as_mut_slice()
        }
    };
    let mut guests = Guests { items: asked.as_ptr(), count: 0 };
    for (item, wanted) in polled.iter_mut().zip(asked.iter()) {
        // SAFETY: by contract.
        *item = unsafe { item_of(wanted) }?;
        guests.count += 1;
    }
    asked.iter_mut().for_each(|item| item.revents = 0);
    // SAFETY: sockets that stay while we are their guests; a mask or NULL.
    let outcome = unsafe { Waiter::default().wait(polled, timeout(ms), mask) };
    if guests.leave() {
        return Err(Errno::ENOTSOCK);
    }
    let ready = outcome?;
    for (asked, item) in asked.iter_mut().zip(polled.iter()) {
        asked.revents = item.revents;
    }
    Ok(int(ready))
}

/// The items whose sockets have been entered.
struct Guests {
    items: *const zmq_pollitem_t,
    count: usize,
}

impl Guests {
    /// Whether one of the sockets was closed meanwhile.
    fn leave(&mut self) -> bool {
        let mut closed = false;
        for at in 0..std::mem::take(&mut self.count) {
            // SAFETY: one of the caller's items, which are his until we return.
            let socket = unsafe { (*self.items.add(at)).socket };
            // SAFETY: entered, by `item_of`, and left once.
            closed |= !socket.is_null() && unsafe { handle::leave(socket) };
        }
        closed
    }
}

impl Drop for Guests {
    fn drop(&mut self) {
        self.leave();
    }
}

/// What an item waits for; its socket is entered.
///
/// # Safety
/// The socket is NULL or a handle.
unsafe fn item_of(asked: &zmq_pollitem_t) -> Result<Item> {
    let target = if asked.socket.is_null() {
        Target::Fd(asked.fd)
    } else {
        // SAFETY: by contract.
        Target::Socket(unsafe { handle::enter(asked.socket) }?)
    };
    Ok(Item { target, events: asked.events, revents: 0 })
}
