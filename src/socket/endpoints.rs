//! zmq_bind, zmq_connect, zmq_unbind, zmq_disconnect.

use std::os::fd::{AsFd, AsRawFd};

use super::Socket;
use crate::ctx::{Binding, Connector};
use crate::endpoint::{self, Scheme};
use crate::engine::drive::Drive;
use crate::engine::listener::{CloseListener, Listener};
use crate::engine::monitor::{Names, event};
use crate::engine::owner::choose_io;
use crate::engine::session::{Disconnect, Origin, Session};
use crate::errno::{Errno, Result};
use crate::log::{self, Count, say};
use crate::options::types;
use crate::pipe::{PipeId, driven_pair};
use crate::reactor::{IoHandle, ObjectId};
use crate::sync::Arc;
use crate::transport::{self, BindError, Target, tcp};

/// What an endpoint's entry stands for.
enum Kind {
    Listener(Arc<IoHandle>, ObjectId),
    Session(Arc<IoHandle>, ObjectId),
    InprocBinding,
    Inproc(PipeId),
}

/// One bound or connected endpoint.
pub(super) struct Endpoint {
    number: u64,
    text: String,
    kind: Kind,
}

/// A socket's endpoints, in the order they were made.
#[derive(Default)]
pub(super) struct Endpoints {
    entries: Vec<Endpoint>,
    numbered: u64,
    last: String,
}

impl Endpoints {
    /// LAST_ENDPOINT.
    pub(super) fn last(&self) -> &str {
        &self.last
    }

    pub(super) fn remove(&mut self, number: u64) {
        self.entries.retain(|entry| entry.number != number);
    }

    pub(super) fn take(&mut self) -> Vec<Endpoint> {
        std::mem::take(&mut self.entries)
    }

    fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered
    }

    /// What the debug log says of each.
    pub(super) fn described(&self) -> Vec<String> {
        let describe = |Endpoint { text, kind, .. }: &Endpoint| match kind {
            Kind::Listener(..) | Kind::InprocBinding => format!("bound to {text}"),
            Kind::Session(..) | Kind::Inproc(_) => format!("connected to {text}"),
        };
        self.entries.iter().map(describe).collect()
    }

    /// `text` is what the endpoint is unbound or disconnected by, `last` what LAST_ENDPOINT shows.
    fn add(&mut self, number: u64, text: &str, last: &str, kind: Kind) {
        self.last = last.to_owned();
        self.entries.push(Endpoint { number, text: text.to_owned(), kind });
    }

    fn has(&self, text: &str) -> bool {
        self.entries.iter().any(|entry| entry.text == text)
    }

    /// Takes out all entries known as `text`.
    fn take_all(&mut self, text: &str) -> Vec<Endpoint> {
        let (taken, kept) =
            std::mem::take(&mut self.entries).into_iter().partition(|entry| entry.text == text);
        self.entries = kept;
        taken
    }
}

fn text(endpoint: &[u8]) -> Result<&str> {
    std::str::from_utf8(endpoint).map_err(|_| Errno::EINVAL)
}

impl Socket {
    /// zmq_bind; the endpoint's bytes without NUL.
    pub fn bind(&mut self, endpoint: &[u8]) -> Result<()> {
        self.enter()?;
        let text = text(endpoint)?;
        let (scheme, address) = endpoint::parse(text, self.options.socket_type)?;
        if scheme == Scheme::Inproc {
            return self.bind_inproc(text, address);
        }
        let io = choose_io(&self.owner.threads, self.options.affinity)?.clone();
        let listener = match transport::Listener::bind(scheme, address, &self.options) {
            Ok(listener) => listener,
            Err(error) => return Err(self.bind_failed(address, error)),
        };
        let number = self.endpoints.next_number();
        let last = listener.last_endpoint();
        let fd = listener.as_fd().as_raw_fd();
        let names = Names::local(listener.endpoint());
        self.owner.monitor.emit(event::LISTENING, fd as u64, &names);
        let options = Arc::new(self.options.clone());
        let object = Listener::new(self.owner.clone(), options, number, listener);
        self.owner.bound(number);
        let id = io.add(Box::new(object));
        // libzmq keeps the text given for tipc alone.
        let key = if scheme == Scheme::Tipc { text } else { &last };
        self.endpoints.add(number, key, &last, Kind::Listener(io, id));
        self.describe_endpoints();
        self.tell_of_work();
        Ok(())
    }

    fn bind_failed(&self, address: &str, error: BindError) -> Errno {
        if let Some((fd, endpoint)) = &error.closed {
            self.owner.monitor.emit(event::CLOSED, *fd as u64, &Names::local(endpoint));
        }
        let names = Names::local(address);
        self.owner.monitor.emit(event::BIND_FAILED, error.errno.0 as u64, &names);
        error.errno
    }

    fn bind_inproc(&mut self, text: &str, name: &str) -> Result<()> {
        let binding = Binding {
            uid: self.owner.uid,
            mailbox: self.mailbox.clone(),
            settings: self.owner.end_settings(&self.options),
            routing_id: self.options.routing_id.clone(),
            wants_routing_id: self.options.recv_routing_id,
            monitor_of: None,
        };
        let waiting = self.ctx.registry.bind(name.as_bytes(), binding).inspect_err(|error| {
            say!(self.owner.who, "bind {text}: failed ({})", log::Text(*error));
        })?;
        let number = self.endpoints.next_number();
        self.endpoints.add(number, text, text, Kind::InprocBinding);
        self.describe_endpoints();
        say!(self.owner.who, "bind {text}: bound, {} waited", Count(waiting.len() as u64, "peer"));
        for end in waiting {
            self.attach(Box::new(end));
        }
        Ok(())
    }

    /// zmq_connect.
    pub fn connect(&mut self, endpoint: &[u8]) -> Result<()> {
        self.enter()?;
        let text = text(endpoint)?;
        let (scheme, address) = endpoint::parse(text, self.options.socket_type)?;
        if scheme == Scheme::Inproc {
            self.connect_inproc(text, address);
            return Ok(());
        }
        let socket_type = self.options.socket_type;
        let single = matches!(socket_type, types::DEALER | types::SUB | types::PUB | types::REQ);
        if single && self.endpoints.has(text) {
            return Ok(()); // a second connection would only double messages
        }
        let io = choose_io(&self.owner.threads, self.options.affinity)?.clone();
        let target = Target::parse(scheme, address)?;
        self.connect_session(&io, text, target)
    }

    fn connect_inproc(&mut self, text: &str, name: &str) {
        let connector = Connector {
            uid: self.owner.uid,
            settings: self.owner.end_settings(&self.options),
            routing_id: self.options.routing_id.clone(),
            wants_routing_id: self.options.recv_routing_id,
        };
        let number = self.endpoints.next_number();
        let mut end = self.ctx.registry.connect(name.as_bytes(), connector);
        end.endpoint = number;
        end.connected = true;
        end.routing_id = self.options.connect_routing_id.take().unwrap_or_default();
        if log::is_on() {
            self.describe_inproc(text, &mut end);
        }
        let id = self.pipes.insert(Box::new(end));
        self.route.pattern(&mut self.pipes).attached(&mut self.pipes, id, &self.options);
        self.endpoints.add(number, text, text, Kind::Inproc(id));
        self.describe_endpoints();
        self.bury();
    }

    fn connect_session(&mut self, io: &Arc<IoHandle>, text: &str, target: Target) -> Result<()> {
        let number = self.endpoints.next_number();
        let last = target.endpoint();
        let mut options = self.options.clone();
        let routing_id = self.options.connect_routing_id.take().unwrap_or_default();
        options.connect_routing_id = None;
        let id = io.reserve();
        let mut drive = None;
        let mut own_end = None;
        if !options.immediate {
            let watch = self.owner.watch(io)?;
            let settings = self.owner.end_settings(&options);
            let (mut end, session_end) = driven_pair(&settings);
            let driver = Drive::new(session_end, &watch, io, id);
            end.set_driver(driver.clone());
            end.endpoint = number;
            end.connected = true;
            end.routing_id = routing_id;
            if log::is_on() {
                end.name = last.clone();
            }
            own_end = Some(end);
            drive = Some(driver);
        }
        let origin = Origin::Connect(target);
        let session = Session::new(self.owner.clone(), Arc::new(options), number, origin, drive);
        io.add_as(id, Box::new(session));
        self.endpoints.add(number, text, &last, Kind::Session(io.clone(), id));
        self.describe_endpoints();
        self.tell_of_work();
        if let Some(end) = own_end {
            self.attach(Box::new(end));
        }
        Ok(())
    }

    /// zmq_unbind and zmq_disconnect.
    pub fn term_endpoint(&mut self, endpoint: &[u8]) -> Result<()> {
        self.enter()?;
        self.route.forget(&mut self.pipes);
        let text = text(endpoint)?;
        let (scheme, address) = endpoint::parse(text, self.options.socket_type)?;
        if scheme == Scheme::Inproc {
            return self.term_inproc(text, address);
        }
        let mut found = self.endpoints.take_all(text);
        if found.is_empty() && scheme == Scheme::Tcp {
            for form in tcp::numeric_forms(address, self.options.ipv6) {
                found = self.endpoints.take_all(&form);
                if !found.is_empty() {
                    break;
                }
            }
        }
        if found.is_empty() {
            return Err(Errno::ENOENT);
        }
        for entry in &found {
            self.cut_accepted(entry.number);
            self.close_listener(entry);
            self.close_session(entry);
        }
        self.describe_endpoints();
        self.bury();
        Ok(())
    }

    /// Own binding first, else all own connections to the name.
    fn term_inproc(&mut self, text: &str, name: &str) -> Result<()> {
        if self.ctx.registry.unbind(name.as_bytes(), self.owner.uid).is_ok() {
            self.endpoints
                .entries
                .retain(|entry| entry.text != text || !matches!(entry.kind, Kind::InprocBinding));
            self.describe_endpoints();
            return Ok(());
        }
        let found = self.endpoints.take_all(text);
        if found.is_empty() {
            return Err(Errno::ENOENT);
        }
        if self.options.linger == 0 {
            self.ctx.registry.disconnect(name.as_bytes(), self.owner.uid);
        }
        for entry in found {
            if let Kind::Inproc(id) = entry.kind {
                self.pipes.terminate(id, self.options.linger);
            }
        }
        self.describe_endpoints();
        self.bury();
        Ok(())
    }

    /// Frees a name; what was sent to a name not bound yet stays for the binder, unless
    /// nothing is to linger.
    pub(super) fn leave_inproc(&self, entry: &Endpoint) {
        let name = entry.text.strip_prefix("inproc://").unwrap_or_default();
        match entry.kind {
            Kind::InprocBinding => {
                // ENOENT: unbound already.
                let _ = self.ctx.registry.unbind(name.as_bytes(), self.owner.uid);
            }
            Kind::Inproc(_) if self.options.linger == 0 => {
                self.ctx.registry.disconnect(name.as_bytes(), self.owner.uid);
            }
            Kind::Inproc(_) | Kind::Listener(..) | Kind::Session(..) => {}
        }
    }

    /// Stops listening; the connections that were accepted end as well.
    pub(super) fn close_listener(&self, entry: &Endpoint) {
        let Kind::Listener(io, id) = &entry.kind else { return };
        io.send(*id, CloseListener);
        self.owner.unbound(entry.number, self.options.linger);
    }

    /// Pipes of an endpoint that this socket connected, or that it accepted.
    fn pipes_of(&self, endpoint: u64, connected: bool) -> Vec<PipeId> {
        let ours = |id: &PipeId| {
            let end = self.pipes.find(*id);
            end.is_some_and(|end| end.connected == connected && end.endpoint == endpoint)
        };
        self.pipes.ids().filter(ours).collect()
    }

    /// Nothing that arrives after zmq_unbind is received, although the I/O
    /// threads end the connections later.
    fn cut_accepted(&mut self, endpoint: u64) {
        for pipe in self.pipes_of(endpoint, false) {
            if self.pipes.cut(pipe) {
                self.route.pattern(&mut self.pipes).read_activated(&mut self.pipes, pipe);
            }
        }
    }

    fn close_session(&mut self, entry: &Endpoint) {
        let Kind::Session(io, id) = &entry.kind else { return };
        for pipe in self.pipes_of(entry.number, true) {
            self.pipes.terminate(pipe, self.options.linger);
        }
        // For a session that has no pipe at present.
        io.send(*id, Disconnect);
    }
}
