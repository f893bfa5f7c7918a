//! NULL: both sides send READY as soon as the greeting is over, neither waits
//! for the other. ERROR takes READY's place at a side that refuses; with a ZAP
//! domain either side may.

use super::{Finished, Own, Peer, error_fault};
use crate::zmtp::fault::Fault;
use crate::zmtp::zap::{Question, Status};

const READY: &[u8] = b"\x05READY";
const ERROR: &[u8] = b"\x05ERROR";

/// Where the ZAP handler's decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// To be asked for.
    Due,
    /// Asked for.
    Asked,
    /// Given, or not needed.
    Granted,
    /// Not given.
    Refused,
}

#[derive(Debug)]
pub struct Null {
    socket_type: u8,
    admission: Admission,
    /// Our READY, or ERROR in its place, until it is handed out.
    ready: Option<Vec<u8>>,
    /// From the peer's READY.
    peer: Option<Peer>,
}

impl Null {
    pub fn new(own: &Own, asks: bool) -> Null {
        let ready = [READY, &own.metadata()].concat();
        let admission = if asks { Admission::Due } else { Admission::Granted };
        Null { socket_type: own.socket_type, admission, ready: Some(ready), peer: None }
    }

    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        match self.admission {
            Admission::Due | Admission::Asked => None,
            Admission::Granted | Admission::Refused => self.ready.take(),
        }
    }

    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        if self.peer.is_some() {
            return Err(Fault::UnexpectedCommand);
        }
        if let Some(metadata) = body.strip_prefix(READY) {
            self.peer = Some(Peer::from_metadata(self.socket_type, metadata)?);
        } else if let Some(data) = body.strip_prefix(ERROR) {
            return Err(error_fault(data));
        } else {
            return Err(Fault::UnexpectedCommand);
        }
        match self.admission {
            Admission::Refused => Err(Fault::AfterRefusal),
            Admission::Due | Admission::Asked | Admission::Granted => Ok(()),
        }
    }

    pub fn question(&mut self) -> Option<Question> {
        if self.admission != Admission::Due {
            return None;
        }
        self.admission = Admission::Asked;
        Some(Question { mechanism: b"NULL", credentials: Vec::new() })
    }

    pub fn answer(&mut self, status: Status) {
        match status {
            Status::Welcome => self.admission = Admission::Granted,
            Status::Later | Status::Denied | Status::Trouble => {
                self.admission = Admission::Refused;
                self.ready = status.error_reason().map(|reason| [ERROR, reason].concat());
            }
        }
    }

    pub fn finish(&mut self) -> Option<Finished> {
        if self.admission != Admission::Granted || self.ready.is_some() {
            return None;
        }
        self.peer.take().map(Finished::clear)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::zmtp::fault::Part;
    use crate::zmtp::socket_type::{DEALER, DISH, REP, REQ, ROUTER, SUB, XPUB};
    use crate::zmtp::testing::hex;

    /// Socket-Type and its length octets.
    const TYPE: &str = "0B 536F636B65742D54797065";
    const READY_: &str = "05 5245414459";

    fn own(socket_type: u8, routing_id: &[u8]) -> Own {
        Own { socket_type, routing_id: routing_id.to_vec(), app_properties: Vec::new() }
    }

    fn ready_of(own: &Own) -> Vec<u8> {
        Null::new(own, false).next_command().unwrap()
    }

    #[test]
    fn n1_to_n8_ready_per_socket_type() {
        let table = [
            (DEALER, "", "00000006 4445414C4552 08 4964656E74697479 00000000"),
            (ROUTER, "", "00000006 524F55544552 08 4964656E74697479 00000000"),
            (REP, "", "00000003 524550"),
            (REP, "ignored", "00000003 524550"),
            (SUB, "", "00000003 535542"),
            (XPUB, "", "00000004 58505542"),
            (DEALER, "ab", "00000006 4445414C4552 08 4964656E74697479 00000002 6162"),
            (DISH, "", "00000004 44495348"),
        ];
        for (socket_type, id, rest) in table {
            let body = hex(&format!("{READY_} {TYPE} {rest}"));
            assert_eq!(ready_of(&own(socket_type, id.as_bytes())), body);
        }
        let mut own = own(DEALER, b"");
        own.app_properties.push((b"X-hello".to_vec(), b"hello".to_vec()));
        let n7 = "00000006 4445414C4552 08 4964656E74697479 00000000
                  07 582D68656C6C6F 00000005 68656C6C6F";
        assert_eq!(ready_of(&own), hex(&format!("{READY_} {TYPE} {n7}")));
    }

    #[test]
    fn finishes_when_both_readies_are_done_in_either_order() {
        let router = ready_of(&own(ROUTER, b"r"));
        let mut null = Null::new(&own(DEALER, b""), false);
        null.process_command(&router).unwrap();
        assert!(null.finish().is_none());
        assert!(null.next_command().is_some());
        assert_eq!(null.finish().unwrap().peer.routing_id, b"r");

        let mut null = Null::new(&own(DEALER, b""), false);
        assert!(null.next_command().is_some());
        assert!(null.next_command().is_none());
        assert!(null.finish().is_none());
        null.process_command(&router).unwrap();
        assert!(null.finish().is_some());
    }

    // hostile: 16
    #[test]
    fn row_16_a_second_ready_before_ours_is_out_is_unexpected() {
        let router = ready_of(&own(ROUTER, b""));
        let mut null = Null::new(&own(DEALER, b""), false);
        null.process_command(&router).unwrap();
        assert_eq!(null.process_command(&router), Err(Fault::UnexpectedCommand));
    }

    #[test]
    fn row_14_anything_but_ready_and_error_is_unexpected() {
        for body in [&b""[..], b"hi", b"\x04READY", b"\x05READ", b"\x05ready", b"\x05HELLO"] {
            let result = Null::new(&own(REQ, b""), false).process_command(body);
            assert_eq!(result, Err(Fault::UnexpectedCommand), "{body:?}");
        }
    }

    #[test]
    fn n9_rows_24_25_an_error_tells_its_status_or_is_malformed() {
        let table: [(&[u8], Fault); 8] = [
            (b"\x05ERROR\x03300", Fault::Refused(Some(300))),
            (b"\x05ERROR\x03400", Fault::Refused(Some(400))),
            (b"\x05ERROR\x03500tail", Fault::Refused(Some(500))),
            (b"\x05ERROR\x03200", Fault::Refused(None)),
            (b"\x05ERROR\x05Sorry", Fault::Refused(None)),
            (b"\x05ERROR\x00", Fault::Refused(None)),
            (b"\x05ERROR", Fault::Malformed(Part::Error)),
            (b"\x05ERROR\x20400", Fault::Malformed(Part::Error)),
        ];
        for (body, fault) in table {
            assert_eq!(Null::new(&own(REQ, b""), false).process_command(body), Err(fault));
        }
    }

    #[test]
    fn with_a_domain_ready_waits_for_the_handler() {
        let router = ready_of(&own(ROUTER, b""));
        let mut null = Null::new(&own(DEALER, b""), true);
        assert!(null.next_command().is_none());
        let question = Question { mechanism: b"NULL", credentials: Vec::new() };
        assert_eq!(null.question(), Some(question));
        assert_eq!(null.question(), None);
        null.process_command(&router).unwrap();
        assert!(null.next_command().is_none() && null.finish().is_none());
        null.answer(Status::Welcome);
        assert!(null.next_command().is_some());
        assert!(null.finish().is_some());
    }

    #[test]
    fn a_refused_peer_gets_an_error_or_nothing_and_may_say_no_more() {
        let router = ready_of(&own(ROUTER, b""));
        let table = [
            (Status::Later, None),
            (Status::Denied, Some(b"\x05ERROR\x03400".to_vec())),
            (Status::Trouble, Some(b"\x05ERROR\x03500".to_vec())),
        ];
        for (status, error) in table {
            let mut null = Null::new(&own(DEALER, b""), true);
            assert!(null.question().is_some());
            null.answer(status);
            assert_eq!(null.next_command(), error);
            assert!(null.next_command().is_none() && null.finish().is_none());
            assert_eq!(null.process_command(&router), Err(Fault::AfterRefusal));
            assert!(null.finish().is_none());
        }
    }
}
