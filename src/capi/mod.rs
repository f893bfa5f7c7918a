//! The door: every function of zmq.h and nothing else, thin.
//!
//! Called by C programs only; nothing inside the library imports this module,
//! and the library never calls its own exported names. A function here turns
//! pointers into references, makes one call and converts the result
//! (`convert`); what it may never do is panic on anything a caller hands it.
//! Split by the sections of include/zmq.h, which tests/header.rs generates from
//! these files, the drafts under `draft/`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod compat;
mod convert;
mod fork;
mod handle;

pub mod atomics;
pub mod constants;
pub mod context;
pub mod curve;
pub mod deprecated;
pub mod draft;
pub mod errors;
pub mod message;
pub mod monitor;
pub mod poll;
pub mod proxy;
pub mod socket;
pub mod timers;
pub mod types;
pub mod utilities;
