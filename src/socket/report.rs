//! What the debug log says of a socket's sends and endpoints. Cold code; none
//! of it runs while the log is off.

use super::Socket;
use crate::log::{self, say};
use crate::options::types;
use crate::pipe::{PipeEnd, PipeId};

/// Peers named in a line; more are counted.
const NAMED: usize = 3;

impl Socket {
    /// For zmq_ctx_term, which may have to name this socket.
    pub(super) fn describe_endpoints(&self) {
        if log::is_on() {
            *self.owner.endpoints.lock() = self.endpoints.described();
        }
    }

    #[cold]
    pub(super) fn describe_inproc(&self, text: &str, end: &mut PipeEnd) {
        end.name = text.to_owned();
        let what = match end.has_peer() {
            true => "connected",
            false => "nobody has bound it in this context yet; what is sent waits for that",
        };
        say!(self.owner.who, "connect {text}: {what}");
    }

    /// A message found no room.
    #[cold]
    pub(super) fn report_stall(&mut self, dontwait: bool) {
        let Some(times) = self.stalls.again() else { return };
        let outcome = match (dontwait, self.options.sndtimeo) {
            (true, _) => "send fails with EAGAIN".to_owned(),
            (false, ms @ 0..) => format!("send waits up to {ms} ms (ZMQ_SNDTIMEO)"),
            (false, _) => "send waits".to_owned(),
        };
        say!(self.owner.who, "{outcome}: {}{times}", self.why_no_room());
    }

    fn why_no_room(&self) -> String {
        let open: Vec<PipeId> = self.pipes.ids().filter(|id| !self.pipes.is_closing(*id)).collect();
        let mark = self.options.sndhwm;
        match (open.len(), self.options.socket_type) {
            (0, _) if self.endpoints.described().is_empty() => {
                "no peer: this socket is neither bound nor connected".to_owned()
            }
            (0, _) => format!("no peer yet ({})", self.endpoints.described().join(", ")),
            (_, types::ROUTER) => {
                format!("the peer that is named is at its high-water mark (ZMQ_SNDHWM {mark})")
            }
            (_, types::PUB | types::XPUB) => format!(
                "a subscriber is at its high-water mark (ZMQ_SNDHWM {mark}), and ZMQ_XPUB_NODROP is set"
            ),
            (count, _) => {
                let mut names: Vec<&str> =
                    open.iter().take(NAMED).map(|id| self.pipes.name(*id)).collect();
                if count > NAMED {
                    names.push("...");
                }
                let peers = match count {
                    1 => "the peer is".to_owned(),
                    _ => format!("all {count} peers are"),
                };
                let names = names.join(", ");
                format!("{peers} at the high-water mark (ZMQ_SNDHWM {mark}): {names}")
            }
        }
    }
}
