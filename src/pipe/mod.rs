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

use crate::command::{SocketCommand, SocketMailbox};
use crate::msg::{Arena, Msg};
use crate::queue::{BatchReader, batch};
use crate::sync::Arc;
use crate::tuning;

pub use lanes::{LaneReader, LaneWriter, message_lane};
pub use mode::{Mode, ModeCell};
pub use pipes::Pipes;
pub use shared::{EndSettings, PipeCore, UNKNOWN_HWM};

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
    /// A message has been begun and not finished.
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
    /// Its reader (another socket) sleeps.
    Asleep,
    /// It gathers with others that are to be drained before the thread blocks.
    Kept,
    /// The same, and it is the first of them.
    Gathers,
    /// Its connection is to write it now.
    Waits(usize),
    /// It is large, and others like it may queue before the connection.
    Queues(usize),
}

impl Wrote {
    /// What became of a message published to another socket, which sleeps or not.
    #[inline(always)]
    fn to_socket(asleep: bool) -> Wrote {
        if asleep { Wrote::Asleep } else { Wrote::Done }
    }
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
        if self.room == 0 || self.mid_message || !msg.is_whole() {
            return self.write_with_care(msg);
        }
        self.write_counted(msg, msg.len())
    }

    /// Writes a whole message of `size` bytes; there is room.
    #[inline(always)]
    fn write_counted(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        self.room -= 1;
        if self.writer.append(msg, size) {
            msg.clear();
            return self.gathers();
        }
        if self.writer.is_batch_open() {
            return self.write_behind_batch(msg, size);
        }
        if self.driver.is_none() {
            return self.write_to_socket(msg, size);
        }
        self.writer.push_counted(msg);
        self.send_off(size)
    }

    /// As `write_counted` to another socket: into a run that grows while its reader
    /// is behind, or into a cell.
    #[inline(never)]
    fn write_to_socket(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if let Some(asleep) = self.writer.append_to_run(msg, size) {
            msg.clear();
            return Wrote::to_socket(asleep);
        }
        let may_begin = LaneWriter::fits_run(msg, size) && self.writer.may_begin_run();
        let mut asleep = self.writer.seal_run();
        if may_begin && let Some(is_asleep) = self.writer.begin_run(msg, size) {
            msg.clear();
            asleep |= is_asleep;
        } else {
            self.writer.push_counted(msg);
            asleep |= self.writer.publish();
        }
        Wrote::to_socket(asleep)
    }

    /// As `write_counted` for an inline body that goes into a batch, which takes
    /// no call and sets nothing off. False: nothing was done.
    #[inline(always)]
    fn write_near(&mut self, msg: &mut Msg, size: usize) -> bool {
        let goes = self.room > 0 && self.dirty && self.writer.append_near(msg, size);
        self.room -= u64::from(goes);
        goes
    }

    /// As `write_near` to another socket, where a run or a cell is at hand.
    /// Some(true): it sleeps. None: nothing was done.
    #[inline(always)]
    fn write_across(&mut self, msg: &mut Msg, size: usize) -> Option<bool> {
        if self.room == 0 || self.driver.is_some() {
            return None;
        }
        let asleep = self.writer.publish_near(msg, size)?;
        self.room -= 1;
        Some(asleep)
    }

    /// As `write_counted` where a batch is open, or a run or a cell is at hand for
    /// another socket. Refused also otherwise.
    #[inline(always)]
    fn write_easily(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        if self.room == 0 {
            return Wrote::Refused;
        }
        let wrote = if self.driver.is_some() {
            if !self.dirty || !self.writer.append(msg, size) {
                return Wrote::Refused;
            }
            Wrote::Kept
        } else {
            match self.writer.publish_easily(msg, size) {
                Some(asleep) => Wrote::to_socket(asleep),
                None => return Wrote::Refused,
            }
        };
        self.room -= 1;
        msg.clear();
        wrote
    }

    /// As `write` for who needs `msg` again.
    #[inline(always)]
    fn write_copy(&mut self, msg: &mut Msg) -> Wrote {
        if self.room > 0
            && !self.mid_message
            && msg.is_whole()
            && self.writer.append(msg, msg.len())
        {
            self.room -= 1;
            return self.gathers();
        }
        self.write(&mut msg.share())
    }

    /// As `write_counted` for a message that does not fit the batch.
    #[inline(never)]
    fn write_behind_batch(&mut self, msg: &mut Msg, size: usize) -> Wrote {
        self.writer.close_batch();
        self.begin_to_gather();
        if let Some(driver) = &self.driver {
            driver.drain();
        }
        self.open_batch();
        if self.writer.append(msg, size) {
            msg.clear();
            return self.gathers();
        }
        self.writer.close_batch();
        self.writer.push_counted(msg);
        self.send_off(size)
    }

    /// STREAM: from now on small messages go into the batch. Nobody looks at the
    /// mode for those, so it must be STREAM still when the mark is published; it
    /// then stays until the batch is empty and withdrawn (engine::gate).
    fn open_batch(&mut self) {
        self.writer.close_batch();
        if self.core.mode() == Mode::Stream {
            self.writer.open_batch();
            if self.core.mode() != Mode::Stream {
                self.writer.close_batch();
            }
        }
    }

    /// At the mark, as far as is known; or a frame with more to come, or not of
    /// the application's.
    #[inline(never)]
    fn write_with_care(&mut self, msg: &mut Msg) -> Wrote {
        if !self.takes() {
            return Wrote::Refused;
        }
        let (more, size) = (msg.more(), msg.len());
        let last = std::mem::replace(&mut self.mid_message, more) && msg.is_whole();
        self.room = self.room.saturating_sub(u64::from(msg.counts()));
        if last && self.writer.append_last(msg, size) {
            msg.clear();
            return self.gathers();
        }
        if last && self.writer.is_batch_open() && !self.writer.batch_has_room() {
            self.may_gather = 0; // the next one gets room
        }
        if more {
            self.writer.push_from(msg);
            self.may_gather -= size as isize;
            return Wrote::Done;
        }
        let asleep = self.writer.seal_run();
        self.writer.push_from(msg);
        match self.send_off(size) {
            Wrote::Done if asleep => Wrote::Asleep,
            wrote => wrote,
        }
    }

    /// Publishes the message just written.
    #[inline(always)]
    fn send_off(&mut self, size: usize) -> Wrote {
        if self.driver.is_none() {
            return Wrote::to_socket(self.writer.publish());
        }
        self.writer.publish_to_waking();
        match self.core.mode() {
            Mode::Stream => self.gather(size),
            _ => Wrote::Waits(size),
        }
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
            // Little of it, in the encoder, does not count.
            if self.hwm >= tuning::DRAIN_MESSAGES as u64 {
                driver.gather();
                self.room = self.writer.room_now(self.hwm);
                if self.room > 0 {
                    return true;
                }
            }
            driver.drain();
            self.begin_to_gather();
        }
        if self.writer.has_room(self.hwm) {
            self.room = self.writer.room_now(self.hwm);
        }
        self.room > 0
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
        self.state = state;
        self.room = 0;
        if state == EndState::Ended {
            self.reader.abandon();
        }
    }

    /// STREAM: counts a message published, and hands over when enough has gathered.
    #[inline]
    fn gather(&mut self, size: usize) -> Wrote {
        const LARGE_SHARE: usize = tuning::DRAIN_LARGE / tuning::DRAIN_BYTES;
        let cost =
            if size < tuning::LARGE { size + tuning::DRAIN_MESSAGE } else { size / LARGE_SHARE };
        self.may_gather -= cost as isize;
        if self.may_gather > 0 { self.gathers() } else { self.hand_over(size) }
    }

    /// What became of a message that gathers.
    #[inline(always)]
    fn gathers(&self) -> Wrote {
        if self.dirty { Wrote::Kept } else { Wrote::Gathers }
    }

    /// The reader, another socket, sleeps: it has everything, and what comes next
    /// goes into cells.
    fn seal_run(&mut self) {
        let _ = self.writer.seal_run(); // which is known
    }

    fn begin_to_gather(&mut self) {
        self.may_gather = tuning::DRAIN_BYTES as isize;
    }

    #[inline(never)]
    fn hand_over(&mut self, size: usize) -> Wrote {
        self.begin_to_gather();
        let Some(driver) = &self.driver else { return Wrote::Done };
        driver.gather();
        self.open_batch();
        // Some of it may have stayed in the encoder.
        if size < tuning::LARGE { self.gathers() } else { Wrote::Queues(size) }
    }

    /// Whether messages of `size` bytes queue before the connection, and waiting
    /// may help. If so the sender is told when half of what is too long is gone.
    fn is_long(&mut self, size: usize) -> bool {
        let enough = (tuning::RELIEF_BYTES / size.max(1)).max(1) as u64;
        !self.writer.has_room(enough) && self.stuck_at != Some(self.writer.acknowledged())
    }

    /// Takes over the high-water marks as both sides have set them. What was read
    /// may be a whole batch by the new mark.
    fn take_marks(&mut self) {
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
