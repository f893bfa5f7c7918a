//! The mailbox: no signal is lost, and every command arrives once or comes back.

use std::sync::atomic::{AtomicBool as Plain, Ordering as PlainOrdering};

use loom::sync::Arc;
use loom::thread;
use zmq::queue::{Mailbox, Signal};

use super::explore;

/// A level, as an eventfd keeps it. Plain: changed under the mailbox's lock,
/// looked at by the owner in between, where any moment is as good as another.
#[derive(Default)]
struct Level(Plain);

impl Signal for Level {
    fn raise(&self) -> bool {
        assert!(!self.0.swap(true, PlainOrdering::SeqCst), "raised twice");
        true
    }
    fn lower(&self) {
        assert!(self.0.swap(false, PlainOrdering::SeqCst), "lowered twice");
    }
}

impl Level {
    fn is_raised(&self) -> bool {
        self.0.load(PlainOrdering::SeqCst)
    }
}

#[test]
fn hazard_1_a_sleeping_owner_is_signalled() {
    explore(3, || {
        let mailbox = Arc::new(Mailbox::new(Level::default()));
        let senders = [1, 2].map(|command| {
            let mailbox = mailbox.clone();
            thread::spawn(move || mailbox.push(command).unwrap())
        });
        let mut got = Vec::new();
        let mut asleep = false;
        for _ in 0..2 {
            if mailbox.has_pending() {
                mailbox.drain(&mut got);
            }
            asleep = mailbox.begin_sleep();
            if asleep && !mailbox.signal().is_raised() {
                break; // waits in poll(2)
            }
            mailbox.end_sleep();
            asleep = false;
            mailbox.drain(&mut got);
        }
        for sender in senders {
            sender.join().unwrap();
        }
        if asleep {
            assert_eq!(got.len() < 2, mailbox.signal().is_raised());
            mailbox.end_sleep();
        }
        assert_eq!(got.len() < 2, mailbox.has_pending());
        mailbox.drain(&mut got);
        got.sort_unstable();
        assert_eq!(got, [1, 2]);
        assert!(!mailbox.signal().is_raised());
    });
}

/// `drains`: how often the owner looks before it waits for the signal.
fn exposed(drains: usize) {
    explore(3, move || {
        let mailbox = Arc::new(Mailbox::new(Level::default()));
        let sender = {
            let mailbox = mailbox.clone();
            thread::spawn(move || (mailbox.push(1).unwrap(), mailbox.push(2).unwrap()))
        };
        mailbox.expose();
        let mut got = Vec::new();
        for _ in 0..drains {
            mailbox.drain(&mut got);
        }
        sender.join().unwrap();
        assert_eq!(got.len() < 2, mailbox.signal().is_raised());
        assert_eq!(got.len() < 2, mailbox.has_pending());
    });
}

#[test]
fn an_exposed_mailbox_is_readable_whenever_commands_wait() {
    exposed(1);
}

#[test]
fn exposing_a_mailbox_tells_of_what_waits_already() {
    exposed(0);
}

#[test]
fn a_closing_mailbox_loses_no_command() {
    explore(3, || {
        let mailbox = Arc::new(Mailbox::new(Level::default()));
        let senders = [1, 2].map(|command| {
            let mailbox = mailbox.clone();
            thread::spawn(move || mailbox.push(command).err())
        });
        let mut got = Vec::new();
        mailbox.drain(&mut got);
        mailbox.close(&mut got);
        got.extend(senders.into_iter().filter_map(|sender| sender.join().unwrap()));
        got.sort_unstable();
        assert_eq!(got, [1, 2]);
        assert!(!mailbox.signal().is_raised() && !mailbox.has_pending());
    });
}
