//! What can be wrong with a peer, sorted by whose fault it is.
//!
//! Every fault of this layer ends the connection as a protocol error: a
//! connecting session does not come back from it. The engine asks a fault which
//! monitor event it owes ([`Fault::protocol_error`], [`Fault::auth_status`]);
//! most owe none. Lost connections and timeouts are the engine's business and
//! are not faults.

use crate::crypto::{Failure, NoRandom};
use crate::errno::Errno;

/// The values `ZMQ_PROTOCOL_ERROR_*` of zmq.h.
#[allow(missing_docs, reason = "the names are those of zmq.h")]
pub mod protocol_error {
    pub const ZMTP_UNSPECIFIED: u32 = 0x1000_0000;
    pub const ZMTP_UNEXPECTED_COMMAND: u32 = 0x1000_0001;
    pub const ZMTP_INVALID_SEQUENCE: u32 = 0x1000_0002;
    pub const ZMTP_KEY_EXCHANGE: u32 = 0x1000_0003;
    pub const ZMTP_MALFORMED_COMMAND_UNSPECIFIED: u32 = 0x1000_0011;
    pub const ZMTP_MALFORMED_COMMAND_MESSAGE: u32 = 0x1000_0012;
    pub const ZMTP_MALFORMED_COMMAND_HELLO: u32 = 0x1000_0013;
    pub const ZMTP_MALFORMED_COMMAND_INITIATE: u32 = 0x1000_0014;
    pub const ZMTP_MALFORMED_COMMAND_ERROR: u32 = 0x1000_0015;
    pub const ZMTP_MALFORMED_COMMAND_READY: u32 = 0x1000_0016;
    pub const ZMTP_MALFORMED_COMMAND_WELCOME: u32 = 0x1000_0017;
    pub const ZMTP_INVALID_METADATA: u32 = 0x1000_0018;
    pub const ZMTP_CRYPTOGRAPHIC: u32 = 0x1100_0001;
    pub const ZMTP_MECHANISM_MISMATCH: u32 = 0x1100_0002;
    pub const ZAP_UNSPECIFIED: u32 = 0x2000_0000;
    pub const ZAP_MALFORMED_REPLY: u32 = 0x2000_0001;
    pub const ZAP_BAD_REQUEST_ID: u32 = 0x2000_0002;
    pub const ZAP_BAD_VERSION: u32 = 0x2000_0003;
    pub const ZAP_INVALID_STATUS_CODE: u32 = 0x2000_0004;
    pub const ZAP_INVALID_METADATA: u32 = 0x2000_0005;
}
use protocol_error::*;

/// A command whose layout can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name's length leaves no room for the name and one more octet.
    Structure,
    /// HELLO of PLAIN and CURVE.
    Hello,
    /// WELCOME of PLAIN.
    Welcome,
    /// INITIATE of CURVE.
    Initiate,
    /// READY of CURVE.
    Ready,
    /// ERROR.
    Error,
    /// MESSAGE of CURVE.
    Message,
}

/// What is wrong with the reply of a ZAP handler (RFC 27), in the order of the
/// checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZapReply {
    /// Not seven frames.
    Frames,
    /// The delimiter is not empty.
    Delimiter,
    /// Not version 1.0.
    Version,
    /// Not the id of the request.
    RequestId,
    /// None of 200, 300, 400 and 500.
    Status,
    /// Properties that cannot be read.
    Metadata,
}

/// Why this connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    // The bytes are wrong.
    /// A ZMTP 1.0 length that does not even count the flags octet.
    #[error("frame of length zero")]
    ZeroLengthFrame,
    /// Above `ZMQ_MAXMSGSIZE`, or above the cap on frames of the handshake.
    #[error("frame larger than allowed")]
    FrameTooLarge,
    /// A size no allocation can have on this machine.
    #[error("frame larger than the address space")]
    FrameUnaddressable,

    // The peer is wrong.
    /// A frame of the handshake that is not one of those due now.
    #[error("unexpected command in the handshake")]
    UnexpectedCommand,
    /// A frame while the handshake waits for nothing of the peer's.
    #[error("command out of turn in the handshake")]
    OutOfTurn,
    /// A command that has the right name and the wrong layout.
    #[error("malformed command: {0:?}")]
    Malformed(Part),
    /// A box that does not open, or a key that no box can be made with.
    #[error("cryptographic failure")]
    Cryptographic,
    /// The vouch is for another connection's key.
    #[error("vouch for another key")]
    KeyExchange,
    /// A MESSAGE out of order, or a second time.
    #[error("message nonce is not above the last")]
    InvalidSequence,
    /// As `Metadata` or `SocketTypeMismatch`, seen by a PLAIN or CURVE client:
    /// only there libzmq reports them.
    #[error("malformed metadata of a server")]
    ServerMetadata,
    /// Properties cut short, too many, or with an impossible routing id.
    #[error("malformed metadata")]
    Metadata,
    /// A message to a REQ socket without the REQ envelope.
    #[error("reply without envelope")]
    RequestEnvelope,

    // The peer is merely different.
    /// ZMTP 1.0 or 2.0 where security is required, which they cannot speak.
    #[error("peer is too old for the configured security")]
    OldPeer,
    /// The greeting names another mechanism than ours.
    #[error("peer uses another security mechanism")]
    MechanismMismatch,
    /// Two socket types that do not talk to each other; the peer's, if it is one.
    #[error("incompatible socket type")]
    SocketTypeMismatch(Option<u8>),

    // The peer does not want us.
    /// An ERROR command; the ZAP status, if its reason was one (300, 400, 500).
    #[error("peer refused the connection")]
    Refused(Option<u16>),

    // We do not want the peer.
    /// A frame from a peer that was refused and did not go.
    #[error("peer goes on after having been refused")]
    AfterRefusal,

    // The system fails.
    /// It gives no random numbers. Nobody's fault: the next connection may fare better.
    #[error("no random numbers")]
    NoRandom,

    // The application is wrong.
    /// Nobody answers at inproc://zeromq.zap.01 where an answer is required.
    #[error("no ZAP handler")]
    NoZapHandler,
    /// The ZAP handler's answer cannot be understood.
    #[error("malformed ZAP reply: {0:?}")]
    Zap(ZapReply),
}

impl Fault {
    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL` this fault owes.
    pub fn protocol_error(self) -> Option<u32> {
        match self {
            Fault::UnexpectedCommand => Some(ZMTP_UNEXPECTED_COMMAND),
            Fault::OutOfTurn => Some(ZMTP_UNSPECIFIED),
            Fault::Malformed(part) => Some(malformed(part)),
            Fault::Cryptographic => Some(ZMTP_CRYPTOGRAPHIC),
            Fault::KeyExchange => Some(ZMTP_KEY_EXCHANGE),
            Fault::InvalidSequence => Some(ZMTP_INVALID_SEQUENCE),
            Fault::ServerMetadata => Some(ZMTP_INVALID_METADATA),
            Fault::MechanismMismatch => Some(ZMTP_MECHANISM_MISMATCH),
            Fault::Zap(reply) => Some(zap(reply)),
            Fault::ZeroLengthFrame
            | Fault::FrameTooLarge
            | Fault::FrameUnaddressable
            | Fault::Metadata
            | Fault::RequestEnvelope
            | Fault::OldPeer
            | Fault::SocketTypeMismatch(_)
            | Fault::Refused(_)
            | Fault::AfterRefusal
            | Fault::NoRandom
            | Fault::NoZapHandler => None,
        }
    }

    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL` this fault owes.
    pub fn no_detail(self) -> Option<Errno> {
        (self == Fault::NoZapHandler).then_some(Errno::EFAULT)
    }

    /// What the system has failed with, where it is the system's fault: the
    /// connection is lost as one that breaks, and the peer has done no wrong.
    pub fn of_system(self) -> Option<Errno> {
        (self == Fault::NoRandom).then_some(Errno::EIO)
    }

    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_AUTH` this fault owes.
    pub fn auth_status(self) -> Option<u16> {
        match self {
            Fault::Refused(status) => status,
            _ => None,
        }
    }
}

impl From<Failure> for Fault {
    fn from(_: Failure) -> Fault {
        Fault::Cryptographic
    }
}

impl From<NoRandom> for Fault {
    fn from(_: NoRandom) -> Fault {
        Fault::NoRandom
    }
}

fn malformed(part: Part) -> u32 {
    match part {
        Part::Structure => ZMTP_MALFORMED_COMMAND_UNSPECIFIED,
        Part::Hello => ZMTP_MALFORMED_COMMAND_HELLO,
        Part::Welcome => ZMTP_MALFORMED_COMMAND_WELCOME,
        Part::Initiate => ZMTP_MALFORMED_COMMAND_INITIATE,
        Part::Ready => ZMTP_MALFORMED_COMMAND_READY,
        Part::Error => ZMTP_MALFORMED_COMMAND_ERROR,
        Part::Message => ZMTP_MALFORMED_COMMAND_MESSAGE,
    }
}

fn zap(reply: ZapReply) -> u32 {
    match reply {
        ZapReply::Frames => ZAP_MALFORMED_REPLY,
        ZapReply::Delimiter => ZAP_UNSPECIFIED,
        ZapReply::Version => ZAP_BAD_VERSION,
        ZapReply::RequestId => ZAP_BAD_REQUEST_ID,
        ZapReply::Status => ZAP_INVALID_STATUS_CODE,
        ZapReply::Metadata => ZAP_INVALID_METADATA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_owes_at_most_one_event() {
        let all = [
            Fault::ZeroLengthFrame,
            Fault::FrameTooLarge,
            Fault::FrameUnaddressable,
            Fault::UnexpectedCommand,
            Fault::OutOfTurn,
            Fault::Malformed(Part::Error),
            Fault::Cryptographic,
            Fault::KeyExchange,
            Fault::InvalidSequence,
            Fault::ServerMetadata,
            Fault::AfterRefusal,
            Fault::NoZapHandler,
            Fault::NoRandom,
            Fault::Zap(ZapReply::Status),
            Fault::Metadata,
            Fault::RequestEnvelope,
            Fault::OldPeer,
            Fault::MechanismMismatch,
            Fault::SocketTypeMismatch(Some(1)),
            Fault::Refused(None),
            Fault::Refused(Some(400)),
        ];
        for fault in all {
            let owed = [
                fault.protocol_error().is_some(),
                fault.auth_status().is_some(),
                fault.no_detail().is_some(),
            ];
            assert!(owed.iter().filter(|owed| **owed).count() <= 1, "{fault:?}");
        }
    }
}
