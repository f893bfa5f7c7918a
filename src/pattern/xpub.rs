//! XPUB: sends each message to the peers that subscribed to it and tells the
//! application what they subscribe to; and what PUB is made of.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says. Pipes are
//! read empty whenever they have something: subscriptions must not wait for
//! the application.

use std::collections::VecDeque;

use super::Pattern;
use super::distributor::Distributor;
use super::subscription_trie::{Decided, Mtrie, Removed};
use crate::errno::{Errno, Result};
use crate::msg::{CANCEL, Msg, ROUTING_ID, SUBSCRIBE};
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// Frames read from one subscriber before others, and the application, get
/// their turn: one that never stops sending must not hold up a send. Large, as
/// subscriptions that have arrived are to count for the very next message.
const READ_FRAMES: usize = 65_536;

/// The pattern of ZMQ_XPUB.
#[derive(Default)]
pub struct Xpub {
    subscriptions: Mtrie,
    /// With MANUAL: what the peers asked for, whatever was made of it.
    requests: Mtrie,
    outgoing: Distributor,
    /// While the marks stand: what they were made for.
    decided: Decided,
    /// For the application; PUB keeps it empty.
    pending: VecDeque<Pending>,
    /// Whether the application receives at all (XPUB) or not (PUB).
    silent: bool,
    /// With MANUAL: whose notice was received last. With LAST_VALUE the next
    /// message goes there alone.
    last: Option<PipeId>,
    settings: Settings,
}

#[derive(Default)]
struct Settings {
    verbose: bool,
    verboser: bool,
    manual: bool,
    last_value: bool,
    nodrop: bool,
    only_first_subscribe: bool,
    invert: bool,
    welcome: Vec<u8>,
}

/// A frame for the application.
struct Pending {
    msg: Msg,
    /// With MANUAL: the notice makes this the pipe that options apply to.
    notice: Option<Option<PipeId>>,
}

/// How far into a message from a peer the reader is.
#[derive(Default)]
struct Reading {
    within: bool,
    /// Frames of this message may be subscriptions.
    examine: bool,
}

/// A frame from a peer that changes a subscription.
struct Request<'a> {
    subscribe: bool,
    topic: &'a [u8],
}

fn request(msg: &Msg) -> Option<Request<'_>> {
    let data = msg.data();
    match msg.flags() & (SUBSCRIBE | CANCEL) {
        SUBSCRIBE => return Some(Request { subscribe: true, topic: data }),
        CANCEL => return Some(Request { subscribe: false, topic: data }),
        _ => {}
    }
    match data {
        [how @ (0 | 1), topic @ ..] => Some(Request { subscribe: *how == 1, topic }),
        _ => None,
    }
}

impl Xpub {
    /// For PUB: keeps nothing for the application.
    pub fn silent() -> Xpub {
        Xpub { silent: true, ..Xpub::default() }
    }

    /// Reads a pipe until it is empty.
    fn read_all(&mut self, pipes: &mut Pipes, id: PipeId) {
        let mut reading = Reading::default();
        let mut msg = Msg::new();
        let mut frames = 0;
        while pipes.read(id, &mut msg) {
            if msg.flags() & ROUTING_ID == 0 {
                self.incoming(&mut reading, id, &mut msg);
            }
            frames += 1;
            if frames >= READ_FRAMES && !reading.within {
                return pipes.read_later(id);
            }
        }
    }

    fn incoming(&mut self, reading: &mut Reading, id: PipeId, msg: &mut Msg) {
        let first = !reading.within;
        reading.within = msg.more();
        let metadata = msg.take_metadata();
        let request = if first || reading.examine { request(msg) } else { None };
        if first {
            reading.examine = !self.settings.only_first_subscribe || request.is_some();
        }
        let Some(Request { subscribe, topic }) = request else {
            if !self.silent {
                msg.set_metadata(metadata);
                self.pending.push_back(Pending { msg: msg.take(), notice: None });
            }
            return;
        };
        if self.apply(id, subscribe, topic) && !self.silent {
            let notice = self.settings.manual.then_some(Some(id));
            if let Ok(mut msg) = notification(subscribe, topic) {
                msg.set_metadata(metadata);
                self.pending.push_back(Pending { msg, notice });
            }
        }
    }

    /// Carries out a peer's request. Whether the application hears of it.
    fn apply(&mut self, id: PipeId, subscribe: bool, topic: &[u8]) -> bool {
        let Some(pipe) = self.outgoing.handle(id) else { return false };
        self.decided.forget();
        if self.settings.manual {
            if subscribe {
                self.requests.add(topic, pipe);
            } else {
                self.requests.remove(topic, pipe);
            }
            return true;
        }
        if subscribe {
            self.subscriptions.add(topic, pipe) || self.settings.verbose
        } else {
            // A topic nobody held is reported too, as libzmq does.
            let removed = self.subscriptions.remove(topic, pipe);
            removed != Removed::StillHeld || self.settings.verboser
        }
    }

    /// Whether the next frame, this one, may go out; has marked where.
    #[inline]
    fn choose(&mut self, pipes: &mut Pipes, frame: &[u8]) -> bool {
        let first = !self.outgoing.mid_message();
        if first {
            self.select(frame);
        }
        if self.settings.nodrop && !self.outgoing.all_have_room(pipes) {
            return false;
        }
        if first && self.settings.last_value {
            self.last = None;
        }
        true
    }

    /// Marks the pipes that a message with this first frame goes to.
    #[inline]
    fn select(&mut self, text: &[u8]) {
        if self.outgoing.is_marked() && self.decided.holds_for(text) {
            return;
        }
        self.decided.forget();
        self.outgoing.unmark();
        let outgoing = &mut self.outgoing;
        if self.settings.last_value && self.last.is_some() {
            let last = self.last.and_then(|id| outgoing.handle(id));
            self.subscriptions.matches(text, |pipe| {
                if Some(pipe) == last {
                    outgoing.mark(pipe);
                }
            });
        } else {
            let decided = self.subscriptions.matches(text, |pipe| outgoing.mark(pipe));
            self.decided.note(text, decided);
        }
        if self.settings.invert {
            outgoing.invert();
        }
        outgoing.set_marked();
    }

    /// Takes the subscriptions of a pipe off, with a notice for each that the
    /// application ought to know of.
    fn unsubscribe_all(&mut self, id: PipeId) {
        let Some(pipe) = self.outgoing.handle(id) else { return };
        self.decided.forget();
        let Xpub { subscriptions, requests, pending, settings, silent, last, .. } = self;
        let manual = settings.manual;
        let mut tell = |topic: &[u8]| {
            if let Ok(msg) = notification(false, topic) {
                pending.push_back(Pending { msg, notice: manual.then_some(None) });
            }
        };
        match (*silent, manual) {
            (true, _) => {}
            (false, true) => requests.remove_pipe_reporting(pipe, true, &mut tell),
            (false, false) => {
                subscriptions.remove_pipe_reporting(pipe, settings.verboser, &mut tell);
            }
        }
        // Whatever mode the entries were made in.
        requests.remove_pipe(pipe);
        subscriptions.remove_pipe(pipe);
        if *last == Some(id) {
            *last = None;
        }
    }
}

/// What the application receives about a topic: 1 or 0, then the topic.
fn notification(subscribe: bool, topic: &[u8]) -> Result<Msg> {
    let mut msg = Msg::with_size(topic.len() + 1)?;
    if let [first, rest @ ..] = msg.data_mut() {
        *first = u8::from(subscribe);
        rest.copy_from_slice(topic);
    }
    Ok(msg)
}

impl Pattern for Xpub {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, _options: &Options) {
        self.outgoing.attach(id);
        if !self.settings.welcome.is_empty()
            && let Ok(mut msg) = Msg::copy_of(&self.settings.welcome)
        {
            pipes.write(id, &mut msg);
        }
        self.read_all(pipes, id);
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.read_all(pipes, id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.outgoing.has_room(pipes, id);
    }

    fn terminated(&mut self, _pipes: &mut Pipes, id: PipeId) {
        self.unsubscribe_all(id);
        self.outgoing.terminated(id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, _dontwait: bool) -> Result<()> {
        if !self.choose(pipes, msg.data()) {
            return Err(Errno::EAGAIN);
        }
        self.outgoing.send_to_marked(pipes, msg);
        Ok(())
    }

    fn publish(&mut self, pipes: &mut Pipes, body: &[u8], more: bool) -> bool {
        let goes = self.choose(pipes, body);
        if goes {
            self.outgoing.publish_to_marked(pipes, body, more);
        }
        goes
    }

    fn way_out(&self) -> PipeId {
        if self.outgoing.mid_message() {
            return self.outgoing.rest();
        }
        // One peer, which wants everything.
        let Settings { invert, last_value, .. } = self.settings;
        match self.outgoing.sole() {
            Some((id, pipe)) if self.subscriptions.holds(&[], pipe) && !invert && !last_value => id,
            _ => PipeId::NONE,
        }
    }

    fn went_past(&mut self, more: bool) {
        self.outgoing.went_past(more);
    }

    fn recv(&mut self, _pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        let next = self.pending.pop_front().ok_or(Errno::EAGAIN)?;
        if let Some(pipe) = next.notice {
            // Only a pipe that is still there can be subscribed.
            self.last = pipe.filter(|id| self.outgoing.handle(*id).is_some());
        }
        *msg = next.msg;
        Ok(())
    }

    fn has_in(&mut self, _pipes: &mut Pipes) -> bool {
        !self.pending.is_empty()
    }

    fn has_out(&mut self, _pipes: &mut Pipes) -> bool {
        true
    }

    fn option_changed(&mut self, _pipes: &mut Pipes, options: &Options, _option: i32) {
        self.decided.forget();
        self.settings = Settings {
            verbose: options.xpub_verbose,
            verboser: options.xpub_verboser,
            manual: options.xpub_manual,
            last_value: options.xpub_manual_last_value,
            nodrop: options.xpub_nodrop,
            only_first_subscribe: options.only_first_subscribe,
            invert: options.invert_matching,
            welcome: options.xpub_welcome_msg.clone(),
        };
    }

    fn subscription(&mut self, _pipes: &mut Pipes, subscribe: bool, topic: &[u8]) -> Result<()> {
        if !self.settings.manual {
            return Err(Errno::EINVAL);
        }
        let Some(pipe) = self.last.and_then(|id| self.outgoing.handle(id)) else { return Ok(()) };
        self.decided.forget();
        if subscribe {
            self.subscriptions.add(topic, pipe);
        } else {
            self.subscriptions.remove(topic, pipe);
        }
        Ok(())
    }

    fn topics_count(&self) -> Option<usize> {
        Some(self.subscriptions.len())
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
