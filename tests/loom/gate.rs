//! The out gate with a sender, an I/O thread and a connection that may block:
//! when all threads have stopped, whatever is not written is written by the
//! tick that is armed or by the writable-interest that is on - and in order.

use loom::sync::{Arc, Mutex};
use loom::thread;
use zmq::engine::gate::{Drained, Gate, Outlet, Port};
use zmq::pipe::{Mode, ModeCell};
use zmq::queue::{BatchReader, BatchWriter, Consumer, Producer, batch, lane};
use zmq::reactor::roster::{Found, Roster, Tick};
use zmq::sync::{AtomicBool, AtomicU32, Ordering};

use super::explore;

/// Byte written for an urgent frame.
const PONG: u8 = 200;

/// In the lane: here a segment of the batch stands.
const MARK: u8 = 201;

/// A connection that takes `room` more messages.
struct Wire {
    lane: Consumer<u8>,
    batch: BatchReader,
    /// What stands in the encoder.
    encoder: Vec<u8>,
    written: Vec<u8>,
    room: usize,
    connected: bool,
}

impl Wire {
    /// Takes all of batch and lane into the encoder.
    fn encode(&mut self) {
        loop {
            if let Some(filled) = self.batch.filled() {
                self.encoder.extend_from_slice(self.batch.bytes(filled.bytes));
                self.batch.take(filled.bytes, filled.units);
            }
            if self.batch.filled().is_some() {
                return;
            }
            match self.lane.pop() {
                Some(MARK) => self.batch.enter(),
                Some(item) => self.encoder.push(item),
                None => return,
            }
        }
    }

    fn write(&mut self) {
        let n = self.room.min(self.encoder.len());
        self.room -= n;
        self.written.extend(self.encoder.drain(..n));
    }
}

impl Outlet for Wire {
    fn drain(&mut self, urgent: &mut Vec<u8>, least: usize) -> (Drained, bool) {
        if !self.connected {
            return (Drained::Idle, false);
        }
        if least == 0 {
            self.write();
        }
        // What stands in the encoder goes first, as the rest of a large body.
        if self.encoder.is_empty() || least > 0 {
            self.encoder.append(urgent);
            self.encode();
            if (1..least).contains(&self.encoder.len()) {
                return (Drained::Gathered, false);
            }
            self.write();
        }
        let drained = if self.encoder.is_empty() { Drained::Empty } else { Drained::Blocked };
        (drained, false)
    }
    fn has_messages(&mut self) -> bool {
        self.lane.available() || self.batch.filled().is_some_and(|filled| filled.bytes > 0)
    }
    fn is_empty(&mut self) -> bool {
        self.encoder.is_empty() && !self.has_messages()
    }
    fn shrink(&mut self) -> bool {
        self.batch.reclaim()
    }
}

struct World {
    gate: Gate<Wire>,
    mode: ModeCell,
    roster: Roster<()>,
    /// The timer will fire, at any time. Exchanges without order: the kernel
    /// keeps the newest value and promises us nothing else.
    timer: AtomicBool,
    interest: Mutex<bool>,
    /// How often `entrust` finds nobody to wait on the connection.
    refusals: AtomicU32,
    /// Somebody waits on the connection.
    watched: AtomicBool,
    /// How often the gate is on the roster.
    entries: AtomicU32,
}

impl Port for World {
    fn mode(&self) -> &ModeCell {
        &self.mode
    }
    fn room(&self) {}
    fn written(&self) {}
    fn watch_writable(&self, on: bool) -> bool {
        let mut interest = self.interest.lock().unwrap();
        let changed = *interest != on;
        if changed {
            *interest = on;
            self.gate.set_blocked(on);
        }
        changed
    }
    fn entrust(&self) -> bool {
        let left = self.refusals.load(Ordering::Relaxed);
        if left > 0 {
            self.refusals.store(left - 1, Ordering::Relaxed);
        }
        self.watched.store(left == 0, Ordering::Relaxed);
        left == 0
    }
    fn enlist(&self) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.roster.enlist(());
    }
    fn arm(&self) {
        self.roster.arm(Tick::First, |_| self.set_timer());
    }
}

impl World {
    fn new(mode: Mode, room: usize) -> (Sender, Arc<World>) {
        let (tx, rx) = lane();
        let (batch, mut reader) = batch();
        reader.welcome(true);
        let wire = Wire {
            lane: rx,
            batch: reader,
            encoder: Vec::new(),
            written: Vec::new(),
            room,
            connected: true,
        };
        let world = Arc::new(World {
            gate: Gate::new(wire, 1),
            mode: ModeCell::new(Mode::Direct),
            roster: Roster::default(),
            timer: AtomicBool::new(false),
            interest: Mutex::new(false),
            refusals: AtomicU32::new(0),
            watched: AtomicBool::new(false),
            entries: AtomicU32::new(0),
        });
        if mode == Mode::Stream {
            world.gate.stream(&*world);
        }
        (Sender { lane: tx, batch, world: world.clone(), next: 0 }, world)
    }

    fn set_timer(&self) {
        self.timer.swap(true, Ordering::Relaxed);
    }

    /// I/O thread: the timer's descriptor, once. False: not readable.
    fn tick(&self) -> bool {
        if self.timer.compare_exchange(true, true, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return false;
        }
        self.roster.tick(
            || _ = self.timer.swap(false, Ordering::Relaxed),
            |(), first| {
                let found = self.gate.tick(self, first);
                self.entries.fetch_sub(u32::from(found == Found::Done), Ordering::Relaxed);
                found
            },
            |_| self.set_timer(),
        );
        true
    }

    /// Whoever waits on the connection: it takes `room` more.
    fn writable(&self, room: usize) -> bool {
        if !*self.interest.lock().unwrap() {
            return false;
        }
        self.gate.lock().room += room;
        self.gate.on_writable(self);
        true
    }

    fn urgent(&self) {
        self.gate.push_urgent(&[PONG]);
        self.gate.flush_urgent(self);
    }

    /// All threads have stopped: what is armed or watched does the rest.
    fn settle(&self, sent: u8, pongs: usize) {
        assert!(self.entries.fetch_add(0, Ordering::Relaxed) <= 1, "twice on the roster");
        let mut turns = 0;
        while self.tick() || (self.watched.load(Ordering::Relaxed) && self.writable(100)) {
            turns += 1;
            assert!(turns < 50, "ticks without end");
        }
        let mut wire = self.gate.lock();
        let messages: Vec<u8> = wire.written.iter().copied().filter(|b| *b != PONG).collect();
        assert_eq!(messages, (0..sent).collect::<Vec<_>>(), "lost or out of order");
        assert_eq!(wire.written.len() - messages.len(), pongs, "urgent frames");
        assert!(wire.is_empty());
        assert_eq!(self.mode.get(), Mode::Direct, "left in STREAM without ticks");
    }
}

struct Sender {
    lane: Producer<u8>,
    batch: BatchWriter,
    world: Arc<World>,
    next: u8,
}

impl Sender {
    /// As `Pipes::send`; `streaming`: the streak is long enough.
    fn send(&mut self, streaming: bool) {
        self.publish(self.next);
        self.next += 1;
        match self.world.mode.get() {
            Mode::Direct if streaming => self.world.gate.stream(&*self.world),
            Mode::Direct => self.world.gate.send_now(&*self.world),
            Mode::Stream | Mode::Inproc => {}
        }
    }

    fn publish(&mut self, item: u8) {
        self.lane.push(item);
        self.lane.commit();
        self.lane.publish_to_waking();
    }

    /// As `PipeEnd::open_batch`.
    fn open(&mut self) {
        if self.world.mode.get() == Mode::Stream && self.batch.begin() {
            self.publish(MARK);
            if self.world.mode.get() != Mode::Stream {
                self.batch.seal();
            }
        }
    }

    /// Writes a part of a unit, or without `more` its end. False: nothing was done.
    ///
    /// # Safety
    /// There is room for it.
    unsafe fn put(&mut self, more: bool) -> bool {
        // SAFETY: by contract; a part is one byte.
        unsafe {
            let Some(place) = self.batch.place() else { return false };
            place.as_ptr().write(self.next);
            if more {
                self.batch.appended_part(1);
            } else {
                self.batch.appended(1);
            }
        }
        self.next += 1;
        true
    }

    /// As `PipeEnd::write_counted`: what is appended needs no look at the mode.
    fn append(&mut self) {
        // SAFETY: it has room.
        if self.batch.has_room() && unsafe { self.put(false) } {
            return;
        }
        if self.batch.is_open() {
            self.batch.seal();
        }
        self.send(false);
    }

    /// As `PipeEnd::append_part`.
    fn append_part(&mut self) -> bool {
        // SAFETY: it has room.
        self.batch.has_room() && unsafe { self.put(true) }
    }

    /// The last part of a unit, which may find that it cannot stay where it began.
    fn append_end(&mut self) {
        // SAFETY: it has room.
        if self.batch.has_room_behind(1) && unsafe { self.put(false) } {
            return;
        }
        // As `LaneWriter::move_to_cells`.
        for item in self.batch.begun() {
            self.lane.push(*item);
        }
        self.batch.take_back();
        self.batch.seal();
        self.send(false);
    }
}

fn two_threads(
    bound: usize,
    world: fn() -> (Sender, Arc<World>),
    app: fn(&mut Sender),
    io: fn(&World),
    check: fn(&Sender, &World),
) {
    explore(bound, move || {
        let (mut sender, world) = world();
        let application = thread::spawn(move || {
            app(&mut sender);
            sender
        });
        io(&world);
        let sender = application.join().unwrap();
        check(&sender, &world);
    });
}

/// A sender in STREAM whose batch is open.
fn open_batch() -> (Sender, Arc<World>) {
    let (mut sender, world) = World::new(Mode::Stream, 100);
    sender.open();
    (sender, world)
}

fn three_ticks(io: &World) {
    for _ in 0..3 {
        io.tick();
    }
}

/// A sender in STREAM meets three ticks.
fn three_ticks_meet(app: fn(&mut Sender)) {
    two_threads(
        3,
        || World::new(Mode::Stream, 100),
        app,
        three_ticks,
        |sender, world| world.settle(sender.next, 0),
    );
}

#[test]
fn a_stream_that_settles_loses_no_message() {
    three_ticks_meet(|sender| {
        sender.send(false);
        sender.send(false);
    });
}

/// A full segment, and the lane behind it.
#[test]
fn what_a_sender_appends_keeps_its_place_among_messages() {
    two_threads(
        2,
        || World::new(Mode::Stream, 100),
        |sender| {
            sender.open();
            (0..3).for_each(|_| sender.append());
        },
        |io| _ = io.tick(),
        |sender, world| world.settle(sender.next, 0),
    );
}

#[test]
fn an_open_batch_meets_a_settling_tick() {
    two_threads(
        3,
        open_batch,
        |sender| {
            sender.append();
            sender.append();
        },
        three_ticks,
        |sender, world| world.settle(sender.next, 0),
    );
}

/// The sender may pause for ever in the middle of a unit: ticks end all the same.
#[test]
fn a_unit_in_parts_meets_a_settling_tick() {
    two_threads(
        2,
        open_batch,
        |sender| {
            if sender.append_part() {
                sender.append_end();
            }
        },
        three_ticks,
        |sender, world| world.settle(sender.next, 0),
    );
}

#[test]
fn a_unit_begun_and_not_ended_keeps_nobody_ticking() {
    two_threads(
        2,
        open_batch,
        |sender| {
            sender.append();
            let begun = sender.append_part();
            sender.next -= u8::from(begun);
        },
        three_ticks,
        |sender, world| {
            world.settle(sender.next, 0);
            assert!(sender.batch.begun().len() < 2);
        },
    );
}

#[test]
fn a_batch_that_is_opened_meets_a_settling_tick() {
    three_ticks_meet(|sender| {
        sender.open();
        sender.append();
    });
}

#[test]
fn a_sender_that_begins_to_stream_meets_a_tick() {
    two_threads(
        3,
        || World::new(Mode::Stream, 100),
        |sender| {
            sender.send(true);
            sender.send(true);
        },
        |io| {
            for _ in 0..2 {
                io.tick();
            }
        },
        |sender, world| world.settle(sender.next, 0),
    );
}

/// The lock is taken: the sender leaves its message to the tick.
#[test]
fn a_direct_sender_without_the_lock_arms_the_tick() {
    two_threads(
        3,
        || World::new(Mode::Direct, 100),
        |sender| {
            sender.send(false);
            sender.send(false);
        },
        |io| {
            io.urgent();
            io.tick();
            io.tick();
        },
        |sender, world| world.settle(sender.next, 1),
    );
}

#[test]
fn a_pong_of_the_reading_application_meets_a_settling_tick() {
    two_threads(
        3,
        || World::new(Mode::Stream, 100),
        |sender| {
            sender.world.urgent();
            sender.send(false);
        },
        |io| {
            io.tick();
            io.tick();
        },
        |sender, world| world.settle(sender.next, 1),
    );
}

/// Nothing follows that would carry the frame along.
#[test]
fn a_last_pong_meets_a_settling_tick() {
    two_threads(
        3,
        || World::new(Mode::Stream, 100),
        |sender| sender.world.urgent(),
        |io| {
            io.tick();
            io.tick();
        },
        |sender, world| world.settle(sender.next, 1),
    );
}

/// Ticks leave a blocked connection to the interest, and the interest gives it
/// back to the ticks.
#[test]
fn a_blocked_connection_changes_hands() {
    two_threads(
        3,
        || World::new(Mode::Direct, 1),
        |sender| {
            sender.send(false);
            sender.send(false);
            sender.send(false);
        },
        |io| {
            io.tick();
            io.writable(1);
            io.tick();
            io.writable(100);
        },
        |sender, world| world.settle(sender.next, 0),
    );
}

/// Too little for a write stays in the encoder while the tick may settle.
#[test]
fn what_has_gathered_is_written_by_a_tick() {
    three_ticks_meet(|sender| {
        sender.send(false);
        let world = sender.world.clone();
        world.gate.gather(&*world, 3);
        sender.send(false);
    });
}

/// The application waits on the set (lease BLOCKED) and writes; the I/O thread
/// ticks.
#[test]
fn a_blocked_connection_is_written_by_the_waiting_application() {
    two_threads(
        3,
        || {
            let (mut sender, world) = World::new(Mode::Stream, 0);
            world.refusals.store(1, Ordering::Relaxed);
            sender.send(false);
            (sender, world)
        },
        |sender| {
            let world = sender.world.clone();
            world.gate.drain(&*world);
            world.writable(1);
            sender.send(false);
        },
        |io| {
            io.tick();
            io.tick();
        },
        |sender, world| world.settle(sender.next, 0),
    );
}

/// The connection takes nothing, in the middle of a message: the frame waits
/// behind it and is not forgotten.
#[test]
fn a_pong_waits_behind_a_blocked_message() {
    two_threads(
        3,
        || {
            let (mut sender, world) = World::new(Mode::Direct, 0);
            sender.send(false);
            (sender, world)
        },
        |sender| sender.world.urgent(),
        |io| {
            io.tick();
            io.gate.on_writable(io);
            io.tick();
        },
        |sender, world| world.settle(sender.next, 1),
    );
}

/// The roster alone, with more than one target.
#[test]
fn a_target_enlisted_during_a_tick_is_served() {
    explore(5, || {
        let roster = Arc::new((Roster::<u8>::default(), AtomicBool::new(false)));
        let set = |timer: &AtomicBool| drop_it(timer.swap(true, Ordering::Relaxed));
        let begin = move |roster: &(Roster<u8>, AtomicBool), target| {
            roster.0.enlist(target);
            roster.0.arm(Tick::First, |_| set(&roster.1));
        };
        let tick = move |(roster, timer): &(Roster<u8>, AtomicBool), served: &mut [u8; 2]| {
            if !timer.swap(false, Ordering::Relaxed) {
                return false;
            }
            let serve = |target: &u8, _first| {
                served[usize::from(*target)] += 1;
                if served[usize::from(*target)] < 2 { Found::Waiting } else { Found::Done }
            };
            roster.tick(|| drop_it(timer.swap(false, Ordering::Relaxed)), serve, |_| set(timer));
            true
        };
        begin(&roster, 0);
        let other = {
            let roster = roster.clone();
            thread::spawn(move || begin(&roster, 1))
        };
        let mut served = [0; 2];
        tick(&roster, &mut served);
        tick(&roster, &mut served);
        other.join().unwrap();
        while tick(&roster, &mut served) {}
        assert_eq!(served, [2, 2]);
    });
}

fn drop_it(_before: bool) {}

#[test]
fn hazard_7_no_ticks_while_the_connection_is_blocked() {
    two_threads(
        3,
        || World::new(Mode::Direct, 0),
        |sender| {
            sender.send(false);
            sender.send(false);
        },
        |io| {
            io.tick();
            io.tick();
        },
        |sender, world| {
            let mut ticks = 0;
            while world.tick() {
                ticks += 1;
                assert!(ticks < 5, "ticks while blocked");
            }
            world.settle(sender.next, 0);
        },
    );
}

/// A connection ends while its output waits; the next one takes it up although
/// the mode is STREAM already.
#[test]
fn a_new_connection_takes_over_what_the_old_one_left() {
    two_threads(
        3,
        || World::new(Mode::Direct, 0),
        |sender| {
            sender.send(false);
            sender.send(false);
        },
        |io| {
            io.tick();
            // As Drive::uninstall and Drive::install.
            {
                let mut interest = io.interest.lock().unwrap();
                *interest = false;
                io.gate.set_blocked(false);
            }
            io.gate.lock().connected = false;
            io.tick();
            {
                let mut wire = io.gate.lock();
                wire.connected = true;
                wire.room = 100;
            }
            io.gate.resume(io);
            io.gate.send_now(io);
        },
        |sender, world| world.settle(sender.next, 0),
    );
}

/// Without a connection there is nothing to tick for.
#[test]
fn ticks_end_without_a_connection() {
    two_threads(
        3,
        || {
            let (sender, world) = World::new(Mode::Stream, 0);
            world.gate.lock().connected = false;
            (sender, world)
        },
        |sender| sender.send(true),
        |io| {
            io.tick();
            io.tick();
        },
        |sender, world| {
            let mut ticks = 0;
            while world.tick() {
                ticks += 1;
                assert!(ticks < 5, "ticks without a connection");
            }
            let mut wire = world.gate.lock();
            wire.connected = true;
            wire.room = 100;
            drop(wire);
            world.gate.resume(world);
            world.gate.send_now(world);
            world.settle(sender.next, 0);
        },
    );
}

/// Two connections that share a batch.
struct Crowd {
    senders: [Sender; 2],
    shared: BatchWriter,
}

impl Crowd {
    /// As `Pipes::share`.
    fn new() -> (Crowd, [Arc<World>; 2]) {
        let (a, io_a) = World::new(Mode::Stream, 100);
        let (b, io_b) = World::new(Mode::Stream, 100);
        let mut shared = BatchWriter::default();
        assert!(shared.begin_shared());
        let mut crowd = Crowd { senders: [a, b], shared };
        for sender in &mut crowd.senders {
            assert!(sender.batch.join(&crowd.shared));
            sender.publish(MARK);
            if sender.world.mode.get() != Mode::Stream {
                sender.batch.part();
            }
        }
        (crowd, [io_a, io_b])
    }

    /// As `Pipes::write_together`, and what follows if that fails.
    fn send(&mut self) {
        // SAFETY: it has room.
        if let Some(place) =
            self.shared.has_room().then(|| unsafe { self.shared.place() }).flatten()
        {
            // SAFETY: it has room for one byte.
            unsafe {
                place.as_ptr().write(self.senders[0].next);
                self.shared.appended(1);
            }
            self.senders.iter_mut().for_each(|sender| sender.next += 1);
            return;
        }
        for sender in &mut self.senders {
            sender.batch.part();
            sender.send(false);
        }
    }
}

fn crowd_meets_ticks(bound: usize, app: fn(&mut Crowd), io: fn(&[Arc<World>; 2])) {
    explore(bound, move || {
        let (mut crowd, worlds) = Crowd::new();
        let application = thread::spawn(move || {
            app(&mut crowd);
            crowd
        });
        io(&worlds);
        let crowd = application.join().unwrap();
        for (sender, world) in crowd.senders.iter().zip(&worlds) {
            world.settle(sender.next, 0);
        }
    });
}

/// One of the connections settles, and leaves the other one to what comes next.
#[test]
fn a_batch_that_two_share_meets_the_settling_ticks_of_one() {
    crowd_meets_ticks(2, |crowd| (0..2).for_each(|_| crowd.send()), |[io, _]| three_ticks(io));
}

#[test]
fn a_batch_that_two_share_meets_the_settling_ticks_of_both() {
    crowd_meets_ticks(1, Crowd::send, |worlds| worlds.iter().for_each(|io| three_ticks(io)));
}

/// The sender stops sharing because of one of them, and goes on with both.
#[test]
fn who_parts_ends_the_batch_for_all() {
    crowd_meets_ticks(
        2,
        |crowd| {
            crowd.send();
            crowd.senders[1].batch.part();
            crowd.send();
        },
        |[a, b]| {
            a.tick();
            b.tick();
        },
    );
}
