//! What the debug log says while zmq_ctx_term waits: at once, and again after
//! pauses of 1, 2, 4, 8... seconds. Nothing while the log is off.

use std::time::Duration;

use super::Ctx;
use crate::clock::Time;
use crate::log::{self, CONTEXT, Count, line};

const SECOND: Duration = Duration::from_secs(1);

/// How long connections have for saying that they linger, or for ending,
/// before the first look that found nothing is repeated.
const MOMENT: Duration = Duration::from_millis(50);

/// One wait of zmq_ctx_term.
pub(super) struct Waiting {
    /// None: the log is off.
    next: Option<Time>,
    began: Time,
    /// Between the next reports; zero: there was none.
    pause: Duration,
}

impl Waiting {
    pub(super) fn new() -> Waiting {
        let began = Time::now();
        Waiting { next: log::is_on().then_some(began), began, pause: Duration::ZERO }
    }

    /// Says what `ctx` waits for, if it is time. How long until it is again;
    /// None: never.
    pub(super) fn report(&mut self, ctx: &Ctx) -> Option<Duration> {
        let (due, now) = (self.next?, Time::now());
        if due.since(now) > Duration::ZERO {
            return Some(due.since(now));
        }
        let waited = now.since(self.began);
        let said = ctx.report_waiting(waited);
        let pause = match self.pause {
            Duration::ZERO if !said && waited < SECOND => MOMENT,
            Duration::ZERO => SECOND,
            pause => pause * 2,
        };
        if pause != MOMENT {
            self.pause = pause;
        }
        self.next = Some(now.after(pause));
        Some(pause)
    }
}

impl Ctx {
    /// One line for each thing that lives. Whether there was any.
    #[cold]
    fn report_waiting(&self, waited: Duration) -> bool {
        let since = match waited.as_secs() {
            0 => String::new(),
            seconds => format!(" ({seconds} s)"),
        };
        let owners: Vec<_> = self.state.lock().sockets.values().cloned().collect();
        let open = owners.iter().map(|owner| {
            let endpoints = owner.endpoints.lock().join(", ");
            let place = if endpoints.is_empty() { "no endpoints" } else { &endpoints };
            format!("{} ({place}) is not closed", owner.who)
        });
        let mut reasons: Vec<String> = open.chain(self.live.notes()).collect();
        if reasons.is_empty() && waited >= SECOND {
            let left = Count(self.live.count() as u64, "connection or listener");
            reasons.push(format!("{left} to end"));
        }
        for reason in &reasons {
            line(&CONTEXT, format_args!("zmq_ctx_term waits{since}: {reason}"));
        }
        !reasons.is_empty()
    }
}
