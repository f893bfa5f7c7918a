//! Queues between threads: the lane (one producer, one consumer, message
//! cells), its credit (how far the producer may run ahead) and the mailbox
//! (many producers, commands, wakes a sleeper).

mod credit;
mod lane;
mod mailbox;

pub use credit::{CreditReader, CreditWriter, credit};
pub use lane::{Consumer, Producer, lane};
pub use mailbox::{Mailbox, Signal};
