//! What both ends of a pipe share: who they are, whether they are open, and
//! their high-water marks. Any thread reads it; each side writes its own half.

use super::{Mode, ModeCell, PipeId};
use crate::command::{SocketCommand, SocketMailbox};
use crate::sync::{Arc, AtomicBool, AtomicI32, AtomicU64, Ordering, fence};

/// What the two ends share.
pub struct PipeCore {
    mode: ModeCell,
    pub(super) ends: [End; 2],
}

/// One side of a pipe as the other side sees it.
pub(super) struct End {
    /// The owner's [`PipeId`], 0 until the owner has attached it.
    pub(super) id: AtomicU64,
    pub(super) mailbox: std::sync::OnceLock<Arc<SocketMailbox>>,
    closed: AtomicBool,
    pub(super) sndhwm: AtomicI32,
    pub(super) rcvhwm: AtomicI32,
    /// For the debug log: messages written in all, once the owner has let go.
    pub(super) written: AtomicU64,
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
    pub(super) fn new(mode: Mode, a: &EndSettings, b: &EndSettings) -> Arc<PipeCore> {
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

    /// As [`notify`](Self::notify), but leaves the socket asleep: then its
    /// mailbox, which must be woken in a moment.
    pub(super) fn notify_quietly(
        &self,
        side: usize,
        command: impl FnOnce(PipeId) -> SocketCommand,
    ) -> Option<&Arc<SocketMailbox>> {
        let (id, mailbox) = (self.id(side)?, self.ends[side & 1].mailbox.get()?);
        mailbox.push_quietly(command(id)).is_ok_and(|sleeps| sleeps).then_some(mailbox)
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
    pub(super) fn hwm_out(&self, side: usize) -> u64 {
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
    pub(super) fn hwm_in(&self, side: usize) -> u64 {
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
