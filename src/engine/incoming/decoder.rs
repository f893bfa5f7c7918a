//! One turn of a connection's input: read, decode, put into the lane. Made and
//! run by [`Incoming::turn`](super::Incoming::turn); never blocks, and never
//! trusts what it decodes.

use std::io::IoSliceMut;
use std::ops::Range;
use std::os::fd::AsRawFd;

use super::super::gate::URGENT_LIMIT;
use super::{Large, Link, Loss, Turn, Wishes};
use crate::errno::Errno;
use crate::msg::{self, Arena, INLINE, MetadataSource, Msg};
use crate::pipe::LaneWriter;
use crate::sys;
use crate::tuning;
use crate::zmtp::command::{self, Command};
use crate::zmtp::frame::{self, FrameHeader, Parsed};
use crate::zmtp::mechanism::curve::OVERHEAD;
use crate::zmtp::{Fault, Framing};

/// Bytes read along with the end of a large body: the next header, and little
/// that would have to be copied if another large body follows.
const BEHIND_LARGE: usize = 512;

/// Least room a read is given.
const MIN_READ: usize = 16 * 1024;

/// One turn at work.
pub(super) struct Decoder<'a> {
    pub(super) link: &'a mut Link,
    pub(super) writer: &'a mut LaneWriter,
    pub(super) arena: &'a mut Arena,
    pub(super) wishes: &'a mut Wishes,
    pub(super) hwm: u64,
    pub(super) discard: bool,
    /// Whole messages put into the lane in this turn.
    pub(super) pushed: usize,
    /// Frames decoded in this turn, commands too.
    pub(super) frames: usize,
    /// Bytes read in this turn.
    pub(super) read: usize,
}

impl Decoder<'_> {
    /// Until nothing is left, or the turn is over.
    pub(super) fn run(&mut self) -> Turn {
        if !self.discard && !self.writer.has_room_now(self.hwm) {
            return Turn::Full;
        }
        match self.decode_leftover() {
            Ok(None) => {}
            Ok(Some(turn)) => return turn,
            Err(fault) => return Turn::Lost(Loss::Protocol(fault)),
        }
        loop {
            let step = match self.link.settings.raw {
                None if self.link.large.is_some() => self.read_large(),
                None => self.read(),
                Some(size) => self.read_raw(size),
            };
            match step {
                Ok(None) => {}
                Ok(Some(turn)) => return turn,
                Err(loss) => return Turn::Lost(loss),
            }
        }
    }

    fn decode_leftover(&mut self) -> Result<Option<Turn>, Fault> {
        if !self.link.undecoded {
            return Ok(None);
        }
        let Some(left) = self.link.left.take() else { return Ok(None) };
        self.link.undecoded = false;
        let range = self.arena.resume(left);
        self.decode(range)
    }

    /// Reads once. Ok(None): there may be more.
    fn read(&mut self) -> Result<Option<Turn>, Loss> {
        if !self.discard && !self.writer.has_room_now(self.hwm) {
            return Ok(Some(Turn::Full));
        }
        let left = self.link.left.take();
        let Some(space) = self.arena.space(left, MIN_READ) else {
            return Err(Loss::Connection(Errno::ENOMEM));
        };
        let into = self.arena.space_mut(&space);
        let room = into.len();
        let result = sys::io::read(self.link.fd.as_raw_fd(), into);
        let n = *result.as_ref().unwrap_or(&0);
        let range = self.arena.filled(space, n);
        match result {
            Ok(0) => Err(Loss::Connection(Errno::EPIPE)),
            Ok(_) => {
                self.arrived(n);
                let turn = self.decode(range).map_err(Loss::Protocol)?;
                // A short read has emptied the descriptor; asking again would
                // only cost a system call.
                Ok(turn.or((n < room && self.link.large.is_none()).then_some(Turn::Idle)))
            }
            Err(error) => {
                self.link.left = self.arena.keep(range);
                match error {
                    Errno::EAGAIN => Ok(Some(Turn::Idle)),
                    error => Err(Loss::Connection(error)),
                }
            }
        }
    }

    #[cold]
    fn read_raw(&mut self, size: usize) -> Result<Option<Turn>, Loss> {
        if let Some(turn) = self.turn_over() {
            return Ok(Some(turn));
        }
        let Some(space) = self.arena.space(None, size) else {
            return Err(Loss::Connection(Errno::ENOMEM));
        };
        let into = self.arena.space_mut(&space);
        let room = into.len().min(size);
        match sys::io::read(self.link.fd.as_raw_fd(), &mut into[..room]) {
            Ok(0) => Err(Loss::Connection(Errno::EPIPE)),
            Ok(n) => {
                self.arrived(n);
                let range = self.arena.filled(space, n);
                let msg = self.arena.message(range.start, n);
                self.push(msg).map_err(Loss::Protocol)?;
                Ok((n < room).then_some(Turn::Idle))
            }
            Err(Errno::EAGAIN) => Ok(Some(Turn::Idle)),
            Err(error) => Err(Loss::Connection(error)),
        }
    }

    fn read_large(&mut self) -> Result<Option<Turn>, Loss> {
        let Some(mut large) = self.link.large.take() else { return Ok(None) };
        let Some(space) = self.arena.space(None, BEHIND_LARGE) else {
            return Err(Loss::Connection(Errno::ENOMEM));
        };
        let into = &mut large.msg.data_mut()[large.filled..];
        let room = into.len();
        let behind = &mut self.arena.space_mut(&space)[..BEHIND_LARGE];
        let mut pieces = [IoSliceMut::new(into), IoSliceMut::new(behind)];
        match sys::io::read_into_all(self.link.fd.as_raw_fd(), &mut pieces) {
            Ok(0) => return Err(Loss::Connection(Errno::EPIPE)),
            Ok(n) if n >= room => {
                self.arrived(n);
                let range = self.arena.filled(space, n - room);
                self.finish(large.msg, large.command).map_err(Loss::Protocol)?;
                if let Some(turn) = self.turn_over() {
                    return Ok(Some(self.put_aside(range, turn)));
                }
                return self.decode(range).map_err(Loss::Protocol);
            }
            Ok(n) => {
                self.arrived(n);
                large.filled += n;
            }
            Err(Errno::EAGAIN) => {}
            Err(error) => return Err(Loss::Connection(error)),
        }
        self.link.large = Some(large);
        Ok(Some(Turn::Idle))
    }

    fn arrived(&mut self, n: usize) {
        self.wishes.traffic = true;
        self.read += n;
    }

    /// Whether the turn must end here although more may be there.
    #[inline]
    fn turn_over(&mut self) -> Option<Turn> {
        if self.pushed >= tuning::TURN_MESSAGES
            || self.frames >= tuning::TURN_FRAMES
            || self.read >= tuning::TURN_BYTES
        {
            return Some(Turn::More);
        }
        (!self.discard && !self.writer.has_room_now(self.hwm)).then_some(Turn::Full)
    }

    /// Decodes all frames in `range`; an incomplete one is put aside. Some:
    /// the turn is over.
    fn decode(&mut self, range: Range<usize>) -> Result<Option<Turn>, Fault> {
        let Range { mut start, end } = range;
        let framing = self.link.settings.framing;
        let plain = self.takes_frames_as_they_come();
        let checked = self.link.check.is_some();
        loop {
            if plain {
                let frames = self.frames;
                if checked {
                    self.decode_cells::<true>(&mut start, end, usize::MAX)?;
                } else {
                    self.decode_messages(&mut start, end)?;
                }
                if self.frames > frames
                    && let Some(turn) = self.turn_over()
                {
                    return Ok(Some(self.put_aside(start..end, turn)));
                }
            }
            let Parsed::Frame(header) = frame::parse(framing, self.arena.bytes(start..end))? else {
                self.link.left = self.arena.keep(start..end);
                return Ok(None);
            };
            let size = frame::admit(header.body_len, self.link.settings.max_msg_size)?;
            let body = start + header.header_len;
            if end - body < size {
                if size < tuning::LARGE {
                    self.link.left = self.arena.keep(start..end);
                } else {
                    self.begin_large(&header, size, body..end)?;
                }
                return Ok(None);
            }
            start = body + size;
            self.frames += 1;
            if header.command || self.link.opener.is_some() {
                self.special(body..start)?;
            } else {
                let mut msg = self.arena.message(body, size);
                msg.set_more(header.more);
                self.push(msg)?;
            }
            if let Some(turn) = self.turn_over() {
                return Ok(Some(self.put_aside(start..end, turn)));
            }
        }
    }

    /// Keeps what the next turn will decode.
    fn put_aside(&mut self, range: Range<usize>, turn: Turn) -> Turn {
        self.link.left = self.arena.keep(range);
        self.link.undecoded = self.link.left.is_some();
        turn
    }

    /// Whether frames go into the lane as they come.
    fn takes_frames_as_they_come(&self) -> bool {
        let Link { settings, opener, .. } = &*self.link;
        settings.framing == Framing::V2
            && opener.is_none()
            && !self.discard
            && !self.writer.is_conflating()
    }

    /// Decodes frames of messages, up to a command, a large or an incomplete
    /// frame, or the end of the turn: what [`decode`](Self::decode) does with
    /// them, without asking what this connection never has.
    #[inline]
    fn decode_messages(&mut self, start: &mut usize, end: usize) -> Result<(), Fault> {
        if self.writer.is_mid_message() {
            self.decode_cells::<false>(start, end, 1)?;
        }
        if !self.writer.is_mid_message() {
            self.decode_run(start, end);
        }
        self.decode_cells::<false>(start, end, usize::MAX)
    }

    /// Larger bodies than this are not taken as they come.
    #[inline]
    fn largest(&self) -> usize {
        // Negative: no limit.
        let max = usize::try_from(self.link.settings.max_msg_size).unwrap_or(usize::MAX);
        max.min(tuning::LARGE - 1)
    }

    /// Messages, and frames, that this turn may yet decode.
    fn allowance(&mut self) -> (usize, usize) {
        let messages = tuning::TURN_MESSAGES.saturating_sub(self.pushed) as u64;
        let room = self.writer.room_now(self.hwm, messages);
        (messages.min(room) as usize, tuning::TURN_FRAMES.saturating_sub(self.frames))
    }

    /// Leaves whole messages as they are, if there are enough of them.
    #[inline]
    fn decode_run(&mut self, start: &mut usize, end: usize) {
        let bytes = self.arena.bytes(*start..end);
        // Not worth a look if the others are as long as the first.
        let Some(header) = frame::parse_message(bytes) else { return };
        if header.body_len > (bytes.len() / tuning::RUN_LEAST).min(tuning::RUN_BODY) as u64 {
            return;
        }
        let (messages, frames) = self.allowance();
        let max = self.largest();
        let bytes = self.arena.bytes(*start..end);
        let found = frame::whole_messages(bytes, max, messages, frames);
        if found.messages < tuning::RUN_LEAST {
            return;
        }
        let meta = self.link.meta.as_mut().map(MetadataSource::reference);
        let behind = end - *start - found.bytes;
        // SAFETY: what was found is whole messages, and bytes received are nobody's to
        // change: those behind become messages that come after this run.
        let run = unsafe {
            Msg::from_run(self.arena.lend(*start, found.bytes), found.last, behind, meta)
        };
        self.writer.push_run(run, found.messages as u64);
        *start += found.bytes;
        self.frames += found.frames;
        self.pushed += found.messages;
    }

    /// Decodes at most `most` messages into cells; `CHECKED`: if they are replies.
    #[inline]
    fn decode_cells<const CHECKED: bool>(
        &mut self,
        start: &mut usize,
        end: usize,
        most: usize,
    ) -> Result<(), Fault> {
        let max = self.largest();
        let (messages, mut frames) = self.allowance();
        let mut messages = messages.min(most);
        while messages > 0 && frames > 0 {
            let Some(header) = frame::parse_message(self.arena.bytes(*start..end)) else { break };
            let body = *start + header.header_len;
            let Ok(size) = usize::try_from(header.body_len) else { break };
            if size > max || end - body < size {
                break;
            }
            if CHECKED && let Some(check) = &mut self.link.check {
                check.frame(header.more, size)?;
            }
            let meta = self.link.meta.as_mut().map(MetadataSource::reference);
            if size <= INLINE {
                self.writer.push_near(self.arena.near(body), size, header.more, meta);
            } else {
                self.writer.push_slice(self.arena.lend(body, size), header.more, meta);
            }
            *start = body + size;
            frames -= 1;
            messages -= usize::from(!header.more);
            self.frames += 1;
            self.pushed += usize::from(!header.more);
        }
        Ok(())
    }

    fn begin_large(
        &mut self,
        header: &FrameHeader,
        size: usize,
        have: Range<usize>,
    ) -> Result<(), Fault> {
        let mut msg = Msg::with_size(size).map_err(|_| Fault::FrameUnaddressable)?;
        msg.set_more(header.more);
        let bytes = self.arena.bytes(have);
        let filled = bytes.len();
        if let Some(into) = msg.data_mut().get_mut(..filled) {
            into.copy_from_slice(bytes);
        }
        self.link.large = Some(Large { msg, filled, command: header.command });
        Ok(())
    }

    /// A frame that was read into its own memory is complete.
    fn finish(&mut self, mut msg: Msg, mut is_command: bool) -> Result<(), Fault> {
        if let Some(opener) = &mut self.link.opener {
            let opened = opener.open(msg.data_mut())?;
            msg.skip(OVERHEAD);
            msg.set_more(opened.more);
            is_command = opened.command;
        }
        if !is_command {
            return self.push(msg);
        }
        if let Some(subscription) = subscription(msg.data(), self.link.settings.publishes) {
            self.push(subscription)?;
        }
        Ok(())
    }

    /// A command, or a frame in a MESSAGE.
    #[inline(never)]
    fn special(&mut self, body: Range<usize>) -> Result<(), Fault> {
        let Some(opener) = &mut self.link.opener else { return self.command(body) };
        let opened = opener.open(self.arena.bytes_mut(body.clone()))?;
        let payload = body.start + OVERHEAD..body.end;
        if opened.command {
            return self.command(payload);
        }
        let mut msg = self.arena.message(payload.start, payload.len());
        msg.set_more(opened.more);
        self.push(msg)
    }

    #[cold]
    fn command(&mut self, body: Range<usize>) -> Result<(), Fault> {
        let bytes = self.arena.bytes(body);
        match command::parse(bytes) {
            Command::Ping { ttl_ds, context } => {
                // Beyond the limit the gate would drop them.
                if self.wishes.urgent.len() < URGENT_LIMIT {
                    command::pong(context, &mut self.wishes.urgent);
                }
                self.wishes.ttl_ds = ttl_ds;
                return Ok(());
            }
            Command::Subscribe(_) | Command::Cancel(_) => {}
            Command::Pong | Command::Join(_) | Command::Leave(_) | Command::Ignored => {
                return Ok(());
            }
        }
        match subscription(bytes, self.link.settings.publishes) {
            Some(msg) => self.push(msg),
            None => Ok(()),
        }
    }

    #[inline]
    fn push(&mut self, mut msg: Msg) -> Result<(), Fault> {
        if let Some(check) = &mut self.link.check {
            check.frame(msg.more(), msg.len())?;
        }
        self.pushed += usize::from(!msg.more());
        if self.discard {
            return Ok(());
        }
        if let Some(meta) = &mut self.link.meta {
            msg.set_metadata(Some(meta.reference()));
        }
        self.writer.push(msg);
        Ok(())
    }
}

/// The message a SUBSCRIBE or CANCEL command stands for, if it is for us.
fn subscription(body: &[u8], publishes: bool) -> Option<Msg> {
    let (topic, flag) = match command::parse(body) {
        Command::Subscribe(topic) => (topic, msg::SUBSCRIBE),
        Command::Cancel(topic) => (topic, msg::CANCEL),
        _ => return None,
    };
    if !publishes {
        return None; // libzmq would deliver the command's bytes as data
    }
    let mut msg = Msg::copy_of(topic).ok()?;
    msg.set_flags(flag);
    Some(msg)
}
