//! libzmq.so.5 again, in Rust.
//!
//! The C functions in [`capi`] are the product; everything below them is laid
//! out in layers (docs/architecture.md) whose imports point down only.

// L0 ground
pub mod clock;
pub mod errno;
pub mod sync;
pub mod sys;
pub mod tuning;

// L1 data
pub mod endpoint;
pub mod msg;
pub mod options;
pub mod queue;
pub mod z85;

// L2 protocol
pub mod crypto;
pub mod zmtp;

// L3 routing
pub mod command;
pub mod pattern;
pub mod pipe;

// L4 I/O
pub mod reactor;
pub mod transport;

// L5 to L9
pub mod capi;
pub mod ctx;
pub mod engine;
pub mod poll;
pub mod socket;
