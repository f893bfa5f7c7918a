//! CURVE (RFC 26): every frame encrypted and authenticated, both sides known by
//! their long-term keys, and fresh keys for every connection.
//!
//! Letters as in the RFC: C and S are the long-term keys of client and server,
//! C' and S' those of the connection. HELLO, WELCOME, INITIATE, READY, client
//! first; `traffic` is what comes after. The server keeps its state between
//! HELLO and INITIATE, as libzmq's does, so that the cookie only proves that the
//! client has opened WELCOME.

mod client;
mod server;
mod traffic;

#[cfg(test)]
mod tests;

pub use client::{Client, ClientKeys};
pub use server::Server;
pub use traffic::{OVERHEAD, Opened, Opener, Sealer};

use crate::crypto::{self, KEY_LEN, MAC_LEN, NONCE_LEN, NoRandom, Nonce};

const HELLO: &[u8] = b"\x05HELLO";
const WELCOME: &[u8] = b"\x07WELCOME";
const INITIATE: &[u8] = b"\x08INITIATE";
const READY: &[u8] = b"\x05READY";
const ERROR: &[u8] = b"\x05ERROR";
const MESSAGE: &[u8; 8] = b"\x07MESSAGE";

const VERSION: &[u8] = &[1, 0];
/// Padding that makes HELLO larger than WELCOME: nobody gains by sending HELLOs
/// in somebody else's name.
const HELLO_PADDING: usize = 72;
/// Plaintext of HELLO's box.
const HELLO_ZEROS: usize = 64;

/// Octets of a nonce that travel when they are a counter.
const SHORT_NONCE: usize = 8;
/// Octets of a nonce that travel when they are random.
const LONG_NONCE: usize = 16;
/// Nonce, and a box of C' and s'.
const COOKIE_LEN: usize = LONG_NONCE + MAC_LEN + 2 * KEY_LEN;
/// Nonce, and a box of C' and S.
const VOUCH_LEN: usize = COOKIE_LEN;

type LongNonce = [u8; LONG_NONCE];

/// A nonce that is a purpose and a counter.
fn counted(purpose: &[u8; LONG_NONCE], counter: u64) -> Nonce {
    joined(purpose, &counter.to_be_bytes())
}

/// A nonce that is a purpose and random octets.
fn random(purpose: &[u8; SHORT_NONCE], tail: &LongNonce) -> Nonce {
    joined(purpose, tail)
}

fn joined(head: &[u8], tail: &[u8]) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    for (slot, byte) in nonce.iter_mut().zip(head.iter().chain(tail)) {
        *slot = *byte;
    }
    nonce
}

fn random_nonce() -> Result<LongNonce, NoRandom> {
    let mut nonce = [0; LONG_NONCE];
    crypto::fill_random(&mut nonce)?;
    Ok(nonce)
}
