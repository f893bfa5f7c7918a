//! Message lanes: a lane of cells with its credit, and the conflating variant
//! that holds the newest message only (libzmq: ypipe_conflate, dbuffer).

mod parts;
mod reader;
mod writer;

use crate::msg::Msg;
use crate::queue::{credit, lane};
use crate::sync::{Arc, Mutex};

pub use reader::LaneReader;
pub use writer::{LaneWriter, append_to};

/// The newest message. A cell in the lane stands for "the slot is full".
type Latest = Arc<Mutex<Option<Msg>>>;

/// A new lane of messages.
pub fn message_lane(conflate: bool) -> (LaneWriter, LaneReader) {
    let (producer, consumer) = lane();
    let (credit_writer, credit_reader) = credit();
    let latest: Option<Latest> = conflate.then(Latest::default);
    (
        LaneWriter::new(producer, credit_writer, latest.clone()),
        LaneReader::new(consumer, credit_reader, latest),
    )
}

#[cfg(all(test, not(loom)))]
mod tests;
