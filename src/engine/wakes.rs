//! Wakes put off: a sender that streams to sleeping readers (inproc) leaves
//! them asleep until enough has gathered for them.
//!
//! Waking a thread costs the sender a system call, and on a busy machine the
//! processor: the reader preempts it, finds one message and sleeps again. What a
//! sender owes is paid by itself, with its next [`wake_all`](Waker::wake_all),
//! or by the flush tick of an I/O thread if it stays away. Commands are not put
//! off, only the signal: a reader that looks finds them.

use crate::command::SocketMailbox;
use crate::pipe::Waker;
use crate::reactor::{FlushTarget, Found, IoHandle};
use crate::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::tuning;

#[derive(Default)]
struct State {
    owed: Vec<Arc<SocketMailbox>>,
    /// On the ticker's list.
    enlisted: bool,
    /// Ticks in a row that found nothing owed.
    idle: u8,
}

/// What one socket owes its readers; see the module.
pub struct Wakes {
    io: Arc<IoHandle>,
    state: Mutex<State>,
    /// The sender has woken its readers since the last tick. Relaxed: a tick
    /// that misjudges it comes again.
    woke: AtomicBool,
}

impl Wakes {
    /// Nothing owed; `io`'s ticks pay for a sender that stays away.
    pub fn new(io: &Arc<IoHandle>) -> Arc<Wakes> {
        Arc::new(Wakes { io: io.clone(), state: Mutex::default(), woke: AtomicBool::new(false) })
    }

    fn pay(&self) {
        let mut owed = std::mem::take(&mut self.state.lock().owed);
        // Not under the lock: who is woken may run at once, and the tick waits.
        owed.drain(..).for_each(|mailbox| mailbox.wake());
        let mut state = self.state.lock();
        if state.owed.is_empty() {
            state.owed = owed; // its memory
        }
    }
}

impl Waker for Arc<Wakes> {
    fn owe(&self, reader: &Arc<SocketMailbox>) {
        let mut state = self.state.lock();
        state.owed.push(reader.clone());
        state.idle = 0;
        let new = !std::mem::replace(&mut state.enlisted, true);
        drop(state);
        // On the list already: then a tick is armed.
        if new {
            self.io.ticker.enlist(self.clone());
            self.io.arm_first();
        }
    }

    fn wake_all(&self) {
        self.woke.store(true, Ordering::Relaxed);
        self.pay();
    }
}

impl FlushTarget for Wakes {
    fn flush_tick(&self, first: bool) -> Found {
        if self.woke.swap(false, Ordering::Relaxed) && !first {
            return Found::Busy;
        }
        let mut state = self.state.lock();
        if !state.owed.is_empty() {
            drop(state);
            self.pay();
            return Found::Waiting;
        }
        state.idle += 1;
        if state.idle < tuning::IDLE_TICKS {
            return Found::Waiting;
        }
        state.enlisted = false;
        Found::Done
    }
}
