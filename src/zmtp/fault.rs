//! What can be wrong with a peer, sorted by whose fault it is.
//!
//! Every fault of this layer ends the connection as a protocol error: a
//! connecting session does not come back from it. The engine asks a fault which
//! monitor event it owes ([`Fault::protocol_error`], [`Fault::auth_status`]);
//! most owe none. Lost connections and timeouts are the engine's business and
//! are not faults.

use crate::errno::Errno;

/// `ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND`
pub const UNEXPECTED_COMMAND: u32 = 0x1000_0001;
/// `ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR`
pub const MALFORMED_COMMAND_ERROR: u32 = 0x1000_0015;
/// `ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH`
pub const MECHANISM_MISMATCH: u32 = 0x1100_0002;

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
    /// An ERROR command whose reason does not fit its body.
    #[error("malformed ERROR command")]
    MalformedError,
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
    /// Two socket types that do not talk to each other.
    #[error("incompatible socket type")]
    SocketTypeMismatch,

    // The peer does not want us.
    /// An ERROR command; the ZAP status, if its reason was one (300, 400, 500).
    #[error("peer refused the connection")]
    Refused(Option<u16>),
}

impl Fault {
    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL` this fault owes.
    pub fn protocol_error(self) -> Option<u32> {
        match self {
            Fault::UnexpectedCommand => Some(UNEXPECTED_COMMAND),
            Fault::MalformedError => Some(MALFORMED_COMMAND_ERROR),
            Fault::MechanismMismatch => Some(MECHANISM_MISMATCH),
            Fault::ZeroLengthFrame
            | Fault::FrameTooLarge
            | Fault::FrameUnaddressable
            | Fault::Metadata
            | Fault::RequestEnvelope
            | Fault::OldPeer
            | Fault::SocketTypeMismatch
            | Fault::Refused(_) => None,
        }
    }

    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_AUTH` this fault owes.
    pub fn auth_status(self) -> Option<u16> {
        match self {
            Fault::Refused(status) => status,
            _ => None,
        }
    }

    /// The error number libzmq has at this point.
    pub fn errno(self) -> Errno {
        match self {
            Fault::FrameTooLarge => Errno::EMSGSIZE,
            Fault::FrameUnaddressable => Errno::ENOMEM,
            Fault::RequestEnvelope => Errno::EFAULT,
            Fault::SocketTypeMismatch => Errno::EINVAL,
            Fault::ZeroLengthFrame
            | Fault::UnexpectedCommand
            | Fault::MalformedError
            | Fault::Metadata
            | Fault::OldPeer
            | Fault::MechanismMismatch
            | Fault::Refused(_) => Errno::EPROTO,
        }
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
            Fault::MalformedError,
            Fault::Metadata,
            Fault::RequestEnvelope,
            Fault::OldPeer,
            Fault::MechanismMismatch,
            Fault::SocketTypeMismatch,
            Fault::Refused(None),
            Fault::Refused(Some(400)),
        ];
        for fault in all {
            assert!(fault.protocol_error().is_none() || fault.auth_status().is_none());
            assert_ne!(fault.errno().0, 0);
        }
    }
}
