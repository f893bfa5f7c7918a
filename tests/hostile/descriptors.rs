//! No descriptors left: errors and pauses, never an abort or a busy loop, and all is well again
//! when they come back. Runs in a process of its own, started from the test executable.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Context, Raw, begin, event, hex, kind};

const CHILD: &str = "descriptors::in_a_process_with_few_descriptors";

// hostile: 63
// security: descriptors
#[test]
fn a_process_without_descriptors_waits_for_them() {
    let _dog = begin(60);
    let output = Command::new(std::env::current_exe().expect("this executable"))
        .args([CHILD, "--exact", "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .output()
        .expect("this executable again");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}

fn processor_time() -> Duration {
    // SAFETY: `usage` is valid for the call; all zeros is a value of it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &mut usage), 0);
        usage
    };
    let time = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

#[test]
#[ignore = "changes limits of the process: started by the test above"]
fn in_a_process_with_few_descriptors() {
    let dog = begin(50);
    let limit = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
    // SAFETY: the limit is valid for the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
    let context = Context::new();
    let socket = context.socket(kind::PULL);
    let monitor = socket.monitor(&context);
    let (tcp, ipc) = (socket.bind_tcp(), socket.bind_ipc());
    dog.step("taking all descriptors");
    let start = Instant::now();
    let mut reserve = std::fs::File::open("/dev/null").ok();
    let mut peers = Vec::new();
    for number in 0.. {
        match Raw::try_connect(if number % 2 == 0 { &tcp } else { &ipc }) {
            Ok(raw) => peers.push(raw),
            // Perhaps the last one went to the library, and nobody waits to be
            // accepted: one more then.
            Err(error) if error.raw_os_error() == Some(libc::EMFILE) => {
                if reserve.take().is_none() {
                    break;
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
    dog.step("waiting for ACCEPT_FAILED");
    let failed = monitor.wait_for(event::ACCEPT_FAILED);
    assert_eq!(failed.value, libc::EMFILE as u32);
    let used = processor_time();
    for _ in 0..20 {
        monitor.wait_for(event::ACCEPT_FAILED);
    }
    // Two listeners that try every 100 ms: from the first attempt to the twenty-first it is a
    // second at least. Events may have waited for us, so the time runs from before the first.
    assert!(start.elapsed() >= Duration::from_millis(900), "no pause between attempts");
    let used = processor_time() - used;
    assert!(used < Duration::from_millis(200), "{used:?} of processor time for waiting");
    dog.step("sockets without descriptors");
    assert_eq!(context.try_socket(kind::PUSH).err(), Some(libc::EMFILE));
    dog.step("descriptors come back");
    peers.clear();
    for endpoint in [&tcp, &ipc] {
        let mut honest = loop {
            // Refused while descriptors are still on their way back.
            if let Ok(raw) = Raw::try_connect(endpoint) {
                break raw;
            }
            std::thread::yield_now();
        };
        honest.send(&hex("01 00 03 00 6869"));
        assert_eq!(socket.recv(), b"hi");
    }
    drop(context.socket(kind::PUSH));
}
