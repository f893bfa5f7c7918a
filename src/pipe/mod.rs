//! Pipes: two lanes between a socket and one peer, which is another socket
//! (inproc) or a session. Engine and pattern meet only here.
//!
//! [`PipeCore`] is what both ends share; a [`PipeEnd`] belongs to one socket;
//! the session's half of a driven pipe is its two bare lanes ([`SessionEnd`]).
//! A pipe reaches its connection through the [`Driver`] trait alone.

mod lanes;
mod mode;
mod pipes;
mod report;

use crate::command::{SocketCommand, SocketMailbox};
use crate::msg::{Arena, Msg};
use crate::sync::{Arc, AtomicBool, AtomicI32, AtomicU64, Ordering, fence};
use crate::tuning;

pub use lanes::{LaneReader, LaneWriter, message_lane};
pub use mode::{Mode, ModeCell};
pub use pipes::{Pipes, Streak};

/// A pipe in its socket's table: the slot, and which of its tenants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PipeId {
    slot: u32,
    tenant: u32,
}

impl PipeId {
    fn pack(self) -> u64 {
        u64::from(self.tenant) << 32 | u64::from(self.slot)
    }

    fn unpack(packed: u64) -> Option<PipeId> {
        let tenant = (packed >> 32) as u32;
        (tenant != 0).then_some(PipeId { slot: packed as u32, tenant })
    }
}

/// What the two ends share.
pub struct PipeCore {
    mode: ModeCell,
    ends: [End; 2],
}

/// One side of a pipe as the other side sees it.
struct End {
    /// The owner's [`PipeId`], 0 until the owner has attached it.
    id: AtomicU64,
    mailbox: std::sync::OnceLock<Arc<SocketMailbox>>,
    closed: AtomicBool,
    sndhwm: AtomicI32,
    rcvhwm: AtomicI32,
    /// For the debug log: messages written in all, once the owner has let go.
    written: AtomicU64,
}

impl End {
    fn new(settings: &EndSettings) -> End {
        let mailbox = std::sync::OnceLock::new();
        if let Some(owner) = &settings.mailbox {
            let _ = mailbox.set(owner.clone());
        }
        End {
            id: AtomicU64::new(0),
            mailbox,
            closed: AtomicBool::new(false),
            sndhwm: AtomicI32::new(settings.sndhwm),
            rcvhwm: AtomicI32::new(settings.rcvhwm),
            written: AtomicU64::new(0),
        }
    }
}

/// In [`EndSettings`]: nobody has bound yet; only the connector's mark counts.
pub const UNKNOWN_HWM: i32 = -1;

/// What a socket brings to its end of a pipe.
#[derive(Clone, Default)]
pub struct EndSettings {
    /// Where the socket's commands go; None while nobody has bound (inproc).
    pub mailbox: Option<Arc<SocketMailbox>>,
    /// SNDHWM, 0: no limit.
    pub sndhwm: i32,
    /// RCVHWM, 0: no limit.
    pub rcvhwm: i32,
    /// Keep the newest of the messages that come in.
    pub conflate_in: bool,
    /// Keep the newest of the messages that go out.
    pub conflate_out: bool,
}

impl PipeCore {
    fn new(mode: Mode, a: &EndSettings, b: &EndSettings) -> Arc<PipeCore> {
        Arc::new(PipeCore { mode: ModeCell::new(mode), ends: [End::new(a), End::new(b)] })
    }

    /// The mode, in the total order of the drive's protocol.
    #[inline]
    pub fn mode(&self) -> Mode {
        self.mode.get()
    }

    /// Where the mode is kept, for the gate of a driven pipe.
    #[inline]
    pub fn mode_cell(&self) -> &ModeCell {
        &self.mode
    }

    /// Whether `side` has closed its end.
    pub fn is_closed(&self, side: usize) -> bool {
        self.ends[side & 1].closed.load(Ordering::SeqCst)
    }

    /// The id `side`'s socket knows this pipe by, once attached.
    pub fn id(&self, side: usize) -> Option<PipeId> {
        PipeId::unpack(self.ends[side & 1].id.load(Ordering::SeqCst))
    }

    /// Sends `side`'s socket a command about this pipe. Not yet attached: the
    /// socket will look at everything when it attaches, nothing is sent.
    pub fn notify(&self, side: usize, command: impl FnOnce(PipeId) -> SocketCommand) {
        if let (Some(id), Some(mailbox)) = (self.id(side), self.ends[side & 1].mailbox.get()) {
            // A closed mailbox belongs to a socket that has let go of its pipes.
            let _ = mailbox.push(command(id));
        }
    }

    /// Marks `side` as closed and tells the other side's socket.
    pub fn close(&self, side: usize) {
        self.ends[side & 1].closed.store(true, Ordering::SeqCst);
        self.notify(side ^ 1, SocketCommand::PeerClosed);
    }

    /// Messages that `side` had written when it let go of the pipe.
    pub fn written(&self, side: usize) -> u64 {
        self.ends[side & 1].written.load(Ordering::Relaxed)
    }

    /// High-water mark of the lane that `side` writes: both marks together
    /// between sockets, the writer's own towards a session; 0: no limit.
    fn hwm_out(&self, side: usize) -> u64 {
        let own = self.ends[side & 1].sndhwm.load(Ordering::Relaxed);
        if self.mode() != Mode::Inproc {
            return own.max(0) as u64;
        }
        let other = self.ends[(side & 1) ^ 1].rcvhwm.load(Ordering::Relaxed);
        match other {
            _ if own <= 0 => 0,
            UNKNOWN_HWM => own as u64,
            0 => 0,
            other => own as u64 + other.max(0) as u64,
        }
    }

    /// High-water mark of the lane that `side` reads.
    fn hwm_in(&self, side: usize) -> u64 {
        match self.mode() {
            Mode::Inproc => self.hwm_out(side ^ 1),
            Mode::Direct | Mode::Stream => self.rcvhwm(),
        }
    }

    /// RCVHWM of the socket of a driven pipe: the session's writing limit.
    pub fn rcvhwm(&self) -> u64 {
        self.ends[0].rcvhwm.load(Ordering::Relaxed).max(0) as u64
    }

    /// Names the mailbox of an inproc end whose socket came later (bind after
    /// connect), and its marks.
    pub fn adopt(&self, side: usize, settings: &EndSettings) {
        let end = &self.ends[side & 1];
        if let Some(mailbox) = &settings.mailbox {
            let _ = end.mailbox.set(mailbox.clone());
        }
        end.sndhwm.store(settings.sndhwm, Ordering::Relaxed);
        end.rcvhwm.store(settings.rcvhwm, Ordering::Relaxed);
        fence(Ordering::SeqCst); // see Pipes::insert
    }
}

/// What a pipe asks of the session behind it. All calls come from the thread
/// that uses the socket.
pub trait Driver: Send + Sync {
    /// A message was published while the mode is DIRECT: write it now, or see
    /// to it that somebody does. Never blocks.
    fn send_now(&self);

    /// Goes over to STREAM: messages gather until [`drain`](Self::drain) or the
    /// flush tick. Never blocks.
    fn enter_stream(&self);

    /// STREAM: takes over what has gathered, and writes it if that is worth a
    /// system call. Never blocks.
    fn gather(&self);

    /// Writes what has gathered, as far as the connection takes it. Never blocks.
    fn drain(&self);

    /// Whether the session holds input back: undecoded messages, or reading
    /// paused because the lane was full.
    fn holds_input(&self) -> bool;

    /// Decodes what is held back and reads on. May wait for an I/O thread that
    /// is in the middle of the same (a bounded turn). Returns whether the lane
    /// has got something.
    fn refill(&self, arena: &mut Arena) -> bool;

    /// Takes in what has arrived, and nothing from then on. May wait like
    /// [`refill`](Self::refill). Returns whether a sleeping reader must look.
    fn stop_input(&self, arena: &mut Arena) -> bool;

    /// The socket lets go of the pipe: send what is queued for at most `linger`
    /// milliseconds (-1: as long as it takes), then end. Never blocks.
    fn close(&self, linger: i32);
}

/// One socket's end of a pipe.
pub struct PipeEnd {
    core: Arc<PipeCore>,
    side: usize,
    reader: LaneReader,
    writer: LaneWriter,
    driver: Option<Arc<dyn Driver>>,
    state: EndState,
    /// A message has been begun and not finished.
    mid_message: bool,
    /// Published since the last drain (STREAM).
    gathered: Gathered,
    dirty: bool,
    /// The socket never reads this pipe: nothing unread delays its end.
    nodelay: bool,
    hwm: u64,
    /// Messages that can be written before the mark is looked at.
    room: u64,
    /// Messages read before they are acknowledged.
    ack_batch: u64,
    /// Set by the socket that connected or bound: the endpoint it belongs to.
    pub endpoint: u64,
    /// Whether this socket connected (true) or accepted (false).
    pub connected: bool,
    /// The peer's routing id, as the pattern knows it.
    pub routing_id: Vec<u8>,
    /// For the debug log: where this pipe leads. Empty while the log is off.
    pub name: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum EndState {
    Open,
    /// The other side has closed; what is in the lane can be read.
    PeerClosed,
    /// Finished; waits for the socket to take it off its pattern.
    Ended,
}

/// What became of a frame.
enum Wrote {
    /// Nothing can be written now.
    Refused,
    /// It is on its way, or waits for the rest of its message.
    Done,
    /// It gathers with others: to be drained before the thread blocks.
    Gathers,
    /// Its connection is to write it now.
    Waits,
}

#[derive(Clone, Copy, Default)]
struct Gathered {
    messages: u32,
    bytes: usize,
}

/// A session's half of a driven pipe.
pub struct SessionEnd {
    /// Shared with the socket; the socket is side 0, the session side 1.
    pub core: Arc<PipeCore>,
    /// Messages to send.
    pub reader: LaneReader,
    /// Messages received.
    pub writer: LaneWriter,
}

impl PipeEnd {
    fn new(core: Arc<PipeCore>, side: usize, reader: LaneReader, writer: LaneWriter) -> PipeEnd {
        PipeEnd {
            core,
            side,
            reader,
            writer,
            driver: None,
            state: EndState::Open,
            mid_message: false,
            gathered: Gathered::default(),
            dirty: false,
            nodelay: false,
            hwm: 0,
            room: 0,
            ack_batch: 1,
            endpoint: 0,
            connected: false,
            routing_id: Vec::new(),
            name: String::new(),
        }
    }

    /// Whether there is somebody at the other end (inproc: the name is bound).
    pub fn has_peer(&self) -> bool {
        self.driver.is_some() || self.core.ends[self.side ^ 1].mailbox.get().is_some()
    }

    /// What both ends share.
    pub fn core(&self) -> &Arc<PipeCore> {
        &self.core
    }

    /// Writes one frame, leaving `msg` empty, unless nothing can be written now.
    #[inline(always)]
    fn write(&mut self, msg: &mut Msg) -> Wrote {
        if self.room == 0 || !msg.counts() {
            return self.write_with_care(msg);
        }
        let size = msg.len();
        self.room -= 1;
        self.mid_message = false;
        self.writer.push_counted(msg);
        self.send_off(size)
    }

    /// At the mark, as far as is known; or a frame with more to come.
    #[inline(never)]
    fn write_with_care(&mut self, msg: &mut Msg) -> Wrote {
        if !self.takes() {
            return Wrote::Refused;
        }
        let (more, size) = (msg.more(), msg.len());
        self.room = self.room.saturating_sub(u64::from(msg.counts()));
        self.mid_message = more;
        self.writer.push_from(msg);
        if more {
            self.gathered.bytes += size;
            return Wrote::Done;
        }
        self.send_off(size)
    }

    /// Publishes the message just written.
    #[inline(always)]
    fn send_off(&mut self, size: usize) -> Wrote {
        if self.driver.is_none() {
            if self.writer.publish() {
                self.wake_reader();
            }
            return Wrote::Done;
        }
        self.writer.publish_to_waking();
        match self.core.mode() {
            Mode::Stream if self.gather(size) => Wrote::Gathers,
            Mode::Stream => Wrote::Done,
            _ => Wrote::Waits,
        }
    }

    #[inline(never)]
    fn wake_reader(&self) {
        self.core.notify(self.side ^ 1, SocketCommand::ReadActivated);
    }

    /// Whether a frame can be written. False: the writer is told when that changes.
    #[inline]
    fn takes(&mut self) -> bool {
        self.room > 0 || self.look_for_room()
    }

    /// The mark is reached, perhaps only because messages gather here; or the
    /// pipe takes frames without counting, or none any more.
    #[cold]
    fn look_for_room(&mut self) -> bool {
        if self.state != EndState::Open {
            return false;
        }
        if self.mid_message || self.writer.is_conflating() {
            return true;
        }
        self.room = self.writer.room_now(self.hwm);
        if self.room > 0 {
            return true;
        }
        if let Some(driver) = &self.driver {
            driver.drain();
            self.gathered = Gathered::default();
        }
        if self.writer.has_room(self.hwm) {
            self.room = self.writer.room_now(self.hwm);
        }
        self.room > 0
    }

    /// `msg` has been read.
    #[inline(always)]
    fn finished(&mut self, msg: &Msg) {
        if msg.counts() && self.reader.finish(1, self.ack_batch) {
            self.tell_writer();
        }
    }

    #[inline(never)]
    fn tell_writer(&self) {
        self.core.notify(self.side ^ 1, SocketCommand::WriteActivated);
    }

    /// No longer open.
    fn leave(&mut self, state: EndState) {
        self.state = state;
        self.room = 0;
    }

    /// STREAM: counts a message published, and drains when enough has gathered.
    /// True: it stays for a later drain.
    #[inline]
    fn gather(&mut self, size: usize) -> bool {
        self.gathered.messages += 1;
        self.gathered.bytes += size;
        let limit = if size >= tuning::LARGE { tuning::DRAIN_LARGE } else { tuning::DRAIN_BYTES };
        if self.gathered.messages < tuning::DRAIN_MESSAGES && self.gathered.bytes < limit {
            return true;
        }
        self.drain_gathered();
        false
    }

    #[inline(never)]
    fn drain_gathered(&mut self) {
        self.gathered = Gathered::default();
        if let Some(driver) = &self.driver {
            driver.gather();
        }
    }

    /// Takes over the high-water marks as both sides have set them.
    fn take_marks(&mut self) {
        self.hwm = self.core.hwm_out(self.side);
        self.room = 0;
        self.ack_batch = lanes::ack_batch(self.core.hwm_in(self.side));
    }

    /// As `take_marks`, on a pipe in use: what was read may be a whole batch by
    /// the new mark.
    fn change_marks(&mut self) {
        self.take_marks();
        if self.reader.finish(0, self.ack_batch) {
            self.core.notify(self.side ^ 1, SocketCommand::WriteActivated);
        }
    }

    /// Names the session behind the pipe. Before the end is attached.
    pub fn set_driver(&mut self, driver: Arc<dyn Driver>) {
        self.driver = Some(driver);
    }

    /// Puts a message into this end's outgoing lane past every mark, before
    /// this end is attached (routing ids of inproc peers).
    pub fn preload(&mut self, msg: Msg) {
        self.writer.push(msg);
        if self.writer.publish() {
            self.core.notify(self.side ^ 1, SocketCommand::ReadActivated);
        }
    }

    /// Lets go of an end that was never attached to a socket.
    pub fn abandon(self, linger: i32) {
        self.core.close(self.side);
        if let Some(driver) = &self.driver {
            driver.close(linger);
        }
    }
}

/// A pipe between two sockets; `a` writes what `b` reads and the other way.
pub fn inproc_pair(a: &EndSettings, b: &EndSettings) -> (PipeEnd, PipeEnd) {
    let core = PipeCore::new(Mode::Inproc, a, b);
    let (ab_writer, ab_reader) = message_lane(a.conflate_out || b.conflate_in);
    let (ba_writer, ba_reader) = message_lane(b.conflate_out || a.conflate_in);
    (
        PipeEnd::new(core.clone(), 0, ba_reader, ab_writer),
        PipeEnd::new(core, 1, ab_reader, ba_writer),
    )
}

/// A pipe between a socket and a session. The caller gives the socket's end
/// its driver.
pub fn driven_pair(socket: &EndSettings) -> (PipeEnd, SessionEnd) {
    let session = EndSettings::default();
    let core = PipeCore::new(Mode::Direct, socket, &session);
    let (out_writer, out_reader) = message_lane(socket.conflate_out);
    let (in_writer, in_reader) = message_lane(socket.conflate_in);
    (
        PipeEnd::new(core.clone(), 0, in_reader, out_writer),
        SessionEnd { core, reader: out_reader, writer: in_writer },
    )
}
