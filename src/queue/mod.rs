//! Queues between threads: the lane (one producer, one consumer, message
//! cells), its credit (how far the producer may run ahead), the batch (bytes for a
//! stretch of a lane), the extent (how far bytes reach that are read while they are
//! written) and the mailbox (many producers, commands, wakes a sleeper).

mod batch;
mod credit;
mod extent;
mod lane;
mod mailbox;

pub use batch::{BatchReader, BatchWriter, UNIT, batch};
pub use credit::{CreditReader, CreditWriter, credit};
pub use extent::{Extent, Reach};
pub use lane::{Consumer, Producer, lane};
pub use mailbox::{Mailbox, Signal};
