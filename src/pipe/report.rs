//! What the debug log says of pipes. Called by patterns and the socket, where a
//! message was not taken; never on a message's way.

use std::fmt::Display;

use super::{PipeId, Pipes};
use crate::log::{Times, line, say};

impl Pipes {
    /// Where a pipe leads, for people.
    pub fn name(&self, id: PipeId) -> &str {
        match self.find(id) {
            Some(end) if !end.name.is_empty() => &end.name,
            _ => "a peer",
        }
    }

    /// A pipe takes no more, and messages pass it by until it has room.
    #[cold]
    pub fn report_full(&self, id: PipeId, times: Times) {
        if self.who.is_somebody() && !self.is_closing(id) {
            let (name, hwm) = (self.name(id), self.find(id).map_or(0, |end| end.hwm));
            line(
                &self.who,
                format_args!(
                    "{name} is at its high-water mark ({hwm} messages): messages for it are \
                     dropped until it has room{times}"
                ),
            );
        }
    }

    /// A pipe that messages passed by has room again.
    #[cold]
    pub fn report_room(&self, id: PipeId) {
        if self.who.is_somebody() {
            say!(self.who, "{} has room again", self.name(id));
        }
    }

    /// A message to one particular peer goes nowhere.
    #[cold]
    pub fn report_dropped(&self, what: impl Display, why: &str, times: Times) {
        if self.who.is_somebody() {
            line(&self.who, format_args!("{what} dropped: {why}{times}"));
        }
    }
}
