//! (under construction)

/// Socket options.
#[derive(Clone, Debug, Default)]
pub struct Options {}
