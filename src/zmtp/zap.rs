//! ZAP without the pipe (RFC 27): what a server asks the handler at
//! inproc://zeromq.zap.01, and what the handler's answer means.
//!
//! The mechanisms say when a question is due and take the answer; the engine
//! carries both. Nothing here may decide by itself that a peer is welcome.

use super::fault::{Fault, ZapReply};
use super::metadata::{self, Property};
use super::socket_type;

/// Where handlers are bound.
pub const ENDPOINT: &str = "zeromq.zap.01";

const VERSION: &[u8] = b"1.0";
/// One request per connection, so that all may have the same id.
const REQUEST_ID: &[u8] = b"1";
/// Delimiter, version, request id, status, text, user id, metadata.
const REPLY_FRAMES: usize = 7;

/// Whether a socket asks, and what it means that nobody is there to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Everybody is let in.
    #[default]
    Off,
    /// Without a handler everybody is let in.
    IfHandled,
    /// Without a handler nobody is.
    Required,
}

/// What a mechanism wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// NULL, PLAIN or CURVE.
    pub mechanism: &'static [u8],
    /// NULL: none; PLAIN: user name and password; CURVE: the client's public key.
    pub credentials: Vec<Vec<u8>>,
}

impl Question {
    /// The frames of the request, the delimiter first. `routing_id` is our own,
    /// as libzmq has it; RFC 27 means the peer's.
    pub fn frames(self, domain: &[u8], address: &[u8], routing_id: &[u8]) -> Vec<Vec<u8>> {
        let head: [&[u8]; 7] =
            [b"", VERSION, REQUEST_ID, domain, address, routing_id, self.mechanism];
        head.iter().map(|frame| frame.to_vec()).chain(self.credentials).collect()
    }
}

/// What a handler decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 200.
    Welcome,
    /// 300: not now. The peer is told nothing.
    Later,
    /// 400: not with these credentials.
    Denied,
    /// 500: the handler is in trouble.
    Trouble,
}

impl Status {
    fn parse(text: &[u8]) -> Option<Status> {
        match text {
            b"200" => Some(Status::Welcome),
            b"300" => Some(Status::Later),
            b"400" => Some(Status::Denied),
            b"500" => Some(Status::Trouble),
            _ => None,
        }
    }

    /// Value of the event `ZMQ_EVENT_HANDSHAKE_FAILED_AUTH` it owes.
    pub fn event(self) -> Option<u16> {
        match self {
            Status::Welcome => None,
            Status::Later => Some(300),
            Status::Denied => Some(400),
            Status::Trouble => Some(500),
        }
    }

    /// The reason in the ERROR command that tells the peer, its length before it, if it is told.
    pub fn error_reason(self) -> Option<&'static [u8]> {
        match self {
            Status::Welcome | Status::Later => None,
            Status::Denied => Some(b"\x03400"),
            Status::Trouble => Some(b"\x03500"),
        }
    }
}

/// A handler's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: Status,
    /// `User-Id`, also when empty, and then the handler's own properties: what
    /// messages of this connection carry.
    pub properties: Vec<Property>,
}

impl Reply {
    /// Reads the frames of a reply to a socket of type `own_type`; the first
    /// check that fails decides the fault.
    pub fn parse(own_type: u8, frames: &[&[u8]]) -> Result<Reply, Fault> {
        let Ok(&[delimiter, version, id, status, _text, user, properties]) =
            <&[&[u8]; REPLY_FRAMES]>::try_from(frames)
        else {
            return Err(Fault::Zap(ZapReply::Frames));
        };
        if !delimiter.is_empty() {
            return Err(Fault::Zap(ZapReply::Delimiter));
        }
        if version != VERSION {
            return Err(Fault::Zap(ZapReply::Version));
        }
        if id != REQUEST_ID {
            return Err(Fault::Zap(ZapReply::RequestId));
        }
        let status = Status::parse(status).ok_or(Fault::Zap(ZapReply::Status))?;
        let told = metadata::parse(properties).map_err(|_| Fault::Zap(ZapReply::Metadata))?;
        let wrong = |(name, value): &Property| {
            name == metadata::SOCKET_TYPE && !socket_type::accepts(own_type, value)
        };
        if told.iter().any(wrong) {
            return Err(Fault::Zap(ZapReply::Metadata));
        }
        let mut properties = vec![(metadata::USER_ID.to_vec(), user.to_vec())];
        properties.extend(told);
        Ok(Reply { status, properties })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::zmtp::socket_type::{DEALER, REP};
    use crate::zmtp::testing::hex;

    fn z2() -> Vec<Vec<u8>> {
        let metadata = hex("05 48656C6C6F 00000005 576F726C64");
        let frames: [&[u8]; 7] = [b"", b"1.0", b"1", b"200", b"OK", b"anonymous", &metadata];
        frames.iter().map(|frame| frame.to_vec()).collect()
    }

    fn parse(frames: &[Vec<u8>]) -> Result<Reply, Fault> {
        let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
        Reply::parse(DEALER, &frames)
    }

    #[test]
    fn z1_z3_the_requests_of_null_and_plain() {
        let null = Question { mechanism: b"NULL", credentials: Vec::new() };
        let frames: [&[u8]; 7] = [b"", b"1.0", b"1", b"DOMAIN", b"127.0.0.1", b"", b"NULL"];
        assert_eq!(null.frames(b"DOMAIN", b"127.0.0.1", b""), frames);
        let credentials = vec![b"admin".to_vec(), b"secret".to_vec()];
        let plain = Question { mechanism: b"PLAIN", credentials }.frames(b"", b"", b"");
        assert_eq!(plain[6..], [&b"PLAIN"[..], b"admin", b"secret"]);
    }

    #[test]
    fn z2_an_accepting_reply_with_metadata() {
        let reply = parse(&z2()).unwrap();
        assert_eq!(reply.status, Status::Welcome);
        let user = (b"User-Id".to_vec(), b"anonymous".to_vec());
        assert_eq!(reply.properties, [user, (b"Hello".to_vec(), b"World".to_vec())]);
    }

    #[test]
    fn statuses_owe_their_event_and_command() {
        let table = [("200", None, false), ("300", Some(300), false), ("400", Some(400), true)];
        for (text, event, command) in table.into_iter().chain([("500", Some(500), true)]) {
            let mut frames = z2();
            frames[3] = text.as_bytes().to_vec();
            let status = parse(&frames).unwrap().status;
            assert_eq!((status.event(), status.error_reason().is_some()), (event, command));
        }
    }

    // hostile: 68
    #[test]
    fn row_68_every_bad_reply_has_its_own_fault() {
        let table: [(usize, &[u8], ZapReply); 9] = [
            (0, b"x", ZapReply::Delimiter),
            (1, b"2.0", ZapReply::Version),
            (1, b"", ZapReply::Version),
            (2, b"2", ZapReply::RequestId),
            (3, b"201", ZapReply::Status),
            (3, b"600", ZapReply::Status),
            (3, b"2000", ZapReply::Status),
            (3, b"", ZapReply::Status),
            (6, b"\x05Hello", ZapReply::Metadata),
        ];
        for (at, bytes, fault) in table {
            let mut frames = z2();
            frames[at] = bytes.to_vec();
            assert_eq!(parse(&frames), Err(Fault::Zap(fault)), "{at}");
        }
        let mut frames = z2();
        frames.push(Vec::new());
        assert_eq!(parse(&frames), Err(Fault::Zap(ZapReply::Frames)));
        assert_eq!(parse(&frames[..6]), Err(Fault::Zap(ZapReply::Frames)));
        assert_eq!(parse(&[]), Err(Fault::Zap(ZapReply::Frames)));
    }

    #[test]
    fn the_first_failing_check_decides() {
        let mut frames = z2();
        frames[1] = b"2.0".to_vec();
        frames[3] = b"999".to_vec();
        assert_eq!(parse(&frames), Err(Fault::Zap(ZapReply::Version)));
    }

    #[test]
    fn a_socket_type_in_the_reply_is_checked() {
        let mut frames = z2();
        frames[6].clear();
        metadata::append(metadata::SOCKET_TYPE, b"PUB", &mut frames[6]);
        assert_eq!(parse(&frames), Err(Fault::Zap(ZapReply::Metadata)));
        let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
        assert!(Reply::parse(REP, &frames).is_err());
    }
}
