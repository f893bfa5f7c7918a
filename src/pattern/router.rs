//! ROUTER: sends to the peer that the first frame names, and puts the peer's
//! name in front of what it receives.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::fair_queue::FairQueue;
use super::peers::{Introduction, Peers, give_way};
use super::{Part, Pattern};
use crate::errno::{Errno, Result};
use crate::log::{Bytes, Rare};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// Where the application is in the message it receives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Incoming {
    /// The next frame comes from the queue and begins a message.
    Between,
    /// A message was looked at: its `name` and `body` are next.
    Name,
    /// The name was received, `body` is next.
    Body,
    /// Further frames come from the queue.
    Rest,
}

/// Where the application is in the message it sends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outgoing {
    /// The next frame is a name.
    Between,
    /// Frames go to this pipe.
    To(PipeId),
    /// Frames go nowhere.
    Dropping,
}

/// The pattern of ZMQ_ROUTER.
pub struct Router {
    peers: Peers,
    queue: FairQueue,
    incoming: Incoming,
    /// The pipe of the message being received.
    reading: Option<PipeId>,
    /// That pipe has lost its name and ends with this message.
    end_reading: bool,
    /// Name and first frame of a message that was looked at.
    name: Msg,
    body: Msg,
    /// The peer last heard or written to: replies mostly go there, and it mostly goes
    /// on.
    recent: Option<PipeId>,
    outgoing: Outgoing,
    mandatory: bool,
    raw: bool,
    /// Messages that went nowhere.
    drops: Rare,
}

impl Default for Router {
    fn default() -> Self {
        Router {
            peers: Peers::default(),
            queue: FairQueue::default(),
            incoming: Incoming::Between,
            reading: None,
            end_reading: false,
            name: Msg::new(),
            body: Msg::new(),
            recent: None,
            outgoing: Outgoing::Between,
            mandatory: false,
            raw: false,
            drops: Rare::default(),
        }
    }
}

impl Router {
    /// What STREAM is made of: peers say no names and are sent no frames.
    pub fn raw() -> Router {
        Router { peers: Peers::raw(), mandatory: true, raw: true, ..Router::default() }
    }

    /// Whether the next frame sent is a name.
    pub fn expects_name(&self) -> bool {
        self.outgoing == Outgoing::Between
    }

    fn introduced(&mut self, pipes: &mut Pipes, id: PipeId, introduction: Introduction) {
        match introduction {
            Introduction::Anonymous => {}
            // What it sends will not be read and must not delay its end.
            Introduction::Ignored => pipes.ignore(id),
            Introduction::Known => self.queue.attach(id),
            Introduction::Replaced(old) => {
                self.queue.attach(id);
                self.recent = None;
                pipes.forget_name(old);
                if self.reading == Some(old) {
                    self.end_reading = true;
                } else {
                    give_way(pipes, old);
                }
            }
        }
    }

    /// Reads the first frame of the next message into `body`, and its peer's
    /// name into `name`.
    #[inline]
    fn fetch(&mut self, pipes: &mut Pipes, name: &mut Msg) -> Result<()> {
        let from = self.queue.recv(pipes, &mut self.body).ok_or(Errno::EAGAIN)?;
        name.assign(pipes.find(from).map_or(&[][..], |end| &end.routing_id))?;
        name.set_more(true);
        pipes.label_as(from, name, &self.body);
        if pipes.is_in_run(from) {
            pipes.keep_name(from, &self.body);
        }
        self.recent = Some(from);
        self.reading = Some(from);
        Ok(())
    }

    /// A frame was handed out; whether it was the last of its message.
    #[inline]
    fn handed_out(&mut self, pipes: &mut Pipes, more: bool) {
        if more {
            self.incoming = Incoming::Rest;
            return;
        }
        self.incoming = Incoming::Between;
        let read = self.reading.take();
        if self.end_reading {
            self.end_reading = false;
            read.into_iter().for_each(|id| give_way(pipes, id));
        }
    }

    /// The pipe that a message with this name goes to.
    fn choose(&mut self, pipes: &mut Pipes, name: &[u8]) -> Result<Outgoing> {
        let recent =
            self.recent.filter(|id| pipes.find(*id).is_some_and(|end| end.routing_id == name));
        let to = recent.or_else(|| self.peers.find(name));
        let reason = match to {
            Some(id) if pipes.writable(id) => {
                self.recent = to;
                return Ok(Outgoing::To(id));
            }
            Some(id) if !pipes.is_closing(id) => Errno::EAGAIN,
            _ => Errno::EHOSTUNREACH,
        };
        if self.mandatory {
            return Err(reason);
        }
        self.dropped(pipes, name, reason);
        Ok(Outgoing::Dropping)
    }

    #[cold]
    fn dropped(&mut self, pipes: &Pipes, name: &[u8], reason: Errno) {
        if let Some(times) = self.drops.again() {
            let why = match reason {
                Errno::EAGAIN => "it is at its high-water mark (ZMQ_SNDHWM)",
                _ => "no such peer is connected (ZMQ_ROUTER_MANDATORY makes this an error)",
            };
            pipes.report_dropped(format_args!("message for peer {}", Bytes(name)), why, times);
        }
    }

    /// Sends a frame behind the name.
    #[inline]
    fn forward(&mut self, pipes: &mut Pipes, msg: &mut Msg) {
        if self.raw {
            msg.set_more(false);
        }
        let more = msg.more();
        if let Outgoing::To(id) = self.outgoing {
            if self.raw && msg.is_empty() {
                // What was sent before still goes out.
                pipes.terminate(id, -1);
            } else if !pipes.write(id, msg) {
                // There was room, so the peer is gone; so is the message.
                pipes.rollback(id);
                self.outgoing = Outgoing::Dropping;
            }
        }
        *msg = Msg::new();
        if !more {
            self.outgoing = Outgoing::Between;
        }
    }
}

impl Pattern for Router {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        let introduction = self.peers.attach(pipes, id, options);
        self.introduced(pipes, id, introduction);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        match self.peers.activated(pipes, id) {
            Some(introduction) => self.introduced(pipes, id, introduction),
            None => self.queue.activated(id),
        }
    }

    fn write_activated(&mut self, _pipes: &mut Pipes, _id: PipeId) {}

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.peers.terminated(pipes, id);
        if self.recent == Some(id) {
            self.recent = None;
        }
        if self.queue.terminated(id) {
            // Ended from this side with a message half read.
            self.incoming = Incoming::Between;
        }
        if self.reading == Some(id) && self.incoming == Incoming::Between {
            self.reading = None;
            self.end_reading = false;
        }
        if self.outgoing == Outgoing::To(id) {
            self.outgoing = Outgoing::Dropping;
        }
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, _dontwait: bool) -> Result<()> {
        if self.outgoing != Outgoing::Between {
            self.forward(pipes, msg);
            return Ok(());
        }
        // A name with nothing behind it goes nowhere.
        if msg.more() {
            self.outgoing = self.choose(pipes, msg.data())?;
        }
        *msg = Msg::new();
        Ok(())
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        match self.incoming {
            Incoming::Between => {
                self.fetch(pipes, msg)?;
                self.incoming = Incoming::Body;
            }
            Incoming::Name => {
                *msg = self.name.take();
                self.incoming = Incoming::Body;
            }
            Incoming::Body => {
                pipes.exchange(msg, &mut self.body);
                self.handed_out(pipes, msg.more());
            }
            Incoming::Rest => {
                self.queue.recv(pipes, msg).ok_or(Errno::EAGAIN)?;
                self.handed_out(pipes, msg.more());
            }
        }
        Ok(())
    }

    fn names_senders(&self) -> bool {
        true
    }

    fn way_out(&self) -> PipeId {
        match self.outgoing {
            Outgoing::To(id) if !self.raw => id,
            _ => PipeId::NONE,
        }
    }

    fn went_past(&mut self, more: bool) {
        if !more {
            self.outgoing = Outgoing::Between;
        }
    }

    fn lend_named(&mut self, pipes: &Pipes) -> (PipeId, u32) {
        if self.incoming != Incoming::Between {
            return (PipeId::NONE, 0);
        }
        let (from, count) = self.queue.lend_run(pipes);
        if count > 0 {
            self.recent = Some(from);
        }
        (from, count)
    }

    fn take_back(&mut self, pipes: &mut Pipes, from: PipeId, left: u32, next: Part) {
        self.queue.take_back(left, next == Part::Rest);
        match next {
            Part::Name if left == 0 => self.queue.pass_on(),
            Part::Name => {}
            Part::Body => {
                // As if the name had just been received here.
                if !self.queue.recv_from(pipes, from, &mut self.body) {
                    debug_assert!(false, "a name without a message");
                    self.body = Msg::new();
                }
                self.incoming = Incoming::Body;
                self.reading = Some(from);
            }
            Part::Rest => {
                self.incoming = Incoming::Rest;
                self.reading = Some(from);
            }
        }
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        if self.incoming == Incoming::Between {
            let mut name = Msg::new();
            if self.fetch(pipes, &mut name).is_err() {
                return false;
            }
            self.name = name;
            self.incoming = Incoming::Name;
        }
        true
    }

    fn has_out(&mut self, pipes: &mut Pipes) -> bool {
        !self.mandatory || self.outgoing != Outgoing::Between || self.peers.any_writable(pipes)
    }

    fn option_changed(&mut self, _pipes: &mut Pipes, options: &Options, _option: i32) {
        self.peers.configure(options);
        self.mandatory = options.router_mandatory;
        self.raw = options.router_raw;
    }

    fn peer_state(&mut self, pipes: &mut Pipes, routing_id: &[u8]) -> Result<i32> {
        self.peers.state(pipes, routing_id)
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
