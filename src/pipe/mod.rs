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
mod shared;
pub mod streak;
mod write;

use crate::command::{SocketCommand, SocketMailbox};
use crate::msg::{Arena, Msg};
use crate::queue::{BatchReader, batch};
use crate::sync::Arc;

use lanes::append_to;
pub use lanes::{LaneReader, LaneWriter, message_lane};
pub use mode::{Mode, ModeCell};
pub use pipes::Pipes;
pub use shared::{EndSettings, PipeCore, UNKNOWN_HWM};
use write::Wrote;

/// A pipe in its socket's table: the slot, and which of its tenants.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PipeId {
    slot: u32,
    tenant: u32,
}

impl PipeId {
    /// No pipe: no table has it.
    pub const NONE: PipeId = PipeId { slot: u32::MAX, tenant: 0 };

    fn pack(self) -> u64 {
        u64::from(self.tenant) << 32 | u64::from(self.slot)
    }

    fn unpack(packed: u64) -> Option<PipeId> {
        let tenant = (packed >> 32) as u32;
        (tenant != 0).then_some(PipeId { slot: packed as u32, tenant })
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

    /// The socket will never read this pipe: what arrives is dropped, so that the peer's
    /// commands, and its end, are still noticed. May wait like [`refill`](Self::refill).
    fn ignore_input(&self);

    /// The socket lets go of the pipe: send what is queued for at most `linger`
    /// milliseconds (-1: as long as it takes), then end. Never blocks.
    fn close(&self, linger: i32);
}

/// Wakes sleeping readers later, for a sender that streams.
pub trait Waker: Send {
    /// `reader` has news and sleeps: it is woken in a moment, whatever the
    /// sender does. Never blocks.
    fn owe(&self, reader: &Arc<SocketMailbox>);

    /// Wakes all of them now. Never blocks.
    fn wake_all(&self);
}

/// One socket's end of a pipe. A thread with many connections writes to one after
/// the other: what a message in a stream needs shares a cache line.
#[repr(C)]
pub struct PipeEnd {
    reader: LaneReader,
    /// Messages that can be written before the mark is looked at.
    room: u64,
    dirty: bool,
    /// A message has been begun in cells and not finished.
    mid_message: bool,
    state: EndState,
    writer: LaneWriter,
    driver: Option<Arc<dyn Driver>>,
    core: Arc<PipeCore>,
    side: usize,
    /// What may yet gather before it is handed over (STREAM): bytes, of which
    /// each message costs some for itself.
    may_gather: isize,
    /// A wait for the connection was in vain when so many messages were done.
    stuck_at: Option<u64>,
    /// The socket never reads this pipe: nothing unread delays its end.
    nodelay: bool,
    hwm: u64,
    /// Set by the socket that connected or bound: the endpoint it belongs to.
    pub endpoint: u64,
    /// Whether this socket connected (true) or accepted (false).
    pub connected: bool,
    /// The peer's routing id, as the pattern knows it.
    pub routing_id: Vec<u8>,
    /// That id as the frame put in front of the messages of a run (`pipes/names.rs`).
    name_frame: Option<Box<Msg>>,
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

/// A session's half of a driven pipe.
pub struct SessionEnd {
    /// Shared with the socket; the socket is side 0, the session side 1.
    pub core: Arc<PipeCore>,
    /// Messages to send.
    pub reader: LaneReader,
    /// Messages to send that are frames already; see [`LaneWriter::append`].
    pub batch: BatchReader,
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
            may_gather: 0,
            dirty: false,
            stuck_at: None,
            nodelay: false,
            hwm: 0,
            room: 0,
            endpoint: 0,
            connected: false,
            routing_id: Vec::new(),
            name_frame: None,
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

    /// `msg` has been read.
    #[inline(always)]
    fn finished(&mut self, msg: &Msg) {
        if msg.counts() {
            self.finished_one();
        }
    }

    /// A message that counts has been read.
    #[inline(always)]
    fn finished_one(&mut self) {
        if self.reader.finish_one() {
            self.tell_writer();
        }
    }

    #[inline(never)]
    fn tell_writer(&self) {
        self.core.notify(self.side ^ 1, SocketCommand::WriteActivated);
    }

    /// No longer open.
    fn leave(&mut self, state: EndState) {
        self.part();
        self.state = state;
        self.room = 0;
        if state == EndState::Ended {
            self.reader.abandon();
        }
    }

    /// Takes over the high-water marks as both sides have set them. What was read
    /// may be a whole batch by the new mark.
    fn take_marks(&mut self) {
        self.part();
        self.hwm = self.core.hwm_out(self.side);
        self.room = 0;
        if self.reader.set_mark(self.core.hwm_in(self.side)) {
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
    let (mut out_writer, out_reader) = message_lane(socket.conflate_out);
    let (in_writer, in_reader) = message_lane(socket.conflate_in);
    let (batch_writer, batch) = batch();
    if !socket.conflate_out {
        out_writer.set_batch(batch_writer);
    }
    (
        PipeEnd::new(core.clone(), 0, in_reader, out_writer),
        SessionEnd { core, reader: out_reader, batch, writer: in_writer },
    )
}
