//! Runs every program of `capi-tests/` on our shared library and compares its output.
//!
//! Each C program prints facts about the public interface. The facts must equal the committed
//! `capi-tests/expected/NAME.txt`, and, where the system has a libzmq of its own, what the same
//! binary prints on that one. Programs in `ONLY_OURS` differ from it on purpose and are compared
//! to their file alone. This file may know nothing about the library but its C interface.
//!
//! `CAPI_LIBRARY_DIR` names another directory whose libzmq.so.5 is to play our part.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// The programs stop themselves after 55 s; this is for one that cannot.
const WATCHDOG: Duration = Duration::from_secs(60);

/// Why a program that uses draft functions is ours only.
const DRAFT: &str = "systems' libraries are built without drafts";

/// Programs not run on the system's library, and why.
const ONLY_OURS: &[(&str, &str)] = &[
    ("bind_host_name_ours", "4.3.4 resolves no host names in bind; 4.3.5 does"),
    ("conflate_multipart_wire_ours", "4.3.4 may show a frame that is not the last of its message"),
    ("connect_to_itself_ours", "4.3.4 shakes hands with itself and leaves the port in TIME_WAIT"),
    ("ctx_walk_ext_ours", "4.3.4 does not export zmq_ctx_set_ext and zmq_ctx_get_ext"),
    ("ctx_fork_handles_ours", "upstream's inherited sockets give EINTR, or wait for ever"),
    ("ctx_term_lookup_ours", "upstream waits for the look-up"),
    ("draft_messages_ours", DRAFT),
    ("draft_metadata_ours", DRAFT),
    ("draft_monitor_ours", DRAFT),
    ("draft_null_ours", DRAFT),
    ("draft_options_ours", DRAFT),
    ("draft_peer_state_ours", DRAFT),
    ("draft_poller_ours", DRAFT),
    ("draft_ppoll_ours", DRAFT),
    ("draft_pubsub_ours", DRAFT),
    ("draft_types_ours", DRAFT),
    ("ipc_keeps_files_ours", "4.3.4 deletes whatever stands at the path of a bind"),
    ("msg_gets_polled_ours", "4.3.4 has no metadata on an id frame that a poll has found"),
    ("null_args_ours", "upstream reads through the pointers or aborts; we return an errno"),
    ("poll_closed_ours", "upstream goes on waiting, or is killed"),
    ("proxy_capture_alone_ours", "upstream's proxy waits for a peer of the capture socket"),
    ("proxy_steerable_rep_ours", "4.3.4 does not reply to PAUSE and RESUME"),
    ("reconnect_backs_off_ours", "4.3.4 backs off only while there is no connection"),
    ("reconnect_stop_ours", DRAFT),
    (
        "opt_walk_filters_ipv6_ours",
        "upstream takes masks past 32 for IPv4 addresses once IPV6 is on; COMPAT.md tells why we do not",
    ),
    ("opt_walk_ours", "options that depend on how libzmq was built; COMPAT.md lists them"),
    (
        "reconnect_delays_capped_ours",
        "4.3.4 adds jitter under RECONNECT_IVL_MAX; later ones do not",
    ),
    ("syscall_denied_ours", "4.3.4 aborts where a call is denied that it needs"),
    ("syscall_errors_ours", "4.3.4 aborts on errnos that it does not expect"),
    ("version_and_has_ours", "the version and what is built in are our own"),
    ("xpub_long_topics_ours", "4.3.4 spoils subscriptions of 246 bytes and more on a wire"),
];

macro_rules! c_tests {
    ($($name:ident)*) => {
        const PROGRAMS: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}

include!("capi/programs.rs");

#[test]
fn every_program_is_listed() {
    let listed: BTreeSet<String> = PROGRAMS.iter().map(|name| name.to_string()).collect();
    assert_eq!(stems(&sources(), "c"), listed);
    assert_eq!(stems(&sources().join("expected"), "txt"), listed);
    for (name, _) in ONLY_OURS {
        assert!(listed.contains(*name), "{name} is in ONLY_OURS but is no program");
    }
    for name in PROGRAMS {
        let is_ours = ONLY_OURS.iter().any(|(program, _)| program == name);
        assert_eq!(name.ends_with("_ours"), is_ours, "{name}: give a reason in ONLY_OURS");
    }
}

fn check(name: &str) {
    let binary = compile(name);
    let ours = run(&binary, &staging().library_dir);
    let expected = fs::read_to_string(sources().join(format!("expected/{name}.txt")))
        .unwrap_or_else(|error| panic!("expected/{name}.txt: {error}"));
    assert_eq!(ours, expected, "{name}: ours (left) against the committed file");
    let only_ours = ONLY_OURS.iter().any(|(program, _)| *program == name);
    if let (false, Some(dir)) = (only_ours, &staging().system_dir) {
        assert_eq!(ours, run(&binary, dir), "{name}: ours (left) against the system's library");
    }
}

/// What all programs share, worked out once.
struct Staging {
    /// Holds libzmq.so and libzmq.so.5, both ours.
    library_dir: PathBuf,
    /// Where the system keeps its libzmq.so.5, if it has one.
    system_dir: Option<PathBuf>,
    compiler: cc::Tool,
}

fn staging() -> &'static Staging {
    static STAGING: OnceLock<Staging> = OnceLock::new();
    STAGING.get_or_init(|| {
        let library_dir = work_dir().join("lib");
        fs::create_dir_all(&library_dir).expect("staging directory");
        let library = our_library();
        for name in ["libzmq.so", "libzmq.so.5"] {
            let link = library_dir.join(name);
            match fs::remove_file(&link) {
                Err(error) if error.kind() != ErrorKind::NotFound => panic!("{link:?}: {error}"),
                _ => symlink(&library, &link).expect("symbolic link to the library"),
            }
        }
        Staging { library_dir, system_dir: system_dir(), compiler: compiler() }
    })
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("capi-tests")
}

fn work_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi")
}

/// The cdylib cargo built for this test run: beside the test executable, or one above.
fn our_library() -> PathBuf {
    if let Some(dir) = std::env::var_os("CAPI_LIBRARY_DIR") {
        return fs::canonicalize(Path::new(&dir).join("libzmq.so.5")).expect("CAPI_LIBRARY_DIR");
    }
    let executable = std::env::current_exe().expect("path of this executable");
    let deps = executable.parent().expect("directory of this executable");
    [Some(deps), deps.parent()]
        .into_iter()
        .flatten()
        .map(|dir| dir.join("libzmq.so"))
        .find(|path| path.exists())
        .expect("libzmq.so in the target directory")
}

fn system_dir() -> Option<PathBuf> {
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    [multiarch.as_str(), "/usr/lib64", "/usr/lib", "/usr/local/lib"]
        .into_iter()
        .map(PathBuf::from)
        .find(|dir| dir.join("libzmq.so.5").exists())
}

fn compiler() -> cc::Tool {
    let libc = if cfg!(target_env = "musl") { "musl" } else { "gnu" };
    let triple = format!("{}-unknown-linux-{libc}", std::env::consts::ARCH);
    cc::Build::new()
        .target(&triple)
        .host(&triple)
        .opt_level(0)
        .cargo_metadata(false)
        .cargo_warnings(false)
        .get_compiler()
}

/// Links with our library, so that a missing export is a failure of its test.
fn compile(name: &str) -> PathBuf {
    let staging = staging();
    let binary = work_dir().join(name);
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let mut command = staging.compiler.to_command();
    command.args(["-std=c99", "-D_GNU_SOURCE", "-g"]);
    if header.join("zmq.h").exists() {
        command.arg("-I").arg(header);
    }
    command
        .arg(sources().join(format!("{name}.c")))
        .arg("-o")
        .arg(&binary)
        .arg("-L")
        .arg(&staging.library_dir)
        .args(["-lzmq", "-lpthread"]);
    let output = command.output().expect("C compiler");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}.c does not compile or link:\n{text}");
    binary
}

/// Standard output of the program on the library in `library_dir`; it must exit with 0.
fn run(binary: &Path, library_dir: &Path) -> String {
    let mut child = Command::new(binary)
        .env("LD_LIBRARY_PATH", library_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start the program");
    let stdout = read_in_thread(child.stdout.take().expect("stdout is piped"));
    let stderr = read_in_thread(child.stderr.take().expect("stderr is piped"));
    let complete = stdout.recv_timeout(WATCHDOG);
    if complete.is_err() {
        child.kill().expect("stop the program");
    }
    let errors = stderr.recv_timeout(WATCHDOG).unwrap_or_default();
    let status = child.wait().expect("status of the program");
    let text = complete.unwrap_or_default();
    let library = library_dir.display();
    assert!(status.success(), "on {library}: {status}\n{errors}\nafter printing:\n{text}");
    text
}

fn read_in_thread(mut from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("read the program's output");
        // A receiver that gave up has already failed its test.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn stems(dir: &Path, extension: &str) -> BTreeSet<String> {
    fs::read_dir(dir)
        .expect("directory of capi-tests")
        .map(|entry| entry.expect("entry of capi-tests").path())
        .filter(|path| path.extension() == Some(OsStr::new(extension)))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}
