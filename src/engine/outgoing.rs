//! The outgoing half of a drive: from the lane through the encoder to the
//! descriptor. Whoever holds the drive's `tx` lock calls it; it never blocks.

mod frames;

use std::io::IoSlice;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use frames::{Frames, Span};

pub use super::gate::Drained;
use crate::errno::Errno;
use crate::msg::{self, Msg};
use crate::pipe::LaneReader;
use crate::queue::BatchReader;
use crate::sync::Arc;
use crate::sys;
use crate::tuning;
use crate::zmtp::frame::Parsed;
use crate::zmtp::mechanism::Seal;
use crate::zmtp::mechanism::curve::{OVERHEAD, Sealer};
use crate::zmtp::{Framing, PeerVersion, command, frame};

/// Bytes gathered before a write.
const FILL: usize = tuning::DRAIN_BYTES;

/// Messages on their way out.
pub struct Outgoing {
    reader: LaneReader,
    frames: Frames,
    link: Option<Link>,
    /// The connection broke inside a multipart message: the rest of it is dropped.
    skip_rest: bool,
    /// Messages that were dropped, for the debug log.
    dropped: u64,
}

/// The outgoing side of one connection.
pub struct Link {
    fd: Arc<OwnedFd>,
    /// None: bodies go out as they are.
    framing: Option<Framing>,
    /// Frames of [`Framing::V2`] and nothing around them.
    simple: bool,
    /// What frames go through, if anything.
    sealer: Option<Box<Sealer>>,
    peer: PeerVersion,
    buffer: Vec<u8>,
    /// Bytes of `buffer` already written.
    written: usize,
    /// What follows the buffer, written from where it is.
    body: Option<Body>,
    /// How much of `body` is written.
    body_written: usize,
    /// Messages in buffer and body that count when they are written.
    counted: u64,
    mid_message: bool,
    /// A write failed: the reading side will report why.
    broken: bool,
}

enum Body {
    /// A large body.
    Msg(Msg),
    /// The sender's own frames.
    Frames(Span),
}

impl Body {
    #[inline]
    fn bytes<'a>(&'a self, frames: &'a Frames) -> &'a [u8] {
        match self {
            Body::Msg(msg) => msg.data(),
            Body::Frames(span) => frames.bytes(*span),
        }
    }
}

impl Link {
    /// The outgoing side of an established connection; `unsent` are the last
    /// bytes of the handshake.
    pub fn new(fd: Arc<OwnedFd>, peer: PeerVersion, unsent: Vec<u8>) -> Link {
        Link {
            fd,
            framing: Some(peer.framing()),
            simple: peer.framing() == Framing::V2,
            sealer: None,
            peer,
            buffer: unsent,
            written: 0,
            body: None,
            body_written: 0,
            counted: 0,
            mid_message: false,
            broken: false,
        }
    }

    /// The outgoing side of a connection without frames.
    pub fn raw(fd: Arc<OwnedFd>) -> Link {
        let link = Link::new(fd, PeerVersion::Unversioned, Vec::new());
        Link { framing: None, simple: false, ..link }
    }

    /// With what the frames go through.
    pub fn through(mut self, seal: Seal) -> Link {
        if let Seal::Curve(sealer) = seal {
            self.sealer = Some(sealer);
            self.simple = false;
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.written == self.buffer.len() && self.body.is_none()
    }

    #[inline]
    fn encode(&mut self, msg: &mut Msg) {
        let more = msg.more();
        self.mid_message = more;
        self.counted += u64::from(msg.counts());
        if msg.flags() & (msg::SUBSCRIBE | msg::CANCEL | msg::ROUTING_ID) == 0
            && self.simple
            && msg.append_near([u8::from(more), msg.len() as u8], &mut self.buffer)
        {
            return;
        }
        self.encode_other(msg, more);
    }

    /// Bytes that wait, if none of them is written and no large body is among them.
    fn unwritten(&self) -> Option<usize> {
        match self.body {
            _ if self.written > 0 || self.body_written > 0 => None,
            None => Some(self.buffer.len()),
            Some(Body::Frames(span)) => Some(self.buffer.len() + span.len),
            Some(Body::Msg(_)) => None,
        }
    }

    /// Whether more can be encoded before a write.
    #[inline]
    fn takes_more(&self) -> bool {
        self.body.is_none() && self.buffer.len() < FILL
    }

    #[inline(never)]
    fn encode_other(&mut self, msg: &mut Msg, more: bool) {
        if msg.flags() & (msg::SUBSCRIBE | msg::CANCEL | msg::ROUTING_ID) != 0 {
            return self.encode_special(msg);
        }
        if self.sealer.is_some() {
            return self.encode_sealed(msg, more);
        }
        let len = msg.len();
        let large = len >= tuning::IN_PLACE;
        self.buffer.reserve(frame::MAX_HEADER + if large { 0 } else { len });
        if let Some(framing) = self.framing {
            let mut header = [0u8; frame::MAX_HEADER];
            let n = frame::write_header(framing, more, false, len, &mut header);
            // Whole, then cut: a copy of fixed size.
            let end = self.buffer.len() + n;
            self.buffer.extend_from_slice(&header);
            self.buffer.truncate(end);
        }
        if large {
            self.body = Some(Body::Msg(msg.take()));
        } else {
            self.buffer.extend_from_slice(msg.data());
        }
    }

    #[cold]
    fn encode_special(&mut self, msg: &Msg) {
        if msg.flags() & msg::ROUTING_ID != 0 {
            return; // travels in the handshake
        }
        let subscribe = msg.flags() & msg::SUBSCRIBE != 0;
        if let Some(sealer) = &mut self.sealer {
            let (prefix, is_command) = command::subscription_body(subscribe, self.peer);
            return sealer.append(false, is_command, &[prefix, msg.data()], &mut self.buffer);
        }
        let mut prefix = [0u8; 24];
        let n = command::subscription_prefix(subscribe, self.peer, msg.len(), &mut prefix);
        self.buffer.extend_from_slice(&prefix[..n.min(prefix.len())]);
        self.buffer.extend_from_slice(msg.data());
    }

    #[inline(never)]
    fn encode_sealed(&mut self, msg: &mut Msg, more: bool) {
        let Some(sealer) = &mut self.sealer else { return };
        // Sealing copies in any case: only what would not fit a batch gets
        // memory of its own, which does not stay with the connection.
        if msg.len() >= FILL
            && let Ok(mut sealed) = Msg::with_size(Sealer::sealed_len(msg.len()))
        {
            let mut header = [0u8; frame::MAX_HEADER];
            let n = Sealer::header(msg.len(), &mut header);
            self.buffer.extend_from_slice(&header[..n.min(header.len())]);
            if let Some(payload) = sealed.data_mut().get_mut(OVERHEAD..) {
                payload.copy_from_slice(msg.data());
            }
            sealer.seal(more, false, sealed.data_mut());
            self.body = Some(Body::Msg(sealed));
            return;
        }
        sealer.append(more, false, &[msg.data()], &mut self.buffer);
    }

    /// Appends command frames that are ready but for what frames go through.
    fn append_urgent(&mut self, urgent: &mut Vec<u8>) {
        let Some(sealer) = &mut self.sealer else { return self.buffer.append(urgent) };
        let mut rest = urgent.as_slice();
        while let Ok(Parsed::Frame(header)) = frame::parse(Framing::V2, rest) {
            let end = header.header_len + header.body_len as usize;
            let Some(body) = rest.get(header.header_len..end) else { break };
            sealer.append(header.more, header.command, &[body], &mut self.buffer);
            rest = &rest[end..];
        }
        urgent.clear();
    }

    /// Writes buffer and body, about `budget` bytes of them. Ok(false): the
    /// connection takes no more now, or the budget is used up.
    fn write(&mut self, frames: &mut Frames, budget: &mut usize) -> Result<bool, Errno> {
        while !self.is_empty() {
            if *budget == 0 {
                return Ok(false);
            }
            let head = &self.buffer[self.written..];
            let fd = self.fd.as_raw_fd();
            let result = match &self.body {
                None => sys::io::write(fd, head),
                Some(body) => {
                    let rest = &body.bytes(frames)[self.body_written..];
                    sys::io::write_all_of(fd, &[IoSlice::new(head), IoSlice::new(rest)])
                }
            };
            match result {
                Ok(n) => {
                    *budget = budget.saturating_sub(n);
                    self.advance(frames, n);
                }
                Err(Errno::EAGAIN | Errno::ENOBUFS | Errno::ENOMEM) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.buffer.clear();
        self.written = 0;
        Ok(true)
    }

    fn advance(&mut self, frames: &mut Frames, n: usize) {
        let head = n.min(self.buffer.len() - self.written);
        self.written += head;
        if let Some(body) = &self.body {
            self.body_written += n - head;
            if self.body_written >= body.bytes(frames).len() {
                if let Body::Frames(span) = body {
                    frames.take(*span);
                }
                self.body = None;
                self.body_written = 0;
            }
        }
    }
}

impl Outgoing {
    /// The outgoing half of a pipe that has no connection yet.
    pub fn new(reader: LaneReader, batch: BatchReader) -> Outgoing {
        Outgoing { reader, frames: Frames::new(batch), link: None, skip_rest: false, dropped: 0 }
    }

    /// A connection has been established.
    pub fn install(&mut self, link: Link) {
        self.frames.welcome(link.simple);
        self.link = Some(link);
    }

    /// The connection is gone. What was encoded here is lost, the rest of a
    /// message begun is dropped; frames of the sender's wait for the next
    /// connection. True: the writer waits for room and must be told.
    pub fn uninstall(&mut self) -> bool {
        let Some(link) = self.link.take() else { return false };
        self.frames.welcome(false);
        self.skip_rest |= link.mid_message;
        self.dropped += link.counted;
        if let Some(Body::Frames(span)) = link.body {
            self.dropped += self.frames.cut(span, link.body_written);
        }
        self.drop_rest();
        let _ = self.reader.finish(link.counted + self.frames.take_finished(), u64::MAX);
        self.reader.acknowledge()
    }

    fn drop_rest(&mut self) {
        while self.skip_rest {
            let Some(msg) = self.reader.pop() else { return };
            self.skip_rest = msg.more();
            self.dropped += u64::from(msg.counts());
            // Counted only: `uninstall` acknowledges, and reports who waits.
            let _ = self.reader.finish(u64::from(msg.counts()), u64::MAX);
        }
    }

    /// Whether nothing waits to be written.
    pub fn is_empty(&mut self) -> bool {
        !self.has_messages() && self.link.as_ref().is_none_or(Link::is_empty)
    }

    /// Whether lane or batch hold messages.
    pub fn has_messages(&mut self) -> bool {
        self.reader.available() || self.frames.all().is_some()
    }

    /// Drops every message that waits.
    ///
    /// True: the writer waits for room and must be told.
    pub fn discard(&mut self) -> bool {
        loop {
            if let Some(span) = self.frames.all() {
                self.dropped += self.frames.take(span);
            }
            if self.frames.is_entered() {
                break; // it may go on
            }
            let Some(msg) = self.reader.pop() else { break };
            if msg.flags() & msg::BATCH != 0 {
                self.frames.enter();
                continue;
            }
            self.dropped += u64::from(msg.counts());
            let _ = self.reader.finish(u64::from(msg.counts()), u64::MAX);
        }
        let _ = self.reader.finish(self.frames.take_finished(), u64::MAX);
        self.reader.acknowledge()
    }

    /// Messages dropped since the last question.
    pub fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// Messages written in all.
    pub fn written(&self) -> u64 {
        self.reader.finished()
    }

    /// Gives back the memory of an idle connection. False: the sender has just
    /// gone on.
    pub fn shrink(&mut self) -> bool {
        if let Some(link) = &mut self.link
            && link.is_empty()
        {
            link.buffer = Vec::new();
            link.written = 0;
        }
        self.frames.shrink()
    }

    /// Takes messages over from lane and batch, until there are none or the
    /// connection should be written to first.
    #[inline]
    fn fill(link: &mut Link, reader: &mut LaneReader, frames: &mut Frames) {
        while link.takes_more() {
            if !frames.is_entered() {
                reader.pop_each(|msg| {
                    if msg.flags() & msg::BATCH != 0 {
                        frames.enter();
                        return false;
                    }
                    link.encode(msg);
                    link.takes_more()
                });
                if !frames.is_entered() {
                    return;
                }
                continue;
            }
            match frames.all() {
                Some(span) if link.simple => link.body = Some(Body::Frames(span)),
                Some(span) => frames.each(span, |msg| {
                    let counts = u64::from(msg.counts());
                    link.encode(msg);
                    link.counted -= counts; // `frames` has counted it
                    link.takes_more()
                }),
                None if frames.is_entered() => return,
                None => {}
            }
        }
    }

    /// Writes `urgent` frames and then messages until the lane is empty or the
    /// connection takes no more, or fewer than `least` bytes would be written,
    /// or a turn's worth is: then as if the connection took no more, which it
    /// will be found to do at once. The flag tells whether the writer waits for
    /// room and must be told.
    pub fn drain(&mut self, urgent: &mut Vec<u8>, least: usize) -> (Drained, bool) {
        let Outgoing { reader, frames, link, .. } = self;
        let Some(link) = link.as_mut().filter(|link| !link.broken) else {
            return (Drained::Idle, false);
        };
        let mut tell = false;
        let mut budget = tuning::WRITE_TURN;
        loop {
            if !urgent.is_empty() && link.body.is_none() {
                link.append_urgent(urgent);
            }
            Self::fill(link, reader, frames);
            if link.is_empty() {
                return (Drained::Empty, tell | reader.acknowledge());
            }
            if let Some(waiting) = link.unwritten()
                && waiting < least
            {
                let body = link.body.take();
                if waiting < tuning::UNCOUNTED {
                    if let Some(Body::Frames(span)) = body {
                        frames.finish(span);
                    }
                    let finished = std::mem::take(&mut link.counted) + frames.take_finished();
                    let _ = reader.finish(finished, u64::MAX);
                }
                return (Drained::Gathered, tell | reader.acknowledge());
            }
            match link.write(frames, &mut budget) {
                Ok(true) => {
                    let finished = std::mem::take(&mut link.counted) + frames.take_finished();
                    tell |= reader.finish(finished, 1);
                }
                Ok(false) => return (Drained::Blocked, tell | reader.acknowledge()),
                Err(_) => {
                    link.broken = true;
                    // Whoever reads takes what has come, then finds the end and says
                    // that the connection is lost, also where only writing fails.
                    sys::net::shut_down(link.fd.as_fd());
                    return (Drained::Idle, tell);
                }
            }
        }
    }
}
