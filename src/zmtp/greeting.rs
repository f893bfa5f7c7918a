//! The greeting: recognises the peer's protocol from its first octets and says
//! when which octets of ours are due. Used by the handshake alone.
//!
//! Ours goes out in three pieces, 10, 1 and 53 octets long, because older peers
//! would take a tail they do not know for frames. The first piece is at the same
//! time the header of a ZMTP 1.0 frame that holds our routing id.

use super::frame::Framing;

/// Octets of the signature, our first piece.
pub const SIGNATURE_LEN: usize = 10;
/// Octets of a mechanism's name, padded with zeros.
pub const MECHANISM_LEN: usize = 20;

const MAJOR: u8 = 3;
const MINOR: u8 = 1;
/// Whole greeting of ZMTP 2.0 (and of its draft with revision 0).
const V2_LEN: usize = 12;
/// Whole greeting of ZMTP 3.x.
const V3_LEN: usize = 64;

/// What the peer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerVersion {
    /// ZMTP 1.0 of libzmq 2.x: no greeting at all.
    Unversioned,
    /// Revision 0: a greeting, but framing of ZMTP 1.0.
    Versioned0,
    /// libzmq 3.2.
    V2_0,
    /// libzmq 4.0 to 4.3.2.
    V3_0,
    /// libzmq 4.3.3 and later.
    V3_1,
}

impl PeerVersion {
    /// How its frames are delimited.
    pub fn framing(self) -> Framing {
        match self {
            PeerVersion::Unversioned | PeerVersion::Versioned0 => Framing::V1,
            PeerVersion::V2_0 | PeerVersion::V3_0 | PeerVersion::V3_1 => Framing::V2,
        }
    }

    /// ZMTP 3.x: has a mechanism, commands, metadata and heartbeats.
    pub fn has_mechanism(self) -> bool {
        matches!(self, PeerVersion::V3_0 | PeerVersion::V3_1)
    }

    /// Whether subscriptions go to it as commands, else as messages that start
    /// with 01 or 00. From it, both are understood.
    pub fn subscribes_by_command(self) -> bool {
        self == PeerVersion::V3_1
    }
}

/// Our first piece. `FF`, the length of the ZMTP 1.0 frame with our routing id,
/// and flags whose lowest bit tells newer peers that this is a greeting.
pub fn signature(routing_id_len: usize) -> [u8; SIGNATURE_LEN] {
    let mut out = [0xFF; SIGNATURE_LEN];
    let [_, len @ .., flags] = &mut out;
    *len = (routing_id_len as u64).saturating_add(1).to_be_bytes();
    *flags = 0x7F;
    out
}

/// The peer's greeting as far as it has come in.
#[derive(Debug)]
pub struct Greeting {
    socket_type: u8,
    mechanism: [u8; MECHANISM_LEN],
    bytes: [u8; V3_LEN],
    len: usize,
}

impl Greeting {
    /// `socket_type` and `mechanism` are our own, as the greeting tells them.
    pub fn new(socket_type: u8, mechanism: [u8; MECHANISM_LEN]) -> Greeting {
        Greeting { socket_type, mechanism, bytes: [0; V3_LEN], len: 0 }
    }

    /// Takes octets up to the next point of decision, appends to `out` the piece
    /// of ours that is due then, and returns how many it took, and the verdict
    /// if this was the last point. Needs further calls while input is left.
    pub fn input(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> (usize, Option<PeerVersion>) {
        let target = self.next_decision();
        let free = self.bytes.get_mut(self.len..target).unwrap_or_default();
        let taken = free.len().min(bytes.len());
        for (slot, byte) in free.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        self.len = self.len.saturating_add(taken);
        let verdict = if self.len == target { self.decide(out) } else { None };
        (taken, verdict)
    }

    /// What has come in: for an unversioned peer the start of its first frame.
    pub fn received(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The mechanism that a ZMTP 3.x peer names, padding included.
    pub fn peer_mechanism(&self) -> Option<&[u8; MECHANISM_LEN]> {
        self.bytes.get(V2_LEN..).and_then(<[u8]>::first_chunk)
    }

    /// Whether a ZMTP 3.x peer names our mechanism, padding included.
    pub fn mechanism_matches(&self) -> bool {
        self.peer_mechanism() == Some(&self.mechanism)
    }

    fn next_decision(&self) -> usize {
        match self.len {
            0 => 1,
            1..10 => SIGNATURE_LEN,
            10 => 11,
            _ if self.revision() <= 1 => V2_LEN,
            _ => V3_LEN,
        }
    }

    fn decide(&self, out: &mut Vec<u8>) -> Option<PeerVersion> {
        let [first, .., _] = self.bytes;
        match self.len {
            1 if first != 0xFF => Some(PeerVersion::Unversioned),
            SIGNATURE_LEN if self.bytes[9] & 1 == 0 => Some(PeerVersion::Unversioned),
            SIGNATURE_LEN => {
                out.push(MAJOR);
                None
            }
            11 if self.revision() <= 1 => {
                out.push(self.socket_type);
                None
            }
            11 => {
                out.push(MINOR);
                out.extend_from_slice(&self.mechanism);
                // as-server, which libzmq leaves at 0 for servers too, and filler.
                out.extend_from_slice(&[0; 32]);
                None
            }
            V2_LEN if self.revision() == 0 => Some(PeerVersion::Versioned0),
            V2_LEN if self.revision() == 1 => Some(PeerVersion::V2_0),
            V3_LEN => Some(self.version_3()),
            _ => None,
        }
    }

    /// Anything above revision 1 that is not 3.0 is spoken to as 3.1, revision 2
    /// too, which the RFCs would have as ZMTP 2.0.
    fn version_3(&self) -> PeerVersion {
        if self.revision() == 3 && self.bytes[11] == 0 {
            PeerVersion::V3_0
        } else {
            PeerVersion::V3_1
        }
    }

    fn revision(&self) -> u8 {
        self.bytes[10]
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::zmtp::socket_type::DEALER;
    use crate::zmtp::testing::hex;

    const NULL: [u8; 20] = *b"NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    /// Feeds `bytes` one by one: octets taken, verdict, our pieces.
    fn greet(bytes: &[u8]) -> (usize, Option<PeerVersion>, Vec<u8>) {
        let (mut greeting, mut out) = (Greeting::new(DEALER, NULL), Vec::new());
        for (at, byte) in bytes.iter().enumerate() {
            let (taken, verdict) = greeting.input(&[*byte], &mut out);
            assert_eq!(taken, 1);
            if verdict.is_some() {
                return (at + 1, verdict, out);
            }
        }
        (bytes.len(), None, out)
    }

    // behaviours: 302
    #[test]
    fn detection_table() {
        let table = [
            ("01", 1, PeerVersion::Unversioned),
            ("00", 1, PeerVersion::Unversioned),
            ("47", 1, PeerVersion::Unversioned),
            ("FF 00*8 00", 10, PeerVersion::Unversioned),
            ("FF 11*8 FE", 10, PeerVersion::Unversioned),
            ("FF 00*7 01 7F 00 05", 12, PeerVersion::Versioned0),
            ("FF 00*7 01 01 01 08", 12, PeerVersion::V2_0),
            ("FF 00*7 01 7F 01 EE", 12, PeerVersion::V2_0),
            ("FF 00*7 01 7F 03 00 AA*52", 64, PeerVersion::V3_0),
            ("FF 00*7 01 7F 03 01 AA*52", 64, PeerVersion::V3_1),
            ("FF 00*7 01 7F 03 07 AA*52", 64, PeerVersion::V3_1),
            ("FF 00*7 01 7F 02 00 AA*52", 64, PeerVersion::V3_1),
            ("FF 00*7 01 7F 04 00 AA*52", 64, PeerVersion::V3_1),
            ("FF 00*7 01 7F FF 00 AA*52", 64, PeerVersion::V3_1),
        ];
        for (text, len, version) in table {
            let (taken, verdict, _) = greet(&hex(text));
            assert_eq!((taken, verdict), (len, Some(version)), "{text}");
        }
    }

    #[test]
    fn our_pieces_are_due_at_10_11_and_11() {
        let peer = hex("FF 00*7 01 7F 03 01 4E554C4C 00*48");
        let tail = hex("03 01 4E554C4C 00*16 00*32");
        assert_eq!(greet(&peer[..9]).2, []);
        assert_eq!(greet(&peer[..10]).2, tail[..1]);
        assert_eq!(greet(&peer[..11]).2, tail);
        assert_eq!(greet(&peer).2, tail);
        assert_eq!(greet(&hex("FF 00*7 01 7F 01")).2, [3, DEALER]);
        assert_eq!(greet(&hex("FF 00*7 01 7F 00")).2, [3, DEALER]);
        assert_eq!(greet(&hex("01")).2, []);
    }

    #[test]
    fn the_signature_counts_the_routing_id() {
        assert_eq!(signature(0).to_vec(), hex("FF 00*7 01 7F"));
        assert_eq!(signature(3).to_vec(), hex("FF 00*7 04 7F"));
        assert_eq!(signature(255).to_vec(), hex("FF 00*6 0100 7F"));
    }

    #[test]
    fn the_mechanism_must_match_in_all_20_octets() {
        let table = [
            ("FF 00*7 01 7F 03 01 4E554C4C 00*16 00*32", true),
            ("FF 00*7 01 7F 03 01 4E554C4C 00*16 01 FF*31", true),
            ("FF 00*7 01 7F 03 01 4E554C4C 00*15 01 00*32", false),
            ("FF 00*7 01 7F 03 01 4E554C4C 41 00*15 00*32", false),
            ("FF 00*7 01 7F 03 01 4355525645 00*15 00*32", false),
            ("FF 00*7 01 7F 03 01 6E756C6C 00*16 00*32", false),
        ];
        for (text, matches) in table {
            let (mut greeting, mut out) = (Greeting::new(DEALER, NULL), Vec::new());
            let bytes = hex(text);
            let mut at = 0;
            while at < bytes.len() {
                at += greeting.input(&bytes[at..], &mut out).0;
            }
            assert_eq!(greeting.mechanism_matches(), matches, "{text}");
        }
    }
}
