//! What zmq.h offers on top of sockets: waiting for several things at once
//! (zmq_poll, the poller), the proxy, timers, threads. Called by `capi/` only;
//! a socket here is a pointer whose validity the caller vouches for, because
//! two items may name the same one.

mod poller;
mod proxy;
mod thread;
mod timers;
mod wait;

pub use poller::{Door, Event, Member, Poller};
pub use proxy::proxy;
pub use thread::{Thread, sleep};
pub use timers::Timers;
pub use wait::{ERR, IN, Item, OUT, PRI, Target, Waiter};
