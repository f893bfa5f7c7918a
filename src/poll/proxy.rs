//! The proxy: hands messages between two sockets until it is stopped.
//!
//! A message is taken from one side only when the other can take it, so that a
//! full side stops neither the other direction nor the end of the context, and
//! the proxy holds no message of its own.

use std::ptr::{self, NonNull};

use super::wait::{IN, Item, OUT, Target, Waiter};
use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::socket::Socket;

/// Messages handed over before the other direction and the control socket get
/// their turn (libzmq's proxy_burst_size).
const BURST: u32 = 1000;

/// Flags of send and recv (ZMQ_DONTWAIT, ZMQ_SNDMORE) and the option ZMQ_TYPE
/// with the value ZMQ_REP: numbers of zmq.h.
const DONTWAIT: i32 = 1;
const SNDMORE: i32 = 2;
const TYPE: i32 = 16;
const REP: i32 = 4;

/// Frames and bytes.
#[derive(Clone, Copy, Default)]
struct Traffic {
    frames: u64,
    bytes: u64,
}

/// What has gone through one end.
#[derive(Clone, Copy, Default)]
struct Counts {
    received: Traffic,
    sent: Traffic,
}

impl Traffic {
    fn add(&mut self, bytes: usize) {
        self.frames += 1;
        self.bytes += bytes as u64;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    Paused,
    Terminated,
}

struct Proxy {
    ends: [NonNull<Socket>; 2],
    counts: [Counts; 2],
    /// Per direction, named after the end that receives: a message is there but
    /// the other end cannot take it.
    full: [bool; 2],
    capture: Option<NonNull<Socket>>,
    control: Option<NonNull<Socket>>,
    state: State,
}

/// Runs a proxy between `ends` until `control` says TERMINATE or something
/// fails: ETERM, EINTR, or what sending or receiving failed with. Both ends may
/// be the same socket.
///
/// # Safety
/// The sockets are alive and used by this thread alone.
pub unsafe fn proxy(
    ends: [NonNull<Socket>; 2],
    capture: Option<NonNull<Socket>>,
    control: Option<NonNull<Socket>>,
) -> Result<()> {
    let mut proxy = Proxy {
        ends,
        counts: Default::default(),
        full: [false; 2],
        capture,
        control,
        state: State::Active,
    };
    let mut waiter = Waiter::default();
    // SAFETY: passed on.
    unsafe { proxy.run(&mut waiter) }
}

fn item(socket: NonNull<Socket>, events: i16) -> Item {
    Item { target: Target::Socket(socket), events, revents: 0 }
}

// SAFETY of the methods below: the sockets are alive and used by this thread
// alone (contract of `proxy`), and no two references exist at the same time.
impl Proxy {
    /// # Safety
    /// As `proxy`.
    unsafe fn run(&mut self, waiter: &mut Waiter) -> Result<()> {
        let single = self.ends[0] == self.ends[1];
        while self.state != State::Terminated {
            let [first, second] = self.interest(single);
            let mut items = [
                item(self.ends[0], first),
                item(self.ends[1], second),
                item(
                    self.control.unwrap_or(self.ends[0]),
                    if self.control.is_some() { IN } else { 0 },
                ),
            ];
            // SAFETY: passed on.
            unsafe { waiter.wait(&mut items, None, ptr::null()) }?;
            let [first, second, control] = items.map(|item| item.revents);
            if control & IN != 0 {
                // SAFETY: passed on.
                unsafe { self.obey() }?;
                // Whatever it was, the other sockets' turn comes after a fresh look.
                continue;
            }
            let ready = [first, second];
            for from in if single { 0..1 } else { 0..2 } {
                let (here, there) = (ready[from], ready[1 - from]);
                let go = if self.full[from] { there & OUT } else { here & IN };
                if go != 0 {
                    // SAFETY: passed on.
                    unsafe { self.burst(from, single) }?;
                }
            }
        }
        Ok(())
    }

    /// The events to wait for at each end. A direction waits for a message, or
    /// when it has one for room: never for both, or a full end would keep the
    /// proxy spinning.
    fn interest(&self, single: bool) -> [i16; 2] {
        let mut events = [0, 0];
        if self.state == State::Active {
            for from in if single { 0..1 } else { 0..2 } {
                if self.full[from] {
                    events[1 - from] |= OUT;
                } else {
                    events[from] |= IN;
                }
            }
        }
        events
    }

    /// Hands over messages that `from` has, as long as the other end takes them.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn burst(&mut self, from: usize, single: bool) -> Result<()> {
        self.full[from] = false;
        for _ in 0..BURST {
            // A socket that is both ends may be able to send only after it has
            // received (REP).
            // SAFETY: see above.
            if !single && unsafe { self.ends[1 - from].as_mut() }.events()? & OUT == 0 {
                // SAFETY: see above.
                self.full[from] = unsafe { self.ends[from].as_mut() }.events()? & IN != 0;
                return Ok(());
            }
            // SAFETY: passed on.
            match unsafe { self.hand_over(from) } {
                Err(Errno::EAGAIN) => return Ok(()),
                other => other?,
            }
        }
        Ok(())
    }

    /// Hands over one message with all its frames. EAGAIN: there is none.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn hand_over(&mut self, from: usize) -> Result<()> {
        let mut msg = Msg::new();
        // SAFETY: see above.
        unsafe { self.ends[from].as_mut() }.recv(&mut msg, DONTWAIT)?;
        loop {
            let more = msg.more();
            let flags = if more { SNDMORE } else { 0 };
            let size = msg.len();
            self.counts[from].received.add(size);
            if let Some(capture) = &mut self.capture {
                // SAFETY: see above.
                unsafe { capture.as_mut() }.send(&mut msg.share(), flags)?;
            }
            // SAFETY: see above. There is room for one message; an end that
            // promises room and has none (XPUB_NODROP) is waited for.
            unsafe { self.ends[1 - from].as_mut() }.send(&mut msg, flags)?;
            self.counts[1 - from].sent.add(size);
            if !more {
                return Ok(());
            }
            // SAFETY: see above. The rest of a message is there with its first
            // frame.
            unsafe { self.ends[from].as_mut() }.recv(&mut msg, 0)?;
        }
    }

    /// Reads one command and does it.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn obey(&mut self) -> Result<()> {
        let Some(mut control) = self.control else { return Ok(()) };
        // SAFETY: see above.
        let control = unsafe { control.as_mut() };
        let mut command = Msg::new();
        match control.recv(&mut command, DONTWAIT) {
            Err(Errno::EAGAIN) => return Ok(()),
            other => other?,
        }
        let mut rest = Msg::new();
        let mut more = command.more();
        while more {
            control.recv(&mut rest, 0)?;
            more = rest.more();
        }
        match command.data() {
            b"PAUSE" => self.state = State::Paused,
            b"RESUME" => self.state = State::Active,
            b"TERMINATE" => self.state = State::Terminated,
            b"STATISTICS" => return self.report(control),
            _ => {}
        }
        let mut type_of = [0; 4];
        control.get_option(TYPE, &mut type_of)?;
        // A REP must answer before it can hear the next command.
        if i32::from_ne_bytes(type_of) == REP { control.send(&mut Msg::new(), 0) } else { Ok(()) }
    }

    /// Answers STATISTICS.
    fn report(&self, control: &mut Socket) -> Result<()> {
        let numbers: Vec<u64> = self
            .counts
            .iter()
            .flat_map(|end| [end.received, end.sent])
            .flat_map(|traffic| [traffic.frames, traffic.bytes])
            .collect();
        for (index, number) in numbers.iter().enumerate() {
            let mut msg = Msg::copy_of(&number.to_ne_bytes())?;
            let flags = if index + 1 < numbers.len() { SNDMORE } else { 0 };
            control.send(&mut msg, flags)?;
        }
        Ok(())
    }
}
