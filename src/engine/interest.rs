//! How a connection's descriptor is watched: what its drive waits for, and what
//! the epoll set has been told.
//!
//! epoll reports HUP and ERR whatever a descriptor is watched for. One that
//! nothing is wanted of (the lane is full, no output waits) and that is reported
//! all the same leaves the set until something is wanted again; otherwise whoever
//! waits on the set would be woken for ever by what it can do nothing about.
//! Not sooner: to change an entry costs less than to make it anew.
//!
//! Guarded by the drive's lock. What the system refuses is tried again by the
//! watch's object.

use std::os::fd::RawFd;

use crate::sys::epoll::Epoll;

/// A drive's interest in its descriptor; see the module.
pub(super) struct Interest {
    fd: RawFd,
    /// What is waited for.
    wanted: u32,
    /// Reported although nothing is wanted: not in the set until something is.
    outside: bool,
    /// What the set waits for; None: the descriptor is not in it.
    entered: Option<u32>,
}

impl Interest {
    /// There is no descriptor.
    pub fn none() -> Interest {
        Interest::new(-1, 0)
    }

    /// In a descriptor that is in no set yet.
    pub fn new(fd: RawFd, wanted: u32) -> Interest {
        Interest { fd, wanted, outside: false, entered: None }
    }

    /// What is waited for.
    pub fn wanted(&self) -> u32 {
        self.wanted
    }

    /// Changes what is waited for: `mask` becomes `events`. True: it is something else
    /// than before, and [`apply`](Self::apply) must follow.
    pub fn want(&mut self, mask: u32, events: u32) -> bool {
        let wanted = (self.wanted & !mask) | events;
        if self.fd < 0 || wanted == self.wanted {
            return false;
        }
        self.wanted = wanted;
        self.outside = false;
        true
    }

    /// The descriptor was looked at although nothing can be done about it. True: as
    /// [`want`](Self::want).
    pub fn step_outside(&mut self) -> bool {
        let steps = self.fd >= 0 && self.wanted == 0 && !self.outside;
        self.outside |= steps;
        steps
    }

    /// What the set should have been told; None: the descriptor should not be in it.
    fn target(&self) -> Option<u32> {
        (self.fd >= 0 && !self.outside).then_some(self.wanted)
    }

    /// Has the set agree. False: the system refused (ENOMEM, or ENOSPC: the user's
    /// limit of watches), and it is to be tried again.
    pub fn apply(&mut self, set: &Epoll, token: u64) -> bool {
        let target = self.target();
        let done = match (self.entered, target) {
            (None, None) => Ok(()),
            (None, Some(events)) => set.add(self.fd, events, token),
            (Some(_), None) => set.remove(self.fd),
            (Some(old), Some(events)) if old == events => Ok(()),
            (Some(_), Some(events)) => set.modify(self.fd, events, token),
        };
        if done.is_ok() {
            self.entered = target;
        }
        done.is_ok()
    }

    /// Whether the set does not agree.
    pub fn is_due(&self) -> bool {
        self.entered != self.target()
    }

    /// The end: the descriptor leaves the set. If the system refuses, it does when it
    /// is closed.
    pub fn end(&mut self, set: &Epoll) {
        if self.entered.is_some() {
            let _ = set.remove(self.fd);
        }
        *self = Interest::none();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::sys::epoll::{IN, NO_EVENT, OUT};

    const TOKEN: u64 = 7;

    fn reported(set: &Epoll) -> Option<u32> {
        let mut events = [NO_EVENT; 4];
        set.ready(&mut events).ok()?.first().map(|event| event.events)
    }

    #[test]
    fn a_peer_that_has_gone_is_reported_until_the_descriptor_steps_outside() {
        let set = Epoll::new().unwrap_or_else(|_| unreachable!());
        let (near, far) = UnixStream::pair().unwrap_or_else(|_| unreachable!());
        let mut interest = Interest::new(near.as_raw_fd(), IN);
        assert!(interest.apply(&set, TOKEN));
        drop(far);
        assert!(interest.want(IN, 0) && interest.apply(&set, TOKEN));
        assert_eq!(reported(&set).map(|events| events & (IN | OUT)), Some(0), "HUP all the same");
        assert!(interest.step_outside() && interest.apply(&set, TOKEN));
        assert_eq!(reported(&set), None);
        assert!(!interest.step_outside(), "it is already");
        assert!(interest.want(IN, IN) && interest.apply(&set, TOKEN));
        assert_eq!(reported(&set).map(|events| events & IN), Some(IN));
        interest.end(&set);
        assert_eq!(reported(&set), None);
    }

    #[test]
    fn who_wants_something_does_not_step_outside() {
        let mut interest = Interest::new(0, OUT);
        assert!(!interest.step_outside());
        assert!(!interest.want(OUT, OUT), "nothing new");
        assert!(!Interest::none().want(IN, IN) && !Interest::none().step_outside());
    }

    #[test]
    fn what_the_system_refuses_stays_due() {
        let set = Epoll::new().unwrap_or_else(|_| unreachable!());
        // A number that is no descriptor of this process.
        let mut interest = Interest::new(RawFd::MAX, IN);
        assert!(!interest.apply(&set, TOKEN));
        assert!(interest.is_due());
        interest.end(&set);
        assert!(!interest.is_due());
    }
}
