//! PLAIN (RFC 24): the client says a name and a password in the clear, the
//! server has the ZAP handler judge them.
//!
//! HELLO, WELCOME, INITIATE, READY, client first; ERROR from the server instead
//! of WELCOME. Which side is the server is an option and has nothing to do with
//! who connected.

use zeroize::Zeroizing;

use super::{Finished, Own, Peer, error_fault};
use crate::zmtp::PeerVersion;
use crate::zmtp::fault::{Fault, Part};
use crate::zmtp::zap::{Question, Status};

const HELLO: &[u8] = b"\x05HELLO";
const WELCOME: &[u8] = b"\x07WELCOME";
const INITIATE: &[u8] = b"\x08INITIATE";
const READY: &[u8] = b"\x05READY";
/// As RFC 24 has it, and libzmq up to 4.2.
const ERROR: &[u8] = b"\x05ERROR";
/// As every libzmq 4.3 sends it and alone understands it: a C compiler takes the E behind
/// `\x05` for a digit.
const MISSPELT_ERROR: &[u8] = b"\x5ERROR";

#[derive(Debug)]
enum ClientState {
    /// Our HELLO until it is handed out.
    Hello(Zeroizing<Vec<u8>>),
    AwaitsWelcome,
    SendsInitiate,
    AwaitsReady,
    Ready(Peer),
    Done,
}

/// The client's side.
#[derive(Debug)]
pub struct Client {
    own: Own,
    state: ClientState,
}

impl Client {
    /// Name and password are at most 255 octets, as the options have it; more
    /// has no representation and is cut off.
    pub fn new(own: &Own, username: &[u8], password: &[u8]) -> Client {
        let mut hello = Zeroizing::new(HELLO.to_vec());
        for text in [username, password] {
            let len = u8::try_from(text.len()).unwrap_or(u8::MAX);
            hello.push(len);
            hello.extend_from_slice(text.get(..usize::from(len)).unwrap_or_default());
        }
        Client { own: own.clone(), state: ClientState::Hello(hello) }
    }

    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        match &self.state {
            ClientState::Hello(hello) => {
                let hello = hello.to_vec();
                self.state = ClientState::AwaitsWelcome;
                Some(hello)
            }
            ClientState::SendsInitiate => {
                self.state = ClientState::AwaitsReady;
                Some([INITIATE, &self.own.metadata()].concat())
            }
            ClientState::AwaitsWelcome
            | ClientState::AwaitsReady
            | ClientState::Ready(_)
            | ClientState::Done => None,
        }
    }

    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        let (welcome, ready) = match self.state {
            ClientState::AwaitsWelcome => (true, false),
            ClientState::AwaitsReady => (false, true),
            ClientState::Hello(_)
            | ClientState::SendsInitiate
            | ClientState::Ready(_)
            | ClientState::Done => return Err(Fault::UnexpectedCommand),
        };
        if let Some(rest) = body.strip_prefix(WELCOME)
            && welcome
        {
            if !rest.is_empty() {
                return Err(Fault::Malformed(Part::Welcome));
            }
            self.state = ClientState::SendsInitiate;
            return Ok(());
        }
        if let Some(metadata) = body.strip_prefix(READY)
            && ready
        {
            self.state = ClientState::Ready(Peer::of_server(self.own.socket_type, metadata)?);
            return Ok(());
        }
        let reason = body.strip_prefix(ERROR).or_else(|| body.strip_prefix(MISSPELT_ERROR));
        Err(reason.map_or(Fault::UnexpectedCommand, error_fault))
    }

    pub fn finish(&mut self) -> Option<Finished> {
        match std::mem::replace(&mut self.state, ClientState::Done) {
            ClientState::Ready(peer) => Some(Finished::clear(peer)),
            other => {
                self.state = other;
                None
            }
        }
    }
}

#[derive(Debug)]
enum ServerState {
    AwaitsHello,
    /// HELLO is in; the handler is to be asked.
    Asks(Vec<Vec<u8>>),
    AwaitsAnswer,
    SendsWelcome,
    AwaitsInitiate,
    SendsReady(Peer),
    Ready(Peer),
    SendsError(Vec<u8>),
    /// Refused; waits for the client to go.
    Refused,
    Done,
}

/// The server's side.
#[derive(Debug)]
pub struct Server {
    own: Own,
    asks: bool,
    /// How the client spells ERROR.
    error: &'static [u8],
    state: ServerState,
}

impl Server {
    /// `asks`: the ZAP handler is asked; else everybody is let in.
    pub fn new(own: &Own, asks: bool, client: PeerVersion) -> Server {
        // libzmq says 3.1 since 4.3.3; 4.3.0 to 4.3.2 look like those that spell it right.
        let error = if client == PeerVersion::V3_1 { MISSPELT_ERROR } else { ERROR };
        Server { own: own.clone(), asks, error, state: ServerState::AwaitsHello }
    }

    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.state, ServerState::Done) {
            ServerState::SendsWelcome => {
                self.state = ServerState::AwaitsInitiate;
                Some(WELCOME.to_vec())
            }
            ServerState::SendsReady(peer) => {
                self.state = ServerState::Ready(peer);
                Some([READY, &self.own.metadata()].concat())
            }
            ServerState::SendsError(error) => {
                self.state = ServerState::Refused;
                Some(error)
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        match self.state {
            ServerState::AwaitsHello => self.hello(body),
            ServerState::AwaitsInitiate => {
                let metadata = body.strip_prefix(INITIATE).ok_or(Fault::UnexpectedCommand)?;
                let peer = Peer::from_metadata(self.own.socket_type, metadata)?;
                self.state = ServerState::SendsReady(peer);
                Ok(())
            }
            ServerState::Asks(_)
            | ServerState::AwaitsAnswer
            | ServerState::SendsWelcome
            | ServerState::SendsReady(_)
            | ServerState::Ready(_)
            | ServerState::SendsError(_)
            | ServerState::Refused
            | ServerState::Done => Err(Fault::OutOfTurn),
        }
    }

    fn hello(&mut self, body: &[u8]) -> Result<(), Fault> {
        super::structure(body)?;
        let data = body.strip_prefix(HELLO).ok_or(Fault::UnexpectedCommand)?;
        let credentials = credentials(data).ok_or(Fault::Malformed(Part::Hello))?;
        self.state = if self.asks {
            ServerState::Asks(credentials.map(<[u8]>::to_vec).to_vec())
        } else {
            ServerState::SendsWelcome
        };
        Ok(())
    }

    pub fn question(&mut self) -> Option<Question> {
        let ServerState::Asks(credentials) = &mut self.state else { return None };
        let credentials = std::mem::take(credentials);
        self.state = ServerState::AwaitsAnswer;
        Some(Question { mechanism: b"PLAIN", credentials })
    }

    pub fn answer(&mut self, status: Status) {
        self.state = match (status, status.error_reason()) {
            (Status::Welcome, _) => ServerState::SendsWelcome,
            (_, Some(reason)) => ServerState::SendsError([self.error, reason].concat()),
            (_, None) => ServerState::Refused,
        };
    }

    pub fn finish(&mut self) -> Option<Finished> {
        match std::mem::replace(&mut self.state, ServerState::Done) {
            ServerState::Ready(peer) => Some(Finished::clear(peer)),
            other => {
                self.state = other;
                None
            }
        }
    }
}

/// Name and password, and nothing behind them.
fn credentials(data: &[u8]) -> Option<[&[u8]; 2]> {
    let (username, rest) = short_text(data)?;
    let (password, rest) = short_text(rest)?;
    rest.is_empty().then_some([username, password])
}

fn short_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::zmtp::socket_type::{DEALER, PUB, ROUTER};
    use crate::zmtp::testing::hex;

    fn own(socket_type: u8) -> Own {
        Own { socket_type, ..Own::default() }
    }

    fn client() -> Client {
        Client::new(&own(DEALER), b"admin", b"secret")
    }

    fn server() -> Server {
        Server::new(&own(ROUTER), true, PeerVersion::V3_1)
    }

    /// A server that has let its client in and said WELCOME.
    fn welcoming() -> Server {
        let mut server = server();
        server.process_command(&client().next_command().unwrap()).unwrap();
        assert!(server.question().is_some());
        server.answer(Status::Welcome);
        assert_eq!(server.next_command().unwrap(), WELCOME);
        server
    }

    #[test]
    fn p1_p2_p3_the_commands_of_a_client_let_in() {
        let (mut client, mut server) = (client(), server());
        let hello = client.next_command().unwrap();
        assert_eq!(hello, hex("05 48454C4C4F 05 61646D696E 06 736563726574"));
        assert!(client.next_command().is_none());
        server.process_command(&hello).unwrap();
        assert!(server.next_command().is_none());
        let credentials = vec![b"admin".to_vec(), b"secret".to_vec()];
        assert_eq!(server.question(), Some(Question { mechanism: b"PLAIN", credentials }));
        assert_eq!(server.question(), None);
        server.answer(Status::Welcome);
        let welcome = server.next_command().unwrap();
        assert_eq!(welcome, hex("07 57454C434F4D45"));
        client.process_command(&welcome).unwrap();
        let initiate = client.next_command().unwrap();
        let p3 = "08 494E495449415445 0B 536F636B65742D54797065
             00000006 4445414C4552 08 4964656E74697479 00000000";
        assert_eq!(initiate, hex(p3));
        assert!(client.finish().is_none());
        server.process_command(&initiate).unwrap();
        let ready = server.next_command().unwrap();
        assert!(ready.starts_with(READY) && server.finish().is_some());
        client.process_command(&ready).unwrap();
        let peer = client.finish().unwrap().peer;
        assert!(peer.properties.contains(&(b"Socket-Type".to_vec(), b"ROUTER".to_vec())));
        assert!(client.finish().is_none());
    }

    // hostile: 26
    #[test]
    fn row_26_a_hello_that_does_not_add_up_is_malformed() {
        let table: [(&[u8], Fault); 9] = [
            (b"", Fault::Malformed(Part::Structure)),
            (b"\x05", Fault::Malformed(Part::Structure)),
            (b"\x05HELL", Fault::Malformed(Part::Structure)),
            (b"\x05HELLO", Fault::Malformed(Part::Hello)),
            (b"\x05HELLO\x01u", Fault::Malformed(Part::Hello)),
            (b"\x05HELLO\x09user\x01p", Fault::Malformed(Part::Hello)),
            (b"\x05HELLO\x01u\x02p", Fault::Malformed(Part::Hello)),
            (b"\x05HELLO\x01u\x01pX", Fault::Malformed(Part::Hello)),
            (b"\x05READY\x00\x00", Fault::UnexpectedCommand),
        ];
        for (body, fault) in table {
            assert_eq!(server().process_command(body), Err(fault), "{body:?}");
        }
        assert_eq!(server().process_command(b"\x05HELLO\x00\x00"), Ok(()));
    }

    // hostile: 27
    #[test]
    fn row_27_a_frame_while_the_server_waits_for_none_is_out_of_turn() {
        let hello = client().next_command().unwrap();
        let mut server = server();
        server.process_command(&hello).unwrap();
        assert_eq!(server.process_command(b"\x08INITIATE"), Err(Fault::OutOfTurn));
        assert!(server.question().is_some());
        assert_eq!(server.process_command(b"\x08INITIATE"), Err(Fault::OutOfTurn));
        server.answer(Status::Welcome);
        assert_eq!(server.process_command(b"\x08INITIATE"), Err(Fault::OutOfTurn));
    }

    #[test]
    fn a_refused_client_gets_an_error_or_nothing() {
        use PeerVersion::{V3_0, V3_1};
        let table = [
            (V3_1, Status::Later, None),
            (V3_1, Status::Denied, Some(hex("5E 52524F52 03 343030"))),
            (V3_1, Status::Trouble, Some(hex("5E 52524F52 03 353030"))),
            (V3_0, Status::Later, None),
            (V3_0, Status::Denied, Some(hex("05 4552524F52 03 343030"))),
            (V3_0, Status::Trouble, Some(hex("05 4552524F52 03 353030"))),
        ];
        for (version, status, error) in table {
            let mut server = Server::new(&own(ROUTER), true, version);
            server.process_command(&client().next_command().unwrap()).unwrap();
            assert!(server.question().is_some());
            server.answer(status);
            assert_eq!(server.next_command(), error);
            assert_eq!(server.process_command(b"\x08INITIATE"), Err(Fault::OutOfTurn));
            assert!(server.next_command().is_none() && server.finish().is_none());
        }
    }

    #[test]
    fn the_server_takes_nothing_but_initiate_then() {
        for body in [&b"\x05HELLO\x00\x00"[..], b"", b"\x07INITIAT", b"\x08INITIATX"] {
            assert_eq!(welcoming().process_command(body), Err(Fault::UnexpectedCommand));
        }
        let bad = [INITIATE, &b"\x0bSocket-Type\0\0\0"[..]].concat();
        assert_eq!(welcoming().process_command(&bad), Err(Fault::Metadata));
        let wrong = [INITIATE, &own(PUB).metadata()].concat();
        assert_eq!(welcoming().process_command(&wrong), Err(Fault::SocketTypeMismatch(Some(PUB))));
        assert_eq!(welcoming().process_command(INITIATE), Ok(()));
    }

    #[test]
    fn the_client_takes_each_command_in_its_turn_only() {
        let table: [(&[u8], Fault); 11] = [
            (b"\x05READY", Fault::UnexpectedCommand),
            (b"\x5ERROR", Fault::Malformed(Part::Error)),
            (b"\x5ERROR\x03300", Fault::Refused(Some(300))),
            (b"\x5ERROR\x03400", Fault::Refused(Some(400))),
            (b"\x5ERRORS\x03400", Fault::Malformed(Part::Error)),
            (b"\x07WELCOMEX", Fault::Malformed(Part::Welcome)),
            (b"\x05HELLO\x00\x00", Fault::UnexpectedCommand),
            (b"", Fault::UnexpectedCommand),
            (b"\x05ERROR", Fault::Malformed(Part::Error)),
            (b"\x05ERROR\x03400", Fault::Refused(Some(400))),
            (b"\x05ERROR\x02no", Fault::Refused(None)),
        ];
        for (body, fault) in table {
            let mut client = client();
            assert_eq!(client.process_command(body), Err(Fault::UnexpectedCommand), "before HELLO");
            assert!(client.next_command().is_some());
            assert_eq!(client.process_command(body), Err(fault), "{body:?}");
        }
        let mut client = client();
        assert!(client.next_command().is_some());
        client.process_command(WELCOME).unwrap();
        assert!(client.next_command().is_some());
        assert_eq!(client.process_command(WELCOME), Err(Fault::UnexpectedCommand));
        assert_eq!(client.process_command(b"\x05READY\x01"), Err(Fault::ServerMetadata));
        let wrong = [READY, &own(PUB).metadata()].concat();
        assert_eq!(client.process_command(&wrong), Err(Fault::ServerMetadata));
        assert_eq!(client.process_command(b"\x05ERROR\x03500"), Err(Fault::Refused(Some(500))));
        assert_eq!(client.process_command(READY), Ok(()));
    }

    #[test]
    fn two_clients_are_unexpected_to_each_other() {
        let (mut a, mut b) = (client(), client());
        let hello = a.next_command().unwrap();
        assert!(b.next_command().is_some());
        assert_eq!(b.process_command(&hello), Err(Fault::UnexpectedCommand));
    }

    #[test]
    fn names_and_passwords_of_255_octets_fit() {
        let long = vec![b'x'; 255];
        let hello = Client::new(&own(DEALER), &long, &long).next_command().unwrap();
        let mut server = server();
        server.process_command(&hello).unwrap();
        assert_eq!(server.question().unwrap().credentials, [long.clone(), long]);
    }
}
