//! Models of the fast path: loom runs every interleaving (up to a bound on
//! preemptions) of the very types the library uses. `scripts/loom` runs them.
//!
//! "hazard n" in a name is one of the hazards the design starts from: 1 look
//! again at every condition before sleeping; 2 decode what is held back when
//! there is room; 4 after the end read the last messages; 6 two changes of the
//! lease must not register in the wrong order; 7 no ticks while blocked.
//!
//! What loom cannot do is in src/sync.rs (SeqCst accesses). The kernel is
//! modelled by exchanges that order nothing.
//!
//! That the models can fail was tried by breaking the code, each of these alone:
//!
//! | broken | models that fail |
//! |---|---|
//! | lane: publish by load and store instead of an exchange | lane::hazard_1, held (all) |
//! | lane: publish what is not committed | lane::what_is_taken_back |
//! | lane: tail read relaxed | all that read a lane (cell races) |
//! | lane: sleep stores instead of comparing | lane::hazard_1, held::hazard_2_a_full, hazard_4 |
//! | lane: spare segment put aside or taken relaxed | lane::recycled, items_come_in_order |
//! | lane: unread or taken-back items not dropped | lane::either_end |
//! | credit: no look after the note; note relaxed; wanted read before the store | credit (both) |
//! | credit: acknowledgement stored with release only | held::hazard_2_a_full |
//! | extent: publish by load and store; sealing wakes nobody; sleep stores instead of comparing | extent::hazard_1 |
//! | extent: read relaxed | extent (both: races) |
//! | mailbox: sleep without looking at the queue; pending not stored | mailbox::hazard_1 |
//! | mailbox: drain keeps the signal raised | mailbox::hazard_1, an_exposed |
//! | mailbox: pending cleared after the lock | mailbox::an_exposed |
//! | mailbox: expose does not raise; close stays open | mailbox::exposing; a_closing |
//! | gate: settle does not look at the lane again | gate::a_stream_that_settles and others |
//! | gate: settle does not look at urgent frames again | gate::a_last_pong |
//! | gate: settle stores DIRECT before it leaves the list | gate::a_stream_that_settles and others |
//! | gate: settle stays on the list beside a newer entry | gate::a_stream_that_settles ("twice") |
//! | gate: stream arms before mode or list; list before mode | gate::a_sender_that_begins and others |
//! | gate: a sender without the lock arms nothing | gate::a_direct_sender and others |
//! | gate: tick does not look at urgent frames | gate::a_direct_sender |
//! | gate: tick leaves the list if the lock is taken | gate::a_direct_sender and others |
//! | gate: tick leaves the list after unlocking | gate::a_blocked_connection_is_written |
//! | gate: tick leaves without a watcher; no interest; no ticks after it | gate::a_blocked (both), hazard_7 |
//! | gate: blocked keeps ticking | gate::hazard_7 and others |
//! | gate: unsent urgent frames dropped | gate::a_pong_waits |
//! | gate: no resume; ticks without connection | gate::a_new_connection; ticks_end |
//! | batch: withdrawn without a look whether the producer is at it | gate::an_open_batch, a_batch_that_is_opened |
//! | batch: ... or a look at what was appended meanwhile | the same |
//! | batch: settling though it cannot be withdrawn | the same |
//! | batch: a producer that finds it withdrawn does not seal it | the same |
//! | batch: end of the producer's work stored relaxed | the same (use after free) |
//! | batch: opened without a second look at the mode | gate::a_batch_that_is_opened |
//! | batch: memory taken back though a unit is begun; begun without a sign; the sign lost | gate::a_unit_in_parts |
//! | batch: not withdrawn though the producer only pauses | gate::a_unit_begun ("ticks without end") |
//! | mode: read with acquire or stored with release only | gate::a_stream_that_settles and others |
//! | roster: expiry cleared after the disarming; disarmed after serving; not armed again | most of gate |
//! | roster: entries made during a tick overwritten | gate::a_target_enlisted |
//! | lease: (de)register outside the lock; no deregistering | lease::hazard_6 |
//! | lease: waking from BLOCKED_IDLE asks for no ticks; BLOCKED stored blindly | lease::waking, a_flush_tick |
//! | lease: a tick that loses its exchange rests; idle stored blindly | lease::waking |
//! | lease: BLOCKED ticks for ever | lease::hazard_7 |
//! | lease: entrust leaves it to an active application | lease::entrusting |
//! | lease: orphan does not register | lease::an_orphaned |
//! | held: full, not looked at the acknowledgements again, or before the store | held::hazard_2_a_full |
//! | held: early end, not published again, or before the store | held::hazard_2_a_turn |
//! | held: stored with release only | held (all of hazard 2) |
#![cfg(loom)]

use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "loom/credit.rs"]
mod credit;
#[path = "loom/extent.rs"]
mod extent;
#[path = "loom/gate.rs"]
mod gate;
#[path = "loom/held.rs"]
mod held;
#[path = "loom/lane.rs"]
mod lane;
#[path = "loom/lease.rs"]
mod lease;
#[path = "loom/mailbox.rs"]
mod mailbox;

/// Explores `model` with at most `preemptions` preemptions per execution
/// (LOOM_MAX_PREEMPTIONS overrides: `scripts/loom --long`).
fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_branches = 20_000;
    let executions = std::sync::Arc::new(AtomicUsize::new(0));
    let count = executions.clone();
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: {} executions", executions.load(Ordering::Relaxed));
}
