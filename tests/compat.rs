//! COMPAT.md is what the tables in src/ say. `UPDATE=1 cargo test --test
//! compat` (scripts/compat) writes it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use std::ffi::{CString, c_int};

use zmq::capi::compat::{self, State, Thing};
use zmq::capi::{context, errors, socket};
use zmq::errno::Errno;
use zmq::options;

const HEAD: &str = "# Compatibility with libzmq 4.3.5

Generated from the tables in src/ by tests/compat.rs; `scripts/compat` writes it anew.
\"works\" means: as libzmq 4.3.5 does. Nothing is accepted and then silently ignored: what is
not obeyed is listed here with what a caller sees.

One thing is otherwise for all sockets that receive from their peers in turn: of peers that stream,
up to 17 messages of one are received before the next one's, where libzmq takes one of each. Of each peer
they come in order, and all have the same share, as ever.

Where libzmq itself goes wrong and nothing that works depends on it, this library does better:

- Heartbeats: input that back-pressure has stopped (the reader is at its RCVHWM) is not silence; the connection stays.
- RECONNECT_IVL_MAX: the delays grow until a handshake has succeeded, not only until tcp or ipc connects.
- A tcp connection with itself counts as refused and leaves nothing in TIME_WAIT, so that a later bind works.
- zmq_proxy_steerable hears its control socket while the capture socket takes nothing.
- An ipc bind removes nothing but a socket at its path; anything else there is EADDRINUSE.
- zmq_ctx_term does not wait for a name look-up that is still running.
- zmq_poll, zmq_poller_wait and zmq_proxy return ENOTSOCK when another thread closes a socket they wait on.
- A forked child can use contexts of its own whatever the parent's threads were doing; what it inherited answers ETERM.
";

fn said(state: State) -> String {
    match state {
        State::Works => "works".to_owned(),
        State::NotYet(errno) => format!("not yet: {errno}"),
        State::Differs(how) => format!("differs: {how}"),
    }
}

fn table(page: &mut String, heading: &str, rows: impl Iterator<Item = (String, String)>) {
    let _ = write!(page, "\n## {heading}\n\n| name | state |\n|---|---|\n");
    for (name, state) in rows {
        let _ = writeln!(page, "| {name} | {state} |");
    }
}

fn things(page: &mut String, heading: &str, rows: &[Thing]) {
    table(page, heading, rows.iter().map(|row| (row.name.to_owned(), said(row.state))));
}

/// A row of capi-tests/options.h: what the opt_walk programs know of an option.
struct Walked {
    theme: String,
    name: String,
    number: i32,
    form: String,
    bounds: (String, String),
}

/// The arguments of each `MACRO (...)` in a header of capi-tests, as written.
fn macro_rows(header: &str, name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("capi-tests").join(header);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{header}: {error}"));
    let start = format!("    {name} (");
    let rows = text.lines().filter_map(|line| line.strip_prefix(&start)?.split_once(')'));
    rows.map(|(row, _)| row.split(',').map(|word| word.trim().to_owned()).collect()).collect()
}

fn walked() -> Vec<Walked> {
    let mut all = Vec::new();
    for row in macro_rows("options.h", "OPTION") {
        let [theme, name, number, form, least, most] = <[String; 6]>::try_from(row).unwrap();
        let (name, number) = (format!("ZMQ_{name}"), number.parse().unwrap());
        all.push(Walked { theme, name, number, form, bounds: (least, most) });
    }
    all
}

/// What else stands behind the state of an option that opt_walk_ours walks: there
/// the answer is not that of the libzmq the other programs compare us with.
fn build_note(row: &options::Row, walked: &[Walked]) -> &'static str {
    let ours = |w: &&Walked| w.number == row.id && w.theme == "OURS";
    match (walked.iter().find(ours), row.kind) {
        (None, _) => "",
        (Some(_), options::Kind::Draft) => "; a draft: EINVAL in a libzmq built without drafts",
        (Some(_), _) => "; works in a libzmq built with it, as Debian's 4.3.4 is",
    }
}

fn option_state(row: &options::Row) -> String {
    match row.state {
        options::State::Obeyed | options::State::ReadOnly => "works".to_owned(),
        options::State::Differs(how) => format!("differs: {how}"),
        options::State::NotBuilt(what) => format!("not yet: EINVAL ({what} is not built)"),
        options::State::Inert(what) => format!("accepted, without effect here ({what})"),
        options::State::Later(what) => format!("not yet: setting it is EINVAL ({what})"),
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let functions = compat::FUNCTIONS.iter().map(|f| (f.name.to_owned(), said(f.state)));
    table(&mut page, "Functions", functions);
    things(&mut page, "Socket types", compat::SOCKET_TYPES);
    things(&mut page, "Transports", compat::TRANSPORTS);
    things(&mut page, "Security mechanisms", compat::MECHANISMS);
    let walked = walked();
    let options = options::table().iter().map(|row| {
        let state = option_state(row) + build_note(row, &walked);
        (format!("{} ({})", row.name, row.id), state)
    });
    table(&mut page, "Socket options", options);
    things(&mut page, "Context options", compat::CONTEXT_OPTIONS);
    things(&mut page, "Monitor events", compat::EVENTS);
    page
}

#[test]
fn the_committed_page_is_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("COMPAT.md");
    let made = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "COMPAT.md is out of date: run scripts/compat");
}

/// The bounds of an `int` as options.h writes them.
fn c_int_text(value: i32) -> String {
    match value {
        i32::MIN => "INT_MIN".to_owned(),
        i32::MAX => "INT_MAX".to_owned(),
        value => value.to_string(),
    }
}

#[test]
fn the_opt_walk_programs_walk_every_option_with_its_own_range() {
    let walked = walked();
    let numbers: Vec<_> = walked.iter().map(|w| (w.number, w.name.as_str())).collect();
    let table: Vec<_> = options::table().iter().map(|row| (row.id, row.name)).collect();
    assert_eq!(numbers, table);
    for (w, row) in walked.iter().zip(options::table()) {
        let is_int = matches!(row.set, options::Setter::Int(_));
        assert!(!is_int || w.form == "INT", "{}", w.name);
        let range = (c_int_text(row.range.min), c_int_text(row.range.max));
        assert!(!is_int || w.bounds == range, "{}: {:?} here, {range:?}", w.name, w.bounds);
        let read_only = row.state == options::State::ReadOnly;
        assert_eq!(w.form == "REPORT", read_only, "{}", w.name);
        let is_refused =
            matches!(row.state, options::State::NotBuilt(_) | options::State::Later(_));
        assert!(w.theme != "ABSENT" || is_refused, "{}: {:?}", w.name, row.state);
    }
}

#[test]
fn the_ctx_walk_programs_walk_every_context_option() {
    let rows = macro_rows("ctx_walk.h", "CONTEXT_OPTION");
    let walked: Vec<_> = rows.iter().map(|row| format!("ZMQ_{}", row[0])).collect();
    let listed: Vec<_> = compat::CONTEXT_OPTIONS.iter().map(|thing| thing.name).collect();
    assert_eq!(walked, listed);
}

/// Runs `check` with a context and closes it.
fn with_context(check: impl FnOnce(*mut std::ffi::c_void)) {
    // SAFETY: a context of this function's, all of whose sockets `check` closes.
    unsafe {
        let ctx = context::zmq_ctx_new();
        check(ctx);
        assert_eq!(context::zmq_ctx_term(ctx), 0);
    }
}

#[test]
fn the_socket_types_that_work_can_be_made_and_no_others() {
    with_context(|ctx| {
        // The table is in the order of the types' numbers.
        for (number, thing) in compat::SOCKET_TYPES.iter().enumerate() {
            // SAFETY: a live context; the socket is closed at once.
            unsafe {
                let made = socket::zmq_socket(ctx, number as c_int);
                assert_eq!(!made.is_null(), thing.state == State::Works, "{}", thing.name);
                socket::zmq_close(made);
            }
        }
    });
}

// behaviours: 109, 290, 291, 292, 294
// hostile: 53, 55, 56, 57, 58, 59, 60, 61
// security: udp-sizes
#[test]
fn the_transports_that_do_not_work_say_so() {
    with_context(|ctx| {
        for thing in compat::TRANSPORTS {
            let State::NotYet(errno) = thing.state else { continue };
            let number = match errno {
                "EPROTONOSUPPORT" => Errno::EPROTONOSUPPORT,
                _ => Errno::ENOCOMPATPROTO,
            };
            let endpoint = CString::new(format!("{}://127.0.0.1:*", thing.name));
            // SAFETY: live handles and a C string.
            unsafe {
                let pair = socket::zmq_socket(ctx, 0);
                let bound = socket::zmq_bind(pair, endpoint.unwrap_or_default().as_ptr());
                assert_eq!((bound, errors::zmq_errno()), (-1, number.0), "{}", thing.name);
                socket::zmq_close(pair);
            }
        }
    });
}
