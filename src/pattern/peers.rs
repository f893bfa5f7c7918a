//! Peers by routing id: who is called what at a ROUTER or REP.
//!
//! Both patterns own one and ask it about every pipe they are given. Ids come
//! as the first cell of a pipe, or from the socket for connections that were
//! given one; a pipe is anonymous, and not used, until its id is known.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use super::probe;
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::options::Options;
use crate::pipe::{PipeId, Pipes};
use crate::sys::chance::Keyed;

/// ZMQ_POLLOUT, the one bit of a peer's state.
const POLLOUT: i32 = 2;

/// What became of a pipe whose id was looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Introduction {
    /// No id yet: ask again when the pipe has something to read.
    Anonymous,
    /// Its id belongs to another peer: it is never heard.
    Ignored,
    /// It can be used.
    Known,
    /// It can be used; the pipe that had its id until now must be ended.
    Replaced(PipeId),
}

/// Ends a pipe that was [replaced](Introduction::Replaced). What a peer that has gone
/// left behind is read all the same, under the name the pipe has now.
pub fn give_way(pipes: &mut Pipes, old: PipeId) {
    if !pipes.is_closing(old) {
        pipes.terminate(old, 0);
    }
}

/// Peers by routing id.
pub struct Peers {
    // Ids are chosen by peers, so the standard, keyed hash it is.
    by_id: HashMap<Box<[u8]>, PipeId, Keyed>,
    anonymous: HashSet<PipeId, Keyed>,
    next_auto: u32,
    handover: bool,
    raw: bool,
}

impl Default for Peers {
    fn default() -> Self {
        Peers {
            by_id: HashMap::default(),
            anonymous: HashSet::default(),
            // So that ids of an earlier life of this program find nobody.
            next_auto: Keyed::default().hash_one(0) as u32,
            handover: false,
            raw: false,
        }
    }
}

impl Peers {
    /// Peers that do not tell what they are called.
    pub fn raw() -> Peers {
        Peers { raw: true, ..Peers::default() }
    }

    /// Takes over the options that matter here.
    pub fn configure(&mut self, options: &Options) {
        self.handover = options.router_handover;
        self.raw = options.router_raw;
    }

    /// A pipe is new. The socket has set its routing id if ZMQ_CONNECT_ROUTING_ID
    /// named it.
    pub fn attach(&mut self, pipes: &mut Pipes, id: PipeId, options: &Options) -> Introduction {
        if options.probe_router {
            probe(pipes, id);
        }
        let given = pipes.find_mut(id).map(|end| std::mem::take(&mut end.routing_id));
        match given {
            Some(name) if !name.is_empty() => self.claim(pipes, id, &name),
            _ if self.raw => self.name(pipes, id),
            _ => self.identify(pipes, id),
        }
    }

    /// The pipe has something to read. None: that is nothing new to us.
    pub fn activated(&mut self, pipes: &mut Pipes, id: PipeId) -> Option<Introduction> {
        if self.anonymous.is_empty() || !self.anonymous.remove(&id) {
            return None;
        }
        Some(self.identify(pipes, id))
    }

    /// The pipe is gone.
    pub fn terminated(&mut self, pipes: &Pipes, id: PipeId) {
        self.anonymous.remove(&id);
        if let Some(end) = pipes.find(id)
            && self.by_id.get(&end.routing_id[..]) == Some(&id)
        {
            self.by_id.remove(&end.routing_id[..]);
        }
    }

    /// The pipe of the peer called `name`.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<PipeId> {
        self.by_id.get(name).copied()
    }

    /// Whether a message could be sent to any peer.
    pub fn any_writable(&self, pipes: &mut Pipes) -> bool {
        self.by_id.values().any(|id| pipes.writable(*id))
    }

    /// zmq_socket_get_peer_state.
    pub fn state(&self, pipes: &mut Pipes, name: &[u8]) -> Result<i32> {
        let id = self.find(name).ok_or(Errno::EHOSTUNREACH)?;
        Ok(if pipes.writable(id) { POLLOUT } else { 0 })
    }

    fn identify(&mut self, pipes: &mut Pipes, id: PipeId) -> Introduction {
        let mut msg = Msg::new();
        if !pipes.read(id, &mut msg) {
            self.anonymous.insert(id);
            return Introduction::Anonymous;
        }
        if msg.is_empty() {
            return self.name(pipes, id);
        }
        self.claim(pipes, id, msg.data())
    }

    /// Gives a pipe the name it wants.
    fn claim(&mut self, pipes: &mut Pipes, id: PipeId, name: &[u8]) -> Introduction {
        let holder = self.find(name);
        if holder.is_some() && !self.handover {
            return Introduction::Ignored;
        }
        if let Some(old) = holder {
            // Until it has ended the old pipe goes by a name nobody knows.
            self.by_id.remove(name);
            self.name(pipes, old);
        }
        self.enter(pipes, id, name);
        holder.map_or(Introduction::Known, Introduction::Replaced)
    }

    /// Gives a pipe a name nobody has: 0 and a number, big-endian.
    fn name(&mut self, pipes: &mut Pipes, id: PipeId) -> Introduction {
        loop {
            let [a, b, c, d] = self.next_auto.to_be_bytes();
            self.next_auto = self.next_auto.wrapping_add(1);
            // Peers may have chosen a name of this form.
            if self.find(&[0, a, b, c, d]).is_none() {
                return self.enter(pipes, id, &[0, a, b, c, d]);
            }
        }
    }

    fn enter(&mut self, pipes: &mut Pipes, id: PipeId, name: &[u8]) -> Introduction {
        if let Some(end) = pipes.find_mut(id) {
            end.routing_id = name.to_vec();
            self.by_id.insert(name.into(), id);
        }
        Introduction::Known
    }
}
