//! Every tunable of the fast path in one place, each with the reason for its
//! value. docs/performance.md has the measurements.

use std::time::Duration;

/// Sends in a row after which a sender streams: long enough that a burst of
/// ten is still written message by message.
pub const STREAK: u32 = 16;

/// Sends closer together than this, from the end of one to the beginning of the
/// next, belong to one streak: the application does next to nothing in between.
/// A thread switch takes 25 us and more.
pub const STREAK_GAP: Duration = Duration::from_micros(20);

/// What is counted of a streak at most; one gap leaves a quarter of it, which is
/// still a streak, two do not.
pub const STREAK_LIMIT: u32 = 8 * STREAK;

/// A gap that ends every streak. A thread that is preempted comes back sooner.
pub const STREAK_END: Duration = Duration::from_millis(2);

/// A publisher that does not stream looks for subscriptions at most this often:
/// a look costs 0.3 us, and no peer's round trip takes less than this.
pub const SUBSCRIPTIONS_GAP: Duration = Duration::from_micros(5);

/// In STREAM the sender encodes what has gathered after this many messages of a
/// connection: few enough that cells and bodies are still in the first cache...
pub const DRAIN_MESSAGES: usize = 64;

/// ...or this many bytes: one write of 64 KiB costs little more per byte than
/// larger ones and keeps the peer fed.
pub const DRAIN_BYTES: usize = 64 * 1024;

/// What each message counts for among [`DRAIN_BYTES`].
pub const DRAIN_MESSAGE: usize = DRAIN_BYTES / DRAIN_MESSAGES;

/// Fewer bytes than these wait for more in the encoder: a write on loopback
/// costs 8 us and wakes the peer.
pub const WRITE_LEAST: usize = 32 * 1024;

/// So many bytes in the encoder no longer count against the mark, as in libzmq's
/// (its out_batch_size).
pub const UNCOUNTED: usize = 8 * 1024;

/// Bytes written to a connection in one turn: a receiver that keeps up must not
/// keep a sender that waits at the mark from hearing of the room, nor an I/O
/// thread from its other connections.
pub const WRITE_TURN: usize = 1024 * 1024;

/// [`DRAIN_BYTES`] for messages of [`LARGE`] bytes and more.
pub const DRAIN_LARGE: usize = 256 * 1024;

/// Bodies from this size are written from where they are, in a write of their
/// own. Below it one more copy costs less than the system call: 8 KiB messages
/// go 2.5 times as fast when eight of them share a write.
pub const IN_PLACE: usize = 32 * 1024 + 1;

/// Bodies from this size are read straight into a block of their own; below it
/// one more copy is cheaper.
pub const LARGE: usize = 8 * 1024;

/// First flush tick after a sender went over to STREAM.
pub const FIRST_TICK: Duration = Duration::from_micros(20);

/// Further flush ticks.
pub const NEXT_TICK: Duration = Duration::from_micros(50);

/// After so many ticks that found all senders writing by themselves the pause
/// between ticks doubles: 20,000 ticks a second for nothing were 13 % of a
/// fast sender's CPU time...
pub const BUSY_TICKS: u32 = 8;

/// ...up to so many times (200 us). What is left when the sender pauses waits
/// two pauses at most.
pub const TICK_DOUBLINGS: u32 = 2;

/// A tick that has written much, of many connections, is followed by a pause of so
/// many times what it took: it writes the less of each the sooner it comes again,
/// and costs the receivers as much as us...
pub const TICK_REST: u32 = 4;

/// ...but not by a longer one than this.
pub const TICK_LONGEST: Duration = Duration::from_millis(2);

/// Ticks without traffic after which a connection goes back to DIRECT.
pub const IDLE_TICKS: u8 = 3;

/// Messages decoded in one turn of a connection, so that others get theirs.
pub const TURN_MESSAGES: usize = 256;

/// So many whole messages received together stay as they are in the receive chunk
/// until they are read. Fewer go into cells: they are not worth keeping a chunk of
/// 128 KiB.
pub const RUN_LEAST: usize = 16;

/// Larger bodies than this go into cells: what waits is then no denser without them,
/// and a header in the chunk is further away than the next cell (2 % at 1 KiB).
pub const RUN_BODY: usize = 512;

/// Messages that wait for another socket before further ones go into a run that
/// grows instead of each into a cell: twice as many as are acknowledged at once.
pub const GROW_BACKLOG: u64 = 128;

/// Larger messages do not go into a run that grows.
pub const GROW_BODY: usize = 128;

/// Nor do messages of several frames that together take more: a small part of one.
pub const GROW_WHOLE: usize = 2 * 1024;

/// Frames decoded in one turn: a peer that sends commands, or a message without
/// end, completes no messages to count. Large, so as not to cut messages of many frames.
pub const TURN_FRAMES: usize = 4096;

/// Bytes read in one turn of a connection: large messages must not make it long.
pub const TURN_BYTES: usize = 512 * 1024;

/// Turns in which zmq_unbind takes in what has arrived: the kernel's largest
/// receive buffer (6 MB), not what a peer goes on sending meanwhile.
pub const LAST_TURNS: usize = 12;

/// How often an I/O thread looks whether the application that reads by itself
/// still does.
pub const LEASE_TICK: Duration = Duration::from_millis(5);

/// How long after the system has refused to watch a descriptor (ENOSPC, ENOMEM) it is
/// asked again; meanwhile the connection is looked at so often: slow, but not deaf.
pub const RENEW: Duration = Duration::from_millis(20);

/// Messages that nobody wants (a SUB's, a REQ's) skipped in one go, and commands taken,
/// before a call that waits looks at its deadline: more than the queues of a few peers
/// hold by default, and about a millisecond.
pub const TURN_SKIPS: u32 = 8192;

/// Turns in vain after which a call that waits leaves the reading to the I/O threads: a
/// peer floods with what the application never sees, and a thread that sleeps meanwhile
/// hears signals. As many as bring 128 MiB of one large message.
pub const VAIN_TURNS: u32 = 256;

/// Non-blocking receives in vain after which the I/O thread watches again:
/// from then on such a call costs one load instead of a system call.
pub const IDLE_LOOKS: u32 = 8;

/// A SNDHWM of at most so many messages asks for a short queue rather than for
/// throughput...
pub const SHORT_QUEUE: i32 = 8;

/// ...so the kernel is not to hold megabytes unsent behind it either.
pub const SHORT_QUEUE_BYTES: i32 = 64 * 1024;

/// A sender of messages of [`LARGE`] bytes and more lets so many bytes queue
/// before a connection: what is written should still be in a cache...
pub const RELIEF_BYTES: usize = 1024 * 1024;

/// ...and waits for it to become shorter, as long as something leaves it every so
/// often...
pub const RELIEF: Duration = Duration::from_millis(2);

/// ...and at most so long in one call.
pub const RELIEF_TOTAL: Duration = Duration::from_millis(20);

/// A sender that streams to sleeping readers wakes them after this many
/// messages: a quarter of what one of them may hold by default (both marks together).
pub const WAKE_MESSAGES: u32 = 512;

/// A socket that waits looks again for so long before it sleeps, where that
/// has paid lately: a round trip by tcp between two threads that do not sleep
/// takes 9 us here, going to sleep and being woken 25 us...
pub const SPIN: Duration = Duration::from_micros(20);

/// ...with so many pause instructions (15 ns each) between two looks, so that
/// the peer gets at what both look at...
pub const SPIN_PAUSE: u32 = 10;

/// ...until it was in vain so many times more often than not...
pub const SPIN_CREDIT: u8 = 8;

/// ...and from then on once in so many waits...
pub const SPIN_AGAIN: u32 = 16;

/// ...which doubles so many times where somebody else wanted the processor.
pub const SPIN_DOUBLINGS: u8 = 8;

/// Messages of one run that are read before it is the next pipe's turn: one of
/// each in turn would fetch everything about a pipe into the cache for each.
pub const FAIR_BURST: u8 = 16;
