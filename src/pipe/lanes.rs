//! Message lanes: a lane of cells with its credit, and the conflating variant
//! that holds the newest message only (libzmq: ypipe_conflate, dbuffer).

mod reader;
mod writer;

use crate::msg::Msg;
use crate::queue::{credit, lane};
use crate::sync::{Arc, Mutex};

pub use reader::LaneReader;
pub use writer::LaneWriter;

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
mod tests {
    use super::*;

    fn text(s: &str) -> Msg {
        Msg::copy_of(s.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn a_conflating_lane_holds_the_newest() {
        let (mut w, mut r) = message_lane(true);
        for i in 0..20 {
            assert!(w.has_room(1));
            w.push(text(&i.to_string()));
            let _ = w.publish();
        }
        assert_eq!(r.pop().map(|m| m.data().to_vec()), Some(b"19".to_vec()));
        assert!(r.pop().is_none());
        w.push(text("x"));
        let _ = w.publish();
        assert_eq!(r.pop().map(|m| m.data().to_vec()), Some(b"x".to_vec()));
    }

    // behaviours: 65
    #[test]
    fn frames_with_more_do_not_count() {
        let (mut w, mut r) = message_lane(false);
        let mut first = text("a");
        first.set_more(true);
        w.push(first);
        w.push(text("b"));
        let _ = w.publish();
        assert!(w.has_room(2) && !w.has_room(1));
        while r.pop().is_some() {}
        assert!(!r.set_mark(1000) && !r.finish_one(), "one message is less than a batch");
        assert!(r.acknowledge(), "the writer had asked");
        assert!(w.has_room(1));
    }
}
