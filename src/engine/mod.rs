//! The engine: sessions and listeners, and the drive that a session shares
//! with its socket so that any thread may move its traffic.

pub mod drive;
pub mod gate;
pub mod held;
pub mod incoming;
mod interest;
pub mod lease;
pub mod listener;
pub mod monitor;
pub mod outgoing;
pub mod owner;
mod reconnect;
mod report;
pub mod session;
pub mod wakes;
pub mod watch;
pub mod zap;
