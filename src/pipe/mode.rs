//! The mode of a pipe: what its sender does after publishing. Read by the
//! sending thread with every message, changed by the engine's gate alone.

use crate::sync::{AtomicU8, Ordering};

/// How messages leave a pipe; see docs/architecture.md, "Who drives a connection".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Mode {
    /// To another socket: publishing is delivery.
    Inproc = 0,
    /// The sending thread writes each message to the connection at once.
    Direct = 1,
    /// Messages gather; the sender drains now and then, the flush tick the rest.
    Stream = 2,
}

/// Where the mode is kept.
#[derive(Debug)]
pub struct ModeCell(AtomicU8);

impl ModeCell {
    /// A cell in this mode.
    pub fn new(mode: Mode) -> ModeCell {
        ModeCell(AtomicU8::new(mode as u8))
    }

    /// The mode. SeqCst: "publish, then read the mode" is a Dekker pair with
    /// the gate's "store DIRECT, then look at the lane".
    #[inline]
    pub fn get(&self) -> Mode {
        match self.0.load(Ordering::SeqCst) {
            0 => Mode::Inproc,
            1 => Mode::Direct,
            _ => Mode::Stream,
        }
    }

    /// Sets the mode of a driven pipe; see engine/gate.rs for who may. SeqCst:
    /// pairs as in [`get`](Self::get).
    #[inline]
    pub fn set(&self, mode: Mode) {
        self.0.store(mode as u8, Ordering::SeqCst);
    }
}
