//! Patterns: the routing state of each socket type, one file per type.
//!
//! A pattern decides which pipe a message goes to and which it comes from. It
//! is called by the one thread that uses the socket, never blocks, owns no
//! thread, descriptor or lock, and touches pipes only through [`Pipes`].

#[cfg(all(test, not(loom)))]
mod chaos;
mod dealer;
mod distributor;
mod fair_queue;
mod load_balancer;
mod pair;
mod peers;
mod pipe_array;
mod publisher;
mod pull;
mod push;
mod radix;
mod rep;
mod req;
mod router;
mod stream;
mod subscriber;
mod subscription_trie;
#[cfg(all(test, not(loom)))]
mod testing;
mod xpub;
mod xsub;

use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::{Options, types};
use crate::pipe::{PipeId, Pipes};
use crate::tuning;

/// Where the application is in messages that begin with their sender's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The next frame is a name.
    Name,
    /// The name was received; the next frame is the first that the peer has sent.
    Body,
    /// Further frames follow.
    Rest,
}

/// The routing behaviour of a socket type. Every method is called by the
/// thread that uses the socket and must not block.
pub trait Pattern: Send {
    /// A pipe is new in the table (connected, accepted or inproc). It may hold
    /// messages already: look at it, or treat it as active until it proves empty.
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options);

    /// The pipe, found empty before, has something to read.
    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId);

    /// The pipe, found full before, has room again.
    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId);

    /// The pipe's connection was made anew (connecting side only).
    fn hiccuped(&mut self, _pipes: &mut Pipes, _id: PipeId) {}

    /// The pipe has ended, from whichever side; it is silent and leaves the
    /// table right after this call.
    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId);

    /// Sends one frame; MORE on `msg` says whether the message goes on. Ok:
    /// the message was taken (or dropped, where the type drops) and `msg` is
    /// empty. Err: `msg` is untouched. EAGAIN: no room now. `dontwait` only
    /// decides what a message is told whose pipe went away in the middle:
    /// EPIPE, once, when set (EAGAIN for the application), silently dropped when not.
    fn send(&mut self, _pipes: &mut Pipes, _msg: &mut Msg, _dontwait: bool) -> Result<()> {
        Err(Errno::ENOTSUP)
    }

    /// As [`send`](Self::send) for the `body` of a frame, with `more` to come or not, of
    /// a type that may send it to many. False: ask `send`; nothing was done.
    fn publish(&mut self, _pipes: &mut Pipes, _body: &[u8], _more: bool) -> bool {
        false
    }

    /// Receives one frame into `msg` (whose old content is dropped). Err:
    /// `msg` is a valid, empty or untouched message. EAGAIN: nothing there.
    fn recv(&mut self, _pipes: &mut Pipes, _msg: &mut Msg) -> Result<()> {
        Err(Errno::ENOTSUP)
    }

    /// The pipe that messages go to, or within one the rest of it, if that is all there
    /// is to `send` until the pattern is next told or asked anything but this.
    fn way_out(&self) -> PipeId {
        PipeId::NONE
    }

    /// Frames went to that pipe without `send`. `more`: they began a message, and `send`
    /// is asked for the rest; else they ended the one that `send` had begun.
    fn went_past(&mut self, _more: bool) {}

    /// A pipe that messages may be read from, so many, if that is all there is to
    /// `recv` until the pattern is next told or asked anything but this. If that
    /// happens in the middle of one, `take_back` comes first.
    fn lend_in(&mut self, _pipes: &Pipes) -> (PipeId, u32) {
        (PipeId::NONE, 0)
    }

    /// Whether `recv` puts the sender's name in front of every message.
    fn names_senders(&self) -> bool {
        false
    }

    /// As [`lend_in`](Self::lend_in), where it does: the messages stand in the run
    /// that the pipe is in, and their name is what [`Pipes::take_name`] has. None may
    /// be read when the run has ended. If there are any, `take_back` follows before
    /// anything but `send` and `way_out`.
    fn lend_named(&mut self, _pipes: &Pipes) -> (PipeId, u32) {
        (PipeId::NONE, 0)
    }

    /// The end of what `lend_named` began, or `lend_in` in the middle of a message:
    /// `left` messages were not begun, the next frame of `from`'s would have been this
    /// part.
    fn take_back(&mut self, _pipes: &mut Pipes, _from: PipeId, _left: u32, _next: Part) {}

    /// Whether `recv` would succeed now.
    fn has_in(&mut self, _pipes: &mut Pipes) -> bool {
        false
    }

    /// Whether `send` would succeed now.
    fn has_out(&mut self, _pipes: &mut Pipes) -> bool {
        false
    }

    /// An option that this pattern may care about was set; `options` has the
    /// new value. Also called once, with 0, when the socket is made.
    fn option_changed(&mut self, _pipes: &mut Pipes, _options: &Options, _option: i32) {}

    /// ZMQ_SUBSCRIBE and ZMQ_UNSUBSCRIBE.
    fn subscription(&mut self, _pipes: &mut Pipes, _subscribe: bool, _topic: &[u8]) -> Result<()> {
        Err(Errno::EINVAL)
    }

    /// ZMQ_TOPICS_COUNT.
    fn topics_count(&self) -> Option<usize> {
        None
    }

    /// The id made for a pipe just attached, once, where ZMQ_ROUTING_ID is to
    /// read so (STREAM).
    fn made_id(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// zmq_socket_get_peer_state: POLLOUT if the peer takes messages.
    fn peer_state(&mut self, _pipes: &mut Pipes, _routing_id: &[u8]) -> Result<i32> {
        Err(Errno::ENOTSUP)
    }
}

/// The pattern of a socket type; None: there is no such type (yet).
pub fn create(socket_type: i32, _options: &Options) -> Option<Box<dyn Pattern>> {
    Some(match socket_type {
        types::PAIR => Box::new(pair::Pair::default()),
        types::PUB => Box::new(publisher::Publisher::default()),
        types::SUB => Box::new(subscriber::Subscriber::default()),
        types::REQ => Box::new(req::Req::default()),
        types::REP => Box::new(rep::Rep::default()),
        types::DEALER => Box::new(dealer::Dealer::default()),
        types::ROUTER => Box::new(router::Router::default()),
        types::PULL => Box::new(pull::Pull::default()),
        types::PUSH => Box::new(push::Push::default()),
        types::XPUB => Box::new(xpub::Xpub::default()),
        types::XSUB => Box::new(xsub::Xsub::default()),
        types::STREAM => Box::new(stream::Stream::default()),
        _ => return None,
    })
}

/// Messages that a call may yet skip because nobody wants them; one that is flooded
/// with such gives up for now, and has the pipe reported again.
struct Skips(u32);

impl Skips {
    fn new() -> Skips {
        Skips(tuning::TURN_SKIPS)
    }

    /// A message from `from` was skipped. EAGAIN: enough for one call.
    fn again(&mut self, pipes: &Pipes, from: PipeId) -> Result<()> {
        self.0 -= 1;
        if self.0 > 0 {
            return Ok(());
        }
        pipes.read_later(from);
        Err(Errno::EAGAIN)
    }
}

/// ZMQ_PROBE_ROUTER: an empty message, so that a ROUTER learns of this peer.
/// A full pipe goes without.
fn probe(pipes: &mut Pipes, id: PipeId) {
    pipes.write(id, &mut Msg::new());
}
