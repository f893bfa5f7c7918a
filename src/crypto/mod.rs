//! The boxes of NaCl that CURVE is made of: X25519 for keys that two sides
//! agree on, XSalsa20 with Poly1305 for what travels under them (crypto_box and
//! crypto_secretbox of RFC 26).
//!
//! A thin layer over dryoc, whose interface stays inside this file; `zmtp`'s
//! CURVE mechanism and the key functions of `capi` call it. Secrets are wiped
//! when dropped and have no printable form. Nothing here may compare a secret
//! byte by byte, keep a nonce, or decide what a failure means to a peer.

use std::fmt;

use dryoc::classic::crypto_box;
use dryoc::classic::crypto_core;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Octets of a public, secret or shared key.
pub const KEY_LEN: usize = 32;
/// Octets of a nonce.
pub const NONCE_LEN: usize = 24;
/// Octets of the authenticator, which precedes the ciphertext in a box.
pub const MAC_LEN: usize = 16;

/// What a box is sealed with besides the key; never twice the same.
pub type Nonce = [u8; NONCE_LEN];
/// An X25519 public key.
pub type PublicKey = [u8; KEY_LEN];

/// A box that does not open, or a public key that agrees on nothing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cryptographic failure")]
pub struct Failure;

/// The system gives no random numbers, now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no random numbers")]
pub struct NoRandom;

/// An X25519 secret key.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Zeroizing<[u8; KEY_LEN]>);

impl SecretKey {
    /// Takes a copy of the octets.
    pub fn new(bytes: &[u8; KEY_LEN]) -> SecretKey {
        SecretKey(Zeroizing::new(*bytes))
    }

    /// A new one.
    pub fn random() -> Result<SecretKey, NoRandom> {
        let mut key = SecretKey(Zeroizing::default());
        fill_random(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        let mut public = [0; KEY_LEN];
        crypto_core::crypto_scalarmult_base(&mut public, &self.0);
        public
    }

    /// The octets.
    pub fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A key that seals and opens boxes: agreed on by two key pairs ("beforenm"),
/// or random, for boxes that only their maker opens.
#[derive(Clone)]
pub struct BoxKey(Zeroizing<[u8; KEY_LEN]>);

impl BoxKey {
    /// The key that one side's public and the other's secret key give. Fails for
    /// public keys of low order, as libsodium does: the result would be known to
    /// everybody.
    pub fn agree(public: &PublicKey, secret: &SecretKey) -> Result<BoxKey, Failure> {
        let key = crypto_box::crypto_box_beforenm(public, &secret.0).map_err(|_| Failure)?;
        Ok(BoxKey(Zeroizing::new(key)))
    }

    /// A key to seal by oneself and open again.
    pub fn symmetric(bytes: &[u8; KEY_LEN]) -> BoxKey {
        BoxKey(Zeroizing::new(*bytes))
    }

    /// Seals `data` where it is; returns what has to precede it.
    pub fn seal_in_place(&self, nonce: &Nonce, data: &mut [u8]) -> [u8; MAC_LEN] {
        let mut mac = [0; MAC_LEN];
        crypto_box::crypto_box_detached_afternm_inplace(data, &mut mac, nonce, &self.0);
        mac
    }

    /// Opens `data` where it is. On failure it is left sealed.
    pub fn open_in_place(
        &self,
        nonce: &Nonce,
        mac: &[u8; MAC_LEN],
        data: &mut [u8],
    ) -> Result<(), Failure> {
        crypto_box::crypto_box_open_detached_afternm_inplace(data, mac, nonce, &self.0)
            .map_err(|_| Failure)
    }

    /// A box of `plain`, authenticator first.
    pub fn seal(&self, nonce: &Nonce, plain: &[u8]) -> Vec<u8> {
        let mut data = plain.to_vec();
        let mac = self.seal_in_place(nonce, &mut data);
        [&mac[..], &data].concat()
    }

    /// What is in a box, wiped when dropped: boxes of handshakes hold secrets.
    pub fn open(&self, nonce: &Nonce, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (mac, data) = sealed.split_first_chunk::<MAC_LEN>().ok_or(Failure)?;
        let mut plain = Zeroizing::new(data.to_vec());
        self.open_in_place(nonce, mac, &mut plain)?;
        Ok(plain)
    }
}

impl fmt::Debug for BoxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxKey(..)")
    }
}

/// Fills `out` with random octets of the system.
pub fn fill_random(out: &mut [u8]) -> Result<(), NoRandom> {
    getrandom::fill(out).map_err(|_| NoRandom)
}

/// Whether two byte strings are equal, in a time that depends on lengths only.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> =
            text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
        digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    fn key(text: &str) -> [u8; KEY_LEN] {
        hex(text).try_into().unwrap()
    }

    #[test]
    fn the_public_key_of_a_secret_key_is_that_of_wire_md() {
        let secret = key("8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7");
        let public = key("54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652");
        assert_eq!(SecretKey::new(&secret).public(), public);
    }

    #[test]
    fn both_sides_agree_on_the_key_of_wire_md() {
        let (c, s) = (SecretKey::new(&[0xC1; 32]), SecretKey::new(&[0x51; 32]));
        let shared = key("06daeebb18da185f087670b571a88502536ce2287fefc23ceaa034d5145499d2");
        assert_eq!(*BoxKey::agree(&c.public(), &s).unwrap().0, shared);
        assert_eq!(*BoxKey::agree(&s.public(), &c).unwrap().0, shared);
    }

    #[test]
    fn boxes_open_with_their_key_and_nonce_alone() {
        let key = BoxKey::symmetric(&[7; 32]);
        for len in [0, 1, 15, 16, 63, 64, 65, 1000] {
            let plain = vec![3; len];
            let sealed = key.seal(&[1; 24], &plain);
            assert_eq!(sealed.len(), len + MAC_LEN);
            assert_eq!(**key.open(&[1; 24], &sealed).unwrap(), plain);
            assert!(key.open(&[2; 24], &sealed).is_err());
            assert!(BoxKey::symmetric(&[8; 32]).open(&[1; 24], &sealed).is_err());
            for at in 0..sealed.len() {
                let mut bad = sealed.clone();
                bad[at] ^= 0x40;
                assert!(key.open(&[1; 24], &bad).is_err(), "bit flipped at {at} of {len}");
            }
        }
        assert!(key.open(&[1; 24], &[0; 15]).is_err());
    }

    #[test]
    fn a_zero_public_key_agrees_on_nothing() {
        assert!(BoxKey::agree(&[0; 32], &SecretKey::new(&[9; 32])).is_err());
    }

    #[test]
    fn random_keys_differ_and_secrets_do_not_print() {
        let (a, b) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        assert_ne!(a, b);
        assert_eq!(format!("{a:?}"), "SecretKey(..)");
    }

    #[test]
    fn equality_is_that_of_slices() {
        assert!(equal(b"abc", b"abc") && !equal(b"abc", b"abd") && !equal(b"abc", b"ab"));
    }
}
