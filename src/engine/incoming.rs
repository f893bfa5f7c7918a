//! The incoming half of a drive: from the descriptor through the decoder into
//! the lane. Whoever holds the drive's `rx` lock calls it; it never blocks.

mod decoder;

use std::os::fd::OwnedFd;

use decoder::Decoder;

use crate::errno::Errno;
use crate::msg::{Arena, Leftover, MetadataSource, Msg};
use crate::pipe::LaneWriter;
use crate::sync::Arc;
use crate::zmtp::mechanism::Open;
use crate::zmtp::mechanism::curve::Opener;
use crate::zmtp::request_check::RequestCheck;
use crate::zmtp::{Fault, Framing};

/// Messages on their way in.
pub struct Incoming {
    writer: LaneWriter,
    link: Option<Link>,
    /// The socket has let go of the pipe: what comes is dropped.
    discard: bool,
    /// The descriptor is not watched for input.
    pub(super) paused: bool,
}

/// The incoming side of one connection.
pub struct Link {
    fd: Arc<OwnedFd>,
    settings: Settings,
    left: Option<Leftover>,
    /// `left` may hold whole frames (a turn ended before all was decoded).
    undecoded: bool,
    large: Option<Large>,
    meta: Option<MetadataSource>,
    check: Option<RequestCheck>,
    /// What frames come through, if anything.
    opener: Option<Box<Opener>>,
    /// Reading failed; nothing more comes from this connection.
    failed: bool,
}

/// What the decoder needs to know of socket and peer.
pub struct Settings {
    /// Frame format.
    pub framing: Framing,
    /// No frames: each read of at most so many bytes is a message.
    pub raw: Option<usize>,
    /// ZMQ_MAXMSGSIZE, negative: no limit.
    pub max_msg_size: i64,
    /// The socket publishes: subscriptions are for it.
    pub publishes: bool,
    /// The socket is a REQ: frames must form replies.
    pub request: bool,
}

/// A frame read straight into its own memory.
struct Large {
    msg: Msg,
    filled: usize,
    command: bool,
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug)]
pub enum Loss {
    /// The system or the peer ended it; EPIPE: the peer closed.
    Connection(Errno),
    /// The peer broke the protocol.
    Protocol(Fault),
}

impl From<Fault> for Loss {
    fn from(fault: Fault) -> Loss {
        fault.of_system().map_or(Loss::Protocol(fault), Loss::Connection)
    }
}

/// How a turn ended.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Everything there was has been decoded.
    Idle,
    /// The turn was long enough; more may be there.
    More,
    /// The lane is full.
    Full,
    /// The connection is lost.
    Lost(Loss),
}

/// What a peer's commands ask for.
#[derive(Default)]
pub struct Wishes {
    /// Frames to be written before anything else (PONG).
    pub urgent: Vec<u8>,
    /// TTL announced by a PING, tenths of a second.
    pub ttl_ds: u16,
    /// Something arrived.
    pub traffic: bool,
}

impl Link {
    /// The incoming side of an established connection; `left` are bytes
    /// received behind the handshake.
    pub fn new(
        fd: Arc<OwnedFd>,
        settings: Settings,
        meta: Option<MetadataSource>,
        left: Option<Leftover>,
    ) -> Link {
        let check = settings.request.then(RequestCheck::default);
        let undecoded = left.is_some();
        Link {
            fd,
            settings,
            left,
            undecoded,
            large: None,
            meta,
            check,
            opener: None,
            failed: false,
        }
    }

    /// With what the frames come through.
    pub fn through(mut self, open: Open) -> Link {
        if let Open::Curve(opener) = open {
            self.opener = Some(opener);
        }
        self
    }
}

impl Incoming {
    /// The incoming half of a pipe that has no connection yet.
    pub fn new(writer: LaneWriter) -> Incoming {
        Incoming { writer, link: None, discard: false, paused: false }
    }

    /// A connection has been established.
    pub fn install(&mut self, link: Link) {
        self.link = Some(link);
        self.paused = false;
    }

    /// The connection is gone; a message begun is taken back.
    pub fn uninstall(&mut self) {
        self.link = None;
        self.writer.rollback();
    }

    /// From now on everything received is dropped.
    pub fn discard(&mut self) {
        self.discard = true;
    }

    /// Puts a message of our own making into the lane, past every mark. True:
    /// the reader sleeps and must be woken.
    #[must_use = "a sleeping reader must be woken"]
    pub fn inject(&mut self, msg: Msg) -> bool {
        self.writer.push(msg);
        self.writer.publish()
    }

    /// Whether the lane takes one more message.
    pub fn has_room(&mut self, hwm: u64) -> bool {
        self.discard || self.writer.has_room_now(hwm)
    }

    /// Publishes again although there is nothing new: true if the reader went
    /// to sleep meanwhile and must be woken.
    #[must_use = "a sleeping reader must be woken"]
    pub fn publish(&mut self) -> bool {
        self.writer.publish()
    }

    /// Decodes and reads for one turn. The flag tells whether the reader
    /// sleeps and must be woken.
    pub fn turn(&mut self, arena: &mut Arena, hwm: u64, wishes: &mut Wishes) -> (Turn, bool) {
        let Incoming { writer, link, discard, .. } = self;
        let Some(link) = link.as_mut().filter(|link| !link.failed) else {
            return (Turn::Idle, false);
        };
        let mut decoder = Decoder {
            link,
            writer,
            arena,
            hwm,
            wishes,
            discard: *discard,
            pushed: 0,
            frames: 0,
            read: 0,
        };
        let turn = decoder.run();
        let pushed = decoder.pushed;
        if let Turn::Lost(_) = turn {
            link.failed = true;
        }
        // Also after a loss: what came before it is the reader's.
        (turn, pushed > 0 && writer.publish())
    }
}

#[cfg(test)]
mod tests;
