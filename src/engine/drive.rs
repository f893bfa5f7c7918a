//! The drive: the part of a session that any thread may drive.
//!
//! `tx` guards the outgoing half, `rx` the incoming half. The socket's thread
//! and the I/O thread both take them; connections are installed and removed by
//! the I/O thread alone, under the locks. Errors, closing and timers are the
//! session's: a drive only reports them to it.
//!
//! Outgoing protocol. Invariant: if lane or encoder hold something, then a
//! thread is inside a call that will drain them or leave STREAM with the tick
//! armed, or the mode is STREAM and (the tick is armed, or the I/O thread is in
//! its scan, or writable-interest is on).
//!
//! * sender: publish (SeqCst exchange), then read the mode. STREAM: return.
//!   DIRECT: try the lock and drain; if the lock is taken or something is left,
//!   store STREAM, then arm the tick.
//! * tick (I/O thread): disarm (exchange), then look at the drive. Only here
//!   STREAM becomes DIRECT, under `tx` with everything written: store DIRECT,
//!   then look at the lane again; not empty: back to STREAM.
//!
//! No wake-up is lost: {publish; read mode} and {store DIRECT; read tail}
//! cannot both miss; {store STREAM; exchange armed} and {exchange armed; read
//! mode} are ordered by the exchanges on `armed`. Order holds because only the
//! holder of `tx` pops and writes.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::incoming::{self, Incoming, Loss, Turn, Wishes};
use super::outgoing::{self, Drained, Outgoing};
use super::watch::Watch;
use crate::command::SocketCommand;
use crate::msg::{Arena, Msg};
use crate::pipe::{Driver, Mode, PipeCore, SessionEnd};
use crate::reactor::{FlushTarget, IoHandle, ObjectId};
use crate::sync::{Arc, AtomicBool, AtomicU8, AtomicU32, Mutex, Ordering};
use crate::sys::epoll;
use crate::tuning;

/// What a drive tells its session.
#[derive(Debug)]
pub enum SessionNotice {
    /// The connection with this serial number is lost.
    Lost(u32, Loss),
    /// The socket has let go of the pipe; send what is queued for at most so
    /// many milliseconds (-1: no limit).
    PipeClosed(i32),
    /// Everything queued by a socket that has let go is written.
    Drained,
    /// The peer announced a TTL in a PING, tenths of a second.
    PeerTtl(u16),
}

/// How the connection's descriptor is watched.
struct Interest {
    fd: RawFd,
    /// What is waited for; 0 with `fd` >= 0: registered for nothing.
    events: u32,
}

/// A drive; see the module.
pub struct Drive {
    core: Arc<PipeCore>,
    tx: Mutex<Outgoing>,
    rx: Mutex<Incoming>,
    /// Input is held back: undecoded messages, or the lane was full.
    held: AtomicBool,
    /// The socket has let go: report when everything is written.
    closing: AtomicBool,
    /// Somebody has written since the last flush tick.
    wrote: AtomicBool,
    /// Writable-interest is on.
    blocked: AtomicBool,
    /// On the flush ticker's list.
    enlisted: AtomicBool,
    /// Frames to go before all others (PONG, PING), and whether there are any.
    urgent: Mutex<Vec<u8>>,
    has_urgent: AtomicBool,
    /// Whether anything arrived; the heartbeat asks.
    traffic: AtomicBool,
    idle_ticks: AtomicU8,
    /// Number of the present connection.
    serial: AtomicU32,
    interest: Mutex<Interest>,
    watch: Arc<Watch>,
    token: u64,
    io: Arc<IoHandle>,
    session: ObjectId,
    this: std::sync::Weak<Drive>,
}

impl Drive {
    /// A drive without connection for the session `session` of thread `io`.
    pub fn new(
        end: SessionEnd,
        watch: &Arc<Watch>,
        io: &Arc<IoHandle>,
        session: ObjectId,
    ) -> Arc<Drive> {
        let SessionEnd { core, reader, writer } = end;
        let drive = Arc::new_cyclic(|this: &std::sync::Weak<Drive>| Drive {
            core,
            tx: Mutex::new(Outgoing::new(reader)),
            rx: Mutex::new(Incoming::new(writer)),
            held: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            wrote: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            enlisted: AtomicBool::new(false),
            urgent: Mutex::new(Vec::new()),
            has_urgent: AtomicBool::new(false),
            traffic: AtomicBool::new(false),
            idle_ticks: AtomicU8::new(0),
            serial: AtomicU32::new(0),
            interest: Mutex::new(Interest { fd: -1, events: 0 }),
            watch: watch.clone(),
            token: watch.reserve(),
            io: io.clone(),
            session,
            this: this.clone(),
        });
        watch.enter(drive.token, &drive);
        drive
    }

    /// What both ends of the pipe share.
    pub fn core(&self) -> &Arc<PipeCore> {
        &self.core
    }

    // ---- life, I/O thread only ---------------------------------------------

    /// A connection has been established: both halves get their side, the
    /// descriptor is watched, what waits is written. Returns its serial number.
    pub fn install(&self, fd: &Arc<OwnedFd>, out: outgoing::Link, into: incoming::Link) -> u32 {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed) + 1;
        self.tx.lock().install(out);
        self.rx.lock().install(into);
        {
            let mut interest = self.interest.lock();
            *interest = Interest { fd: fd.as_raw_fd(), events: epoll::IN };
            self.watch.add(interest.fd, epoll::IN, self.token);
        }
        serial
    }

    /// The connection is gone from both halves and from the watch; the last
    /// reference to its descriptor stays with the caller.
    pub fn uninstall(&self) {
        // Interest first, so that nobody turns it on again.
        {
            let mut interest = self.interest.lock();
            if interest.fd >= 0 {
                self.watch.remove(interest.fd);
            }
            *interest = Interest { fd: -1, events: 0 };
            self.blocked.store(false, Ordering::Relaxed);
        }
        let tell = self.tx.lock().uninstall();
        self.rx.lock().uninstall();
        self.take_urgent().clear();
        self.held.store(false, Ordering::SeqCst);
        if tell {
            self.core.notify(0, SocketCommand::WriteActivated);
        }
    }

    /// The pipe is finished on the session's side.
    pub fn retire(&self) {
        self.uninstall();
        self.tx.lock().discard();
        self.core.close(1);
        self.watch.leave(self.token);
    }

    /// The socket has let go: input is dropped, and the session hears when the
    /// output is written. True: it already is.
    pub fn begin_closing(&self) -> bool {
        self.rx.lock().discard();
        self.closing.store(true, Ordering::SeqCst);
        self.send_now();
        // Otherwise the thread that writes the last byte reports it.
        self.is_written()
    }

    /// Whether nothing waits to be written.
    pub fn is_written(&self) -> bool {
        self.tx.lock().is_empty()
    }

    /// Drops what waits to be sent.
    pub fn discard_output(&self) {
        self.tx.lock().discard();
    }

    /// Whether the lane holds messages to send.
    pub fn has_output(&self) -> bool {
        self.tx.lock().has_messages()
    }

    /// Puts a message of the session's making into the incoming lane.
    pub fn inject(&self, msg: Msg) {
        if self.rx.lock().inject(msg) {
            self.core.notify(0, SocketCommand::ReadActivated);
        }
    }

    /// Queues frames that go before all messages.
    pub fn send_urgent(&self, frames: &[u8]) {
        self.urgent.lock().extend_from_slice(frames);
        self.has_urgent.store(true, Ordering::SeqCst);
        self.send_now();
    }

    /// Whether anything arrived since the last question.
    pub fn take_traffic(&self) -> bool {
        self.traffic.swap(false, Ordering::Relaxed)
    }

    // ---- input -----------------------------------------------------------------

    /// One turn of input. True: the lane's sleeping reader must be told.
    fn input(&self, incoming: &mut Incoming, arena: &mut Arena) -> (Turn, bool) {
        self.held.store(false, Ordering::SeqCst);
        let mut wishes = Wishes::default();
        let mut wake = false;
        let turn = loop {
            let (turn, woken) = incoming.turn(arena, self.core.rcvhwm(), &mut wishes);
            wake |= woken;
            match turn {
                Turn::Full => {
                    // Store, then look again: the reader acknowledges, then looks.
                    self.held.store(true, Ordering::SeqCst);
                    if !incoming.has_room(self.core.rcvhwm()) {
                        break turn;
                    }
                    self.held.store(false, Ordering::SeqCst);
                }
                Turn::More => {
                    self.held.store(true, Ordering::SeqCst);
                    break turn;
                }
                Turn::Idle => break turn,
                Turn::Lost(loss) => {
                    self.watch_for(epoll::IN, 0);
                    let serial = self.serial.load(Ordering::Relaxed);
                    self.io.send(self.session, SessionNotice::Lost(serial, loss));
                    break turn;
                }
            }
        };
        if wishes.traffic {
            self.traffic.store(true, Ordering::Relaxed);
        }
        if !wishes.urgent.is_empty() {
            *self.urgent.lock() = wishes.urgent;
            self.has_urgent.store(true, Ordering::SeqCst);
        }
        if wishes.ttl_ds > 0 {
            self.io.send(self.session, SessionNotice::PeerTtl(wishes.ttl_ds));
        }
        (turn, wake)
    }

    /// The descriptor is readable, or input is held back: one turn, by the
    /// socket's thread or the I/O thread. Returns whether the reader must look
    /// (the socket's thread does so itself) and whether another turn is due.
    pub fn on_readable(&self, arena: &mut Arena) -> (bool, bool) {
        let Some(mut incoming) = self.rx.try_lock() else {
            // Whoever holds it is at this very work.
            return (false, false);
        };
        let (turn, wake) = self.input(&mut incoming, arena);
        if let Turn::Full = turn {
            // Level-triggered: readiness would be reported again and again.
            self.watch_for(epoll::IN, 0);
        }
        drop(incoming);
        self.flush_urgent();
        (wake, matches!(turn, Turn::More))
    }

    /// I/O thread: as `on_readable`, telling the socket. True: again.
    pub fn read_for_socket(&self, arena: &mut Arena) -> bool {
        let (wake, again) = self.on_readable(arena);
        if wake {
            self.core.notify(0, SocketCommand::ReadActivated);
        }
        again
    }

    fn flush_urgent(&self) {
        if self.has_urgent.load(Ordering::SeqCst) {
            self.send_now();
        }
    }

    /// Changes the watched events: `mask` becomes `events`. True: they changed.
    fn watch_for(&self, mask: u32, events: u32) -> bool {
        let mut interest = self.interest.lock();
        let wanted = (interest.events & !mask) | events;
        let changed = interest.fd >= 0 && wanted != interest.events;
        if changed {
            interest.events = wanted;
            self.blocked.store(wanted & epoll::OUT != 0, Ordering::Relaxed);
            self.watch.modify(interest.fd, wanted, self.token);
        }
        changed
    }

    // ---- output ----------------------------------------------------------------

    fn take_urgent(&self) -> Vec<u8> {
        if !self.has_urgent.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let mut urgent = self.urgent.lock();
        self.has_urgent.store(false, Ordering::SeqCst);
        std::mem::take(&mut *urgent)
    }

    /// Writes what there is; the caller holds `tx`.
    fn output(&self, outgoing: &mut Outgoing) -> Drained {
        let mut urgent = self.take_urgent();
        let (drained, tell) = outgoing.drain(&mut urgent);
        if !urgent.is_empty() && drained == Drained::Blocked {
            let mut newer = self.urgent.lock();
            urgent.append(&mut newer);
            *newer = urgent;
            self.has_urgent.store(true, Ordering::SeqCst);
        }
        self.wrote.store(true, Ordering::Relaxed);
        if tell {
            self.core.notify(0, SocketCommand::WriteActivated);
        }
        match drained {
            Drained::Blocked => {
                self.watch_for(epoll::OUT, epoll::OUT);
            }
            Drained::Empty => {
                if self.watch_for(epoll::OUT, 0) && self.core.mode() == Mode::Stream {
                    self.stream(); // the ticker had handed over to writable-interest
                }
                if self.closing.load(Ordering::SeqCst) {
                    self.io.send(self.session, SessionNotice::Drained);
                }
            }
            Drained::Idle => {
                self.watch_for(epoll::OUT, 0);
            }
        }
        drained
    }

    /// Whether the connection took no more when last asked.
    pub fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }

    /// The descriptor is writable.
    pub fn on_writable(&self) {
        if let Some(mut outgoing) = self.tx.try_lock() {
            self.output(&mut outgoing);
        }
    }

    fn stream(&self) {
        self.core.set_mode(Mode::Stream);
        if self.enlisted.swap(true, Ordering::SeqCst) {
            self.io.ticker.arm_first();
        } else if let Some(this) = self.this.upgrade() {
            self.idle_ticks.store(0, Ordering::Relaxed);
            self.io.ticker.enlist(this);
        }
    }
}

impl Driver for Drive {
    fn send_now(&self) {
        if self.is_blocked() {
            return self.stream(); // until writable; the tick sees to a watcher
        }
        if let Some(mut outgoing) = self.tx.try_lock()
            && self.output(&mut outgoing) != Drained::Blocked
        {
            return;
        }
        self.stream();
    }

    fn enter_stream(&self) {
        self.stream();
    }

    fn drain(&self) {
        // Blocked: asking before it is writable costs a system call. Lock
        // taken: somebody drains, or the tick will.
        if !self.is_blocked() {
            self.on_writable();
        }
    }

    fn holds_input(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    fn refill(&self, arena: &mut Arena) -> bool {
        let mut incoming = self.rx.lock();
        let (turn, wake) = self.input(&mut incoming, arena);
        if matches!(turn, Turn::Idle | Turn::More) {
            self.watch_for(epoll::IN, epoll::IN);
        }
        drop(incoming);
        self.flush_urgent();
        wake
    }

    fn close(&self, linger: i32) {
        self.io.send(self.session, SessionNotice::PipeClosed(linger));
    }
}

impl FlushTarget for Drive {
    fn flush_tick(&self, first: bool) -> bool {
        let wrote = self.wrote.swap(false, Ordering::Relaxed);
        if wrote && !first {
            self.idle_ticks.store(0, Ordering::Relaxed);
            return true; // its sender is at work
        }
        let Some(mut outgoing) = self.tx.try_lock() else { return true };
        let idle = outgoing.is_empty() && !self.has_urgent.load(Ordering::SeqCst);
        if !idle {
            let drained =
                if self.is_blocked() { Drained::Blocked } else { self.output(&mut outgoing) };
            self.wrote.store(false, Ordering::Relaxed);
            if drained == Drained::Blocked {
                // Writable-interest takes over, once somebody waits on it.
                if !self.watch.entrust() {
                    return true;
                }
                self.enlisted.store(false, Ordering::SeqCst);
                return false;
            }
            if drained == Drained::Empty {
                self.idle_ticks.store(0, Ordering::Relaxed);
                return true;
            }
        }
        if self.idle_ticks.fetch_add(1, Ordering::Relaxed) + 1 < tuning::IDLE_TICKS {
            return true;
        }
        self.settle(&mut outgoing)
    }
}

impl Drive {
    /// STREAM to DIRECT. True: not now after all, keep ticking.
    fn settle(&self, outgoing: &mut Outgoing) -> bool {
        self.idle_ticks.store(0, Ordering::Relaxed);
        outgoing.shrink();
        self.enlisted.store(false, Ordering::SeqCst);
        self.core.set_mode(Mode::Direct);
        // A sender that read STREAM just before has published before this look.
        if !outgoing.has_messages() && !self.has_urgent.load(Ordering::SeqCst) {
            return false;
        }
        self.core.set_mode(Mode::Stream);
        // Enlisted by a sender meanwhile: then that entry goes on ticking.
        !self.enlisted.swap(true, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    // The protocol is modelled in tests/loom_drive.rs; behaviour through real
    // connections is tested from socket/ upwards.
}
