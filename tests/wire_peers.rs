//! Peers of every version of the protocol, emulated octet by octet: what we send them, what we take
//! from them, connecting and accepting.
//!
//! Expected octets come from the RFCs and from what libzmq's releases are known to send; the names
//! F1, G1, N1 ... are those of the project's collection of test vectors.

mod common;

#[path = "wire_peers/envelopes.rs"]
mod envelopes;
#[path = "wire_peers/exchange.rs"]
mod exchange;
#[path = "wire_peers/greetings.rs"]
mod greetings;
#[path = "wire_peers/heartbeats.rs"]
mod heartbeats;
#[path = "wire_peers/names.rs"]
mod names;
#[path = "wire_peers/peer.rs"]
mod peer;
#[path = "wire_peers/subscriptions.rs"]
mod subscriptions;
