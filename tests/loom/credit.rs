//! Credit: a writer that found no room hears of the next acknowledgement.

use loom::thread;
use zmq::queue::{Consumer, CreditReader, credit, lane};

use super::explore;

/// Reads what there is; true: the writer was told.
fn read(rx: &mut Consumer<u32>, account: &mut CreditReader, total: &mut u32) -> bool {
    while let Some(item) = rx.pop() {
        assert_eq!(item, *total);
        *total += 1;
        account.count(1);
    }
    account.acknowledge()
}

fn writer_is_told(hwm: u64) {
    explore(4, move || {
        let (mut tx, mut rx) = lane::<u32>();
        let (mut ours, mut theirs) = credit();
        let writer = thread::spawn(move || {
            for item in 0..hwm as u32 + 2 {
                if !ours.has_room(hwm) {
                    return (item, true, tx);
                }
                ours.count();
                tx.push(item);
                tx.commit();
                let _ = tx.publish();
                assert!(ours.outstanding() <= hwm, "beyond the mark");
            }
            (hwm as u32 + 2, false, tx)
        });
        let mut total = 0;
        let mut told = false;
        for _ in 0..2 {
            told |= read(&mut rx, &mut theirs, &mut total);
        }
        let (written, waits, _tx) = writer.join().unwrap();
        told |= read(&mut rx, &mut theirs, &mut total);
        assert_eq!(total, written);
        assert!(told || !waits, "a writer waits and nobody will tell it");
    });
}

#[test]
fn hazard_1_no_wake_is_lost_at_mark_one() {
    writer_is_told(1);
}

#[test]
fn hazard_1_no_wake_is_lost_at_mark_two() {
    writer_is_told(2);
}
