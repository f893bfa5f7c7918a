//! The client's side of the handshake.

use super::*;
use crate::crypto::{BoxKey, PublicKey, SecretKey};
use crate::zmtp::fault::{Fault, Part};
use crate::zmtp::mechanism::{Finished, Open, Own, Peer, Seal, error_fault};

/// What HELLO's nonce begins with; the server's must be the same.
pub(super) const HELLO_PURPOSE: &[u8; 16] = b"CurveZMQHELLO---";
pub(super) const INITIATE_PURPOSE: &[u8; 16] = b"CurveZMQINITIATE";
pub(super) const READY_PURPOSE: &[u8; 16] = b"CurveZMQREADY---";
pub(super) const WELCOME_PURPOSE: &[u8; 8] = b"WELCOME-";
pub(super) const VOUCH_PURPOSE: &[u8; 8] = b"VOUCH---";

const WELCOME_LEN: usize = 168;
/// READY without metadata.
const READY_LEN: usize = 30;

/// A client's long-term keys, and its server's.
pub struct ClientKeys<'a> {
    pub server_key: &'a PublicKey,
    pub public_key: &'a PublicKey,
    pub secret_key: &'a SecretKey,
}

/// What a connection has for itself alone.
pub(super) struct Fresh {
    /// c'.
    pub(super) secret: SecretKey,
    pub(super) vouch_nonce: LongNonce,
}

#[derive(Debug)]
enum State {
    SendsHello,
    AwaitsWelcome,
    /// The key of S' and c', and the cookie to send back.
    SendsInitiate(Session, Vec<u8>),
    AwaitsReady(Session),
    Ready(Session, Peer, u64),
    Done,
}

/// What INITIATE needs of WELCOME, and READY of both.
#[derive(Debug)]
struct Session {
    server_short_key: PublicKey,
    key: BoxKey,
}

/// The client's side.
#[derive(Debug)]
pub struct Client {
    own: Own,
    server_key: PublicKey,
    public_key: PublicKey,
    secret_key: SecretKey,
    /// c'.
    short_secret: SecretKey,
    vouch_nonce: LongNonce,
    /// The key of S and c', for HELLO and WELCOME. None: S is no key.
    hello_key: Option<BoxKey>,
    /// Counter of the next nonce.
    next: u64,
    state: State,
    /// A box could not be made, and nobody has been told yet.
    failed: bool,
}

impl Client {
    /// NoRandom.
    pub fn new(own: &Own, keys: ClientKeys) -> Result<Client, Fault> {
        let fresh = Fresh { secret: SecretKey::random()?, vouch_nonce: random_nonce()? };
        Ok(Client::with(own, keys, fresh))
    }

    pub(super) fn with(own: &Own, keys: ClientKeys, fresh: Fresh) -> Client {
        Client {
            own: own.clone(),
            server_key: *keys.server_key,
            public_key: *keys.public_key,
            secret_key: keys.secret_key.clone(),
            hello_key: BoxKey::agree(keys.server_key, &fresh.secret).ok(),
            short_secret: fresh.secret,
            vouch_nonce: fresh.vouch_nonce,
            next: 1,
            state: State::SendsHello,
            failed: false,
        }
    }

    fn take_counter(&mut self) -> u64 {
        let counter = self.next;
        self.next = counter.wrapping_add(1);
        counter
    }

    /// A key that no box can be made with leaves the handshake standing still
    /// until it is timed out, as in libzmq.
    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        let command = match std::mem::replace(&mut self.state, State::Done) {
            State::SendsHello => {
                self.state = State::AwaitsWelcome;
                self.hello()
            }
            State::SendsInitiate(session, cookie) => {
                let initiate = self.initiate(&session, &cookie);
                self.state = State::AwaitsReady(session);
                initiate
            }
            other => {
                self.state = other;
                return None;
            }
        };
        self.failed |= command.is_none();
        command
    }

    /// Once: that a box could not be made.
    pub fn take_failure(&mut self) -> Option<Fault> {
        std::mem::take(&mut self.failed).then_some(Fault::Cryptographic)
    }

    fn hello(&mut self) -> Option<Vec<u8>> {
        let counter = self.take_counter();
        let key = self.hello_key.as_ref()?;
        let sealed = key.seal(&counted(HELLO_PURPOSE, counter), &[0; HELLO_ZEROS]);
        let short_key = self.short_secret.public();
        let counter = counter.to_be_bytes();
        let parts: [&[u8]; 6] =
            [HELLO, VERSION, &[0; HELLO_PADDING], &short_key, &counter, &sealed];
        Some(parts.concat())
    }

    fn initiate(&mut self, session: &Session, cookie: &[u8]) -> Option<Vec<u8>> {
        let counter = self.take_counter();
        let vouch_key = BoxKey::agree(&session.server_short_key, &self.secret_key).ok()?;
        let vouched = [self.short_secret.public(), self.server_key].concat();
        let vouch = vouch_key.seal(&random(VOUCH_PURPOSE, &self.vouch_nonce), &vouched);
        let metadata = self.own.metadata();
        let parts: [&[u8]; 4] = [&self.public_key, &self.vouch_nonce, &vouch, &metadata];
        let sealed = session.key.seal(&counted(INITIATE_PURPOSE, counter), &parts.concat());
        let counter = counter.to_be_bytes();
        let parts: [&[u8]; 4] = [INITIATE, cookie, &counter, &sealed];
        Some(parts.concat())
    }

    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        if body.starts_with(WELCOME) {
            self.welcome(body)
        } else if body.starts_with(READY) {
            self.ready(body)
        } else if let Some(data) = body.strip_prefix(ERROR) {
            Err(error_fault(data))
        } else {
            Err(Fault::UnexpectedCommand)
        }
    }

    /// libzmq would let a second WELCOME begin INITIATE again.
    fn welcome(&mut self, body: &[u8]) -> Result<(), Fault> {
        if !matches!(self.state, State::AwaitsWelcome) {
            return Err(Fault::UnexpectedCommand);
        }
        if body.len() != WELCOME_LEN {
            return Err(Fault::Cryptographic);
        }
        let data = body.strip_prefix(WELCOME).unwrap_or_default();
        let (nonce, sealed) = data.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let key = self.hello_key.as_ref().ok_or(Fault::Cryptographic)?;
        let plain = key.open(&random(WELCOME_PURPOSE, nonce), sealed)?;
        let (server_short_key, cookie) = plain.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let key = BoxKey::agree(server_short_key, &self.short_secret)?;
        let session = Session { server_short_key: *server_short_key, key };
        self.state = State::SendsInitiate(session, cookie.to_vec());
        Ok(())
    }

    fn ready(&mut self, body: &[u8]) -> Result<(), Fault> {
        if body.len() < READY_LEN {
            return Err(Fault::Malformed(Part::Ready));
        }
        let State::AwaitsReady(session) = &self.state else {
            return Err(Fault::Cryptographic); // there is no key yet to open it with
        };
        let data = body.strip_prefix(READY).unwrap_or_default();
        let (counter, sealed) = data.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let counter = u64::from_be_bytes(*counter);
        let metadata = session.key.open(&counted(READY_PURPOSE, counter), sealed)?;
        let peer = Peer::of_server(self.own.socket_type, &metadata)?;
        if let State::AwaitsReady(session) = std::mem::replace(&mut self.state, State::Done) {
            self.state = State::Ready(session, peer, counter);
        }
        Ok(())
    }

    pub fn finish(&mut self) -> Option<Finished> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Ready(session, peer, last) => {
                let (seal, open) = traffic::of_client(session.key, self.next, last);
                let (seal, open) = (Seal::Curve(Box::new(seal)), Open::Curve(Box::new(open)));
                Some(Finished { peer, seal, open })
            }
            other => {
                self.state = other;
                None
            }
        }
    }
}
