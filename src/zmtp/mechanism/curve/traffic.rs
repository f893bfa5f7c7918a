//! MESSAGE: what every frame of a CURVE connection's traffic travels in. The
//! engine seals and opens with the two halves made here, each under its own lock.
//!
//! The flags of a frame are inside the box. Outside, MESSAGE frames have none,
//! not even COMMAND, as libzmq sends them; what a peer sets outside is ignored,
//! because nothing authenticates it.

use super::{MESSAGE, SHORT_NONCE, counted};
use crate::crypto::{BoxKey, MAC_LEN};
use crate::zmtp::fault::{Fault, Part};
use crate::zmtp::frame::{self, Framing, MAX_HEADER};

/// Octets of a MESSAGE before the payload: name, nonce, authenticator, flags.
pub const OVERHEAD: usize = MESSAGE.len() + SHORT_NONCE + MAC_LEN + 1;
/// Octets of a MESSAGE before its sealed part.
const CLEAR: usize = OVERHEAD - 1;

/// Inner flag: another frame of the same message follows.
const MORE: u8 = 1;
/// Inner flag: the payload is a command (the RFC reserves this bit).
const COMMAND: u8 = 2;

/// The purposes in the nonces of either direction.
const FROM_CLIENT: &[u8; 16] = b"CurveZMQMESSAGEC";
const FROM_SERVER: &[u8; 16] = b"CurveZMQMESSAGES";

/// Seals outgoing frames.
#[derive(Debug)]
pub struct Sealer {
    key: BoxKey,
    purpose: &'static [u8; 16],
    /// The nonce of the next MESSAGE.
    next: u64,
}

/// Opens incoming frames.
#[derive(Debug)]
pub struct Opener {
    key: BoxKey,
    purpose: &'static [u8; 16],
    /// The nonce seen last; the next must be greater, gaps do not matter.
    last: u64,
}

/// What the box of a MESSAGE says of the payload, which stands behind
/// [`OVERHEAD`] octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Another frame of the same message follows.
    pub more: bool,
    /// A command, not a part of a message.
    pub command: bool,
}

/// Both halves of a client's traffic: the next nonce to use, the last one seen.
pub(super) fn of_client(key: BoxKey, next: u64, last: u64) -> (Sealer, Opener) {
    halves(key, FROM_CLIENT, next, FROM_SERVER, last)
}

/// Both halves of a server's traffic.
pub(super) fn of_server(key: BoxKey, next: u64, last: u64) -> (Sealer, Opener) {
    halves(key, FROM_SERVER, next, FROM_CLIENT, last)
}

fn halves(
    key: BoxKey,
    out: &'static [u8; 16],
    next: u64,
    into: &'static [u8; 16],
    last: u64,
) -> (Sealer, Opener) {
    let opener = Opener { key: key.clone(), purpose: into, last };
    (Sealer { key, purpose: out, next }, opener)
}

impl Sealer {
    /// Octets of the MESSAGE for a payload.
    pub fn sealed_len(payload: usize) -> usize {
        payload.saturating_add(OVERHEAD)
    }

    /// The frame header of the MESSAGE for a payload; returns its length.
    pub fn header(payload: usize, out: &mut [u8; MAX_HEADER]) -> usize {
        frame::write_header(Framing::V2, false, false, Self::sealed_len(payload), out)
    }

    /// Appends a whole frame whose payload is given in pieces.
    pub fn append(&mut self, more: bool, command: bool, payload: &[&[u8]], out: &mut Vec<u8>) {
        let len = payload.iter().fold(0_usize, |sum, part| sum.saturating_add(part.len()));
        let mut header = [0; MAX_HEADER];
        let header_len = Self::header(len, &mut header);
        out.reserve(Self::sealed_len(len).saturating_add(header_len));
        out.extend(header.iter().take(header_len));
        let start = out.len();
        out.extend_from_slice(&[0; OVERHEAD]);
        for part in payload {
            out.extend_from_slice(part);
        }
        if let Some(body) = out.get_mut(start..) {
            self.seal(more, command, body);
        }
    }

    /// Makes `body`, whose payload stands behind [`OVERHEAD`] octets, a MESSAGE.
    pub fn seal(&mut self, more: bool, command: bool, body: &mut [u8]) {
        let Some((head, sealed)) = body.split_first_chunk_mut::<CLEAR>() else { return };
        if let Some(flags) = sealed.first_mut() {
            *flags = if more { MORE } else { 0 } | if command { COMMAND } else { 0 };
        }
        let counter = self.next;
        // 2^64 messages are never sent.
        self.next = counter.wrapping_add(1);
        let mac = self.key.seal_in_place(&counted(self.purpose, counter), sealed);
        let counter = counter.to_be_bytes();
        for (slot, byte) in head.iter_mut().zip(MESSAGE.iter().chain(&counter).chain(&mac)) {
            *slot = *byte;
        }
    }
}

impl Opener {
    /// Opens the MESSAGE in `body` where it is.
    pub fn open(&mut self, body: &mut [u8]) -> Result<Opened, Fault> {
        super::super::structure(body)?;
        if !body.starts_with(MESSAGE) {
            return Err(Fault::UnexpectedCommand);
        }
        let short = Fault::Malformed(Part::Message);
        let (head, sealed) = body.split_first_chunk_mut::<CLEAR>().ok_or(short)?;
        if sealed.is_empty() {
            return Err(short);
        }
        let (counter, mac) = split(head).ok_or(short)?;
        if counter <= self.last {
            return Err(Fault::InvalidSequence);
        }
        self.last = counter;
        self.key.open_in_place(&counted(self.purpose, counter), &mac, sealed)?;
        let flags = sealed.first().copied().unwrap_or_default();
        Ok(Opened { more: flags & MORE != 0, command: flags & COMMAND != 0 })
    }
}

/// Nonce and authenticator.
fn split(head: &[u8; CLEAR]) -> Option<(u64, [u8; MAC_LEN])> {
    let (_, rest) = head.split_first_chunk::<{ MESSAGE.len() }>()?;
    let (counter, rest) = rest.split_first_chunk::<SHORT_NONCE>()?;
    Some((u64::from_be_bytes(*counter), *rest.first_chunk()?))
}
