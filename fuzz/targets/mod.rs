//! The fuzz targets: each is a plain function of some bytes that panics where
//! the library breaks a promise. Whoever drives them brings the bytes:
//! `fuzz_targets/` with libFuzzer (nightly), `tests/fuzz.rs` with a generator of
//! its own (stable). Both compile this directory.
//!
//! A target may keep nothing from one input to the next that changes what the
//! next does, and takes its time from nowhere.

mod command;
mod curve;
mod decoder;
mod endpoint;
mod frames;
mod handshake;
mod memory;
mod metadata;
mod model;
mod options;
mod script;
mod socks;
mod wire;
mod z85;
mod zap;

/// A target.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also that of its corpus.
pub const ALL: &[(&str, Target)] = &[
    ("command", command::target),
    ("curve_client", curve::client),
    ("curve_server", curve::server),
    ("curve_traffic", curve::traffic),
    ("decoder_v1", decoder::v1),
    ("decoder_v2", decoder::v2),
    ("decoder_v3", decoder::v3),
    ("endpoint", endpoint::target),
    ("frames_v1", frames::v1),
    ("frames_v2", frames::v2),
    ("handshake_curve_client", handshake::curve_client),
    ("handshake_curve_server", handshake::curve_server),
    ("handshake_null", handshake::null),
    ("handshake_plain_client", handshake::plain_client),
    ("handshake_plain_server", handshake::plain_server),
    ("metadata", metadata::target),
    ("options", options::socket),
    ("options_context", options::context),
    ("socks", socks::target),
    ("z85", z85::target),
    ("zap_reply", zap::target),
];

/// The target of this name.
pub fn find(name: &str) -> Option<Target> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}
