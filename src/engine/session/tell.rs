//! What a session says in the debug log. Called where things happen; while the
//! log is off none of it runs, and it never changes what happens.

use super::{Phase, Session};
use crate::engine::drive::Drive;
use crate::engine::incoming::Loss;
use crate::engine::report::{Connection, Setback, Succeeded, Why, limit, meaning, peer};
use crate::log::{self, Count, line};
use crate::sync::Arc;
use crate::transport::Destination;
use crate::zmtp::{Established, Fault, Handshake};

impl Session {
    /// The first attempt of several; the others are told by their failure.
    #[cold]
    pub(super) fn tell_attempt(&self, to: &Destination) {
        if log::is_on() && self.setbacks.is_new() {
            let remote = &self.names.remote;
            match to {
                Destination::Tcp { address, .. } => {
                    line(&self.owner.who, format_args!("connect {remote}: trying {address}"));
                }
                _ => line(&self.owner.who, format_args!("connect {remote}: trying")),
            }
        }
    }

    /// The transport is connected.
    #[cold]
    pub(super) fn tell_connected(&self) {
        if self.setbacks.is_new() || self.setbacks.was_said() {
            let (remote, local) = (&self.names.remote, &self.names.local);
            log::say!(self.owner.who, "connect {remote}: connected, this end is {local}");
        }
    }

    /// The connection is to be made anew in `ms` milliseconds.
    #[cold]
    pub(super) fn tell_retry(&mut self, setback: Setback, ms: i32) {
        let remote = &self.names.remote;
        match setback {
            // A loss is counted, and told, where it happens.
            Setback::Lost if self.setbacks.is_new() || self.setbacks.was_said() => {
                log::say!(self.owner.who, "connect {remote}: trying again in {ms} ms");
            }
            Setback::Lost => {}
            setback => {
                if let Some(times) = self.setbacks.again() {
                    let who = &self.owner.who;
                    line(
                        who,
                        format_args!("connect {remote}: {setback}, trying again in {ms} ms{times}"),
                    );
                }
            }
        }
    }

    /// The connection will not be made anew.
    #[cold]
    pub(super) fn tell_given_up(&self, setback: Setback, option: &str) {
        let remote = &self.names.remote;
        log::say!(self.owner.who, "connect {remote}: {setback}, not trying again ({option})");
    }

    #[cold]
    pub(super) fn tell_established(&mut self, established: &Established) {
        self.setbacks = log::Rare::default();
        let connection = Connection(&self.names);
        let how = Succeeded(established, &self.options);
        log::say!(self.owner.who, "{connection}: {how}");
    }

    fn why<'a>(&'a self, loss: &Loss, handshake: Option<&'a Handshake>, asked: bool) -> Why<'a> {
        Why {
            loss: *loss,
            handshaking: handshake.is_some(),
            foreign: handshake.map_or(&[], Handshake::foreign_mechanism),
            asked,
            options: &self.options,
        }
    }

    /// The connection is lost, in a handshake or later; `asked`: before the ZAP
    /// handler has answered, `last`: for good.
    #[cold]
    pub(super) fn tell_lost(
        &mut self,
        loss: &Loss,
        handshake: Option<&Handshake>,
        asked: bool,
        last: bool,
    ) {
        if !log::is_on() {
            return;
        }
        let lost = self.drive.as_ref().map_or(0, |drive| drive.take_dropped());
        if handshake.is_some_and(Handshake::has_refused) {
            let connection = Connection(&self.names);
            return line(
                &self.owner.who,
                format_args!("{connection}: closed, it had been refused"),
            );
        }
        let (what, times) = match handshake.map(|_| self.setbacks.again()) {
            Some(None) => return,
            Some(Some(times)) => ("handshake failed", times.to_string()),
            None => ("lost", String::new()),
        };
        let (connection, why) = (Connection(&self.names), self.why(loss, handshake, asked));
        let end = if last && self.target.is_some() { "; not trying again" } else { "" };
        let gone = match lost {
            0 => String::new(),
            n => format!("; {} on the way may be lost", Count(n, "message")),
        };
        line(&self.owner.who, format_args!("{connection}: {what}: {why}{gone}{end}{times}"));
    }

    /// A handshake that goes no further, though nothing has ended yet.
    #[cold]
    pub(super) fn tell_standstill(&self, fault: Fault) {
        if let Phase::Greeting { handshake, .. } = &self.phase {
            let loss = Loss::Protocol(fault);
            let (connection, why) =
                (Connection(&self.names), self.why(&loss, Some(handshake), false));
            log::say!(self.owner.who, "{connection}: handshake stands still: {why}");
        }
    }

    /// The ZAP handler does not want the peer; `frames` are its reply.
    #[cold]
    pub(super) fn tell_refused(&self, status: u16, frames: &[&[u8]]) {
        let connection = Connection(&self.names);
        let text = frames.get(4).map(|text| String::from_utf8_lossy(text)).unwrap_or_default();
        let meaning = meaning(status);
        log::say!(
            self.owner.who,
            "{connection}: refused: the ZAP handler said {status} ({meaning}) \"{text}\""
        );
    }

    /// The pipe has ended; what it still held is dropped.
    #[cold]
    pub(super) fn tell_unsent(&self, drive: &Drive) {
        if !log::is_on() {
            return;
        }
        let (connection, dropped) = (Connection(&self.names), drive.take_dropped());
        if dropped > 0 {
            let (count, who) = (Count(dropped, "message"), &self.owner.who);
            match self.linger {
                Some(ms) => {
                    let limit = limit(ms);
                    line(
                        who,
                        format_args!(
                            "{connection}: ended, {count} dropped unsent (ZMQ_LINGER {limit})"
                        ),
                    );
                }
                None => line(who, format_args!("{connection}: ended, {count} dropped unsent")),
            }
        }
    }

    /// The socket is closed, and this stays for what is unsent.
    #[cold]
    pub(super) fn note_lingering(&mut self, drive: &Arc<Drive>, linger: i32) {
        let (who, peer, drive) = (self.owner.who, peer(&self.names), Arc::downgrade(drive));
        self.noted = self.owner.live.note(move || {
            let unsent = drive.upgrade().map_or(0, |drive| drive.unsent());
            let (count, limit) = (Count(unsent, "message"), limit(linger));
            format!("{who} is closed and has {count} to send to {peer} (ZMQ_LINGER {limit})")
        });
    }
}
