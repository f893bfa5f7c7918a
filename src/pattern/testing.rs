//! Two or more patterns joined by real inproc pipes, driven by one thread:
//! what the tests of this module, and benches/pattern.rs, use in place of sockets.

use super::{Pattern, create};
use crate::command::{SocketCommand, SocketMailbox, socket_mailbox};
use crate::errno::{Errno, Result};
use crate::msg::{Msg, ROUTING_ID};
use crate::options::{ContextOptions, Options};
use crate::pipe::{EndSettings, PipeId, Pipes, inproc_pair};
use crate::sync::Arc;

/// A socket reduced to its routing.
pub struct Node {
    pub options: Options,
    pub pipes: Pipes,
    pub pattern: Box<dyn Pattern>,
    mailbox: Arc<SocketMailbox>,
}

impl Node {
    pub fn new(socket_type: i32) -> Node {
        Node::with(socket_type, |_| {})
    }

    pub fn with(socket_type: i32, set: impl FnOnce(&mut Options)) -> Node {
        let mut options = Options::new(socket_type, &ContextOptions::default());
        set(&mut options);
        let mut pipes = Pipes::new();
        let mut pattern = create(socket_type, &options).expect("a known type");
        pattern.option_changed(&mut pipes, &options, 0);
        let mailbox = socket_mailbox().expect("an eventfd");
        Node { options, pipes, pattern, mailbox }
    }

    /// Changes options later on.
    pub fn set(&mut self, set: impl FnOnce(&mut Options)) {
        set(&mut self.options);
        self.pattern.option_changed(&mut self.pipes, &self.options, -1);
    }

    pub fn subscribe(&mut self, topic: &str) {
        let done = self.pattern.subscription(&mut self.pipes, true, topic.as_bytes());
        assert_eq!(done, Ok(()));
    }

    pub fn unsubscribe(&mut self, topic: &str) {
        let done = self.pattern.subscription(&mut self.pipes, false, topic.as_bytes());
        assert_eq!(done, Ok(()));
    }

    fn settings(&self) -> EndSettings {
        EndSettings {
            mailbox: Some(self.mailbox.clone()),
            sndhwm: self.options.sndhwm,
            rcvhwm: self.options.rcvhwm,
            conflate_in: self.options.conflates_input(),
            conflate_out: self.options.conflates_output(),
        }
    }

    /// Carries out what other threads' sockets have asked for.
    pub fn pump(&mut self) {
        let mut commands = Vec::new();
        self.mailbox.drain(&mut commands);
        for command in commands {
            match command {
                SocketCommand::ReadActivated(id) => {
                    self.pattern.read_activated(&mut self.pipes, id);
                }
                SocketCommand::WriteActivated(id) => {
                    self.pattern.write_activated(&mut self.pipes, id);
                }
                SocketCommand::PeerClosed(id) => self.pipes.peer_closed(id),
                SocketCommand::Hiccup(id) => self.pattern.hiccuped(&mut self.pipes, id),
                _ => {}
            }
        }
        while let Some(id) = self.pipes.take_ended() {
            self.pattern.terminated(&mut self.pipes, id);
            self.pipes.remove(id);
        }
    }

    /// Notices that peers have closed, and does not tell the pattern yet.
    pub fn peers_closed(&mut self) {
        let mut commands = Vec::new();
        self.mailbox.drain(&mut commands);
        for command in commands {
            if let SocketCommand::PeerClosed(id) = command {
                self.pipes.peer_closed(id);
            }
        }
    }

    /// Ends every pipe.
    pub fn close(mut self) -> Options {
        let ids: Vec<PipeId> = self.pipes.ids().collect();
        ids.into_iter().for_each(|id| self.pipes.terminate(id, 0));
        self.pump();
        self.options
    }

    pub fn hiccup_all(&mut self) {
        let ids: Vec<PipeId> = self.pipes.ids().collect();
        ids.into_iter().for_each(|id| self.pattern.hiccuped(&mut self.pipes, id));
    }

    pub fn send_frame(&mut self, body: &str, more: bool, dontwait: bool) -> Result<()> {
        self.send_bytes(body.as_bytes(), more, dontwait)
    }

    pub fn send_bytes(&mut self, body: &[u8], more: bool, dontwait: bool) -> Result<()> {
        let mut msg = Msg::copy_of(body)?;
        msg.set_more(more);
        let sent = self.pattern.send(&mut self.pipes, &mut msg, dontwait);
        match sent {
            Ok(()) => assert!(msg.is_empty() && !msg.more()),
            Err(_) => assert!(msg.data() == body && msg.more() == more),
        }
        sent
    }

    /// Sends a message without blocking, commands first as a socket would.
    pub fn send(&mut self, frames: &[&str]) -> Result<()> {
        self.pump();
        for (i, frame) in frames.iter().enumerate() {
            self.send_frame(frame, i + 1 < frames.len(), true)?;
        }
        Ok(())
    }

    pub fn recv_msg(&mut self) -> Result<Msg> {
        let mut msg = Msg::new();
        let mut got = self.pattern.recv(&mut self.pipes, &mut msg);
        if got == Err(Errno::EAGAIN) {
            self.pump();
            got = self.pattern.recv(&mut self.pipes, &mut msg);
        }
        got.map(|()| msg)
    }

    /// One frame as text, and whether more follow.
    pub fn recv_frame(&mut self) -> Result<(String, bool)> {
        let msg = self.recv_msg()?;
        Ok((String::from_utf8_lossy(msg.data()).into_owned(), msg.more()))
    }

    /// A whole message as text; empty: there was none.
    pub fn recv(&mut self) -> Vec<String> {
        let mut frames = Vec::new();
        while let Ok((frame, more)) = self.recv_frame() {
            frames.push(frame);
            if !more {
                break;
            }
        }
        frames
    }

    pub fn has_in(&mut self) -> bool {
        self.pump();
        self.pattern.has_in(&mut self.pipes)
    }

    pub fn has_out(&mut self) -> bool {
        self.pump();
        self.pattern.has_out(&mut self.pipes)
    }

    pub fn peer_state(&mut self, id: &str) -> Result<i32> {
        self.pattern.peer_state(&mut self.pipes, id.as_bytes())
    }
}

fn routing_id(node: &Node) -> Msg {
    let mut msg = Msg::copy_of(&node.options.routing_id).unwrap_or_default();
    msg.set_flags(ROUTING_ID);
    msg
}

/// `from` connects to `to`, as sockets do on inproc.
pub fn connect(from: &mut Node, to: &mut Node) {
    let from_id = to.options.recv_routing_id.then(|| routing_id(from));
    let to_id = from.options.recv_routing_id.then(|| routing_id(to));
    connect_with(from, to, from_id, to_id);
}

/// As [`connect`], with the first cell of each direction given.
pub fn connect_with(from: &mut Node, to: &mut Node, out: Option<Msg>, back: Option<Msg>) {
    let (mut near, mut far) = inproc_pair(&from.settings(), &to.settings());
    if let Some(msg) = out {
        near.preload(msg);
    }
    if let Some(msg) = back {
        far.preload(msg);
    }
    near.connected = true;
    near.routing_id = from.options.connect_routing_id.take().unwrap_or_default();
    let id = from.pipes.insert(Box::new(near));
    from.pattern.attached(&mut from.pipes, id, &from.options);
    let id = to.pipes.insert(Box::new(far));
    to.pattern.attached(&mut to.pipes, id, &to.options);
    from.pump();
    to.pump();
}
