//! zmq_setsockopt, zmq_getsockopt and zmq_socket_monitor.

use std::os::fd::AsRawFd;

use super::Socket;
use crate::ctx::Binding;
use crate::endpoint::{self, Scheme};
use crate::engine::monitor::Monitor;
use crate::errno::{Errno, Result};
use crate::options::{self, Room, types};
use crate::sync::Arc;

const SUBSCRIBE: i32 = 6;
const RCVMORE: i32 = 13;
const FD: i32 = 14;
const EVENTS: i32 = 15;
const SNDHWM: i32 = 23;
const RCVHWM: i32 = 24;
const LAST_ENDPOINT: i32 = 32;
const TOPICS_COUNT: i32 = 116;

/// Events that version 1 of the monitor's frames can express.
const VERSION_1_EVENTS: u64 = 0xFFFF;

impl Socket {
    /// zmq_setsockopt; None: NULL with length 0. ETERM, EINVAL.
    pub fn set_option(&mut self, option: i32, value: Option<&[u8]>) -> Result<()> {
        self.alive()?;
        if options::is_action(option) {
            let topic = value.unwrap_or_default();
            let done = self.route.pattern(&mut self.pipes).subscription(
                &mut self.pipes,
                option == SUBSCRIBE,
                topic,
            );
            self.bury();
            return done;
        }
        self.options.set(option, value)?;
        if matches!(option, SNDHWM | RCVHWM) {
            self.owner.set_hwm(self.options.sndhwm, self.options.rcvhwm);
            self.pipes.set_hwm(self.options.sndhwm, self.options.rcvhwm);
        }
        self.route.pattern(&mut self.pipes).option_changed(&mut self.pipes, &self.options, option);
        self.bury();
        Ok(())
    }

    /// zmq_getsockopt into the caller's whole buffer; returns the new length.
    /// ETERM, EINVAL, EINTR.
    pub fn get_option(&mut self, option: i32, out: &mut [u8]) -> Result<usize> {
        self.alive()?;
        match option {
            RCVMORE => options::put_int(out, i32::from(self.route.rcvmore), Room::AtLeast),
            FD => {
                let fd = self.mailbox.signal().as_raw_fd();
                let len = options::put_int(out, fd, Room::AtLeast)?;
                self.expose();
                Ok(len)
            }
            EVENTS => {
                options::put_int(out, 0, Room::AtLeast)?;
                let events = self.events()?;
                options::put_int(out, i32::from(events), Room::AtLeast)
            }
            LAST_ENDPOINT => options::put_string(out, self.endpoints.last().as_bytes()),
            TOPICS_COUNT => {
                let count =
                    self.route.pattern(&mut self.pipes).topics_count().ok_or(Errno::EINVAL)?;
                options::put_int(out, i32::try_from(count).unwrap_or(i32::MAX), Room::AtLeast)
            }
            _ => self.options.get(option, out),
        }
    }

    /// ETERM once Stop has been processed. Options leave the commands, and with
    /// them the descriptor's signal, where they are: an application that waits
    /// on the descriptor looks at ZMQ_EVENTS only when it is readable.
    fn alive(&self) -> Result<()> {
        if self.terminated { Err(Errno::ETERM) } else { Ok(()) }
    }

    /// The application waits on the socket's descriptor by itself: from now on
    /// every command raises it, and the I/O threads do all the reading.
    fn expose(&mut self) {
        if !self.exposed {
            self.exposed = true;
            self.watches = self.owner.watches();
            self.watches.iter().for_each(|watch| watch.return_to_io());
            self.mailbox.expose();
            // Whoever waits without having asked for ZMQ_EVENTS first hears of
            // what is there already and, the lanes having been found empty, of
            // what comes.
            self.route.pattern(&mut self.pipes).has_in(&mut self.pipes);
            self.mailbox.poke();
            self.bury();
        }
    }

    /// A new listener or session is work of this socket's own, as in libzmq: the
    /// descriptor tells of it.
    pub(super) fn tell_of_work(&self) {
        if self.exposed {
            self.mailbox.poke();
        }
    }

    /// zmq_socket_monitor_versioned; None: stop. ETERM, EINVAL,
    /// EPROTONOSUPPORT, ENOCOMPATPROTO, EMFILE, EADDRINUSE.
    pub fn monitor(
        &mut self,
        endpoint: Option<&[u8]>,
        events: u64,
        version: i32,
        socket_type: i32,
    ) -> Result<()> {
        self.enter()?;
        if version == 1 && events & !VERSION_1_EVENTS != 0 {
            return Err(Errno::EINVAL);
        }
        let Some(text) = endpoint else {
            self.stop_monitor();
            return Ok(());
        };
        let text = std::str::from_utf8(text).map_err(|_| Errno::EINVAL)?;
        let (scheme, name) = endpoint::parse(text, self.options.socket_type)?;
        if scheme != Scheme::Inproc {
            return Err(Errno::EPROTONOSUPPORT);
        }
        self.stop_monitor();
        if !matches!(socket_type, types::PAIR | types::PUB | types::PUSH) {
            return Err(Errno::EINVAL);
        }
        let monitor = &self.owner.monitor;
        let mailbox = monitor.start(name, events, version, socket_type, &self.context_options)?;
        let binding = Binding {
            uid: self.owner.uid,
            settings: Monitor::end_settings(&mailbox),
            mailbox,
            routing_id: Vec::new(),
            wants_routing_id: false,
            monitor_of: Some(Arc::downgrade(&self.owner)),
        };
        match self.ctx.registry.bind(name.as_bytes(), binding) {
            Ok(waiting) => {
                self.owner.monitor.adopt(waiting);
                Ok(())
            }
            Err(error) => {
                self.owner.monitor.abort();
                Err(error)
            }
        }
    }

    pub(super) fn stop_monitor(&mut self) {
        if let Some(name) = self.owner.monitor.stop() {
            let _ = self.ctx.registry.unbind(name.as_bytes(), self.owner.uid);
        }
    }
}
