//! What the debug log says while zmq_ctx_term waits: at once, and then after 1,
//! 2, 4, 8... seconds. Nothing while the log is off.

use std::time::Duration;

use super::Ctx;
use crate::clock::Time;
use crate::log::{self, CONTEXT, Count, line};

/// One wait of zmq_ctx_term.
pub(super) struct Waiting {
    /// None: the log is off.
    next: Option<Time>,
    began: Time,
    pause: Duration,
}

impl Waiting {
    pub(super) fn new() -> Waiting {
        let began = Time::now();
        Waiting { next: log::is_on().then_some(began), began, pause: Duration::from_secs(1) }
    }

    /// Says what `ctx` waits for, if it is time. How long until it is again;
    /// None: never.
    pub(super) fn report(&mut self, ctx: &Ctx) -> Option<Duration> {
        let (due, now) = (self.next?, Time::now());
        if due.since(now) > Duration::ZERO {
            return Some(due.since(now));
        }
        let first = due == self.began;
        let next = if first { self.began.after(self.pause) } else { due.after(self.pause) };
        if !first {
            self.pause *= 2;
        }
        self.next = Some(next);
        ctx.report_waiting(now.since(self.began), first);
        Some(next.since(now))
    }
}

impl Ctx {
    /// One line for each thing that lives.
    #[cold]
    fn report_waiting(&self, waited: Duration, first: bool) {
        let since = if first { String::new() } else { format!(" ({} s)", waited.as_secs()) };
        let owners: Vec<_> = self.state.lock().sockets.values().cloned().collect();
        let open = owners.iter().map(|owner| {
            let endpoints = owner.endpoints.lock().join(", ");
            let place = if endpoints.is_empty() { "no endpoints" } else { &endpoints };
            format!("{} ({place}) is not closed", owner.who)
        });
        let mut reasons: Vec<String> = open.chain(self.live.notes()).collect();
        if reasons.is_empty() && !first {
            let left = Count(self.live.count() as u64, "connection or listener");
            reasons.push(format!("{left} to end"));
        }
        for reason in reasons {
            line(&CONTEXT, format_args!("zmq_ctx_term waits{since}: {reason}"));
        }
    }
}
