//! Security mechanisms: state machines over command bodies, between the greeting
//! and the traffic of a ZMTP 3.x connection. The handshake drives them; they see
//! no frame headers and no clock.
//!
//! Every mechanism answers the same questions:
//!
//! * `next_command`: the body of the command to send now, if one is due. While a
//!   ZAP request is out a server has none.
//! * `process_command`: what the peer sent. Called also while a ZAP request is
//!   out, as NULL takes a READY then and the others fault.
//! * `question` and `answer`: what a server has to ask the ZAP handler, once,
//!   and what became of it.
//! * `finish`: the outcome, once both sides have said all. It includes what
//!   traffic goes through, in two halves because sending and receiving belong to
//!   different locks of the engine.

pub mod curve;
pub mod null;
pub mod plain;

use zeroize::Zeroizing;

use super::fault::{Fault, Part};
use super::greeting::{MECHANISM_LEN, PeerVersion};
use super::metadata::{self, Property};
use super::socket_type;
use super::zap::{Question, Status};
use crate::crypto::{PublicKey, SecretKey};

use null::Null;

/// Longest routing id: the options of libzmq allow no more, though the wire does.
pub const MAX_ROUTING_ID: usize = 255;

/// Names that only we may fill in: a peer must not lend itself an address or,
/// where ZAP is off, a user.
const RESERVED: [&[u8]; 3] = [metadata::USER_ID, b"Peer-Address", b"__fd"];

/// Which mechanism a socket is configured for, and its secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Config {
    /// No security.
    #[default]
    Null,
    /// A name and a password in the clear.
    PlainClient { username: Vec<u8>, password: Zeroizing<Vec<u8>> },
    /// Has the ZAP handler judge them.
    PlainServer,
    /// Encrypts, and knows the server by its key.
    CurveClient { server_key: PublicKey, public_key: PublicKey, secret_key: SecretKey },
    /// Encrypts, and may have the ZAP handler judge the client's key.
    CurveServer { secret_key: SecretKey },
}

impl Config {
    /// As the greeting names it, zeros included.
    pub fn greeting_name(&self) -> [u8; MECHANISM_LEN] {
        let name: &[u8] = match self {
            Config::Null => b"NULL",
            Config::PlainClient { .. } | Config::PlainServer => b"PLAIN",
            Config::CurveClient { .. } | Config::CurveServer { .. } => b"CURVE",
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
                    return Err(Fault::SocketTypeMismatch(socket_type::number(value)));
                }
                metadata::IDENTITY if value.len() > MAX_ROUTING_ID => return Err(Fault::Metadata),
                metadata::IDENTITY => routing_id.clone_from(value),
                _ => {}
            }
        }
        properties.retain(|(name, _)| !RESERVED.contains(&name.as_slice()));
        Ok(Peer { routing_id, properties })
    }

    /// As `from_metadata`, of the server of a PLAIN or CURVE client.
    fn of_server(own_type: u8, bytes: &[u8]) -> Result<Peer, Fault> {
        Peer::from_metadata(own_type, bytes).map_err(|_| Fault::ServerMetadata)
    }
}

/// The sending half of what traffic goes through: belongs to the engine's `tx`.
#[derive(Debug)]
pub enum Seal {
    /// Frames go as they are.
    Clear,
    /// Every frame goes in a MESSAGE.
    Curve(Box<curve::Sealer>),
}

/// The receiving half of what traffic goes through: belongs to the engine's `rx`.
#[derive(Debug)]
pub enum Open {
    /// Frames come as they are.
    Clear,
    /// Every frame comes in a MESSAGE.
    Curve(Box<curve::Opener>),
}

/// A mechanism that has done its work.
#[derive(Debug)]
pub struct Finished {
    pub peer: Peer,
    pub seal: Seal,
    pub open: Open,
}

impl Finished {
    /// Without encryption.
    pub(super) fn clear(peer: Peer) -> Finished {
        Finished { peer, seal: Seal::Clear, open: Open::Clear }
    }
}

/// A mechanism at work. Boxed where it is large: most connections are NULL.
#[derive(Debug)]
pub enum Mechanism {
    Null(Null),
    PlainClient(plain::Client),
    PlainServer(plain::Server),
    CurveClient(Box<curve::Client>),
    CurveServer(Box<curve::Server>),
}

/// Calls a method of whichever mechanism it is.
macro_rules! each {
    ($self:expr, $mechanism:ident => $call:expr) => {
        match $self {
            Mechanism::Null($mechanism) => $call,
            Mechanism::PlainClient($mechanism) => $call,
            Mechanism::PlainServer($mechanism) => $call,
            Mechanism::CurveClient($mechanism) => $call,
            Mechanism::CurveServer($mechanism) => $call,
        }
    };
}

impl Mechanism {
    /// Begins once the greeting of `peer` is in and names this mechanism. `asks`:
    /// a server has a question to the ZAP handler.
    pub fn new(
        config: &Config,
        own: &Own,
        asks: bool,
        peer: PeerVersion,
    ) -> Result<Mechanism, Fault> {
        Ok(match config {
            Config::Null => Mechanism::Null(Null::new(own, asks)),
            Config::PlainClient { username, password } => {
                Mechanism::PlainClient(plain::Client::new(own, username, password))
            }
            Config::PlainServer => Mechanism::PlainServer(plain::Server::new(own, asks, peer)),
            Config::CurveClient { server_key, public_key, secret_key } => {
                let keys = curve::ClientKeys { server_key, public_key, secret_key };
                Mechanism::CurveClient(Box::new(curve::Client::new(own, keys)?))
            }
            Config::CurveServer { secret_key } => {
                Mechanism::CurveServer(Box::new(curve::Server::new(own, secret_key, asks)?))
            }
        })
    }

    /// The body of the command to send now, if any; ask until there is none.
    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        each!(self, mechanism => mechanism.next_command())
    }

    /// Takes the body of a frame from the peer. Neither COMMAND nor MORE of its
    /// header matter in a handshake.
    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        each!(self, mechanism => mechanism.process_command(body))
    }

    /// What to ask the ZAP handler, once; [`answer`](Self::answer) must follow.
    pub fn question(&mut self) -> Option<Question> {
        match self {
            Mechanism::Null(null) => null.question(),
            Mechanism::PlainServer(server) => server.question(),
            Mechanism::CurveServer(server) => server.question(),
            Mechanism::PlainClient(_) | Mechanism::CurveClient(_) => None,
        }
    }

    /// The handler's decision.
    pub fn answer(&mut self, status: Status) {
        match self {
            Mechanism::Null(null) => null.answer(status),
            Mechanism::PlainServer(server) => server.answer(status),
            Mechanism::CurveServer(server) => server.answer(status),
            Mechanism::PlainClient(_) | Mechanism::CurveClient(_) => {}
        }
    }

    /// Once: an event that is owed although the handshake goes on, or rather
    /// stands still.
    pub fn take_failure(&mut self) -> Option<Fault> {
        match self {
            Mechanism::CurveClient(client) => client.take_failure(),
            Mechanism::Null(_)
            | Mechanism::PlainClient(_)
            | Mechanism::PlainServer(_)
            | Mechanism::CurveServer(_) => None,
        }
    }

    /// Whether a connection without a ZAP handler ends at once; NULL's waits
    /// for its peer to go.
    pub fn ends_without_handler(&self) -> bool {
        !matches!(self, Mechanism::Null(_))
    }

    /// The outcome, once: when our last command has been handed out and the
    /// peer's last one processed.
    pub fn finish(&mut self) -> Option<Finished> {
        each!(self, mechanism => mechanism.finish())
    }
}

/// Reads the data of an ERROR command: the fault it amounts to. A reason longer
/// than the data is malformed, a shorter one leaves a tail that does not matter.
pub(crate) fn error_fault(data: &[u8]) -> Fault {
    let reason = data.split_first().and_then(|(len, rest)| rest.get(..usize::from(*len)));
    match reason {
        None => Fault::Malformed(Part::Error),
        Some(b"300") => Fault::Refused(Some(300)),
        Some(b"400") => Fault::Refused(Some(400)),
        Some(b"500") => Fault::Refused(Some(500)),
        Some(_) => Fault::Refused(None),
    }
}

/// That a body has room for a name of the length its first octet announces. The
/// name itself is for the caller to look at.
fn structure(body: &[u8]) -> Result<(), Fault> {
    match body.split_first() {
        Some((len, rest)) if !rest.is_empty() && rest.len() >= usize::from(*len) => Ok(()),
        _ => Err(Fault::Malformed(Part::Structure)),
    }
}
