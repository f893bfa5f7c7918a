//! A watchdog: a test that hangs fails with the name of the step it hangs in.
//!
//! Tests of one file run one after the other, so that what one test measures is not disturbed by
//! others and a machine of two cores is not flooded.

use std::fs;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

static TURN: Mutex<()> = Mutex::new(());

/// The turn of one test; ends with it.
pub struct Watchdog {
    shared: Arc<Shared>,
    _turn: MutexGuard<'static, ()>,
}

struct Shared {
    step: Mutex<(String, bool)>,
    over: Condvar,
}

/// Waits for the other tests of this file, then gives this one so many seconds.
pub fn begin(seconds: u64) -> Watchdog {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let shared =
        Arc::new(Shared { step: Mutex::new(("the start".into(), false)), over: Condvar::new() });
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let watched = shared.clone();
    thread::spawn(move || watch(&test, seconds, &watched));
    Watchdog { shared, _turn: turn }
}

impl Watchdog {
    /// Names what the test does from now on.
    pub fn step(&self, step: impl Into<String>) {
        self.lock().0 = step.into();
    }

    fn lock(&self) -> MutexGuard<'_, (String, bool)> {
        self.shared.step.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("failed at: {}", self.lock().0);
        }
        self.lock().1 = true;
        self.shared.over.notify_all();
    }
}

fn watch(test: &str, seconds: u64, shared: &Shared) {
    let state = shared.step.lock().unwrap_or_else(PoisonError::into_inner);
    let waited =
        shared.over.wait_timeout_while(state, Duration::from_secs(seconds), |state| !state.1);
    let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
    if timeout.timed_out() {
        let threads = threads();
        let text = format!("\n{test} hangs at: {} (after {seconds} s)\n{threads}\n", state.0);
        // Not print: that would be captured and lost.
        let _ = std::io::stderr().write_all(text.as_bytes());
        // SAFETY: ends the process at once; nothing is left to be kept in order.
        unsafe { libc::_exit(101) };
    }
}

/// Each thread and the system call it is in.
fn threads() -> String {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return String::new() };
    let describe = |path: std::path::PathBuf| {
        let text = |name| fs::read_to_string(path.join(name)).unwrap_or_default();
        let call = text("syscall");
        let call = call.split_whitespace().next().unwrap_or_default().to_owned();
        format!("  thread {}: system call {call}\n", text("comm").trim_end())
    };
    tasks.flatten().map(|task| describe(task.path())).collect()
}
