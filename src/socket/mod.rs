//! The socket: a pattern, its pipes and a mailbox, used by one thread at a
//! time. Sending and receiving are here, their short ways in `short`; blocking and
//! driving connections in `wait`, binding and connecting in `endpoints`, options in
//! `settings`.

mod endpoints;
mod report;
mod route;
mod settings;
mod short;
mod spin;
mod wait;

use std::mem::offset_of;

use crate::clock::Time;
use crate::command::{SocketCommand, SocketMailbox};
use crate::ctx::{Ctx, Membership};
use crate::engine::owner::{LiveGuard, Owner};
use crate::engine::wakes::Wakes;
use crate::engine::watch::Watch;
use crate::errno::{Errno, Result};
use crate::log::Rare;
use crate::msg::Msg;
use crate::options::{ContextOptions, Options, types};
use crate::pattern;
use crate::pipe::{PipeEnd, Pipes, streak};
use crate::sync::Arc;
use crate::sys::poll::PollFd;

use endpoints::Endpoints;
use route::Route;

/// ZMQ_DONTWAIT.
pub const DONTWAIT: i32 = 1;
/// ZMQ_SNDMORE.
pub const SNDMORE: i32 = 2;

/// A socket. What each message needs stands on one cache line: the end of `route`,
/// `mailbox` and the beginning of `pipes`.
#[repr(C, align(64))]
pub struct Socket {
    /// When a publisher last looked for subscriptions.
    looked: Option<Time>,
    /// Looks at the connections in vain since the last success.
    idle_looks: u32,
    /// The context is being terminated.
    terminated: bool,
    /// ZMQ_FD was asked for: the I/O threads do all the reading.
    exposed: bool,
    /// Peers' subscriptions decide where messages go (PUB, XPUB).
    publishes: bool,
    /// May wait for its peers (PUSH, DEALER, REQ, PAIR).
    patient: bool,
    route: Route,
    /// The owner's.
    mailbox: Arc<SocketMailbox>,
    pipes: Pipes,
    owner: Arc<Owner>,
    watches: Vec<Arc<Watch>>,
    /// Sends that found no room, for the debug log.
    stalls: Rare,
    spin: spin::Spin,
    commands: Vec<SocketCommand>,
    poll_items: Vec<PollFd>,
    /// The wait that is going on has taken the connections over.
    watching: bool,
    options: Options,
    endpoints: Endpoints,
    context_options: ContextOptions,
    ctx: Arc<Ctx>,
    _live: LiveGuard,
}

const _: () = assert!(
    (offset_of!(Socket, route) + Route::HOT) / 64
        == (offset_of!(Socket, pipes) + Pipes::HOT - 1) / 64
);

impl Socket {
    /// A new socket. ETERM, EMFILE, EINVAL: unknown type.
    pub fn open(ctx: &Arc<Ctx>, socket_type: i32) -> Result<Box<Socket>> {
        let Membership { owner, options: context_options, live } = ctx.join(socket_type)?;
        let options = Options::new(socket_type, &context_options);
        let Some(pattern) = pattern::create(socket_type, &options) else {
            ctx.leave(owner.uid);
            return Err(Errno::EINVAL);
        };
        owner.set_hwm(options.sndhwm, options.rcvhwm);
        let mut socket = Box::new(Socket {
            mailbox: owner.mailbox.clone(),
            route: Route::new(pattern),
            pipes: Pipes::new(),
            owner,
            terminated: false,
            exposed: false,
            watching: false,
            watches: Vec::new(),
            publishes: matches!(socket_type, types::PUB | types::XPUB),
            patient: matches!(socket_type, types::PUSH | types::DEALER | types::REQ | types::PAIR),
            looked: None,
            stalls: Rare::default(),
            spin: spin::Spin::new(ctx.spin),
            idle_looks: 0,
            commands: Vec::new(),
            poll_items: Vec::new(),
            options,
            endpoints: Endpoints::default(),
            context_options,
            ctx: ctx.clone(),
            _live: live,
        });
        socket.pipes.who = socket.owner.who;
        if let Some(io) = socket.owner.threads.first() {
            socket.pipes.waker = Some(Box::new(Wakes::new(io)));
        }
        socket.route.pattern(&mut socket.pipes).option_changed(
            &mut socket.pipes,
            &socket.options,
            0,
        );
        Ok(socket)
    }

    /// Where other threads' commands go: an address for as long as the socket lives.
    pub fn mailbox(&self) -> *const SocketMailbox {
        Arc::as_ptr(&self.mailbox)
    }

    /// Processes what other threads have sent. ETERM.
    #[inline(always)]
    fn enter(&mut self) -> Result<()> {
        if self.mailbox.has_pending() {
            self.process_commands();
        }
        if self.terminated { Err(Errno::ETERM) } else { Ok(()) }
    }

    #[cold]
    fn process_commands(&mut self) {
        self.route.forget(&mut self.pipes);
        let mut commands = std::mem::take(&mut self.commands);
        self.mailbox.drain(&mut commands);
        for command in commands.drain(..) {
            match command {
                SocketCommand::Attach(end) => self.attach(end),
                SocketCommand::ReadActivated(id) => {
                    if self.pipes.find(id).is_some() {
                        self.route.pattern(&mut self.pipes).read_activated(&mut self.pipes, id);
                    }
                }
                SocketCommand::WriteActivated(id) => {
                    if self.pipes.find(id).is_some() {
                        self.pipes.refresh_hwm(id);
                        self.route.pattern(&mut self.pipes).write_activated(&mut self.pipes, id);
                    }
                }
                SocketCommand::PeerClosed(id) => self.pipes.peer_closed(id),
                SocketCommand::Hiccup(id) => {
                    if self.pipes.find(id).is_some() {
                        self.route.pattern(&mut self.pipes).hiccuped(&mut self.pipes, id);
                    }
                }
                SocketCommand::EndpointGone(endpoint) => {
                    self.endpoints.remove(endpoint);
                    self.describe_endpoints();
                }
                SocketCommand::Stop => self.terminated = true,
            }
            self.bury();
        }
        self.commands = commands;
    }

    fn attach(&mut self, end: Box<PipeEnd>) {
        let id = self.pipes.insert(end);
        self.route.pattern(&mut self.pipes).attached(&mut self.pipes, id, &self.options);
        if let Some(made) = self.route.pattern(&mut self.pipes).made_id() {
            self.options.routing_id = made;
        }
        self.bury();
    }

    /// Takes pipes that have ended off the pattern.
    #[inline]
    fn bury(&mut self) {
        if self.pipes.any_ended() {
            self.bury_all();
        }
    }

    #[cold]
    fn bury_all(&mut self) {
        while let Some(id) = self.pipes.take_ended() {
            self.route.pattern(&mut self.pipes).terminated(&mut self.pipes, id);
            self.pipes.remove(id);
        }
    }

    /// zmq_msg_send: `flags` are ZMQ_DONTWAIT | ZMQ_SNDMORE. Ok: `msg` is empty.
    #[inline(always)]
    pub fn send(&mut self, msg: &mut Msg, flags: i32) -> Result<()> {
        self.send_sized(msg, msg.len(), flags)
    }

    /// As [`send`](Self::send) for who knows the message's size.
    #[inline(always)]
    pub fn send_sized(&mut self, msg: &mut Msg, size: usize, flags: i32) -> Result<()> {
        let plain = flags & SNDMORE == 0 && msg.is_prepared();
        // A socket that has been told to stop knows no way. Before a message that does
        // not gather subscribers must be heard.
        if plain
            && (!self.publishes || self.pipes.is_streaming())
            && !self.mailbox.has_pending()
            && self.pipes.write_plain(self.route.target(), msg, size)
        {
            if self.pipes.is_congested() {
                self.relieve(self.must_not_wait(flags));
            }
            return Ok(());
        }
        self.send_routed(msg, flags)
    }

    /// The long way: the pattern decides.
    #[inline(never)]
    fn send_routed(&mut self, msg: &mut Msg, flags: i32) -> Result<()> {
        self.enter()?;
        if self.publishes {
            self.hear_subscribers()?;
        }
        msg.prepare(flags & SNDMORE != 0);
        let dontwait = self.must_not_wait(flags);
        let result = self.route.send(&mut self.pipes, msg, dontwait);
        if result.is_err() || self.pipes.any_ended() {
            return self.send_more(result, msg, dontwait);
        }
        if self.pipes.is_congested() {
            self.relieve(dontwait);
        }
        result
    }

    #[inline(always)]
    fn must_not_wait(&self, flags: i32) -> bool {
        flags & DONTWAIT != 0 || self.options.sndtimeo == 0
    }

    /// Before a message is published: whom for?
    #[inline(never)]
    fn hear_subscribers(&mut self) -> Result<()> {
        if !self.may_publish() {
            self.look_for_subscriptions();
            self.enter()?;
        }
        Ok(())
    }

    /// Whether nothing of subscribers' waits at connections for this thread, or there
    /// is no time to look for it before each message.
    #[inline]
    fn may_publish(&self) -> bool {
        self.pipes.is_streaming() || self.owner.watch_count() == 0
    }

    #[cold]
    fn send_more(&mut self, first: Result<()>, msg: &mut Msg, dontwait: bool) -> Result<()> {
        let result = match first {
            Err(Errno::EAGAIN) => self.send_slow(msg, dontwait),
            // The message's pipe went away in the middle: this frame is not to be
            // tried again, or it would be a message of its own, to somebody else.
            Err(Errno::EPIPE) => Err(Errno::EAGAIN),
            result => result,
        };
        self.bury();
        result
    }

    fn send_slow(&mut self, msg: &mut Msg, dontwait: bool) -> Result<()> {
        let deadline = deadline(self.options.sndtimeo);
        if dontwait {
            // Commands or room may have come just now; readers left asleep make room.
            self.pipes.wake_readers();
            self.look(false);
            self.enter()?;
            let result = self.route.send(&mut self.pipes, msg, true);
            if result == Err(Errno::EAGAIN) {
                self.report_stall(true);
            }
            return result;
        }
        self.report_stall(false);
        let mut turns = 0;
        loop {
            self.wait(deadline, &mut turns)?;
            match self.route.send(&mut self.pipes, msg, false) {
                Err(Errno::EAGAIN) => {}
                result => return result,
            }
            self.bury();
        }
    }

    /// zmq_msg_recv. Err: `msg` is valid.
    #[inline(always)]
    pub fn recv(&mut self, msg: &mut Msg, flags: i32) -> Result<()> {
        if self.recv_plain(msg, |pipes, source, msg| pipes.read_plain(source, msg)) {
            return Ok(());
        }
        self.recv_routed(msg, flags)
    }

    /// The long way: the pattern decides.
    #[inline(always)]
    fn recv_routed(&mut self, msg: &mut Msg, flags: i32) -> Result<()> {
        self.enter()?;
        let result = self.route.recv(&mut self.pipes, msg);
        if result.is_err() || self.pipes.any_ended() {
            self.recv_more(result, msg, flags & DONTWAIT != 0)?;
        }
        Ok(())
    }

    #[cold]
    fn recv_more(&mut self, first: Result<()>, msg: &mut Msg, dontwait: bool) -> Result<()> {
        let result = match first {
            Err(Errno::EAGAIN) => self.recv_slow(msg, dontwait),
            result => result,
        };
        self.bury();
        result
    }

    /// Takes back a message that was received and is done with: cheaper than
    /// dropping it.
    #[inline]
    pub fn recycle(&mut self, msg: Msg) {
        self.pipes.recycle(msg);
    }

    fn recv_slow(&mut self, msg: &mut Msg, dontwait: bool) -> Result<()> {
        self.recycle(msg.take());
        self.bury();
        let dontwait = dontwait || self.options.rcvtimeo == 0;
        // Takes over reading, unless this is a mere look.
        self.look(!dontwait);
        self.enter()?;
        match self.route.recv(&mut self.pipes, msg) {
            Err(Errno::EAGAIN) if !dontwait => {}
            result => return result,
        }
        streak::reset();
        let deadline = deadline(self.options.rcvtimeo);
        let mut turns = 0;
        loop {
            self.bury();
            self.wait(deadline, &mut turns)?;
            match self.route.recv(&mut self.pipes, msg) {
                Err(Errno::EAGAIN) => {}
                result => return result,
            }
        }
    }

    /// zmq_socket_get_peer_state.
    pub fn peer_state(&mut self, routing_id: &[u8]) -> Result<i32> {
        self.route.pattern(&mut self.pipes).peer_state(&mut self.pipes, routing_id)
    }

    /// Hands everything over for lingering and is gone; never waits.
    pub fn close(mut self: Box<Self>) {
        let linger = self.options.linger;
        for endpoint in self.endpoints.take() {
            self.leave_inproc(&endpoint);
            self.close_listener(&endpoint);
        }
        if let Some(name) = self.owner.monitor.endpoint() {
            let _ = self.ctx.registry.unbind(name.as_bytes(), self.owner.uid);
        }
        self.owner.monitor.close();
        let ids: Vec<_> = self.pipes.ids().collect();
        for id in ids {
            self.pipes.terminate(id, linger);
        }
        let mut left = Vec::new();
        self.mailbox.close(&mut left);
        for command in left {
            if let SocketCommand::Attach(end) = command {
                end.abandon(linger);
            }
        }
        self.owner.close(linger);
        self.owner.orphan();
        self.ctx.leave(self.owner.uid);
    }
}

/// When a call that began now gives up; None: never.
fn deadline(timeout_ms: i32) -> Option<Time> {
    (timeout_ms >= 0).then(|| Time::now().after_ms(timeout_ms as u64))
}
