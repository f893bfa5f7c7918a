//! Input held back: a session and the reader of its lane. The descriptor is
//! empty, so whatever they leave to each other nobody else will report.

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::sync::{Arc, Mutex};
use loom::thread;
use zmq::engine::held::Held;
use zmq::queue::{Consumer, CreditReader, CreditWriter, Mailbox, Producer, Signal, credit, lane};

use super::explore;

/// What the drive guards with `rx`: undecoded messages and the lane's writer.
struct Incoming {
    lane: Producer<u32>,
    credit: CreditWriter,
    next: u32,
}

struct Session {
    rx: Mutex<Incoming>,
    held: Held,
    total: u32,
    hwm: u64,
    /// Messages decoded in one turn.
    turn: u32,
    /// The reader's mailbox: ReadActivated.
    activated: AtomicBool,
}

enum Turn {
    Idle,
    More,
    Full,
}

impl Session {
    fn turn(&self, incoming: &mut Incoming) -> (Turn, bool) {
        let mut pushed = 0;
        let turn = loop {
            if incoming.next == self.total {
                break Turn::Idle;
            }
            if !incoming.credit.has_room_now(self.hwm) {
                break Turn::Full;
            }
            if pushed == self.turn {
                break Turn::More;
            }
            incoming.lane.push(incoming.next);
            incoming.lane.commit();
            incoming.credit.count();
            incoming.next += 1;
            pushed += 1;
        };
        (turn, pushed > 0 && incoming.lane.publish())
    }

    /// As `Drive::input`.
    fn input(&self, incoming: &mut Incoming) -> bool {
        self.held.clear();
        let mut wake = false;
        loop {
            let (turn, woken) = self.turn(incoming);
            wake |= woken;
            match turn {
                Turn::Full => {
                    if self.held.hold_full(|| incoming.credit.has_room_now(self.hwm)) {
                        return wake;
                    }
                }
                Turn::More => return wake | self.held.hold_more(|| incoming.lane.publish()),
                Turn::Idle => return wake,
            }
        }
    }

    /// As `Drive::on_readable` on the I/O thread, which does not come back.
    fn read_for_socket(&self) {
        let Ok(mut incoming) = self.rx.try_lock() else { return };
        let wake = self.input(&mut incoming);
        drop(incoming);
        if wake {
            self.activated.store(true, Ordering::Release);
        }
    }
}

struct Reader {
    lane: Consumer<u32>,
    credit: CreditReader,
    got: u32,
}

impl Reader {
    /// As `Pipes::read` and `Pipes::look_closer`, until the lane sleeps.
    fn run(&mut self, session: &Session, batch: u64) {
        loop {
            while let Some(item) = self.lane.pop() {
                assert_eq!(item, self.got);
                self.got += 1;
                self.credit.count(1);
                if self.credit.unacknowledged() >= batch {
                    let _ = self.credit.acknowledge();
                }
            }
            let _ = self.credit.acknowledge();
            if !self.lane.sleep() {
                continue;
            }
            if !session.held.holds() {
                return;
            }
            let mut incoming = session.rx.lock().unwrap();
            let wake = session.input(&mut incoming);
            drop(incoming);
            if !wake {
                return;
            }
        }
    }
}

/// The I/O thread has `io_turns` turns of at most `turn` messages.
fn nobody_waits(total: u32, hwm: u64, io_turns: u32, turn: u32, batch: u64) {
    explore(4, move || {
        let (producer, consumer) = lane();
        let (ours, theirs) = credit();
        let session = Arc::new(Session {
            rx: Mutex::new(Incoming { lane: producer, credit: ours, next: 0 }),
            held: Held::default(),
            total,
            hwm,
            turn,
            activated: AtomicBool::new(false),
        });
        let io = {
            let session = session.clone();
            thread::spawn(move || (0..io_turns).for_each(|_| session.read_for_socket()))
        };
        let mut reader = Reader { lane: consumer, credit: theirs, got: 0 };
        for _ in 0..2 {
            reader.run(&session, batch);
        }
        io.join().unwrap();
        // The command is in the mailbox: the reader wakes for it alone.
        if session.activated.load(Ordering::Acquire) {
            reader.run(&session, batch);
        }
        assert_eq!(reader.got, total, "the reader sleeps on what is held back");
    });
}

#[test]
fn hazard_2_a_full_lane_is_filled_again_at_mark_one() {
    nobody_waits(3, 1, 1, 9, 1);
}

#[test]
fn hazard_2_a_full_lane_is_filled_again_at_mark_two() {
    nobody_waits(4, 2, 1, 9, 2);
}

#[test]
fn hazard_2_a_turn_that_ends_early_is_gone_on_with() {
    nobody_waits(3, 9, 1, 1, 9);
}

#[test]
fn hazard_2_full_and_early_ends_together() {
    nobody_waits(4, 2, 2, 1, 1);
}

struct Unseen;
impl Signal for Unseen {
    fn raise(&self) -> bool {
        true
    }
    fn lower(&self) {}
}

/// The end of a connection is told after its last message is published; the
/// reader hears of it and looks at the lane again.
#[test]
fn hazard_4_the_last_messages_are_read_before_the_end() {
    explore(4, || {
        let (mut tx, mut rx) = lane::<u32>();
        let mailbox = Arc::new(Mailbox::new(Unseen));
        let session = {
            let mailbox = mailbox.clone();
            thread::spawn(move || {
                tx.push(0);
                tx.commit();
                if tx.publish() {
                    mailbox.push("ReadActivated").unwrap();
                }
                mailbox.push("PeerClosed").unwrap();
                tx
            })
        };
        let mut commands = Vec::new();
        let got = rx.pop().is_some() || (!rx.sleep() && rx.pop().is_some());
        mailbox.drain(&mut commands);
        if commands.contains(&"PeerClosed") {
            assert!(got || rx.pop().is_some());
        }
        drop(session.join().unwrap());
    });
}
