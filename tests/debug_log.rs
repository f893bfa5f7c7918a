//! ZMQ_DEBUG=1: what goes wrong is told on stderr in words, and nothing is told otherwise.
//!
//! Each case runs in a child, this executable again, with its stderr in a pipe. The child does its
//! part and waits at its stdin; the parent reads lines until all it wants have come, in whichever
//! order, and lets the child go.

#[path = "debug_log/cases.rs"]
mod cases;
mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use cases::CASES;
use common::begin;

const CASE: &str = "ZMQ_TEST_CASE";

/// What the child runs; nothing in the parent.
#[test]
fn child() {
    let Ok(name) = std::env::var(CASE) else { return };
    let case = CASES.iter().find(|(known, _)| *known == name);
    case.expect("a case of that name").1();
}

fn spawn(case: &str, debug: Option<&str>) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this executable"));
    command.args(["--exact", "child", "--nocapture"]).env(CASE, case).env_remove("ZMQ_DEBUG");
    if let Some(value) = debug {
        command.env("ZMQ_DEBUG", value);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("a child")
}

/// Whether `text` is `pattern`, in which `*` stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = "";
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = part;
    }
    rest.is_empty() || (pattern.contains('*') && text.ends_with(last))
}

/// What a line says, after time and process have been looked at.
fn content<'a>(line: &'a str, child: &Child) -> &'a str {
    let form = format!("zmq ##:##:##.###### {}/", child.id());
    let (head, rest) = line.split_at_checked(form.len()).expect("a whole line");
    let fits = |(have, want): (char, char)| have == want || (want == '#' && have.is_ascii_digit());
    assert!(head.chars().zip(form.chars()).all(fits), "{line}");
    rest
}

/// Runs a case until it has said everything in `wanted`.
fn says(case: &str, wanted: &[&str]) {
    let watchdog = begin(120);
    let mut child = spawn(case, Some("1"));
    let mut missing: Vec<&str> = wanted.to_vec();
    let mut said = String::new();
    let stderr = child.stderr.take().expect("a pipe");
    for line in BufReader::new(stderr).lines() {
        let line = line.expect("a line");
        missing.retain(|pattern| !is_like(content(&line, &child), pattern));
        said.push_str(&line);
        said.push('\n');
        watchdog.step(format!("waits for {missing:#?}, got\n{said}"));
        if missing.is_empty() {
            drop(child.stdin.take());
        }
    }
    assert!(missing.is_empty(), "{case} never said {missing:#?}, but\n{said}");
    assert!(child.wait().expect("the child's end").success(), "{case} failed");
}

macro_rules! cases {
    ($($name:ident: $($wanted:literal),+;)*) => {
        $(#[test] fn $name() { says(stringify!($name), &[$($wanted),+]); })*
    };
}

cases! {
    a_refused_connection_names_reason_and_delay:
        "context: ZMQ_DEBUG is set; library *",
        "PUSH-1: connect tcp://127.0.0.1:*: trying 127.0.0.1:*",
        "PUSH-1: connect tcp://127.0.0.1:*: refused (Connection refused), trying again in * ms",
        "PUSH-1: connect tcp://127.0.0.1:*: refused (Connection refused), trying again in * ms (4 times so far)";
    a_connection_given_up_says_by_which_option:
        "PUSH-1: connect tcp://127.0.0.1:*: refused (Connection refused), not trying again (ZMQ_RECONNECT_IVL)";
    binding_is_told_with_its_failure:
        "REP-1: bind tcp://127.0.0.1:*: listening",
        "REP-2: bind 127.0.0.1:*: failed (Address already in use)",
        "REP-1: bind inproc://name: bound, 0 peers waited",
        "REP-2: bind inproc://name: failed (Address already in use)",
        "REQ-3: connect inproc://other: nobody has bound it in this context yet; *",
        "REP-1: bind tcp://127.0.0.1:*: closed, no longer listening";
    a_handshake_tells_what_the_peer_is:
        "ROUTER-1: connection from tcp://127.0.0.1:* at tcp://127.0.0.1:*: accepted",
        "ROUTER-1: connection from * at *: handshake done: peer speaks ZMTP 3.1, NULL, is a DEALER, calls itself \"worker\"",
        "DEALER-2: connect tcp://127.0.0.1:*: connected, this end is tcp://127.0.0.1:*",
        "DEALER-2: connection to tcp://127.0.0.1:*: handshake done: peer speaks ZMTP 3.1, NULL, is a ROUTER";
    types_that_do_not_fit_are_both_named:
        "SUB-1: connection from *: handshake failed: peer is a PUSH, and SUB cannot talk to PUSH",
        "PUSH-2: connection to *: handshake failed: peer is a SUB, and PUSH cannot talk to SUB; not trying again";
    mechanisms_that_differ_are_both_named:
        "PULL-1: connection from *: handshake failed: peer speaks NULL, this socket CURVE; both need the same",
        "PUSH-2: connection to *: handshake failed: peer speaks CURVE, this socket NULL; both need the same; not trying again";
    a_wrong_server_key_is_suspected_on_both_sides:
        "PULL-1: connection from *: handshake failed: cannot decrypt; is the peer's ZMQ_CURVE_SERVERKEY this socket's?",
        "PUSH-2: connection to *: handshake failed: the peer closed the connection; is ZMQ_CURVE_SERVERKEY the server's*";
    a_refusal_by_the_zap_handler_is_told_with_its_words:
        "PULL-2: connection from *: refused: the ZAP handler said 400 (not with these credentials) \"No access\"",
        "PUSH-3: connection to *: handshake failed: the peer refused us: its ZAP handler said 400 (not with these credentials)*";
    a_missing_zap_handler_is_told:
        "PULL-1: connection from *: handshake failed: no ZAP handler is bound to inproc://zeromq.zap.01 in this context";
    a_silent_peer_is_told_after_its_time:
        "PUSH-1: connection to *: handshake failed: not over within 50 ms (ZMQ_HANDSHAKE_IVL); is it a ZMQ socket?";
    a_lost_connection_is_told:
        "PULL-1: connection from *: lost: the peer closed the connection",
        "PULL-1: connection from *: lost: no sign of life (ZMQ_HEARTBEAT_TIMEOUT, or the peer's TTL)",
        "PULL-1: connection from *: lost: frame larger than ZMQ_MAXMSGSIZE 100";
    a_send_without_peer_is_told:
        "PUSH-1: send fails with EAGAIN: no peer: this socket is neither bound nor connected",
        "PUSH-1: send fails with EAGAIN: no peer yet (bound to tcp://127.0.0.1:*) (2 times so far)",
        "PUSH-2: send waits up to 1 ms (ZMQ_SNDTIMEO): no peer: *";
    the_high_water_mark_is_told_with_its_peers:
        "PUSH-1: send fails with EAGAIN: the peer is at the high-water mark (ZMQ_SNDHWM 2): tcp://127.0.0.1:*",
        "PUSH-1: send fails with EAGAIN: all 2 peers are at the high-water mark (ZMQ_SNDHWM 2): tcp://127.0.0.1:*, inproc://later (2 times so far)";
    a_publisher_tells_whom_it_passes_by:
        "PUB-1: inproc://news is at its high-water mark (2 messages): messages for it are dropped until it has room",
        "PUB-1: inproc://news has room again";
    a_router_names_the_peer_it_does_not_know:
        "ROUTER-1: message for peer 0x00ff dropped: no such peer is connected (ZMQ_ROUTER_MANDATORY makes this an error)",
        "ROUTER-1: message for peer \"bob\" dropped: no such peer is connected (ZMQ_ROUTER_MANDATORY makes this an error) (2 times so far)";
    a_reply_nobody_waits_for_is_told:
        "REP-1: reply dropped: the peer that asked is gone";
    an_expired_linger_counts_what_it_drops:
        "context: zmq_ctx_term waits: PUSH-1 is closed and has 3 messages to send to tcp://127.0.0.1:* (ZMQ_LINGER 300 ms)",
        "PUSH-1: connection to tcp://127.0.0.1:*: ended, 3 messages dropped unsent (ZMQ_LINGER 300 ms)";
    what_a_peer_did_not_take_is_counted:
        "PUSH-1: connection from *: lost: the peer closed the connection; * on the way may be lost",
        "PUSH-1: connection from *: ended, * messages dropped unsent";
    termination_names_the_sockets_it_waits_for:
        "context: zmq_ctx_term waits: PUSH-1 (connected to tcp://127.0.0.1:*, bound to inproc://here) is not closed",
        "context: zmq_ctx_term waits: SUB-2 (no endpoints) is not closed",
        "context: zmq_ctx_term waits (1 s): SUB-2 (no endpoints) is not closed";
}

#[test]
fn without_the_variable_nothing_is_said() {
    let watchdog = begin(120);
    for debug in [None, Some(""), Some("0")] {
        for (case, _) in CASES {
            watchdog.step(format!("{case} with {debug:?}"));
            let mut child = spawn(case, debug);
            drop(child.stdin.take());
            let output = child.wait_with_output().expect("the child's end");
            assert!(output.status.success(), "{case}");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.is_empty(), "{case} with {debug:?} said\n{said}");
        }
    }
}

#[test]
fn a_closed_stderr_is_left_alone_whoever_gets_its_number() {
    let watchdog = begin(60);
    for case in ["stderr_closed_before", "stderr_closed_later"] {
        watchdog.step(case);
        let mut child = spawn(case, Some("1"));
        drop(child.stdin.take());
        assert!(child.wait().expect("the child's end").success(), "{case}");
    }
}

#[test]
fn nobody_at_the_other_end_of_stderr_does_no_harm() {
    let watchdog = begin(60);
    watchdog.step("the child's end");
    let mut child = spawn("stderr_broken", Some("1"));
    drop(child.stderr.take());
    drop(child.stdin.take());
    assert!(child.wait().expect("the child's end").success());
}

#[test]
fn a_reader_that_does_not_read_loses_lines_and_delays_nobody() {
    let watchdog = begin(60);
    watchdog.step("the child's word that it has said a lot");
    let mut child = spawn("stderr_full", Some("1"));
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut stdout = stdout.lines().map(|line| line.expect("a line"));
    assert!(stdout.any(|line| line.ends_with("stderr is full")));
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut some = vec![0; 16 * 1024];
    stderr.read_exact(&mut some).expect("what fitted");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"more\n").expect("the child reads");
    let mut rest = String::new();
    watchdog.step("the rest of the lines");
    stderr.read_to_string(&mut rest).expect("text");
    let told = rest
        .lines()
        .any(|line| line.ends_with("lines before this one are lost: stderr took no more"));
    assert!(told, "{}", rest.lines().last().unwrap_or_default());
    assert!(child.wait().expect("the child's end").success());
}
