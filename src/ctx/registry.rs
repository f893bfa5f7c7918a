//! Names of inproc endpoints in one context, and connections to names that
//! nobody has bound yet.

use std::collections::HashMap;
use std::sync::Weak;

use crate::command::{SocketCommand, SocketMailbox};
use crate::engine::owner::Owner;
use crate::engine::zap::Directory;
use crate::errno::{Errno, Result};
use crate::log;
use crate::msg::{self, Msg};
use crate::pipe::{EndSettings, PipeEnd, UNKNOWN_HWM, inproc_pair};
use crate::sync::{Arc, Mutex};
use crate::sys::chance::Keyed;

/// A bound name.
pub struct Binding {
    /// Number of the socket that bound it.
    pub uid: u64,
    /// Its mailbox.
    pub mailbox: Arc<SocketMailbox>,
    /// What it brings to its pipes.
    pub settings: EndSettings,
    /// Its own routing id.
    pub routing_id: Vec<u8>,
    /// Whether it wants its peers' routing ids.
    pub wants_routing_id: bool,
    /// The socket whose monitor this is; it has no thread of its own to notice
    /// that a reader has come.
    pub monitor_of: Option<Weak<Owner>>,
}

/// A socket that connects to a name.
pub struct Connector {
    /// Number of the socket.
    pub uid: u64,
    /// What it brings to its pipe.
    pub settings: EndSettings,
    /// Its own routing id.
    pub routing_id: Vec<u8>,
    /// Whether it wants its peer's routing id.
    pub wants_routing_id: bool,
}

/// A connection that waits for its name to be bound.
struct Pending {
    uid: u64,
    end: PipeEnd,
    wants_routing_id: bool,
}

#[derive(Default)]
struct Names {
    bound: HashMap<Vec<u8>, Binding, Keyed>,
    pending: HashMap<Vec<u8>, Vec<Pending>, Keyed>,
}

/// The registry; all methods may be called from any thread.
#[derive(Default)]
pub struct Registry {
    names: Mutex<Names>,
}

/// An endpoint for the debug log.
fn full_name(name: &[u8]) -> String {
    format!("inproc://{}", String::from_utf8_lossy(name))
}

fn routing_id(id: &[u8]) -> Msg {
    let mut msg = Msg::copy_of(id).unwrap_or_default();
    msg.set_flags(msg::ROUTING_ID);
    msg
}

impl Registry {
    /// Connects; the end is for the connecting socket to attach. Without a
    /// binder it waits for one.
    pub fn connect(&self, name: &[u8], connector: Connector) -> PipeEnd {
        let mut names = self.names.lock();
        let Some(binding) = names.bound.get(name) else {
            let (end, pending) = connect_pending(connector);
            names.pending.entry(name.to_vec()).or_default().push(pending);
            return end;
        };
        let (mut own, mut other) = inproc_pair(&connector.settings, &binding.settings);
        if log::is_on() {
            other.name = full_name(name);
        }
        if binding.wants_routing_id {
            own.preload(routing_id(&connector.routing_id));
        }
        if connector.wants_routing_id {
            other.preload(routing_id(&binding.routing_id));
        }
        attach(binding, other);
        let monitored = binding.monitor_of.as_ref().and_then(Weak::upgrade);
        drop(names);
        if let Some(owner) = monitored {
            owner.monitor.attached();
        }
        own
    }

    /// Binds; the ends are those that waited, for the binding socket to
    /// attach. EADDRINUSE.
    pub fn bind(&self, name: &[u8], binding: Binding) -> Result<Vec<PipeEnd>> {
        let mut names = self.names.lock();
        if names.bound.contains_key(name) {
            return Err(Errno::EADDRINUSE);
        }
        let waiting = names.pending.remove(name).unwrap_or_default();
        let ends = waiting
            .into_iter()
            .map(|pending| {
                let mut end = pending.end;
                if log::is_on() {
                    end.name = full_name(name);
                }
                if pending.wants_routing_id {
                    end.preload(routing_id(&binding.routing_id));
                }
                end.core().adopt(1, &binding.settings);
                // The connector's mark has grown by ours.
                end.core().notify(0, SocketCommand::WriteActivated);
                end
            })
            .collect();
        names.bound.insert(name.to_vec(), binding);
        Ok(ends)
    }

    /// Frees a name. ENOENT: `uid` has not bound it.
    pub fn unbind(&self, name: &[u8], uid: u64) -> Result<()> {
        let mut names = self.names.lock();
        match names.bound.get(name) {
            Some(binding) if binding.uid == uid => {
                names.bound.remove(name);
                Ok(())
            }
            _ => Err(Errno::ENOENT),
        }
    }

    /// The context ends: what nobody bound is dropped.
    pub fn clear(&self) {
        *self.names.lock() = Names::default();
    }

    /// Drops what `uid` left waiting for `name`.
    pub fn disconnect(&self, name: &[u8], uid: u64) {
        let mut names = self.names.lock();
        if let Some(waiting) = names.pending.get_mut(name) {
            waiting.retain(|pending| pending.uid != uid);
            if waiting.is_empty() {
                names.pending.remove(name);
            }
        }
    }
}

impl Directory for Registry {
    fn connect_bound(&self, name: &[u8], settings: &EndSettings) -> Option<PipeEnd> {
        let names = self.names.lock();
        let binding = names.bound.get(name)?;
        let (mut own, other) = inproc_pair(settings, &binding.settings);
        if binding.wants_routing_id {
            own.preload(routing_id(&[]));
        }
        attach(binding, other);
        Some(own)
    }
}

/// Hands its end of a new pipe to the socket that has bound a name.
fn attach(binding: &Binding, end: PipeEnd) {
    if let Err(SocketCommand::Attach(end)) =
        binding.mailbox.push(SocketCommand::Attach(Box::new(end)))
    {
        // The binder is on its way out: like a peer that left at once.
        end.abandon(0);
    }
}

fn connect_pending(connector: Connector) -> (PipeEnd, Pending) {
    let unknown =
        EndSettings { sndhwm: UNKNOWN_HWM, rcvhwm: UNKNOWN_HWM, ..EndSettings::default() };
    let (mut own, other) = inproc_pair(&connector.settings, &unknown);
    // Whether the binder wants it is not known; patterns skip what they do not.
    own.preload(routing_id(&connector.routing_id));
    let wants_routing_id = connector.wants_routing_id;
    (own, Pending { uid: connector.uid, end: other, wants_routing_id })
}
