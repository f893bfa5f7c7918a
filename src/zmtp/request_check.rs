//! What a REQ socket's session lets in: only messages with a REQ envelope.
//!
//! The engine feeds it every frame of a message, and no command, behind the
//! decoder. One per connection, new with each (libzmq's req_session).

use super::fault::Fault;

/// Octets of the request id that `ZMQ_REQ_CORRELATE` puts first.
const REQUEST_ID_LEN: usize = 4;

/// Where in a message the next frame stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestCheck {
    /// At the request id, which may be absent, or at the delimiter.
    #[default]
    Start,
    /// After a request id, at the empty delimiter.
    Delimiter,
    /// Anywhere in the body.
    Body,
}

impl RequestCheck {
    /// Looks at the next frame. After a fault the connection must go.
    #[inline]
    pub fn frame(&mut self, more: bool, len: usize) -> Result<(), Fault> {
        *self = match (*self, more, len) {
            (RequestCheck::Start, true, REQUEST_ID_LEN) => RequestCheck::Delimiter,
            (RequestCheck::Start | RequestCheck::Delimiter, true, 0) => RequestCheck::Body,
            (RequestCheck::Start | RequestCheck::Delimiter, _, _) => {
                return Err(Fault::RequestEnvelope);
            }
            (RequestCheck::Body, true, _) => RequestCheck::Body,
            (RequestCheck::Body, false, _) => RequestCheck::Start,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(frames: &[(bool, usize)]) -> Result<(), Fault> {
        let mut check = RequestCheck::default();
        // Twice, to see that a message leaves the check where it began.
        frames.iter().chain(frames).try_for_each(|(more, len)| check.frame(*more, *len))
    }

    #[test]
    fn messages_with_an_envelope_pass() {
        assert_eq!(message(&[(true, 0), (false, 2)]), Ok(()));
        assert_eq!(message(&[(true, 0), (false, 0)]), Ok(()));
        assert_eq!(message(&[(true, 4), (true, 0), (false, 2)]), Ok(()));
        assert_eq!(message(&[(true, 0), (true, 4), (true, 0), (true, 9), (false, 4)]), Ok(()));
    }

    #[test]
    fn messages_without_one_are_faults() {
        let fault = Err(Fault::RequestEnvelope);
        assert_eq!(message(&[(false, 0)]), fault);
        assert_eq!(message(&[(false, 2)]), fault);
        assert_eq!(message(&[(true, 2), (false, 2)]), fault);
        assert_eq!(message(&[(false, 4)]), fault);
        assert_eq!(message(&[(true, 4), (false, 0)]), fault);
        assert_eq!(message(&[(true, 4), (true, 4), (true, 0), (false, 1)]), fault);
    }
}
