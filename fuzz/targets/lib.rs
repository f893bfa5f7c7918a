//! The targets as a library of their own.
#[path = "mod.rs"]
mod targets;

pub use targets::{ALL, Target, find};
