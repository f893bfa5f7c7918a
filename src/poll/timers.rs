//! zmq_timers: callbacks that are due at intervals. `now` is an argument; a
//! handler may use the timers it is called by, so nothing is borrowed while it
//! runs ([`Due::call`]).

use std::ffi::{c_int, c_void};
use std::time::Duration;

use crate::clock::Time;
use crate::errno::{Errno, Result};

/// C's `zmq_timer_fn`.
pub type Handler = unsafe extern "C" fn(timer_id: c_int, arg: *mut c_void);

struct Timer {
    id: c_int,
    due: Time,
    interval: Duration,
    handler: Handler,
    arg: *mut c_void,
    /// Cancelled timers stay until they come first; setting their interval is
    /// no error until then (libzmq).
    cancelled: bool,
    /// The last run that called it.
    run: u64,
}

/// A set of timers, used by one thread at a time.
#[derive(Default)]
pub struct Timers {
    /// In the order they are due, equal ones in the order they were set.
    timers: Vec<Timer>,
    last_id: c_int,
    runs: u64,
}

/// One execution of all that is due at a time.
pub struct Run {
    now: Time,
    number: u64,
}

/// A handler that is to be called.
pub struct Due {
    id: c_int,
    handler: Handler,
    arg: *mut c_void,
}

impl Due {
    /// Calls it.
    ///
    /// # Safety
    /// Nothing of the timers is borrowed.
    pub unsafe fn call(self) {
        // SAFETY: zmq_timers_add's contract.
        unsafe { (self.handler)(self.id, self.arg) };
    }
}

impl Timers {
    /// Adds a timer and returns its id.
    pub fn add(
        &mut self,
        now: Time,
        interval: Duration,
        handler: Handler,
        arg: *mut c_void,
    ) -> c_int {
        // 2^31 timers later the ids begin again.
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let (id, due) = (self.last_id, now.after(interval));
        self.insert(Timer { id, due, interval, handler, arg, cancelled: false, run: 0 });
        id
    }

    fn insert(&mut self, timer: Timer) {
        let place = self.timers.partition_point(|other| other.due <= timer.due);
        self.timers.insert(place, timer);
    }

    fn position(&self, id: c_int) -> Result<usize> {
        self.timers.iter().position(|timer| timer.id == id).ok_or(Errno::EINVAL)
    }

    /// Takes a timer off. EINVAL: there is none, or it was cancelled before.
    pub fn cancel(&mut self, id: c_int) -> Result<()> {
        let timer = self.timers.iter_mut().find(|timer| timer.id == id && !timer.cancelled);
        timer.map(|timer| timer.cancelled = true).ok_or(Errno::EINVAL)
    }

    /// Gives a timer another interval from now on. EINVAL.
    pub fn set_interval(&mut self, now: Time, id: c_int, interval: Duration) -> Result<()> {
        let mut timer = self.timers.remove(self.position(id)?);
        timer.interval = interval;
        timer.due = now.after(interval);
        self.insert(timer);
        Ok(())
    }

    /// Lets a timer's interval begin now. EINVAL.
    pub fn reset(&mut self, now: Time, id: c_int) -> Result<()> {
        let interval = self.timers[self.position(id)?].interval;
        self.set_interval(now, id, interval)
    }

    /// Time until the first timer is due, zero if it is; None: no timers.
    pub fn timeout(&mut self, now: Time) -> Option<Duration> {
        let gone = self.timers.iter().take_while(|timer| timer.cancelled).count();
        self.timers.drain(..gone);
        self.timers.first().map(|timer| timer.due.since(now))
    }

    /// Begins to execute what is due at `now`.
    pub fn begin_run(&mut self, now: Time) -> Run {
        self.runs += 1;
        Run { now, number: self.runs }
    }

    /// The next timer of this run, set again for `now` plus its interval. One
    /// with an interval of zero gets its turn once, where libzmq would never
    /// return.
    pub fn next_due(&mut self, run: &Run) -> Option<Due> {
        let gone = self.timers.iter().take_while(|timer| timer.cancelled).count();
        self.timers.drain(..gone);
        let place = self
            .timers
            .iter()
            .take_while(|timer| timer.due <= run.now)
            .position(|timer| !timer.cancelled && timer.run != run.number)?;
        let mut timer = self.timers.remove(place);
        timer.run = run.number;
        timer.due = run.now.after(timer.interval);
        let due = Due { id: timer.id, handler: timer.handler, arg: timer.arg };
        self.insert(timer);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    unsafe extern "C" fn ignore(_id: c_int, _arg: *mut c_void) {}

    const MS: Duration = Duration::from_millis(1);

    fn add(timers: &mut Timers, now: Time, ms: u32) -> c_int {
        timers.add(now, MS * ms, ignore, ptr::null_mut())
    }

    fn run(timers: &mut Timers, now: Time) -> Vec<c_int> {
        let run = timers.begin_run(now);
        std::iter::from_fn(|| timers.next_due(&run).map(|due| due.id)).collect()
    }

    // behaviours: 250
    #[test]
    fn timers_run_in_due_order_and_again_after_the_interval() {
        let (mut timers, start) = (Timers::default(), Time::now());
        let (slow, fast) = (add(&mut timers, start, 20), add(&mut timers, start, 10));
        assert_eq!((slow, fast), (1, 2));
        assert_eq!(run(&mut timers, start), []);
        assert_eq!(run(&mut timers, start.after_ms(25)), [fast, slow]);
        assert_eq!(timers.timeout(start.after_ms(25)), Some(MS * 10));
        assert_eq!(run(&mut timers, start.after_ms(35)), [fast]);
    }

    // behaviours: 250
    #[test]
    fn reset_postpones_by_the_whole_interval() {
        let (mut timers, start) = (Timers::default(), Time::now());
        let id = add(&mut timers, start, 100);
        assert_eq!(timers.reset(start.after_ms(60), id), Ok(()));
        assert_eq!(run(&mut timers, start.after_ms(110)), []);
        assert_eq!(timers.set_interval(start.after_ms(110), id, MS * 5), Ok(()));
        assert_eq!(run(&mut timers, start.after_ms(115)), [id]);
    }

    #[test]
    fn cancelled_timers_never_run_and_cancel_only_once() {
        let (mut timers, start) = (Timers::default(), Time::now());
        let id = add(&mut timers, start, 1);
        assert_eq!(timers.cancel(id), Ok(()));
        assert_eq!(timers.cancel(id), Err(Errno::EINVAL));
        assert_eq!(run(&mut timers, start.after_ms(5)), []);
        assert_eq!(timers.timeout(start), None);
        assert_eq!(timers.reset(start, id), Err(Errno::EINVAL));
        assert_eq!(timers.cancel(77), Err(Errno::EINVAL));
    }

    #[test]
    fn an_interval_of_zero_runs_once_per_execution() {
        let (mut timers, start) = (Timers::default(), Time::now());
        let (always, other) = (add(&mut timers, start, 0), add(&mut timers, start, 1));
        assert_eq!(run(&mut timers, start.after_ms(1)), [always, other]);
        assert_eq!(run(&mut timers, start.after_ms(1)), [always]);
    }

    // behaviours: 251
    #[test]
    fn the_longest_interval_is_accepted() {
        let (mut timers, start) = (Timers::default(), Time::now());
        timers.add(start, Duration::from_millis(u64::MAX), ignore, ptr::null_mut());
        assert_eq!(run(&mut timers, start.after_ms(1)), []);
    }
}
