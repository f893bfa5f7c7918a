//! The poller: a set of sockets and descriptors that is kept between waits.

use std::ffi::c_void;
use std::os::fd::RawFd;
use std::ptr::{self, NonNull};
use std::time::Duration;

use super::wait::{ERR, IN, Item, OUT, PRI, Target, Waiter};
use crate::errno::{Errno, Result};
use crate::socket::Socket;

/// The way to the socket behind a handle. A registered socket may be closed, so
/// each wait asks again.
#[derive(Clone, Copy)]
pub struct Door {
    /// The socket, which stays until `leave`; ENOTSOCK if there is none any more.
    pub enter: unsafe fn(*mut c_void) -> Result<NonNull<Socket>>,
    /// True: it was closed meanwhile.
    pub leave: unsafe fn(*mut c_void) -> bool,
}

/// What can be registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Member {
    /// A socket's handle.
    Socket(*mut c_void),
    /// A descriptor.
    Fd(RawFd),
}

/// What a wait found.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Who.
    pub member: Member,
    /// What was registered with it.
    pub user_data: *mut c_void,
    /// What happened.
    pub events: i16,
}

struct Registered {
    member: Member,
    user_data: *mut c_void,
    events: i16,
}

/// A poller, used by one thread at a time.
pub struct Poller {
    door: Door,
    members: Vec<Registered>,
    items: Vec<Item>,
    waiter: Waiter,
}

fn checked(events: i16) -> Result<i16> {
    if events & !(IN | OUT | ERR | PRI) == 0 { Ok(events) } else { Err(Errno::EINVAL) }
}

impl Poller {
    /// An empty poller.
    pub fn new(door: Door) -> Poller {
        Poller { door, members: Vec::new(), items: Vec::new(), waiter: Waiter::default() }
    }

    /// Number of members.
    #[allow(clippy::len_without_is_empty, reason = "zmq_poller_size is all that is asked")]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    fn position(&self, member: Member) -> Option<usize> {
        self.members.iter().position(|registered| registered.member == member)
    }

    /// Registers. EINVAL: unknown event bits, or a member already.
    pub fn add(&mut self, member: Member, user_data: *mut c_void, events: i16) -> Result<()> {
        let events = checked(events)?;
        if self.position(member).is_some() {
            return Err(Errno::EINVAL);
        }
        self.members.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        self.members.push(Registered { member, user_data, events });
        Ok(())
    }

    /// Changes what is waited for. EINVAL: unknown event bits, or no member.
    pub fn modify(&mut self, member: Member, events: i16) -> Result<()> {
        let events = checked(events)?;
        let index = self.position(member).ok_or(Errno::EINVAL)?;
        self.members[index].events = events;
        Ok(())
    }

    /// Takes off. EINVAL: no member.
    pub fn remove(&mut self, member: Member) -> Result<()> {
        let index = self.position(member).ok_or(Errno::EINVAL)?;
        self.members.remove(index);
        Ok(())
    }

    /// Waits for events and returns them in the order of registration. EFAULT:
    /// there is nothing to wait for, for ever; EAGAIN: time is over; ENOTSOCK:
    /// a member was closed; ETERM, EINTR.
    ///
    /// # Safety
    /// The sockets that are members are used by this thread alone.
    pub unsafe fn wait(
        &mut self,
        timeout: Option<Duration>,
    ) -> Result<impl Iterator<Item = Event>> {
        if timeout.is_none() && self.members.iter().all(|member| member.events == 0) {
            return Err(Errno::EFAULT);
        }
        // SAFETY: passed on.
        let outcome = unsafe { self.enter_members() }.and_then(|()| {
            // SAFETY: sockets that stay until they are left.
            unsafe { self.waiter.wait(&mut self.items, timeout, ptr::null()) }
        });
        if self.leave_members() {
            return Err(Errno::ENOTSOCK);
        }
        if outcome? == 0 {
            return Err(Errno::EAGAIN);
        }
        let found = self.members.iter().zip(&self.items).filter(|(_, item)| item.revents != 0);
        Ok(found.map(|(registered, item)| Event {
            member: registered.member,
            user_data: registered.user_data,
            events: item.revents,
        }))
    }

    /// Leaves those that were entered. True: one was closed meanwhile.
    fn leave_members(&mut self) -> bool {
        let entered = self.members.iter().zip(&self.items);
        entered.fold(false, |closed, (registered, _)| match registered.member {
            // SAFETY: entered, and left once.
            Member::Socket(handle) => (unsafe { (self.door.leave)(handle) }) | closed,
            Member::Fd(_) => closed,
        })
    }

    /// Makes an item of each member, as far as its socket can be entered.
    ///
    /// # Safety
    /// As `wait`.
    unsafe fn enter_members(&mut self) -> Result<()> {
        self.items.clear();
        for registered in &self.members {
            let target = match registered.member {
                // SAFETY: it was a handle when it was registered, and the memory
                // of handles stays readable.
                Member::Socket(handle) => Target::Socket(unsafe { (self.door.enter)(handle) }?),
                // An idle descriptor reports nothing, not even that it failed.
                Member::Fd(_) if registered.events == 0 => Target::Fd(-1),
                Member::Fd(fd) => Target::Fd(fd),
            };
            self.items.push(Item { target, events: registered.events, revents: 0 });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn nobody() -> Door {
        Door { enter: |_| Err(Errno::ENOTSOCK), leave: |_| false }
    }

    fn wait(poller: &mut Poller, timeout: Option<Duration>) -> Result<Vec<(Member, i16)>> {
        // SAFETY: no sockets.
        let events = unsafe { poller.wait(timeout) }?;
        Ok(events.map(|event| (event.member, event.events)).collect())
    }

    // behaviours: 234
    #[test]
    fn members_are_added_changed_and_removed_once() {
        let mut poller = Poller::new(nobody());
        let fd = Member::Fd(0);
        assert_eq!(poller.add(fd, ptr::null_mut(), 16), Err(Errno::EINVAL));
        assert_eq!(poller.add(fd, ptr::null_mut(), IN), Ok(()));
        assert_eq!(poller.add(fd, ptr::null_mut(), IN), Err(Errno::EINVAL));
        assert_eq!(poller.modify(Member::Fd(1), IN), Err(Errno::EINVAL));
        assert_eq!(poller.len(), 1);
        assert_eq!(poller.remove(fd), Ok(()));
        assert_eq!(poller.remove(fd), Err(Errno::EINVAL));
    }

    // behaviours: 235
    #[test]
    fn nothing_to_wait_for_is_efault_for_ever_and_eagain_for_a_while() {
        let mut poller = Poller::new(nobody());
        let zero = Some(Duration::ZERO);
        assert_eq!(wait(&mut poller, None), Err(Errno::EFAULT));
        assert_eq!(wait(&mut poller, zero), Err(Errno::EAGAIN));
        assert_eq!(poller.add(Member::Fd(0), ptr::null_mut(), 0), Ok(()));
        assert_eq!(wait(&mut poller, None), Err(Errno::EFAULT));
        assert_eq!(wait(&mut poller, zero), Err(Errno::EAGAIN));
    }

    #[test]
    fn events_come_in_the_order_of_registration() -> std::io::Result<()> {
        let (a, b) = UnixStream::pair()?;
        let mut poller = Poller::new(nobody());
        for stream in [&b, &a] {
            let fd = Member::Fd(stream.as_raw_fd());
            assert_eq!(poller.add(fd, ptr::null_mut(), IN | OUT), Ok(()));
        }
        let both = [&b, &a].map(|stream| (Member::Fd(stream.as_raw_fd()), OUT));
        assert_eq!(wait(&mut poller, None), Ok(both.to_vec()));
        Ok(())
    }

    #[test]
    fn a_member_that_was_closed_is_enotsock() {
        let mut poller = Poller::new(nobody());
        assert_eq!(poller.add(Member::Socket(ptr::null_mut()), ptr::null_mut(), IN), Ok(()));
        assert_eq!(wait(&mut poller, None), Err(Errno::ENOTSOCK));
    }
}
