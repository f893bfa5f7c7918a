//! The wire protocol without the wire: ZMTP 1.0, 2.0, 3.0 and 3.1.
//!
//! Owns every octet that connections exchange: greeting, security handshake,
//! frame headers, commands, metadata, heartbeat arithmetic. The engine calls
//! it. Nothing here may touch a socket, read the clock, start a thread, or
//! panic because of what a peer sent; memory is taken only for bytes that have
//! arrived or that stay below a stated cap.
//!
//! Order of use: [`handshake::Handshake`] until it is complete, then
//! [`frame`] and [`command`] on the traffic, [`heartbeat`] for ZMTP 3.x peers
//! and [`request_check`] behind the decoder of a REQ socket.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

pub mod command;
pub mod fault;
pub mod frame;
mod frame_buffer;
pub mod greeting;
pub mod handshake;
pub mod heartbeat;
pub mod mechanism;
pub mod metadata;
pub mod request_check;
pub mod socket_type;
pub mod zap;

#[cfg(test)]
mod testing;

pub use fault::Fault;
pub use frame::Framing;
pub use greeting::PeerVersion;
pub use handshake::{Established, Handshake};
