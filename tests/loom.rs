//! Models of the fast path: loom runs every interleaving (up to a bound on
//! preemptions) of the very types the library uses. `scripts/loom` runs them.
#![cfg(loom)]

use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "loom/credit.rs"]
mod credit;
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
