//! The drive: the part of a session that any thread may drive.
//!
//! `tx` guards the outgoing half, `rx` the incoming half. The socket's thread
//! and the I/O thread both take them; connections are installed and removed by
//! the I/O thread alone, under the locks. Errors, closing and timers are the
//! session's: a drive only reports them to it.
//!
//! The protocols that cross threads are in gate.rs (output) and held.rs (input
//! held back); here they meet descriptors, pipes and the I/O thread.

use std::os::fd::{AsRawFd, OwnedFd};

use super::gate::{Drained, Gate, Outlet, Port};
use super::held::Held;
use super::incoming::{self, Incoming, Loss, Turn, Wishes};
use super::interest::Interest;
use super::outgoing::{self, Outgoing};
use super::watch::Watch;
use crate::command::SocketCommand;
use crate::msg::{Arena, Msg};
use crate::pipe::{Driver, ModeCell, PipeCore, SessionEnd};
use crate::reactor::{FlushTarget, Found, IoHandle, ObjectId};
use crate::sync::{Arc, AtomicBool, AtomicU32, Mutex, Ordering};
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

/// A drive; see the module.
pub struct Drive {
    core: Arc<PipeCore>,
    gate: Gate<Outgoing>,
    rx: Mutex<Incoming>,
    held: Held,
    /// The socket has let go: report when everything is written.
    closing: AtomicBool,
    /// Whether anything arrived; the heartbeat asks.
    traffic: AtomicBool,
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
        let SessionEnd { core, reader, batch, writer } = end;
        let drive = Arc::new_cyclic(|this: &std::sync::Weak<Drive>| Drive {
            core,
            gate: Gate::new(Outgoing::new(reader, batch), tuning::IDLE_TICKS),
            rx: Mutex::new(Incoming::new(writer)),
            held: Held::default(),
            closing: AtomicBool::new(false),
            traffic: AtomicBool::new(false),
            serial: AtomicU32::new(0),
            interest: Mutex::new(Interest::none()),
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
        self.gate.lock().install(out);
        self.rx.lock().install(into);
        {
            let mut interest = self.interest.lock();
            *interest = Interest::new(fd.as_raw_fd(), epoll::IN);
            self.watch.apply(&mut interest, self.token);
        }
        self.gate.resume(self);
        serial
    }

    /// The connection is gone from both halves and from the watch; the last
    /// reference to its descriptor stays with the caller.
    pub fn uninstall(&self) {
        // Interest first, so that nobody turns it on again.
        self.end_interest();
        let tell = self.gate.lock().uninstall();
        self.rx.lock().uninstall();
        drop(self.gate.take_urgent());
        self.held.clear();
        if tell {
            self.core.notify(0, SocketCommand::WriteActivated);
        }
    }

    /// The pipe is finished on the session's side.
    pub fn retire(&self) {
        self.uninstall();
        let _ = self.gate.lock().discard();
        self.core.close(1);
        self.watch.leave(self.token);
    }

    /// The socket has let go: input is dropped, and the session hears when the
    /// output is written. True: it already is.
    pub fn begin_closing(&self) -> bool {
        self.discard_input();
        self.closing.store(true, Ordering::SeqCst);
        self.send_now();
        // Otherwise the thread that writes the last byte reports it.
        self.is_written()
    }

    /// Whether nothing waits to be written.
    pub fn is_written(&self) -> bool {
        self.gate.lock().is_empty()
    }

    /// Drops what waits to be sent.
    pub fn discard_output(&self) {
        if self.gate.lock().discard() {
            self.core.notify(0, SocketCommand::WriteActivated);
        }
    }

    /// Messages dropped since the last question.
    pub fn take_dropped(&self) -> u64 {
        self.gate.lock().take_dropped()
    }

    /// Messages unsent, of a socket that has let go.
    pub fn unsent(&self) -> u64 {
        let written = self.gate.lock().written();
        self.core.written(0).saturating_sub(written)
    }

    /// Drops all messages that come in, now and later. What is held back goes when
    /// the descriptor is next ready, if only because the peer has gone.
    pub fn discard_input(&self) {
        let mut incoming = self.rx.lock();
        incoming.discard();
        self.held.clear();
        self.unpause(&mut incoming);
    }

    /// Whether the lane holds messages to send.
    pub fn has_output(&self) -> bool {
        self.gate.lock().has_messages()
    }

    /// Puts a message of the session's making into the incoming lane.
    pub fn inject(&self, msg: Msg) {
        if self.rx.lock().inject(msg) {
            self.core.notify(0, SocketCommand::ReadActivated);
        }
    }

    /// Queues frames that go before all messages.
    pub fn send_urgent(&self, frames: &[u8]) {
        self.gate.push_urgent(frames);
        self.gate.flush_urgent(self);
    }

    /// Whether anything arrived since the last question, or is held back: then there
    /// may be more behind it, unread because the application takes its time. A turn
    /// that is just going on is waited for.
    pub fn take_traffic(&self) -> bool {
        let _incoming = self.rx.lock();
        self.traffic.swap(false, Ordering::Relaxed) || self.held.holds()
    }

    // ---- input -----------------------------------------------------------------

    /// One turn of input. True: the lane's sleeping reader must be told.
    fn input(&self, incoming: &mut Incoming, arena: &mut Arena) -> (Turn, bool) {
        self.held.clear();
        let mut wishes = Wishes::default();
        let mut wake = false;
        let turn = loop {
            let (turn, woken) = incoming.turn(arena, self.core.rcvhwm(), &mut wishes);
            wake |= woken;
            match turn {
                Turn::Full => {
                    if self.held.hold_full(|| incoming.has_room(self.core.rcvhwm())) {
                        break turn;
                    }
                }
                Turn::More => {
                    wake |= self.held.hold_more(|| incoming.publish());
                    break turn;
                }
                Turn::Idle => break turn,
                Turn::Lost(loss) => {
                    // What has happened will be reported for ever, and nothing can be
                    // written any more either.
                    self.end_interest();
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
            self.gate.push_urgent(&wishes.urgent);
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
        match turn {
            // Level-triggered: readiness would be reported again and again.
            Turn::Full => self.pause(&mut incoming),
            Turn::Idle | Turn::More => self.unpause(&mut incoming),
            Turn::Lost(_) => {}
        }
        drop(incoming);
        self.gate.flush_urgent(self);
        (wake, matches!(turn, Turn::More))
    }

    /// Returns when nobody else is reading: what they have read is in the lane.
    pub fn await_reader(&self) {
        drop(self.rx.lock());
    }

    /// I/O thread: as `on_readable`, telling the socket. True: again.
    pub fn read_for_socket(&self, arena: &mut Arena) -> bool {
        let (wake, again) = self.on_readable(arena);
        if wake {
            self.core.notify(0, SocketCommand::ReadActivated);
        }
        again
    }

    /// Stops watching for input: the lane is full, and whoever empties it reads on.
    fn pause(&self, incoming: &mut Incoming) {
        if !std::mem::replace(&mut incoming.paused, true) {
            self.watch_for(epoll::IN, 0);
            return;
        }
        // Reported nevertheless: the peer has gone, which whoever reads on will find out.
        let mut interest = self.interest.lock();
        if interest.step_outside() {
            self.watch.apply(&mut interest, self.token);
        }
    }

    /// Input has been taken up again, by whichever thread.
    fn unpause(&self, incoming: &mut Incoming) {
        if std::mem::take(&mut incoming.paused) {
            self.watch_for(epoll::IN, epoll::IN);
        }
    }

    /// Changes the watched events: `mask` becomes `events`. True: they changed.
    fn watch_for(&self, mask: u32, events: u32) -> bool {
        let mut interest = self.interest.lock();
        let changed = interest.want(mask, events);
        if changed {
            self.gate.set_blocked(interest.wanted() & epoll::OUT != 0);
            self.watch.apply(&mut interest, self.token);
        }
        changed
    }

    /// Nothing is waited for until there is another connection.
    fn end_interest(&self) {
        let mut interest = self.interest.lock();
        self.watch.end(&mut interest);
        self.gate.set_blocked(false);
    }

    /// I/O thread, once in a while: has the set agree that refused to. What it should
    /// have reported meanwhile is done at once. True: as `on_readable`.
    pub(super) fn renew_interest(&self, arena: &mut Arena) -> bool {
        let wanted = {
            let mut interest = self.interest.lock();
            if !interest.is_due() {
                return false;
            }
            self.watch.apply(&mut interest, self.token);
            interest.wanted()
        };
        if wanted & epoll::OUT != 0 {
            self.on_writable();
        }
        wanted & epoll::IN != 0 && self.read_for_socket(arena)
    }

    // ---- output ----------------------------------------------------------------

    /// Whether the connection took no more when last asked.
    pub fn is_blocked(&self) -> bool {
        self.gate.is_blocked()
    }

    /// The descriptor is writable. False: somebody else is writing.
    pub fn on_writable(&self) -> bool {
        self.gate.on_writable(self)
    }

    /// Returns when nobody else is writing (a bounded turn).
    pub fn await_writer(&self) {
        drop(self.gate.lock());
    }
}

impl Port for Drive {
    fn mode(&self) -> &ModeCell {
        self.core.mode_cell()
    }

    fn room(&self) {
        self.core.notify(0, SocketCommand::WriteActivated);
    }

    fn written(&self) {
        if self.closing.load(Ordering::SeqCst) {
            self.io.send(self.session, SessionNotice::Drained);
        }
    }

    fn watch_writable(&self, on: bool) -> bool {
        self.watch_for(epoll::OUT, if on { epoll::OUT } else { 0 })
    }

    fn entrust(&self) -> bool {
        self.watch.entrust()
    }

    fn enlist(&self) {
        if let Some(this) = self.this.upgrade() {
            self.io.ticker.enlist(this);
        }
    }

    fn arm(&self) {
        self.io.arm_first();
    }
}

impl Outlet for Outgoing {
    fn drain(&mut self, urgent: &mut Vec<u8>, least: usize) -> (Drained, bool) {
        Outgoing::drain(self, urgent, least)
    }

    fn has_messages(&mut self) -> bool {
        Outgoing::has_messages(self)
    }

    fn is_empty(&mut self) -> bool {
        Outgoing::is_empty(self)
    }

    fn shrink(&mut self) -> bool {
        Outgoing::shrink(self)
    }
}

impl Driver for Drive {
    fn send_now(&self) {
        self.gate.send_now(self);
    }

    fn enter_stream(&self) {
        self.gate.stream(self);
    }

    fn gather(&self) {
        self.gate.gather(self, tuning::WRITE_LEAST);
    }

    fn drain(&self) {
        self.gate.drain(self);
    }

    fn holds_input(&self) -> bool {
        self.held.holds()
    }

    fn refill(&self, arena: &mut Arena) -> bool {
        self.watch.touch();
        let mut incoming = self.rx.lock();
        let (turn, wake) = self.input(&mut incoming, arena);
        if matches!(turn, Turn::Idle | Turn::More) {
            self.unpause(&mut incoming);
        }
        drop(incoming);
        self.gate.flush_urgent(self);
        wake
    }

    fn stop_input(&self, arena: &mut Arena) -> bool {
        let mut incoming = self.rx.lock();
        let mut wake = false;
        for _ in 0..tuning::LAST_TURNS {
            let (turn, woken) = self.input(&mut incoming, arena);
            wake |= woken;
            if !matches!(turn, Turn::More) {
                break;
            }
        }
        incoming.discard();
        self.unpause(&mut incoming);
        wake
    }

    fn ignore_input(&self) {
        self.discard_input();
    }

    fn close(&self, linger: i32) {
        self.io.send(self.session, SessionNotice::PipeClosed(linger));
    }
}

impl FlushTarget for Drive {
    fn flush_tick(&self, first: bool) -> Found {
        self.gate.tick(self, first)
    }
}
