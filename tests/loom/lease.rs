//! The lease: one watcher at a time, its registration to match, and ticks for
//! as long as an application might forget that it has it.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use zmq::engine::lease::{Found, Lease, LeaseTicks, Registrar};

use super::explore;

struct World {
    lease: Lease,
    /// The I/O thread's epoll has the set. Relaxed: the kernel orders nothing
    /// for us.
    registered: AtomicBool,
    /// `Ticks` is in the I/O thread's mailbox.
    asked: AtomicBool,
}

impl Registrar for World {
    fn register(&self) -> bool {
        let before = self.registered.swap(true, Ordering::Relaxed);
        assert!(!before, "registered twice");
        true
    }
    fn deregister(&self) {
        let before = self.registered.swap(false, Ordering::Relaxed);
        assert!(before, "deregistered twice");
    }
}

impl World {
    fn ask(&self, due: bool) {
        if due {
            // An exchange: loom lets a plain store vanish behind an older one.
            self.asked.swap(true, Ordering::Release);
        }
    }
    fn take(&self) {
        self.ask(self.lease.take(self));
    }
    fn block(&self) {
        self.ask(self.lease.block(self));
    }
    fn unblock(&self) {
        self.ask(self.lease.unblock());
    }
}

/// The I/O thread's side: WatchObject.
struct Io {
    world: Arc<World>,
    ticks: LeaseTicks,
    timer: bool,
}

impl Io {
    /// Commands, then the timer. False: there was nothing.
    fn turn(&mut self) -> bool {
        let asked = self.world.asked.swap(false, Ordering::Acquire);
        if asked && self.ticks.start(&self.world.lease) {
            assert!(!self.timer, "two timers");
            self.timer = true;
        }
        let fires = std::mem::take(&mut self.timer);
        if fires {
            let found = self.ticks.fired(&self.world.lease, &*self.world);
            self.timer = found == Found::AtWork;
        }
        asked || fires
    }
}

/// Whether the application waits on the set when it stops.
type Waits = bool;

fn two_threads(bound: usize, app: fn(&World) -> Waits, io_turns: usize, io_extra: fn(&World)) {
    explore(bound, move || {
        let world = Arc::new(World {
            lease: Lease::default(),
            registered: AtomicBool::new(false),
            asked: AtomicBool::new(false),
        });
        world.lease.start(&*world);
        let application = {
            let world = world.clone();
            thread::spawn(move || app(&world))
        };
        let mut io = Io { world: world.clone(), ticks: LeaseTicks::default(), timer: false };
        for _ in 0..io_turns {
            io.turn();
        }
        io_extra(&world);
        let waits = application.join().unwrap();
        check(&mut io, waits);
    });
}

/// All has stopped: exactly one watcher, and in the end the I/O thread's.
fn check(io: &mut Io, waits: Waits) {
    let world = io.world.clone();
    let consistent = |world: &World| {
        let registered = world.registered.load(Ordering::Relaxed);
        assert_eq!(registered, !world.lease.is_taken(), "registered and leased");
    };
    consistent(&world);
    let rest = |io: &mut Io| {
        let mut turns = 0;
        while io.turn() {
            turns += 1;
            assert!(turns < 6, "hazard 7: ticks without end");
        }
    };
    rest(io);
    consistent(&world);
    if waits {
        assert!(world.lease.is_taken(), "the I/O thread waits as well");
        world.unblock();
        rest(io);
    }
    assert!(!world.lease.is_taken(), "nobody waits and no tick will see to it");
    consistent(&world);
}

#[test]
fn an_application_that_stops_reading_gives_the_lease_back() {
    two_threads(
        4,
        |app| {
            app.take();
            app.lease.touch();
            false
        },
        3,
        |_| {},
    );
}

#[test]
fn hazard_6_taking_and_giving_back_register_in_order() {
    two_threads(
        4,
        |app| {
            app.take();
            app.take();
            let _ = app.lease.give_back(app);
            app.take();
            false
        },
        3,
        |_| {},
    );
}

#[test]
fn hazard_7_a_blocked_application_needs_no_ticks() {
    two_threads(
        4,
        |app| {
            app.block();
            true
        },
        3,
        |_| {},
    );
}

#[test]
fn waking_from_a_long_wait_starts_the_ticks_again() {
    two_threads(
        4,
        |app| {
            app.block();
            app.unblock();
            app.block();
            app.unblock();
            false
        },
        4,
        |_| {},
    );
}

#[test]
fn a_flush_tick_that_entrusts_the_set_finds_a_watcher() {
    two_threads(
        4,
        |app| {
            app.take();
            app.block();
            true
        },
        2,
        |io| {
            // Afterwards it is the I/O thread's or the application waits (or
            // is about to come back, with a tick behind it).
            io.lease.entrust(io);
        },
    );
}

/// An application that is not waiting gives way at once, not at the next tick.
#[test]
fn entrusting_takes_the_lease_from_an_active_application() {
    two_threads(
        4,
        |app| {
            app.take();
            if app.lease.entrust(app) {
                assert!(!app.lease.is_taken());
            }
            false
        },
        3,
        |_| {},
    );
}

#[test]
fn an_orphaned_set_is_the_io_threads() {
    two_threads(
        4,
        |app| {
            app.block();
            app.unblock();
            app.lease.orphan(app);
            false
        },
        3,
        |_| {},
    );
}
