//! Bad input: whatever a peer sends, the socket it is sent to reacts as specified, goes on serving
//! honest peers, and neither memory nor descriptors are lost.
//!
//! `hostile/table.rs` has single inputs with their reactions, the other files what needs more than
//! one peer. Peers are plain sockets. ZMQ_TEST_LONG=1 repeats more often.

#![expect(
    clippy::disallowed_methods,
    reason = "peers are slow on purpose, and what they cost is measured"
)]

mod common;

#[path = "hostile/descriptors.rs"]
mod descriptors;
#[path = "hostile/floods.rs"]
mod floods;
#[path = "hostile/handshakes.rs"]
mod handshakes;
#[path = "hostile/listeners.rs"]
mod listeners;
#[path = "hostile/old_frames.rs"]
mod old_frames;
#[path = "hostile/patterns.rs"]
mod patterns;
#[path = "hostile/rows.rs"]
mod rows;
#[path = "hostile/subscriptions.rs"]
mod subscriptions;
#[path = "hostile/table.rs"]
mod table;
