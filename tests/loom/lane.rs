//! The lane: order and completeness over segment links (two cells each under
//! loom), sleeping, taking back, and either end going first.

use loom::sync::Arc;
use loom::thread;
use zmq::queue::{Consumer, Producer, lane};

use super::explore;

fn send<T: Send>(tx: &mut Producer<T>, items: impl IntoIterator<Item = T>) -> bool {
    for item in items {
        tx.push(item);
        tx.commit();
    }
    tx.publish()
}

fn rest<T: Send>(rx: &mut Consumer<T>, into: &mut Vec<T>) {
    while let Some(item) = rx.pop() {
        into.push(item);
    }
}

#[test]
fn items_come_in_order_and_whole_over_segment_links() {
    explore(3, || {
        let (mut tx, mut rx) = lane::<u32>();
        let producer = thread::spawn(move || {
            let _ = send(&mut tx, 0..1);
            let _ = send(&mut tx, 1..4);
            let _ = send(&mut tx, 4..7);
            tx
        });
        let mut got = Vec::new();
        for _ in 0..3 {
            rest(&mut rx, &mut got);
        }
        let tx = producer.join().unwrap();
        rest(&mut rx, &mut got);
        assert_eq!(got, (0..7).collect::<Vec<_>>());
        drop(tx);
    });
}

/// A segment goes round: emptied, put aside, taken by the producer again.
#[test]
fn recycled_segments_carry_new_items() {
    explore(3, || {
        let (mut tx, mut rx) = lane::<u32>();
        let _ = send(&mut tx, 0..3);
        let producer = thread::spawn(move || {
            let _ = send(&mut tx, 3..5);
            let _ = send(&mut tx, 5..7);
        });
        let mut got = Vec::new();
        for _ in 0..2 {
            rest(&mut rx, &mut got);
        }
        producer.join().unwrap();
        rest(&mut rx, &mut got);
        assert_eq!(got, (0..7).collect::<Vec<_>>());
    });
}

#[test]
fn a_batch_appears_whole_or_not_at_all() {
    explore(3, || {
        let (mut tx, mut rx) = lane::<u32>();
        let producer = thread::spawn(move || {
            tx.push(0);
            tx.push(1);
            tx.push(2);
            tx.commit();
            let _ = tx.publish();
        });
        if rx.pop().is_some() {
            assert_eq!((rx.pop(), rx.pop()), (Some(1), Some(2)));
        }
        producer.join().unwrap();
    });
}

#[test]
fn hazard_1_a_sleeping_consumer_is_woken() {
    explore(3, || {
        let (mut tx, mut rx) = lane::<u32>();
        let producer = thread::spawn(move || {
            let first = send(&mut tx, [0]);
            let second = send(&mut tx, [1]);
            (tx, u32::from(first) + u32::from(second))
        });
        let mut got = Vec::new();
        let mut asleep = false;
        for _ in 0..2 {
            rest(&mut rx, &mut got);
            asleep = rx.sleep();
            if asleep {
                break;
            }
        }
        let (_tx, wakes) = producer.join().unwrap();
        if asleep {
            let left = rx.available();
            assert_eq!(wakes, u32::from(left), "woken once, and only with something to read");
        } else {
            assert_eq!(wakes, 0);
        }
    });
}

#[test]
fn what_is_taken_back_is_never_seen() {
    explore(3, || {
        let (mut tx, mut rx) = lane::<u32>();
        let producer = thread::spawn(move || {
            let _ = send(&mut tx, [0]);
            tx.push(100);
            let _ = tx.publish();
            tx.push(101);
            tx.push(102);
            tx.rollback();
            let _ = send(&mut tx, [1, 2]);
        });
        let mut got = Vec::new();
        for _ in 0..2 {
            rest(&mut rx, &mut got);
        }
        producer.join().unwrap();
        rest(&mut rx, &mut got);
        assert_eq!(got, [0, 1, 2]);
    });
}

/// loom reports an `Arc` that is never dropped, and a use after the free.
#[test]
fn either_end_may_go_first() {
    explore(3, || {
        let token = Arc::new(());
        let (mut tx, mut rx) = lane();
        let of_producer = token.clone();
        let producer = thread::spawn(move || {
            let _ = send(&mut tx, [of_producer.clone(), of_producer.clone()]);
            let _ = send(&mut tx, [of_producer.clone()]);
            tx.push(of_producer);
        });
        drop(rx.pop());
        drop(rx);
        producer.join().unwrap();
        assert_eq!(Arc::strong_count(&token), 1);
    });
}
