//! The proxy: hands messages between two sockets until it is stopped.
//!
//! A burst begins only when the other side has room, and a message that finds
//! none after all waits here without blocking, so that a full side stops neither
//! the other direction nor the end of the context. Room is not asked for before
//! each message: that would cost a look at the connections each time.

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

/// Messages (of any number of frames) and bytes.
#[derive(Clone, Copy, Default)]
struct Traffic {
    messages: u64,
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
        self.messages += 1;
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
    /// The first frame of such a message, when it was received already.
    held: [Option<Msg>; 2],
    capture: Option<NonNull<Socket>>,
    /// The capture socket takes no more (it may have no peer yet): both directions
    /// wait for it.
    capture_full: bool,
    /// It took the first frame of the message that is being handed over.
    captured: bool,
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
        held: [None, None],
        capture,
        capture_full: false,
        captured: false,
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
        // What was taken is delivered, even after TERMINATE.
        while self.state != State::Terminated || self.held.iter().any(Option::is_some) {
            let [first, second] = self.interest(single);
            let control = self.control.filter(|_| self.state != State::Terminated);
            let capture = self.capture.filter(|_| self.capture_full);
            let shown = if self.state == State::Active { OUT } else { 0 };
            // What is not asked for stands for nothing: events 0.
            let mut items = [
                item(self.ends[0], first),
                item(self.ends[1], second),
                item(capture.unwrap_or(self.ends[0]), if capture.is_some() { shown } else { 0 }),
                item(control.unwrap_or(self.ends[0]), if control.is_some() { IN } else { 0 }),
            ];
            let asked = if control.is_some() { 4 } else { 2 + usize::from(capture.is_some()) };
            // SAFETY: passed on.
            unsafe { waiter.wait(&mut items[..asked], None, ptr::null()) }?;
            let [first, second, capture, control] = items.map(|item| item.revents);
            self.capture_full &= capture & OUT == 0;
            if control & IN != 0 {
                // The ends' turn comes after a fresh look, with the new state.
                // SAFETY: passed on.
                unsafe { self.obey() }?;
                continue;
            }
            let ready = [first, second];
            for from in if single { 0..1 } else { 0..2 } {
                let go = if self.full[from] { ready[1 - from] & OUT } else { ready[from] & IN };
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
        for from in if single { 0..1 } else { 0..2 } {
            match self.state {
                State::Active if self.capture_full => {}
                State::Active if self.full[from] => events[1 - from] |= OUT,
                State::Active => events[from] |= IN,
                State::Terminated if self.held[from].is_some() => events[1 - from] |= OUT,
                State::Paused | State::Terminated => {}
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
        // A socket that is both ends may be able to send only after it has
        // received (REP), so that one is not asked.
        // SAFETY: passed on.
        let room = single || unsafe { self.has_room(1 - from) }?;
        if !room {
            self.full[from] = true;
            return Ok(());
        }
        if let Some(first) = self.held[from].take() {
            // There should be room now. An end that promises room and has none
            // (XPUB_NODROP) is waited for, as libzmq's proxy does.
            // SAFETY: passed on.
            unsafe { self.hand_over(from, first, 0) }?;
        }
        for _ in 0..BURST {
            if self.state == State::Terminated || self.full[from] {
                break;
            }
            // SAFETY: passed on.
            if !unsafe { self.capture_has_room() }? {
                break;
            }
            let mut first = Msg::new();
            // SAFETY: see above.
            match unsafe { self.ends[from].as_mut() }.recv(&mut first, DONTWAIT) {
                Err(Errno::EAGAIN) => break,
                other => other?,
            }
            // SAFETY: passed on.
            unsafe { self.show(&mut first, true) }?;
            let flags = if single { 0 } else { DONTWAIT };
            // SAFETY: passed on.
            unsafe { self.hand_over(from, first, flags) }?;
        }
        Ok(())
    }

    /// # Safety
    /// As `proxy`.
    unsafe fn has_room(&mut self, end: usize) -> Result<bool> {
        // SAFETY: see above.
        Ok(unsafe { self.ends[end].as_mut() }.events()? & OUT != 0)
    }

    /// Whether the capture socket, if there is one, takes a message. False: noted.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn capture_has_room(&mut self) -> Result<bool> {
        let Some(capture) = &mut self.capture else { return Ok(true) };
        // SAFETY: see above.
        self.capture_full = unsafe { capture.as_mut() }.events()? & OUT == 0;
        Ok(!self.capture_full)
    }

    /// Shows a frame that came to the capture socket, which had room for a message
    /// a moment ago. If its peer has gone since, the copy is lost and nothing waits.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn show(&mut self, frame: &mut Msg, first: bool) -> Result<()> {
        let Some(capture) = &mut self.capture else { return Ok(()) };
        if !first && !self.captured {
            return Ok(());
        }
        let flags = DONTWAIT | if frame.more() { SNDMORE } else { 0 };
        // SAFETY: see above.
        match unsafe { capture.as_mut() }.send(&mut frame.share(), flags) {
            Err(Errno::EAGAIN) => self.captured = false,
            sent => {
                sent?;
                self.captured = true;
            }
        }
        Ok(())
    }

    /// Sends a message whose first frame is `first`, the rest following from
    /// the same end. With DONTWAIT and no room it is kept.
    ///
    /// # Safety
    /// As `proxy`.
    unsafe fn hand_over(&mut self, from: usize, first: Msg, wait: i32) -> Result<()> {
        let mut frame = first;
        let mut wait = wait;
        let mut bytes = 0;
        loop {
            let more = frame.more();
            bytes += frame.len();
            let flags = wait | if more { SNDMORE } else { 0 };
            // SAFETY: see above.
            match unsafe { self.ends[1 - from].as_mut() }.send(&mut frame, flags) {
                Err(Errno::EAGAIN) if wait != 0 => {
                    frame.set_more(more);
                    self.held[from] = Some(frame);
                    self.full[from] = true;
                    return Ok(());
                }
                other => other?,
            }
            if !more {
                self.counts[from].received.add(bytes);
                self.counts[1 - from].sent.add(bytes);
                return Ok(());
            }
            // Who takes the first frame takes them all, and they are all there.
            wait = 0;
            // SAFETY: see above.
            unsafe { self.ends[from].as_mut() }.recv(&mut frame, 0)?;
            // SAFETY: passed on.
            unsafe { self.show(&mut frame, false) }?;
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
            .flat_map(|traffic| [traffic.messages, traffic.bytes])
            .collect();
        for (index, number) in numbers.iter().enumerate() {
            let mut msg = Msg::copy_of(&number.to_ne_bytes())?;
            let flags = if index + 1 < numbers.len() { SNDMORE } else { 0 };
            control.send(&mut msg, flags)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::ctx::Ctx;
    use crate::options::types;
    use crate::sync::Arc;

    const SNDHWM: i32 = 23;
    const RCVHWM: i32 = 24;

    fn socket(ctx: &Arc<Ctx>, socket_type: i32) -> Result<Box<Socket>> {
        let mut socket = Socket::open(ctx, socket_type)?;
        for option in [SNDHWM, RCVHWM] {
            socket.set_option(option, Some(&2i32.to_ne_bytes()))?;
        }
        Ok(socket)
    }

    /// A proxy from a PULL to a PUSH with a PAIR for control.
    fn steerable(ctx: &Arc<Ctx>) -> Result<()> {
        let mut front = socket(ctx, types::PULL)?;
        let mut back = socket(ctx, types::PUSH)?;
        let mut control = socket(ctx, types::PAIR)?;
        front.connect(b"inproc://in")?;
        back.connect(b"inproc://out")?;
        control.connect(b"inproc://control")?;
        let [front_end, back_end] = [&mut front, &mut back].map(|end| NonNull::from(&mut **end));
        // SAFETY: live sockets of this thread.
        let end = unsafe { proxy([front_end, back_end], None, Some(NonNull::from(&mut *control))) };
        [front, back, control].into_iter().for_each(Socket::close);
        end
    }

    #[test]
    fn a_backend_that_is_full_again_and_again_costs_no_message() -> Result<()> {
        let ctx = Ctx::new()?;
        let mut input = socket(&ctx, types::PUSH)?;
        let mut output = socket(&ctx, types::PULL)?;
        let mut control = socket(&ctx, types::PAIR)?;
        input.bind(b"inproc://in")?;
        output.bind(b"inproc://out")?;
        control.bind(b"inproc://control")?;
        let proxy = thread::spawn({
            let ctx = ctx.clone();
            move || steerable(&ctx)
        });
        // Many times what the pipes hold (2 + 2 on either side), so that the
        // proxy is held up in the middle of its bursts.
        let sender = thread::spawn(move || {
            let sent =
                (0..100u8).try_for_each(|number| input.send(&mut Msg::copy_of(&[number])?, 0));
            sent.map(|()| input)
        });
        for expected in 0..100u8 {
            let mut msg = Msg::new();
            output.recv(&mut msg, 0)?;
            assert_eq!(msg.data(), [expected]);
        }
        let input = sender.join().map_err(|_| Errno::EIO)??;
        control.send(&mut Msg::copy_of(b"TERMINATE")?, 0)?;
        assert_eq!(proxy.join().map_err(|_| Errno::EIO)?, Ok(()));
        [input, output, control].into_iter().for_each(Socket::close);
        ctx.term()
    }
}
