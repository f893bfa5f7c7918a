use std::collections::VecDeque;

use super::*;

// behaviours: 298
#[test]
fn items_appear_only_when_published_and_in_order() {
    let (mut tx, mut rx) = lane();
    for i in 0..200u32 {
        tx.push(i);
    }
    assert!(!tx.publish(), "nothing committed, nothing to see");
    assert!(rx.pop().is_none());
    tx.commit();
    assert!(!tx.publish());
    for i in 0..200u32 {
        assert_eq!(rx.pop(), Some(i));
    }
    assert!(rx.pop().is_none());
}

#[test]
fn a_sleeping_consumer_is_reported_once() {
    let (mut tx, mut rx) = lane();
    assert!(rx.sleep());
    assert!(rx.sleep());
    tx.push(1u8);
    tx.commit();
    assert!(tx.publish());
    tx.push(2);
    tx.commit();
    assert!(!tx.publish());
    assert!(!rx.sleep());
    assert_eq!((rx.pop(), rx.pop()), (Some(1), Some(2)));
}

#[test]
fn rollback_takes_back_only_what_was_not_committed() {
    let (mut tx, mut rx) = lane();
    tx.push(Box::new(0u32));
    tx.commit();
    assert!(!tx.publish());
    for i in 0..150 {
        tx.push(Box::new(i));
    }
    tx.rollback();
    assert_eq!(tx.uncommitted(), 0);
    tx.push(Box::new(7));
    tx.commit();
    assert!(!tx.publish());
    assert_eq!(rx.pop().as_deref(), Some(&0));
    assert_eq!(rx.pop().as_deref(), Some(&7));
    assert!(rx.pop().is_none());
}

#[test]
fn every_item_left_behind_is_dropped_once() {
    let token = std::sync::Arc::new(());
    let (mut tx, mut rx) = lane();
    for _ in 0..300 {
        tx.push(token.clone());
    }
    tx.commit();
    assert!(!tx.publish());
    for _ in 0..100 {
        tx.push(token.clone());
    }
    for _ in 0..70 {
        drop(rx.pop());
    }
    drop(rx);
    drop(tx);
    assert_eq!(std::sync::Arc::strong_count(&token), 1);
}

/// Ten million random operations against a plain queue.
// behaviours: 298
#[test]
fn oracle() {
    let operations = 10_000_000;
    let (mut tx, mut rx) = lane();
    let mut visible = VecDeque::new();
    let (mut committed, mut hidden) = (VecDeque::new(), VecDeque::new());
    let (mut asleep, mut next) = (false, 0u64);
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    for _ in 0..operations {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        match seed % 16 {
            0..=6 => {
                tx.push(next);
                hidden.push_back(next);
                next += 1;
            }
            7..=8 => {
                if seed & 0x100 == 0 {
                    tx.commit();
                    committed.append(&mut hidden);
                }
                assert_eq!(tx.publish(), asleep);
                asleep = false;
                visible.append(&mut committed);
            }
            9 if seed & 0xF00 == 0 => {
                tx.rollback();
                hidden.clear();
            }
            10 => {
                let empty = rx.sleep();
                assert_eq!(empty, visible.is_empty());
                asleep |= empty;
            }
            _ => assert_eq!(rx.pop(), visible.pop_front()),
        }
    }
}

#[test]
fn two_threads_keep_order() {
    let (mut tx, mut rx) = lane();
    let producer = std::thread::spawn(move || {
        for i in 0..200_000u64 {
            tx.push(i);
            tx.commit();
            if i % 3 == 0 {
                let _ = tx.publish();
            }
        }
        let _ = tx.publish();
    });
    let mut expected = 0;
    while expected < 200_000 {
        match rx.pop() {
            Some(item) => {
                assert_eq!(item, expected);
                expected += 1;
            }
            None => std::thread::yield_now(),
        }
    }
    assert!(producer.join().is_ok());
}
