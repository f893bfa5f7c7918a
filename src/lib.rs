//! libzmq.so.5 again, in Rust.
//!
//! The C functions in [`capi`] are the product; everything below them is laid
//! out in layers (docs/architecture.md) whose imports point down only.
//!
//! With `--cfg loom` only what the models of tests/loom run is built.

// L0 ground
#[cfg(not(loom))]
pub mod clock;
#[cfg(not(loom))]
pub mod errno;
#[cfg(not(loom))]
pub mod log;
pub mod sync;
#[cfg(not(loom))]
pub mod sys;
#[cfg(not(loom))]
pub mod tuning;

// L1 data
#[cfg(not(loom))]
pub mod endpoint;
#[cfg(not(loom))]
pub mod msg;
#[cfg(not(loom))]
pub mod options;
pub mod queue;
#[cfg(not(loom))]
pub mod z85;

// L2 protocol
#[cfg(not(loom))]
pub mod crypto;
#[cfg(not(loom))]
pub mod zmtp;

// L3 routing
#[cfg(not(loom))]
pub mod command;
#[cfg(not(loom))]
pub mod pattern;
#[cfg(not(loom))]
pub mod pipe;

// L4 I/O
#[cfg(not(loom))]
pub mod reactor;
#[cfg(not(loom))]
pub mod transport;

// L5 to L9
#[cfg(not(loom))]
pub mod capi;
#[cfg(not(loom))]
pub mod ctx;
#[cfg(not(loom))]
pub mod engine;
#[cfg(not(loom))]
pub mod poll;
#[cfg(not(loom))]
pub mod socket;

// The protocols between threads, without what they are spoken over.
#[cfg(loom)]
pub mod sys {
    pub mod barrier;
}
#[cfg(loom)]
pub mod pipe {
    mod mode;
    pub use mode::{Mode, ModeCell};
}
#[cfg(loom)]
pub mod reactor {
    pub mod roster;
    pub use roster::Found;
}
#[cfg(loom)]
pub mod engine {
    pub mod gate;
    pub mod held;
    pub mod lease;
}
