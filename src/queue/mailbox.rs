//! The mailbox: commands from any thread to one owner, and the owner's wake-up.
//!
//! Commands are rare (connections, credit, wake-ups of sleeping readers), so a
//! short lock is enough. The signal is raised only while the owner sleeps, or
//! for every command once the owner has exposed its descriptor (`ZMQ_FD`).
//! A closed mailbox hands commands back to their sender.

use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering};

/// What wakes the owner: an eventfd for sockets, mio's waker for I/O threads.
pub trait Signal: Send + Sync {
    /// Makes the owner's wait return. Any thread; never blocks. False: it could
    /// not be done.
    fn raise(&self) -> bool;
    /// Takes the signal back. Owner only; called only after a raise.
    fn lower(&self);
}

struct State<T> {
    queue: Vec<T>,
    sleeping: bool,
    raised: bool,
    exposed: bool,
    closed: bool,
}

/// A command queue with one reader.
pub struct Mailbox<T, S> {
    state: Mutex<State<T>>,
    /// Whether `queue` holds anything: what the owner looks at on every call.
    pending: AtomicBool,
    /// Whether the owner is wanted now: not for what was pushed quietly.
    /// Relaxed: it says nothing about the queue.
    called: AtomicBool,
    signal: S,
}

impl<T, S: Signal> Mailbox<T, S> {
    /// An empty, open mailbox.
    pub fn new(signal: S) -> Self {
        let state = State {
            queue: Vec::new(),
            sleeping: false,
            raised: false,
            exposed: false,
            closed: false,
        };
        Mailbox {
            state: Mutex::new(state),
            pending: AtomicBool::new(false),
            called: AtomicBool::new(false),
            signal,
        }
    }

    /// What wakes the owner.
    pub fn signal(&self) -> &S {
        &self.signal
    }

    /// Delivers a command. Any thread. Err: the mailbox is closed and the
    /// command comes back.
    pub fn push(&self, command: T) -> Result<(), T> {
        self.put(command).map(|state| self.call(state))
    }

    /// As [`push`](Self::push), but leaves an owner that waits alone. True:
    /// [`wake`](Self::wake) must follow.
    pub fn push_quietly(&self, command: T) -> Result<bool, T> {
        let state = self.put(command)?;
        if state.exposed {
            self.call(state);
            return Ok(false);
        }
        Ok(!state.raised)
    }

    fn put(&self, command: T) -> Result<MutexGuard<'_, State<T>>, T> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(command);
        }
        state.queue.push(command);
        self.pending.store(true, Ordering::Release);
        Ok(state)
    }

    /// Wakes an owner that waits with commands in its mailbox. Any thread.
    pub fn wake(&self) {
        let state = self.state.lock();
        if !state.queue.is_empty() {
            self.call(state);
        }
    }

    fn call(&self, mut state: MutexGuard<'_, State<T>>) {
        self.called.store(true, Ordering::Relaxed);
        let raise = (state.sleeping || state.exposed) && !state.raised;
        state.raised |= raise;
        // Not under the lock: the owner wakes at once, and would wait for it.
        drop(state);
        if raise {
            self.raise();
        }
    }

    /// Raises the signal; if that fails the next command tries again. (Where the
    /// owner has drained meanwhile, it is raised once more than needed.)
    fn raise(&self) {
        if !self.signal.raise() {
            self.state.lock().raised = false;
        }
    }

    /// Whether commands wait. Owner; one load.
    #[inline]
    pub fn has_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire)
    }

    /// Whether the owner is wanted now. Owner, while it waits awake.
    #[inline]
    pub fn is_called(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    /// Takes the signal back whether or not it is known to be raised: a sender's
    /// raise may come later than the drain that took its command. Owner, after a
    /// wait found the signal raised, and before it looks for commands again.
    pub fn quiet(&self) {
        self.signal.lower();
    }

    /// Moves all commands into `into` and takes the signal back. Owner.
    pub fn drain(&self, into: &mut Vec<T>) {
        let mut state = self.state.lock();
        into.append(&mut state.queue);
        self.pending.store(false, Ordering::Release);
        self.called.store(false, Ordering::Relaxed);
        self.lower(&mut state);
    }

    fn lower(&self, state: &mut State<T>) {
        if state.raised {
            state.raised = false;
            self.signal.lower();
        }
    }

    /// The owner is about to wait for the signal. False: commands are already
    /// there, do not wait.
    pub fn begin_sleep(&self) -> bool {
        let mut state = self.state.lock();
        state.sleeping = state.queue.is_empty();
        state.sleeping
    }

    /// The owner is back from waiting.
    pub fn end_sleep(&self) {
        self.state.lock().sleeping = false;
    }

    /// Raises the signal without a command, until the owner next drains. Owner.
    pub fn poke(&self) {
        let mut state = self.state.lock();
        self.pending.store(true, Ordering::Release);
        let raise = !std::mem::replace(&mut state.raised, true);
        drop(state);
        if raise {
            self.raise();
        }
    }

    /// From now on every command raises the signal. Owner.
    pub fn expose(&self) {
        let mut state = self.state.lock();
        state.exposed = true;
        if !state.queue.is_empty() && !state.raised {
            state.raised = self.signal.raise();
        }
    }

    /// Refuses further commands and hands out those that were waiting. Owner.
    pub fn close(&self, into: &mut Vec<T>) {
        let mut state = self.state.lock();
        state.closed = true;
        into.append(&mut state.queue);
        self.pending.store(false, Ordering::Release);
        self.lower(&mut state);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicI32);

    impl Signal for Count {
        fn raise(&self) -> bool {
            self.0.fetch_add(1, Ordering::SeqCst);
            true
        }
        fn lower(&self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn raised<T>(mailbox: &Mailbox<T, Count>) -> i32 {
        mailbox.signal().0.load(Ordering::SeqCst)
    }

    #[test]
    fn an_awake_owner_is_not_signalled() {
        let mailbox = Mailbox::new(Count::default());
        assert!(mailbox.push(1).is_ok());
        assert!(mailbox.has_pending());
        assert_eq!(raised(&mailbox), 0);
        assert!(!mailbox.begin_sleep(), "commands wait, so no sleep");
    }

    #[test]
    fn a_sleeping_owner_is_signalled_once() {
        let mailbox = Mailbox::new(Count::default());
        assert!(mailbox.begin_sleep());
        assert!(mailbox.push(1).is_ok() && mailbox.push(2).is_ok());
        assert_eq!(raised(&mailbox), 1);
        mailbox.end_sleep();
        let mut got = Vec::new();
        mailbox.drain(&mut got);
        assert_eq!((got, raised(&mailbox)), (vec![1, 2], 0));
    }

    #[test]
    fn a_quiet_push_leaves_the_owner_asleep_until_it_is_woken() {
        let mailbox = Mailbox::new(Count::default());
        assert!(mailbox.begin_sleep());
        assert_eq!(mailbox.push_quietly(1), Ok(true));
        assert_eq!((raised(&mailbox), mailbox.is_called()), (0, false));
        assert!(mailbox.has_pending(), "who looks finds it");
        mailbox.wake();
        mailbox.wake();
        assert_eq!((raised(&mailbox), mailbox.is_called()), (1, true));
        assert_eq!(mailbox.push_quietly(2), Ok(false), "it is being woken already");
        mailbox.end_sleep();
        let mut got = Vec::new();
        mailbox.drain(&mut got);
        assert_eq!((got, raised(&mailbox), mailbox.is_called()), (vec![1, 2], 0, false));
        mailbox.wake();
        assert_eq!(raised(&mailbox), 0, "nothing to wake it for");
        mailbox.expose();
        assert_eq!(mailbox.push_quietly(3), Ok(false));
        assert_eq!(raised(&mailbox), 1, "its descriptor is watched");
    }

    #[test]
    fn an_exposed_mailbox_signals_every_batch() {
        let mailbox = Mailbox::new(Count::default());
        assert!(mailbox.push(1).is_ok());
        mailbox.expose();
        assert_eq!(raised(&mailbox), 1);
        mailbox.drain(&mut Vec::new());
        assert!(mailbox.push(2).is_ok());
        assert_eq!(raised(&mailbox), 1);
    }

    #[test]
    fn a_closed_mailbox_hands_commands_back() {
        let mailbox = Mailbox::new(Count::default());
        assert!(mailbox.push(1).is_ok());
        let mut left = Vec::new();
        mailbox.close(&mut left);
        assert_eq!((left, mailbox.push(2)), (vec![1], Err(2)));
    }
}
