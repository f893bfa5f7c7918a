//! Security mechanisms: state machines over command bodies, between the greeting
//! and the traffic of a ZMTP 3.x connection. The handshake drives them; they see
//! no frame headers and no clock.
//!
//! Every mechanism answers the same questions, so that PLAIN and CURVE (client
//! and server) are further variants of the enums here and nothing else:
//!
//! * `next_command`: the body of the command to send now, if one is due. While a
//!   ZAP request is out a server has none; the answer, which will come in
//!   through the handshake, makes it due.
//! * `process_command`: what the peer sent. Called also while a ZAP request is
//!   out, as NULL takes a READY then and the others fault.
//! * `finish`: the outcome, once both sides have said all. It includes what
//!   traffic goes through, in two halves because sending and receiving belong to
//!   different locks of the engine.

pub mod null;

use super::fault::Fault;
use super::greeting::MECHANISM_LEN;
use super::metadata::{self, Property};
use super::socket_type;

use null::Null;

/// Longest routing id: the options of libzmq allow no more, though the wire does.
pub const MAX_ROUTING_ID: usize = 255;

/// Names that only we may fill in: a peer must not lend itself an address or,
/// where ZAP is off, a user.
const RESERVED: [&[u8]; 3] = [b"User-Id", b"Peer-Address", b"__fd"];

/// Which mechanism a socket is configured for, and its secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Config {
    /// No security.
    #[default]
    Null,
}

impl Config {
    /// As the greeting names it, zeros included.
    pub fn greeting_name(&self) -> [u8; MECHANISM_LEN] {
        let name: &[u8] = match self {
            Config::Null => b"NULL",
        };
        let mut out = [0; MECHANISM_LEN];
        for (slot, byte) in out.iter_mut().zip(name) {
            *slot = *byte;
        }
        out
    }
}

/// What our side tells in its READY (NULL) or INITIATE.
#[derive(Clone, Debug, Default)]
pub struct Own {
    pub socket_type: u8,
    pub routing_id: Vec<u8>,
    pub app_properties: Vec<Property>,
}

impl Own {
    /// Our properties, encoded: type, routing id where it matters, the
    /// application's own in the order given.
    pub fn metadata(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let name = socket_type::name(self.socket_type).unwrap_or_default();
        metadata::append(metadata::SOCKET_TYPE, name.as_bytes(), &mut out);
        if socket_type::announces_routing_id(self.socket_type) {
            metadata::append(metadata::IDENTITY, &self.routing_id, &mut out);
        }
        for (name, value) in &self.app_properties {
            metadata::append(name, value, &mut out);
        }
        out
    }
}

/// What the peer told in its READY or INITIATE, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// Empty unless told; the last one told.
    pub routing_id: Vec<u8>,
    /// As told, without the reserved names; the first of a name counts.
    pub properties: Vec<Property>,
}

impl Peer {
    /// Reads and checks a peer's metadata for a socket of type `own_type`.
    /// A peer that does not tell its type is taken to be right, as in libzmq.
    pub fn from_metadata(own_type: u8, bytes: &[u8]) -> Result<Peer, Fault> {
        let mut properties = metadata::parse(bytes)?;
        let mut routing_id = Vec::new();
        for (name, value) in &properties {
            match name.as_slice() {
                metadata::SOCKET_TYPE if !socket_type::accepts(own_type, value) => {
                    return Err(Fault::SocketTypeMismatch);
                }
                metadata::IDENTITY if value.len() > MAX_ROUTING_ID => return Err(Fault::Metadata),
                metadata::IDENTITY => routing_id.clone_from(value),
                _ => {}
            }
        }
        properties.retain(|(name, _)| !RESERVED.contains(&name.as_slice()));
        Ok(Peer { routing_id, properties })
    }
}

/// The sending half of what traffic goes through: belongs to the engine's `tx`.
#[derive(Debug, PartialEq, Eq)]
pub enum Seal {
    /// Frames go as they are.
    Clear,
}

/// The receiving half of what traffic goes through: belongs to the engine's `rx`.
#[derive(Debug, PartialEq, Eq)]
pub enum Open {
    /// Frames come as they are.
    Clear,
}

/// A mechanism that has done its work.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    pub peer: Peer,
    pub seal: Seal,
    pub open: Open,
}

/// A mechanism at work.
#[derive(Debug)]
pub enum Mechanism {
    Null(Null),
}

impl Mechanism {
    /// Begins once the peer's greeting is in and names this mechanism.
    pub fn new(config: &Config, own: &Own) -> Mechanism {
        match config {
            Config::Null => Mechanism::Null(Null::new(own)),
        }
    }

    /// The body of the command to send now, if any; ask until there is none.
    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        match self {
            Mechanism::Null(null) => null.next_command(),
        }
    }

    /// Takes the body of a frame from the peer. Neither COMMAND nor MORE of its
    /// header matter in a handshake.
    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        match self {
            Mechanism::Null(null) => null.process_command(body),
        }
    }

    /// The outcome, once: when our last command has been handed out and the
    /// peer's last one processed.
    pub fn finish(&mut self) -> Option<Finished> {
        match self {
            Mechanism::Null(null) => null.finish(),
        }
    }
}

/// Reads the data of an ERROR command: the fault it amounts to. A reason longer
/// than the data is malformed, a shorter one leaves a tail that does not matter.
pub(crate) fn error_fault(data: &[u8]) -> Fault {
    let reason = data.split_first().and_then(|(len, rest)| rest.get(..usize::from(*len)));
    match reason {
        None => Fault::MalformedError,
        Some(b"300") => Fault::Refused(Some(300)),
        Some(b"400") => Fault::Refused(Some(400)),
        Some(b"500") => Fault::Refused(Some(500)),
        Some(_) => Fault::Refused(None),
    }
}
