//! What the debug log says of connections: events and losses as sentences, each
//! with what to do about it where the library can know (docs/debugging.md).
//!
//! Called by the monitor and by sessions. Nothing here changes anything; while
//! the log is off none of it runs.

use std::fmt::{self, Display};

use super::incoming::Loss;
use super::monitor::{Names, event};
use crate::errno::Errno;
use crate::log::{Bytes, Text, Who, line};
use crate::options::{Mechanism, Options};
use crate::zmtp::fault::ZapReply;
use crate::zmtp::{Established, Fault, PeerVersion, metadata, socket_type, zap};

/// A connection by its ends, as lines begin.
pub struct Connection<'a>(pub &'a Names);

impl Display for Connection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Names { local, remote, connecting } = self.0;
        match (connecting, remote == local || remote.is_empty()) {
            (true, _) => write!(f, "connection to {remote}"),
            // A peer's end of a Unix socket has no name.
            (false, true) => write!(f, "connection at {local}"),
            (false, false) => write!(f, "connection from {remote} at {local}"),
        }
    }
}

/// An event that its number and names describe; sessions say more of the others.
#[cold]
pub fn event(who: Who, number: u64, value: u64, names: &Names) {
    let error = Text(Errno(value as i32));
    let local = &names.local;
    match number {
        event::LISTENING => line(&who, format_args!("bind {local}: listening")),
        event::BIND_FAILED => line(&who, format_args!("bind {local}: failed ({error})")),
        event::ACCEPTED => line(&who, format_args!("{}: accepted", Connection(names))),
        event::ACCEPT_FAILED => line(&who, format_args!("bind {local}: accept failed ({error})")),
        event::CLOSE_FAILED => line(&who, format_args!("bind {local}: close failed ({error})")),
        _ => {}
    }
}

/// The other end, for people.
pub fn peer(names: &Names) -> String {
    if names.remote.is_empty() { names.local.clone() } else { names.remote.clone() }
}

/// ZMQ_LINGER.
pub fn limit(linger: i32) -> String {
    if linger < 0 { "-1: no limit".into() } else { format!("{linger} ms") }
}

/// Why a connection is to be made anew.
#[derive(Clone, Copy)]
pub enum Setback {
    /// The name was not found.
    Lookup(Errno),
    /// An attempt failed.
    Attempt(Errno),
    /// There was a connection.
    Lost,
}

impl Display for Setback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Setback::Lookup(error) => write!(f, "name not found ({})", Text(error)),
            Setback::Attempt(Errno::ECONNREFUSED) => {
                write!(f, "refused ({})", Text(Errno::ECONNREFUSED))
            }
            Setback::Attempt(error) => write!(f, "failed ({})", Text(error)),
            Setback::Lost => f.write_str("connection lost"),
        }
    }
}

/// A handshake that has succeeded.
pub struct Succeeded<'a>(pub &'a Established, pub &'a Options);

impl Display for Succeeded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Succeeded(established, options) = self;
        let version = match established.peer {
            PeerVersion::Unversioned => "ZMTP 1.0",
            PeerVersion::Versioned0 => "a draft of ZMTP 2.0",
            PeerVersion::V2_0 => "ZMTP 2.0",
            PeerVersion::V3_0 => "ZMTP 3.0",
            PeerVersion::V3_1 => "ZMTP 3.1",
        };
        write!(f, "handshake done: peer speaks {version}")?;
        if established.peer.has_mechanism() {
            write!(f, ", {}", mechanism(options))?;
        }
        let told = |name: &[u8]| established.properties.iter().find(|(told, _)| told == name);
        if let Some((_, kind)) = told(metadata::SOCKET_TYPE) {
            write!(f, ", is a {}", String::from_utf8_lossy(kind))?;
        }
        if !established.routing_id.is_empty() {
            write!(f, ", calls itself {}", Bytes(&established.routing_id))?;
        }
        Ok(())
    }
}

fn mechanism(options: &Options) -> &'static str {
    match options.mechanism {
        Mechanism::Null => "NULL",
        Mechanism::Plain => "PLAIN",
        Mechanism::Curve => "CURVE",
    }
}

/// Why a connection, or a handshake, ended.
pub struct Why<'a> {
    /// What happened.
    pub loss: Loss,
    /// The handshake was not over.
    pub handshaking: bool,
    /// The peer's mechanism, where it is not ours.
    pub foreign: &'a [u8],
    /// The ZAP handler has been asked and has not answered.
    pub asked: bool,
    /// Those of the session.
    pub options: &'a Options,
}

impl Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.loss {
            Loss::Connection(Errno::EPIPE | Errno::ECONNRESET) => {
                f.write_str("the peer closed the connection")?;
                if self.handshaking { f.write_str(self.why_closed()) } else { Ok(()) }
            }
            Loss::Connection(Errno::ETIMEDOUT) => self.silence(f),
            Loss::Connection(error) => Text(error).fmt(f),
            Loss::Protocol(fault) => self.fault(f, fault),
        }
    }
}

impl Why<'_> {
    /// What a peer may have had against this side in the handshake.
    fn why_closed(&self) -> &'static str {
        match (self.options.mechanism, self.options.as_server) {
            (Mechanism::Curve, false) => {
                "; is ZMQ_CURVE_SERVERKEY the server's, and does its ZAP handler know ZMQ_CURVE_PUBLICKEY?"
            }
            (Mechanism::Plain, false) => "; does its ZAP handler know this user and password?",
            _ => "; perhaps its mechanism or socket type does not fit, or it is no ZMQ socket",
        }
    }

    fn silence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = self.options.handshake_ivl;
        match (self.handshaking, self.asked) {
            (true, true) => {
                write!(f, "the ZAP handler has not answered within {within} ms (ZMQ_HANDSHAKE_IVL)")
            }
            (true, false) => {
                write!(f, "not over within {within} ms (ZMQ_HANDSHAKE_IVL); is it a ZMQ socket?")
            }
            _ => f.write_str("no sign of life (ZMQ_HEARTBEAT_TIMEOUT, or the peer's TTL)"),
        }
    }

    fn fault(&self, f: &mut fmt::Formatter<'_>, fault: Fault) -> fmt::Result {
        let own = mechanism(self.options);
        match fault {
            Fault::MechanismMismatch => {
                let peer = String::from_utf8_lossy(self.foreign);
                write!(f, "peer speaks {peer}, this socket {own}; both need the same")
            }
            Fault::SocketTypeMismatch(peer) => {
                let own = socket_type::name(self.options.socket_type as u8).unwrap_or_default();
                match peer.and_then(socket_type::name) {
                    Some(peer) => write!(f, "peer is a {peer}, and {own} cannot talk to {peer}"),
                    None => write!(f, "peer is of a type that {own} cannot talk to"),
                }
            }
            Fault::ServerMetadata => {
                f.write_str("the server's READY is malformed, or its socket type does not fit")
            }
            Fault::OldPeer => write!(
                f,
                "peer speaks ZMTP 1.0 or 2.0 (libzmq before 4.0), which has no security, but this \
                 socket asks for some ({own}, ZMQ_ZAP_DOMAIN)"
            ),
            Fault::Cryptographic if self.options.as_server => {
                f.write_str("cannot decrypt; is the peer's ZMQ_CURVE_SERVERKEY this socket's?")
            }
            Fault::Cryptographic => {
                f.write_str("cannot decrypt; is ZMQ_CURVE_SERVERKEY that server's?")
            }
            Fault::Refused(status) => {
                f.write_str("the peer refused us")?;
                status.map_or(Ok(()), |status| {
                    write!(f, ": its ZAP handler said {status} ({})", meaning(status))
                })
            }
            Fault::NoZapHandler => {
                write!(f, "no ZAP handler is bound to inproc://{} in this context", zap::ENDPOINT)
            }
            Fault::Zap(wrong) => write!(f, "the ZAP handler's reply is bad: {}", flaw(wrong)),
            Fault::FrameTooLarge if !self.handshaking => {
                write!(f, "frame larger than ZMQ_MAXMSGSIZE {}", self.options.maxmsgsize)
            }
            Fault::ZeroLengthFrame | Fault::FrameTooLarge | Fault::FrameUnaddressable
                if self.handshaking =>
            {
                write!(f, "{fault}; is the peer a ZMQ socket?")
            }
            fault => fault.fmt(f),
        }
    }
}

/// What a ZAP status says (RFC 27).
pub fn meaning(status: u16) -> &'static str {
    match status {
        300 => "try later",
        400 => "not with these credentials",
        _ => "the handler is in trouble",
    }
}

fn flaw(reply: ZapReply) -> &'static str {
    match reply {
        ZapReply::Frames => "it has not seven frames",
        ZapReply::Delimiter => "its first frame is not empty",
        ZapReply::Version => "its version is not 1.0",
        ZapReply::RequestId => "its request id is not the request's",
        ZapReply::Status => "its status is none of 200, 300, 400, 500",
        ZapReply::Metadata => "its metadata cannot be read",
    }
}
