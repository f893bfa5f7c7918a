//! From the first octet to the first frame of traffic, for every version of the
//! protocol. The engine owns one per connection, feeds it what it reads, writes
//! what [`Handshake::output`] holds, and turns it into an [`Established`].
//!
//! A ZMTP 3.x handshake is greeting and mechanism. Older peers have no
//! mechanism: their first frame each way is a routing id, taken as part of the
//! handshake here. The handshake never takes an octet beyond its own end, and no
//! frame in it may exceed [`MAX_FRAME`].

use super::fault::Fault;
use super::frame::{self, Framing};
use super::frame_buffer::FrameBuffer;
use super::greeting::{self, Greeting, MECHANISM_LEN, PeerVersion};
use super::mechanism::{self, Finished, MAX_ROUTING_ID, Mechanism, Open, Own, Peer, Seal};
use super::metadata::{self, Property};
use super::socket_type;
use super::zap::{Policy, Question, Reply, Status};

/// Largest body of a handshake command, `ZMQ_MAXMSGSIZE` or not: the metadata
/// bound and room for CURVE's INITIATE around it.
pub const MAX_FRAME: u64 = metadata::MAX_SIZE as u64 + 512;

/// What a socket brings to its handshakes.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our `ZMQ_*` number.
    pub socket_type: u8,
    /// Our `ZMQ_ROUTING_ID`, at most 255 octets.
    pub routing_id: Vec<u8>,
    /// `ZMQ_MAXMSGSIZE`, negative for none.
    pub max_msg_size: i64,
    /// Set when the mechanism is not NULL or a ZAP domain is set: neither can be
    /// had with ZMTP 1.0 and 2.0.
    pub refuse_old_peers: bool,
    /// `ZMQ_METADATA`, in ascending order of names.
    pub app_properties: Vec<Property>,
    pub mechanism: mechanism::Config,
    /// Whether servers, and NULL on either side, ask a ZAP handler.
    pub zap: Policy,
}

/// A connection ready for traffic.
#[derive(Debug)]
pub struct Established {
    pub framing: Framing,
    pub peer: PeerVersion,
    /// `ZMQ_EVENT_HANDSHAKE_SUCCEEDED` is due; never for peers before 3.0, whose
    /// loss is forever reported as `ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL`.
    pub handshake_event: bool,
    /// The peer's own; at most 255 octets. Sockets other than ROUTER and REP
    /// have no use for it.
    pub routing_id: Vec<u8>,
    /// The peer's, without names reserved to us; the first of a name counts.
    pub properties: Vec<Property>,
    /// `User-Id` and further ones from the ZAP handler; empty if it was not asked.
    pub zap_properties: Vec<Property>,
    /// Act as if the peer had subscribed to everything: an unversioned SUB
    /// cannot tell what it wants and filters for itself.
    pub subscribe_all: bool,
    /// Handshake octets still to be written, before any traffic.
    pub unsent: Vec<u8>,
    /// What outgoing frames go through.
    pub seal: Seal,
    /// What incoming frames go through.
    pub open: Open,
}

/// A handshake in progress.
#[derive(Debug)]
pub struct Handshake {
    own: Own,
    max_msg_size: i64,
    refuse_old_peers: bool,
    mechanism: mechanism::Config,
    zap: Policy,
    zap_properties: Vec<Property>,
    /// The handler has refused this peer, and the event of it is out.
    refused: bool,
    /// The mechanism in the peer's greeting, where it is not ours.
    foreign: Option<[u8; MECHANISM_LEN]>,
    /// An event owed by a handshake that stands still.
    failure: Option<Fault>,
    state: State,
    output: Vec<u8>,
    /// How much of `output` has been written.
    written: usize,
}

#[derive(Debug)]
enum State {
    /// The peer's greeting is coming in.
    Greeting(Greeting),
    /// An old peer's routing id is.
    RoutingId { peer: PeerVersion, frames: FrameBuffer },
    /// Commands go back and forth.
    Mechanism { peer: PeerVersion, mechanism: Mechanism, frames: FrameBuffer },
    /// Input belongs to traffic.
    Complete { peer: PeerVersion, finished: Finished },
    /// No way on.
    Failed(Fault),
}

impl Handshake {
    /// Begins: the first piece of our greeting is in the output at once.
    pub fn new(config: Config) -> Handshake {
        let Config { socket_type, routing_id, app_properties, mechanism, .. } = config;
        let greeting = Greeting::new(socket_type, mechanism.greeting_name());
        Handshake {
            max_msg_size: config.max_msg_size,
            refuse_old_peers: config.refuse_old_peers,
            state: State::Greeting(greeting),
            output: greeting::signature(routing_id.len()).to_vec(),
            written: 0,
            own: Own { socket_type, routing_id, app_properties },
            mechanism,
            zap: config.zap,
            zap_properties: Vec::new(),
            refused: false,
            foreign: None,
            failure: None,
        }
    }

    /// Takes what came from the peer, split anywhere, and returns how much of it
    /// belonged to the handshake: all, unless this completes it. May add output.
    /// A fault is final.
    pub fn input(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match self.step(rest) {
                Ok(Some(taken)) => taken,
                Ok(None) => break,
                Err(fault) => {
                    self.state = State::Failed(fault);
                    return Err(fault);
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    /// What to write to the peer now. After a fault it is still worth one attempt:
    /// a peer that gets our READY sees a wrong socket type for itself and stops
    /// coming back.
    pub fn output(&self) -> &[u8] {
        self.output.get(self.written..).unwrap_or_default()
    }

    /// The first `n` octets of the output have been written.
    pub fn consume_output(&mut self, n: usize) {
        self.written = self.written.saturating_add(n).min(self.output.len());
        if self.written == self.output.len() {
            self.output.clear();
            self.written = 0;
        }
    }

    /// What to ask the ZAP handler, once. [`answer`](Self::answer) or
    /// [`no_handler`](Self::no_handler) must follow, at any later time.
    pub fn question(&mut self) -> Option<Question> {
        match &mut self.state {
            State::Mechanism { mechanism, .. } => mechanism.question(),
            State::Greeting(_)
            | State::RoutingId { .. }
            | State::Complete { .. }
            | State::Failed(_) => None,
        }
    }

    /// The handler has answered with these frames; may complete the handshake.
    /// Returns a refusal's status, whose event is owed.
    pub fn answer(&mut self, frames: &[&[u8]]) -> Result<Option<u16>, Fault> {
        let reply = Reply::parse(self.own.socket_type, frames).inspect_err(|fault| {
            self.state = State::Failed(*fault);
        })?;
        self.zap_properties = reply.properties;
        self.decided(reply.status);
        self.refused = reply.status != Status::Welcome;
        Ok(reply.status.event())
    }

    /// There is nobody to ask; may complete the handshake.
    pub fn no_handler(&mut self) -> Result<(), Fault> {
        let State::Mechanism { mechanism, .. } = &self.state else { return Ok(()) };
        if self.zap != Policy::Required {
            self.decided(Status::Welcome);
        } else if mechanism.ends_without_handler() {
            self.state = State::Failed(Fault::NoZapHandler);
            return Err(Fault::NoZapHandler);
        } else {
            self.failure = Some(Fault::NoZapHandler);
        }
        Ok(())
    }

    fn decided(&mut self, status: Status) {
        if let State::Mechanism { mechanism, .. } = &mut self.state {
            mechanism.answer(status);
        }
        self.advance_mechanism();
    }

    /// Once: a fault whose event is owed although it does not end the connection.
    pub fn take_failure(&mut self) -> Option<Fault> {
        self.failure.take()
    }

    /// Whether our ZAP handler has refused the peer, which is now to go by
    /// itself: its going is no failure of the handshake any more.
    pub fn has_refused(&self) -> bool {
        self.refused
    }

    /// After [`Fault::MechanismMismatch`]: what the peer calls its mechanism.
    pub fn foreign_mechanism(&self) -> &[u8] {
        let name = self.foreign.as_ref().map_or(&[][..], |name| name);
        name.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// Whether traffic may begin, behind what output is left.
    pub fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete { .. })
    }

    /// What the peer speaks, from the end of its greeting on.
    pub fn peer(&self) -> Option<PeerVersion> {
        match &self.state {
            State::RoutingId { peer, .. }
            | State::Mechanism { peer, .. }
            | State::Complete { peer, .. } => Some(*peer),
            State::Greeting(_) | State::Failed(_) => None,
        }
    }

    /// The outcome; `None` unless complete.
    pub fn into_established(self) -> Option<Established> {
        let unsent = self.output().to_vec();
        let State::Complete { peer, finished } = self.state else {
            return None;
        };
        Some(Established {
            framing: peer.framing(),
            peer,
            handshake_event: peer.has_mechanism(),
            routing_id: finished.peer.routing_id,
            properties: finished.peer.properties,
            zap_properties: self.zap_properties,
            subscribe_all: peer == PeerVersion::Unversioned
                && socket_type::publishes(self.own.socket_type),
            unsent,
            seal: finished.seal,
            open: finished.open,
        })
    }

    /// Takes some of `bytes`; `None` when the handshake needs no more.
    fn step(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        match &mut self.state {
            State::Greeting(greeting) => {
                let (taken, verdict) = greeting.input(bytes, &mut self.output);
                match verdict {
                    Some(peer) if peer.has_mechanism() => self.start_mechanism(peer)?,
                    Some(peer) => self.start_routing_ids(peer)?,
                    None => {}
                }
                Ok(Some(taken))
            }
            State::RoutingId { frames, .. } => {
                let (taken, body) = frames.input(bytes)?;
                if let Some(routing_id) = body.map(<[u8]>::to_vec) {
                    self.take_routing_id(routing_id);
                }
                Ok(Some(taken))
            }
            State::Mechanism { mechanism, frames, .. } => {
                let (taken, body) = frames.input(bytes)?;
                if let Some(body) = body {
                    mechanism.process_command(body)?;
                    frames.clear();
                    self.advance_mechanism();
                }
                Ok(Some(taken))
            }
            State::Complete { .. } => Ok(None),
            State::Failed(fault) => Err(*fault),
        }
    }

    fn start_mechanism(&mut self, peer: PeerVersion) -> Result<(), Fault> {
        if let State::Greeting(greeting) = &self.state
            && !greeting.mechanism_matches()
        {
            self.foreign = greeting.peer_mechanism().copied();
            return Err(Fault::MechanismMismatch);
        }
        let asks = self.zap != Policy::Off;
        let mechanism = Mechanism::new(&self.mechanism, &self.own, asks, peer)?;
        let frames = FrameBuffer::new(peer.framing(), MAX_FRAME, self.max_msg_size);
        self.state = State::Mechanism { peer, mechanism, frames };
        self.advance_mechanism();
        Ok(())
    }

    /// Sends what the mechanism has to say and sees whether that was all.
    fn advance_mechanism(&mut self) {
        let State::Mechanism { peer, mechanism, .. } = &mut self.state else {
            return;
        };
        while let Some(body) = mechanism.next_command() {
            frame::append(Framing::V2, true, &[&body], &mut self.output);
        }
        if let Some(failure) = mechanism.take_failure() {
            self.failure = Some(failure);
        }
        if let Some(finished) = mechanism.finish() {
            self.state = State::Complete { peer: *peer, finished };
        }
    }

    fn start_routing_ids(&mut self, peer: PeerVersion) -> Result<(), Fault> {
        if self.refuse_old_peers {
            return Err(Fault::OldPeer);
        }
        let cap = MAX_ROUTING_ID as u64;
        let mut frames = FrameBuffer::new(peer.framing(), cap, self.max_msg_size);
        let mut first = None;
        let id = &self.own.routing_id;
        match &self.state {
            State::Greeting(greeting) if peer == PeerVersion::Unversioned => {
                // Our signature was the header of this frame, and what looked
                // like a greeting the start of the peer's.
                self.output.extend_from_slice(id);
                first = frames.input(greeting.received())?.1.map(<[u8]>::to_vec);
            }
            _ => frame::append(peer.framing(), false, &[id], &mut self.output),
        }
        self.state = State::RoutingId { peer, frames };
        if let Some(routing_id) = first {
            self.take_routing_id(routing_id);
        }
        Ok(())
    }

    fn take_routing_id(&mut self, routing_id: Vec<u8>) {
        let State::RoutingId { peer, .. } = self.state else {
            return;
        };
        let told = Peer { routing_id, properties: Vec::new() };
        let finished = Finished::clear(told);
        self.state = State::Complete { peer, finished };
    }
}

#[cfg(test)]
mod tests;
