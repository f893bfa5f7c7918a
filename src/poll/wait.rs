//! Waiting for sockets and descriptors together: zmq_poll's engine, which the
//! poller and the proxy use as well.

use std::os::fd::RawFd;
use std::ptr::NonNull;
use std::time::Duration;

use crate::clock::Time;
use crate::errno::{Errno, Result};
use crate::socket::Socket;
use crate::sys::poll::{self, PollFd};
use crate::tuning;

/// A message can be received (ZMQ_POLLIN).
pub const IN: i16 = 1;
/// A message can be sent (ZMQ_POLLOUT).
pub const OUT: i16 = 2;
/// A descriptor has failed or was closed by its peer (ZMQ_POLLERR).
pub const ERR: i16 = 4;
/// A descriptor has urgent data (ZMQ_POLLPRI).
pub const PRI: i16 = 8;

/// What an item waits for.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A socket, IN and OUT only.
    Socket(NonNull<Socket>),
    /// A descriptor; a negative one never fires.
    Fd(RawFd),
}

/// A target, the events asked for and those found.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Socket or descriptor.
    pub target: Target,
    /// IN, OUT, PRI.
    pub events: i16,
    /// IN, OUT, PRI, ERR; set by each wait.
    pub revents: i16,
}

/// The memory that waiting needs, to be used again. Allocates only when it
/// really waits or when there are descriptors.
#[derive(Default)]
pub struct Waiter {
    /// First those of the items, then those of the sockets.
    fds: Vec<PollFd>,
    sockets: Vec<NonNull<Socket>>,
    /// What a look has found at each of `sockets`.
    found: Vec<i16>,
    /// Some socket is asked for events by several items.
    shared: bool,
    /// Where the descriptors begin of each socket that was told of the wait.
    begun: Vec<usize>,
}

impl Waiter {
    /// Looks at the items, and waits if none is ready, up to `timeout` (None:
    /// for ever). Returns how many are. With a signal mask that is not NULL, a
    /// signal it lets through ends even the first look, and a bad descriptor is
    /// an error. EINTR, ETERM, EBADF.
    ///
    /// # Safety
    /// The sockets are alive and used by this thread alone; `mask` is NULL or
    /// points to a signal set.
    pub unsafe fn wait(
        &mut self,
        items: &mut [Item],
        timeout: Option<Duration>,
        mask: *const libc::sigset_t,
    ) -> Result<usize> {
        self.collect_fds(items);
        if !self.fds.is_empty() || !mask.is_null() {
            // SAFETY: passed on.
            unsafe { poll::ppoll(&mut self.fds, Some(Duration::ZERO), mask) }?;
        }
        // SAFETY: passed on.
        let mut ready = unsafe { self.look(items, mask) }?;
        if ready > 0 || timeout == Some(Duration::ZERO) {
            return Ok(ready);
        }
        let deadline = timeout.map(|timeout| Time::now().after(timeout));
        self.collect_sockets(items);
        if self.shared {
            // The look above was not made for that.
            // SAFETY: passed on.
            ready = unsafe { self.look(items, mask) }?;
            if ready > 0 {
                return Ok(ready);
            }
        }
        let mut turns = 0u32;
        loop {
            let aloof = turns >= tuning::VAIN_TURNS;
            turns = turns.saturating_add(1);
            // SAFETY: passed on.
            if aloof || !unsafe { self.wait_awake(deadline, mask) } {
                let left = deadline.map(|deadline| deadline.since(Time::now()));
                // SAFETY: passed on.
                unsafe { self.sleep(left, mask, aloof) }?;
            }
            // SAFETY: passed on.
            ready = unsafe { self.look(items, mask) }?;
            if ready > 0 || deadline.is_some_and(|deadline| deadline <= Time::now()) {
                return Ok(ready);
            }
        }
    }

    /// Puts the items' descriptors first, in order.
    fn collect_fds(&mut self, items: &[Item]) {
        self.shared = false;
        self.fds.clear();
        for item in items {
            if let Target::Fd(fd) = item.target {
                self.fds.push(poll::item(fd, to_system(item.events)));
            }
        }
    }

    /// Each socket that is waited for, once.
    fn collect_sockets(&mut self, items: &[Item]) {
        self.sockets.clear();
        for item in items {
            if let Target::Socket(socket) = item.target
                && item.events & (IN | OUT) != 0
            {
                self.sockets.push(socket);
            }
        }
        let asked = self.sockets.len();
        self.sockets.sort_unstable();
        self.sockets.dedup();
        self.shared = self.sockets.len() < asked;
    }

    /// Sets `revents` from the sockets and from what `fds` says.
    ///
    /// Asking a socket moves news into it, and nothing reports them a second
    /// time. So no socket is asked again after the item that waits for them:
    /// items that ask for nothing (and learn no more than ETERM) go first, and
    /// where items share a socket it is asked once for all of them.
    ///
    /// # Safety
    /// As `wait`.
    unsafe fn look(&mut self, items: &mut [Item], mask: *const libc::sigset_t) -> Result<usize> {
        for item in items.iter() {
            if let Target::Socket(mut socket) = item.target
                && item.events & (IN | OUT) == 0
            {
                // SAFETY: alive and ours, by contract.
                unsafe { socket.as_mut() }.events()?;
            }
        }
        if self.shared {
            self.found.clear();
            for socket in &mut self.sockets {
                // SAFETY: alive and ours, by contract.
                self.found.push(unsafe { socket.as_mut() }.events()?);
            }
        }
        let mut fds = self.fds.iter();
        let mut ready = 0;
        for item in items {
            item.revents = match item.target {
                Target::Socket(_) if item.events & (IN | OUT) == 0 => 0,
                Target::Socket(socket) if self.shared => self.found_at(socket) & item.events,
                // SAFETY: alive and ours, by contract.
                Target::Socket(mut socket) => unsafe { socket.as_mut() }.events()? & item.events,
                Target::Fd(_) => fds.next().map_or(0, |fd| from_system(fd.revents)),
            };
            ready += usize::from(item.revents != 0);
        }
        let bad = !mask.is_null() && self.fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0);
        if bad { Err(Errno::EBADF) } else { Ok(ready) }
    }

    fn found_at(&self, socket: NonNull<Socket>) -> i16 {
        let at = self.sockets.binary_search(&socket).ok();
        at.and_then(|at| self.found.get(at)).copied().unwrap_or(0)
    }

    /// Looks again for a while, if that promises something; not where there are
    /// descriptors or signals to wait for. True: something has come.
    ///
    /// # Safety
    /// As `wait`.
    unsafe fn wait_awake(&mut self, deadline: Option<Time>, mask: *const libc::sigset_t) -> bool {
        if !self.fds.is_empty() || !mask.is_null() {
            return false;
        }
        let [first, others @ ..] = self.sockets.as_mut_slice() else { return false };
        // SAFETY: alive and ours, by contract; each socket is there once.
        unsafe { first.as_mut() }.wait_awake(deadline, || {
            // SAFETY: as above.
            others.iter_mut().any(|socket| unsafe { socket.as_mut() }.glance())
        })
    }

    /// Waits until something may have changed; `aloof` as for [`Socket::begin_wait`].
    ///
    /// # Safety
    /// As `wait`.
    unsafe fn sleep(
        &mut self,
        left: Option<Duration>,
        mask: *const libc::sigset_t,
        aloof: bool,
    ) -> Result<()> {
        let own = self.fds.len();
        self.begun.clear();
        let mut idle = true;
        for socket in &mut self.sockets {
            self.begun.push(self.fds.len());
            // SAFETY: alive and ours, by contract.
            if !unsafe { socket.as_mut() }.begin_wait(&mut self.fds, aloof) {
                idle = false;
                break;
            }
        }
        // With news already there only the descriptors are asked, in passing.
        let left = if idle { left } else { Some(Duration::ZERO) };
        let fds = if idle { &mut self.fds[..] } else { &mut self.fds[..own] };
        let woken = if idle || own > 0 || !mask.is_null() {
            // SAFETY: passed on.
            unsafe { poll::ppoll(fds, left, mask) }
        } else {
            Ok(0)
        };
        let mut end = self.fds.len();
        for (socket, begin) in self.sockets.iter_mut().zip(&self.begun).rev() {
            let fds = self.fds.get(*begin..end).unwrap_or_default();
            // SAFETY: alive and ours, by contract.
            unsafe { socket.as_mut() }.end_wait(fds);
            end = *begin;
        }
        self.fds.truncate(own);
        woken.map(drop)
    }
}

/// ØMQ's event bits as poll(2)'s.
fn to_system(events: i16) -> i16 {
    let mut system = 0;
    for (ours, theirs) in [(IN, libc::POLLIN), (OUT, libc::POLLOUT), (PRI, libc::POLLPRI)] {
        if events & ours != 0 {
            system |= theirs;
        }
    }
    system
}

/// poll(2)'s bits as ØMQ's; what has no name of its own is ERR.
fn from_system(system: i16) -> i16 {
    let mut events = 0;
    for (ours, theirs) in [(IN, libc::POLLIN), (OUT, libc::POLLOUT), (PRI, libc::POLLPRI)] {
        if system & theirs != 0 {
            events |= ours;
        }
    }
    let known = libc::POLLIN | libc::POLLOUT | libc::POLLPRI;
    if system & !known != 0 { events | ERR } else { events }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::{ptr, thread};

    use super::*;
    use crate::ctx::Ctx;
    use crate::msg::Msg;
    use crate::options::types;
    use crate::sync::Arc;

    fn fd(stream: &UnixStream, events: i16) -> Item {
        Item { target: Target::Fd(stream.as_raw_fd()), events, revents: 0 }
    }

    fn wait(items: &mut [Item], ms: u64) -> Result<usize> {
        // SAFETY: descriptors only.
        unsafe { Waiter::default().wait(items, Some(Duration::from_millis(ms)), ptr::null()) }
    }

    #[test]
    fn descriptors_report_what_they_were_asked_for() -> std::io::Result<()> {
        let (a, mut b) = UnixStream::pair()?;
        let mut items = [fd(&a, IN), fd(&a, IN | OUT), fd(&b, OUT)];
        assert_eq!(wait(&mut items, 0), Ok(2));
        assert_eq!(items.map(|item| item.revents), [0, OUT, OUT]);
        b.write_all(b"x")?;
        assert_eq!(wait(&mut items, 10_000), Ok(3));
        assert_eq!(items.map(|item| item.revents), [IN, IN | OUT, OUT]);
        Ok(())
    }

    #[test]
    fn a_closed_peer_is_an_error_not_asked_for() -> std::io::Result<()> {
        let (a, b) = UnixStream::pair()?;
        drop(b);
        let mut items = [fd(&a, 0)];
        assert_eq!(wait(&mut items, 10_000), Ok(1));
        assert_eq!(items.map(|item| item.revents), [ERR]);
        Ok(())
    }

    /// A PUSH and a PULL of their own for each direction.
    fn ends(ctx: &Arc<Ctx>, near: &[u8], far: &[u8]) -> Result<[Box<Socket>; 2]> {
        let mut input = Socket::open(ctx, types::PULL)?;
        input.bind(near)?;
        let mut output = Socket::open(ctx, types::PUSH)?;
        output.connect(far)?;
        Ok([input, output])
    }

    /// Sends to and fro, one side waiting with several items for its PULL.
    fn echo_waits_with(others: &[i16]) -> Result<()> {
        const ROUNDS: u32 = 20_000;
        let ctx = Ctx::new()?;
        let [mut input, mut output] = ends(&ctx, b"inproc://a", b"inproc://b")?;
        let [mut peer_input, mut peer_output] = ends(&ctx, b"inproc://b", b"inproc://a")?;
        let peer = thread::spawn(move || {
            for _ in 0..ROUNDS {
                peer_output.send(&mut Msg::new(), 0)?;
                peer_input.recv(&mut Msg::new(), 0)?;
            }
            [peer_input, peer_output].into_iter().for_each(Socket::close);
            Ok::<(), Errno>(())
        });
        let target = Target::Socket(NonNull::from(&mut *input));
        let mut items = vec![Item { target, events: IN, revents: 0 }];
        items.extend(others.iter().map(|events| Item { target, events: *events, revents: 0 }));
        let mut waiter = Waiter::default();
        for _ in 0..ROUNDS {
            // SAFETY: a live socket of this thread.
            unsafe { waiter.wait(&mut items, None, ptr::null()) }?;
            assert_eq!(items.iter().map(|item| item.revents).max(), Some(IN));
            input.recv(&mut Msg::new(), 0)?;
            output.send(&mut Msg::new(), 0)?;
        }
        peer.join().map_err(|_| Errno::EIO)??;
        [input, output].into_iter().for_each(Socket::close);
        ctx.term()
    }

    #[test]
    fn an_item_that_asks_for_nothing_hides_no_message() -> Result<()> {
        echo_waits_with(&[0; 16])
    }

    #[test]
    fn items_that_share_a_socket_hide_no_message() -> Result<()> {
        // A PULL never has OUT. Many items, to make the gap wide that they must not leave.
        echo_waits_with(&[OUT; 16])
    }

    #[test]
    fn waiting_for_nothing_takes_its_time() {
        let start = Time::now();
        assert_eq!(wait(&mut [], 20), Ok(0));
        let none = Item { target: Target::Fd(-1), events: IN, revents: 0 };
        assert_eq!(wait(&mut [none], 20), Ok(0));
        assert!(Time::now().since(start) >= Duration::from_millis(40));
    }
}
