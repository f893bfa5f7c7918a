//! STREAM: a raw ROUTER that reports a peer it does not know, and always says
//! that it can send.
//!
//! Made by [`create`](super::create), called as [`Pattern`] says.

use super::Pattern;
use super::router::Router;
use crate::errno::Result;
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};

/// The pattern of ZMQ_STREAM.
pub struct Stream {
    router: Router,
    /// An id came without MORE: the frame after it goes nowhere.
    stray: bool,
    /// The id made for the newest connection, until the socket asks for it.
    made: Option<Vec<u8>>,
}

impl Default for Stream {
    fn default() -> Self {
        Stream { router: Router::raw(), stray: false, made: None }
    }
}

impl Pattern for Stream {
    fn attached(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) {
        let given = pipes.find(id).is_some_and(|end| !end.routing_id.is_empty());
        self.router.attached(pipes, id, options);
        if !given {
            self.made = pipes.find(id).map(|end| end.routing_id.clone());
        }
    }

    fn read_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.router.read_activated(pipes, id);
    }

    fn write_activated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.router.write_activated(pipes, id);
    }

    fn terminated(&mut self, pipes: &mut Pipes, id: PipeId) {
        self.router.terminated(pipes, id);
    }

    fn send(&mut self, pipes: &mut Pipes, msg: &mut Msg, dontwait: bool) -> Result<()> {
        if self.stray {
            self.stray = false;
            *msg = Msg::new();
            return Ok(());
        }
        self.stray = !msg.more() && self.router.expects_name();
        self.router.send(pipes, msg, dontwait)
    }

    fn recv(&mut self, pipes: &mut Pipes, msg: &mut Msg) -> Result<()> {
        self.router.recv(pipes, msg)
    }

    fn has_in(&mut self, pipes: &mut Pipes) -> bool {
        self.router.has_in(pipes)
    }

    fn has_out(&mut self, _pipes: &mut Pipes) -> bool {
        true
    }

    fn made_id(&mut self) -> Option<Vec<u8>> {
        self.made.take()
    }

    fn peer_state(&mut self, pipes: &mut Pipes, routing_id: &[u8]) -> Result<i32> {
        self.router.peer_state(pipes, routing_id)
    }
}
