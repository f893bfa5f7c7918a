//! (under construction)
pub mod net;
