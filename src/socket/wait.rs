//! Driving connections from the socket's thread, and blocking.

use std::os::fd::AsRawFd;
use std::time::Duration;

use super::Socket;
use super::spin::{self, Spun};
use crate::clock::Time;
use crate::engine::drive::Drive;
use crate::engine::watch::{BATCH, Watch};
use crate::errno::{Errno, Result};
use crate::sync::Arc;
use crate::sys::epoll;
use crate::sys::poll::{self, PollFd};
use crate::tuning;

/// ZMQ_POLLIN.
pub const POLLIN: i16 = 1;
/// ZMQ_POLLOUT.
pub const POLLOUT: i16 = 2;

/// The only connection of a socket that is awake.
struct Sole {
    watch: Arc<Watch>,
    drive: Arc<Drive>,
    /// The watch's when it was the only one.
    generation: u32,
}

impl Sole {
    /// Whether it still is, and asking it is enough.
    #[inline]
    fn is_sole(&self) -> bool {
        self.watch.is_taken()
            && self.watch.generation() == self.generation
            && !self.drive.is_blocked()
    }
}

impl Socket {
    /// ZMQ_EVENTS: processes commands, then POLLIN | POLLOUT as things stand. ETERM.
    pub fn events(&mut self) -> Result<i16> {
        if self.exposed {
            self.mailbox.quiet();
        }
        self.enter()?;
        let mut readable = self.route.pattern(&mut self.pipes).has_in(&mut self.pipes);
        self.bury();
        if !readable && self.look(false) {
            self.enter()?;
            readable = self.route.pattern(&mut self.pipes).has_in(&mut self.pipes);
        }
        let writable = self.route.pattern(&mut self.pipes).has_out(&mut self.pipes);
        self.bury();
        Ok(if readable { POLLIN } else { 0 } | if writable { POLLOUT } else { 0 })
    }

    /// Reads and writes whatever connections are ready, without waiting. Only
    /// where the application has the lease; `take`: takes it. True: something
    /// was moved.
    pub(super) fn look(&mut self, take: bool) -> bool {
        self.refresh_watches();
        let mut moved = false;
        for at in 0..self.watches.len() {
            let Some(watch) = self.watches.get(at).cloned() else { break };
            if !watch.is_taken() {
                if !take || self.exposed {
                    continue;
                }
                watch.take();
            }
            moved |= self.serve(&watch, false);
        }
        self.idle_looks = if moved || take { 0 } else { self.idle_looks + 1 };
        if self.idle_looks > tuning::IDLE_LOOKS {
            self.idle_looks = 0;
            self.watches.iter().for_each(|watch| watch.return_to_io());
        }
        moved
    }

    /// Takes in what subscribers have sent, whoever has the lease: a publisher
    /// seldom reads, and its I/O thread may be a moment behind a message that
    /// the same subscriber sent after its subscription, through another socket,
    /// to the thread that publishes now. Once in a while is enough.
    pub(super) fn look_for_subscriptions(&mut self) {
        let now = Time::now();
        if self.looked.is_some_and(|last| now.since(last) < tuning::SUBSCRIPTIONS_GAP) {
            return;
        }
        self.looked = Some(now);
        self.refresh_watches();
        for at in 0..self.watches.len() {
            let Some(watch) = self.watches.get(at).cloned() else { break };
            if let Some(drive) = watch.sole() {
                self.read_at_once(&drive);
                continue;
            }
            let mut events = [epoll::NO_EVENT; BATCH];
            for event in watch.ready(&mut events) {
                if event.events & !epoll::OUT != 0
                    && let Some(drive) = watch.find(event.u64)
                {
                    self.read_at_once(&drive);
                }
            }
        }
    }

    /// Reads a connection, or waits for the I/O thread that is about it, and
    /// has the pattern look without waiting to be told.
    fn read_at_once(&mut self, drive: &Arc<Drive>) {
        if !drive.on_readable(&mut self.pipes.arena).0 {
            drive.await_reader();
        }
        if let Some(id) = drive.core().id(0)
            && self.pipes.find(id).is_some()
        {
            self.route.pattern(&mut self.pipes).read_activated(&mut self.pipes, id);
        }
    }

    fn refresh_watches(&mut self) {
        if self.watches.len() != self.owner.watch_count() {
            self.watches = self.owner.watches();
        }
    }

    /// Moves what is ready in one watch. `patient`: whoever is writing already
    /// is waited for, rather than asked again and again.
    fn serve(&mut self, watch: &Watch, patient: bool) -> bool {
        watch.touch();
        if let Some(drive) = watch.sole()
            && !drive.is_blocked()
        {
            // One connection: asking it costs less than asking the set.
            return self.read(&drive);
        }
        let mut events = [epoll::NO_EVENT; BATCH];
        let mut moved = false;
        for event in watch.ready(&mut events) {
            let (token, what) = (event.u64, event.events);
            let Some(drive) = watch.find(token) else { continue };
            if what & epoll::OUT != 0 {
                if !drive.on_writable() && patient {
                    drive.await_writer();
                }
                moved = true;
            }
            if what & !epoll::OUT != 0 {
                moved |= self.read(&drive);
            }
        }
        moved
    }

    fn read(&mut self, drive: &Arc<Drive>) -> bool {
        let (wake, _again) = drive.on_readable(&mut self.pipes.arena);
        if wake && let Some(id) = drive.core().id(0) {
            self.route.pattern(&mut self.pipes).read_activated(&mut self.pipes, id);
        }
        wake
    }

    /// The calling thread is about to wait for this socket together with other
    /// things: appends the descriptors to poll. `aloof`: what comes and goes at the
    /// connections is left to the I/O threads. False: something has come up,
    /// look at `events` again instead of waiting. In either case `end_wait`
    /// must follow.
    pub fn begin_wait(&mut self, fds: &mut Vec<PollFd>, aloof: bool) -> bool {
        self.pipes.drain_dirty();
        self.refresh_watches();
        self.watching = !aloof && !self.exposed;
        fds.push(poll::item(self.mailbox.signal().as_raw_fd(), libc::POLLIN));
        if aloof {
            self.watches.iter().for_each(|watch| watch.return_to_io());
        }
        if self.watching {
            for watch in &self.watches {
                watch.block();
                fds.push(poll::item(watch.as_raw_fd(), libc::POLLIN));
            }
        }
        self.mailbox.begin_sleep()
    }

    /// Back from waiting; `fds` are those that `begin_wait` added.
    pub fn end_wait(&mut self, fds: &[PollFd]) {
        self.mailbox.end_sleep();
        if fds.first().is_some_and(|item| item.revents != 0) {
            self.mailbox.quiet();
        }
        if self.watching {
            self.watches.iter().for_each(|watch| watch.unblock());
        }
    }

    /// Large messages queue before a connection: gives it a moment to take them,
    /// rather than fill memory that no cache holds up to the high-water mark.
    #[cold]
    pub(super) fn relieve(&mut self, dontwait: bool) {
        let Some(queue) = self.pipes.take_congested() else { return };
        if dontwait || !self.patient || self.exposed {
            return;
        }
        let begin = Time::now();
        let mut end = begin.after(tuning::RELIEF);
        let mut done = self.pipes.done(queue);
        let mut turns = 0;
        while self.pipes.is_long(queue) && Time::now().since(begin) < tuning::RELIEF_TOTAL {
            match self.wait(Some(end), &mut turns) {
                Ok(()) => {}
                Err(Errno::EAGAIN) => return self.pipes.set_stuck(queue),
                Err(_) => return, // the next call meets it, too
            }
            let now_done = self.pipes.done(queue);
            if now_done != done {
                done = now_done;
                end = Time::now().after(tuning::RELIEF);
            }
        }
    }

    /// Looks again for a while, at this socket and at `others`, if that promises
    /// something, up to `deadline`. True: something has come.
    pub fn wait_awake(&mut self, deadline: Option<Time>, mut others: impl FnMut() -> bool) -> bool {
        let Some(mut limit) = self.spin.limit() else { return false };
        self.pipes.drain_dirty();
        if let Some(end) = deadline {
            limit = limit.min(end.since(Time::now()));
        }
        let sole = self.sole();
        // A look at a connection is a system call, and pause enough.
        let pauses = if self.watches.is_empty() || self.exposed { tuning::SPIN_PAUSE } else { 0 };
        let judged = self.spin.learns();
        let look = || self.glance_at(sole.as_ref()) || others();
        let mut spun = spin::until(limit, pauses, judged, look);
        if spun == Spun::Nothing && self.mailbox.has_pending() {
            spun = Spun::Found; // from a sender that does not ask for haste
        }
        self.spin.learn(spun);
        matches!(spun, Spun::Found | Spun::Late)
    }

    /// Whether something has come; it is moved. For [`wait_awake`](Self::wait_awake).
    pub fn glance(&mut self) -> bool {
        self.mailbox.is_called() || (!self.exposed && self.look(true))
    }

    /// As `glance`, where there was one connection when the wait began.
    #[inline]
    fn glance_at(&mut self, sole: Option<&Sole>) -> bool {
        match sole {
            Some(sole) if self.owner.watch_count() == 1 && sole.is_sole() => {
                sole.watch.touch();
                self.mailbox.is_called() || self.read(&sole.drive)
            }
            _ => self.glance(),
        }
    }

    /// The only connection, for a wait that asks it often.
    fn sole(&mut self) -> Option<Sole> {
        self.refresh_watches();
        match self.watches.as_slice() {
            [watch] if !self.exposed => {
                // Before the look that it dates.
                let generation = watch.generation();
                watch.sole().map(|drive| Sole { watch: watch.clone(), drive, generation })
            }
            _ => None,
        }
    }

    /// Waits until something happens, and moves it. `turns` counts how often this call
    /// of the application's has waited. EAGAIN: the deadline has passed, whatever
    /// goes on. EINTR, ETERM.
    pub(super) fn wait(&mut self, deadline: Option<Time>, turns: &mut u32) -> Result<()> {
        let left = deadline.map(|end| end.since(Time::now()));
        if left == Some(Duration::ZERO) && *turns > 0 {
            return Err(Errno::EAGAIN);
        }
        let aloof = *turns >= tuning::VAIN_TURNS;
        *turns = turns.saturating_add(1);
        if !aloof && self.wait_awake(deadline, || false) {
            return self.enter();
        }
        let mut fds = std::mem::take(&mut self.poll_items);
        fds.clear();
        let outcome = if self.begin_wait(&mut fds, aloof) {
            let timeout = deadline.map(|end| end.since(Time::now()));
            match poll::poll(&mut fds, timeout) {
                Ok(0) if timeout.is_some() => Err(Errno::EAGAIN),
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            }
        } else {
            Ok(())
        };
        self.end_wait(&fds);
        if outcome.is_ok() {
            for (at, item) in fds.iter().skip(1).enumerate() {
                if item.revents != 0
                    && let Some(watch) = self.watches.get(at).cloned()
                {
                    self.serve(&watch, true);
                }
            }
        }
        self.poll_items = fds;
        match outcome {
            // A message may have come in the very last moment.
            Err(Errno::EAGAIN) => {
                self.enter()?;
                if deadline.is_some_and(|end| end.since(Time::now()) > Duration::ZERO) {
                    return Ok(());
                }
                Err(Errno::EAGAIN)
            }
            Err(error) => Err(error),
            Ok(()) => self.enter(),
        }
    }
}
