//! The server's side of the handshake.

use zeroize::Zeroizing;

use super::client::{
    HELLO_PURPOSE, INITIATE_PURPOSE, READY_PURPOSE, VOUCH_PURPOSE, WELCOME_PURPOSE,
};
use super::*;
use crate::crypto::{BoxKey, PublicKey, SecretKey};
use crate::zmtp::fault::{Fault, Part};
use crate::zmtp::mechanism::{Finished, Open, Own, Peer, Seal, structure};
use crate::zmtp::zap::{Question, Status};

const COOKIE_PURPOSE: &[u8; 8] = b"COOKIE--";

/// HELLO has this size and no other.
const HELLO_LEN: usize = 200;
/// INITIATE without metadata.
const INITIATE_LEN: usize = 257;

/// What a connection has for itself alone.
pub(super) struct Fresh {
    /// s'.
    pub(super) secret: SecretKey,
    pub(super) cookie_key: [u8; KEY_LEN],
    pub(super) cookie_nonce: LongNonce,
    pub(super) welcome_nonce: LongNonce,
}

impl Fresh {
    fn new() -> Result<Fresh, NoRandom> {
        Ok(Fresh {
            secret: SecretKey::random()?,
            cookie_key: *SecretKey::random()?.bytes(),
            cookie_nonce: random_nonce()?,
            welcome_nonce: random_nonce()?,
        })
    }
}

#[derive(Debug)]
enum State {
    AwaitsHello,
    /// Of C', and the key of C' and s.
    SendsWelcome(PublicKey, BoxKey),
    AwaitsInitiate(PublicKey),
    /// INITIATE is in; the handler is to be asked about C.
    Asks(Client, PublicKey),
    AwaitsAnswer(Client),
    SendsReady(Client),
    Ready(Client),
    SendsError(Vec<u8>),
    /// Refused; waits for the client to go.
    Refused,
    Done,
}

/// A client that has proved who it is.
#[derive(Debug)]
struct Client {
    peer: Peer,
    key: BoxKey,
    /// Counter of its last nonce.
    last: u64,
}

/// The server's side.
#[derive(Debug)]
pub struct Server {
    own: Own,
    secret_key: SecretKey,
    asks: bool,
    /// s'.
    short_secret: SecretKey,
    cookie_key: BoxKey,
    cookie_nonce: LongNonce,
    welcome_nonce: LongNonce,
    /// Counter of the next nonce.
    next: u64,
    state: State,
}

impl Server {
    /// `asks`: the ZAP handler is asked about the client's key.
    pub fn new(own: &Own, secret_key: &SecretKey, asks: bool) -> Result<Server, Fault> {
        Ok(Server::with(own, secret_key, asks, Fresh::new()?))
    }

    pub(super) fn with(own: &Own, secret_key: &SecretKey, asks: bool, fresh: Fresh) -> Server {
        Server {
            own: own.clone(),
            secret_key: secret_key.clone(),
            asks,
            short_secret: fresh.secret,
            cookie_key: BoxKey::symmetric(&fresh.cookie_key),
            cookie_nonce: fresh.cookie_nonce,
            welcome_nonce: fresh.welcome_nonce,
            next: 1,
            state: State::AwaitsHello,
        }
    }

    pub fn next_command(&mut self) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::SendsWelcome(short_key, key) => {
                self.state = State::AwaitsInitiate(short_key);
                Some(self.welcome(&short_key, &key))
            }
            State::SendsReady(client) => {
                let ready = self.ready(&client.key);
                self.state = State::Ready(client);
                Some(ready)
            }
            State::SendsError(error) => {
                self.state = State::Refused;
                Some(error)
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    fn welcome(&self, client_short_key: &PublicKey, key: &BoxKey) -> Vec<u8> {
        let kept = Zeroizing::new([*client_short_key, *self.short_secret.bytes()].concat());
        let cookie = self.cookie_key.seal(&random(COOKIE_PURPOSE, &self.cookie_nonce), &kept);
        let short_key = self.short_secret.public();
        let plain: [&[u8]; 3] = [&short_key, &self.cookie_nonce, &cookie];
        let sealed = key.seal(&random(WELCOME_PURPOSE, &self.welcome_nonce), &plain.concat());
        let parts: [&[u8]; 3] = [WELCOME, &self.welcome_nonce, &sealed];
        parts.concat()
    }

    fn ready(&mut self, key: &BoxKey) -> Vec<u8> {
        let counter = self.next;
        self.next = counter.wrapping_add(1);
        let sealed = key.seal(&counted(READY_PURPOSE, counter), &self.own.metadata());
        let parts: [&[u8]; 3] = [READY, &counter.to_be_bytes(), &sealed];
        parts.concat()
    }

    pub fn process_command(&mut self, body: &[u8]) -> Result<(), Fault> {
        self.state = match self.state {
            State::AwaitsHello => self.hello(body)?,
            State::AwaitsInitiate(short_key) => self.initiate(body, &short_key)?,
            State::SendsWelcome(..)
            | State::Asks(..)
            | State::AwaitsAnswer(_)
            | State::SendsReady(_)
            | State::Ready(_)
            | State::SendsError(_)
            | State::Refused
            | State::Done => return Err(Fault::OutOfTurn),
        };
        Ok(())
    }

    /// Padding, nonce and the zeros in the box mean nothing and may be anything.
    fn hello(&self, body: &[u8]) -> Result<State, Fault> {
        let malformed = Fault::Malformed(Part::Hello);
        structure(body)?;
        let data = body.strip_prefix(HELLO).ok_or(Fault::UnexpectedCommand)?;
        if body.len() != HELLO_LEN {
            return Err(malformed);
        }
        let data = data.strip_prefix(VERSION).ok_or(malformed)?;
        let data = data.get(HELLO_PADDING..).ok_or(malformed)?;
        let (short_key, data) = data.split_first_chunk().ok_or(malformed)?;
        let (counter, sealed) = data.split_first_chunk().ok_or(malformed)?;
        let key = BoxKey::agree(short_key, &self.secret_key)?;
        key.open(&counted(HELLO_PURPOSE, u64::from_be_bytes(*counter)), sealed)?;
        Ok(State::SendsWelcome(*short_key, key))
    }

    fn initiate(&self, body: &[u8], short_key: &PublicKey) -> Result<State, Fault> {
        let malformed = Fault::Malformed(Part::Initiate);
        structure(body)?;
        let data = body.strip_prefix(INITIATE).ok_or(Fault::UnexpectedCommand)?;
        if body.len() < INITIATE_LEN {
            return Err(malformed);
        }
        let (cookie, data) = data.split_first_chunk().ok_or(malformed)?;
        let (counter, sealed) = data.split_first_chunk().ok_or(malformed)?;
        self.check_cookie(cookie, short_key)?;
        let counter = u64::from_be_bytes(*counter);
        let key = BoxKey::agree(short_key, &self.short_secret)?;
        let plain = key.open(&counted(INITIATE_PURPOSE, counter), sealed)?;
        let (public_key, plain) = plain.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let (vouch, metadata) = plain.split_first_chunk().ok_or(Fault::Cryptographic)?;
        self.check_vouch(vouch, public_key, short_key)?;
        let peer = Peer::from_metadata(self.own.socket_type, metadata)?;
        let client = Client { peer, key, last: counter };
        Ok(if self.asks { State::Asks(client, *public_key) } else { State::SendsReady(client) })
    }

    fn check_cookie(&self, cookie: &[u8; COOKIE_LEN], short_key: &PublicKey) -> Result<(), Fault> {
        let (nonce, sealed) = cookie.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let kept = self.cookie_key.open(&random(COOKIE_PURPOSE, nonce), sealed)?;
        let (public, secret) = kept.split_at_checked(KEY_LEN).ok_or(Fault::Cryptographic)?;
        let ours =
            crypto::equal(public, short_key) & crypto::equal(secret, self.short_secret.bytes());
        if ours { Ok(()) } else { Err(Fault::Cryptographic) }
    }

    /// That the owner of C made C'. That the vouch also holds S is not checked,
    /// as libzmq does not: only S' could open its box.
    fn check_vouch(
        &self,
        vouch: &[u8; VOUCH_LEN],
        public_key: &PublicKey,
        short_key: &PublicKey,
    ) -> Result<(), Fault> {
        let (nonce, sealed) = vouch.split_first_chunk().ok_or(Fault::Cryptographic)?;
        let key = BoxKey::agree(public_key, &self.short_secret)?;
        let vouched = key.open(&random(VOUCH_PURPOSE, nonce), sealed)?;
        let (vouched, _) = vouched.split_at_checked(KEY_LEN).ok_or(Fault::Cryptographic)?;
        if crypto::equal(vouched, short_key) { Ok(()) } else { Err(Fault::KeyExchange) }
    }

    pub fn question(&mut self) -> Option<Question> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Asks(client, public_key) => {
                self.state = State::AwaitsAnswer(client);
                Some(Question { mechanism: b"CURVE", credentials: vec![public_key.to_vec()] })
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    pub fn answer(&mut self, status: Status) {
        self.state = match (std::mem::replace(&mut self.state, State::Done), status) {
            (State::AwaitsAnswer(client), Status::Welcome) => State::SendsReady(client),
            (_, status) => match status.error_reason() {
                Some(reason) => State::SendsError([ERROR, reason].concat()),
                None => State::Refused,
            },
        };
    }

    pub fn finish(&mut self) -> Option<Finished> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Ready(Client { peer, key, last }) => {
                let (seal, open) = traffic::of_server(key, self.next, last);
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
