//! What the integration tests share: the C interface under safe names, raw peers that speak the
//! protocol by hand, a watchdog, and figures of this process.
//!
//! Each test file uses its own part of it. Nothing here may know the inside of the library.

#![allow(dead_code, unused_imports, reason = "each test file uses its own part")]

mod api;
mod noise;
mod process;
mod traffic;
mod watchdog;
mod wire;

pub use api::{Context, Event, Monitor, Poll, Socket, event, kind, option};
pub use noise::Noise;
pub use process::{descriptors, long_form, resident_kib, settled_kib};
pub use traffic::{expect, frames, receive, send};
pub use watchdog::{Watchdog, begin};
pub use wire::{GREETING, GREETING_3_0, GREETING_START, Raw, RawListener, hex, ready, ready_with};

/// The context ends or has ended (zmq.h).
pub const ETERM: i32 = 156_384_765;

/// Larger than anything a healthy run needs, even on a loaded machine.
pub const PATIENCE_MS: i32 = 60_000;
