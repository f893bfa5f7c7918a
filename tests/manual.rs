//! The manual's option tables are what src/options says, and the manual passes
//! its own check. `UPDATE=1 cargo test --test manual` writes the tables;
//! `scripts/manual` makes the pages from them and docs/manual/*.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use zmq::capi::compat;
use zmq::options::{
    self, Applies, CType, ContextOptions, Getter, Kind, Options, Row, Setter, State,
};

/// The types of zmq.h in the order of their numbers.
const TYPES: [&str; 21] = [
    "PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB",
    "STREAM", "SERVER", "CLIENT", "RADIO", "DISH", "GATHER", "SCATTER", "DGRAM", "PEER", "CHANNEL",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The arguments of each `MACRO (...)` in a header of capi-tests, as written.
fn macro_rows(header: &str, name: &str) -> Vec<Vec<String>> {
    let path = root().join("capi-tests").join(header);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{header}: {error}"));
    let start = format!("    {name} (");
    let rows = text.lines().filter_map(|line| line.strip_prefix(&start)?.split_once(')'));
    rows.map(|(row, _)| row.split(',').map(|word| word.trim().to_owned()).collect()).collect()
}

/// "3 to 7", with what is beyond an `int` left out.
fn numbers(least: &str, most: &str) -> String {
    match (least, most) {
        ("INT_MIN", "INT_MAX") => "any".to_owned(),
        (least, "INT_MAX" | "LONGEST") => format!("{least} or more"),
        (least, most) => format!("{least} to {most}"),
    }
}

/// What a value must be like, from the row that the opt_walk programs test.
fn range(row: &Row, walked: &[Vec<String>]) -> String {
    let number = row.id.to_string();
    let found = walked.iter().find(|w| w[2] == number);
    let Some([_, _, _, form, least, most]) = found.map(Vec::as_slice) else {
        panic!("{} is not in capi-tests/options.h", row.name);
    };
    match form.as_str() {
        "INT" => numbers(least, most),
        "WORD" => "any, 8 bytes".to_owned(),
        "TEXT" | "BINARY" => numbers(least, most) + " bytes",
        "FILTER" => numbers(least, most) + " bytes, or NULL with 0",
        "ID" => "4 bytes, or NULL with 0".to_owned(),
        "KEY" => "32 bytes, or 40 characters of Z85".to_owned(),
        "PROPERTY" => "X-name:value, not 4 bytes in all".to_owned(),
        _ => "-".to_owned(),
    }
}

fn ctype(row: &Row) -> &'static str {
    match row.ctype {
        CType::Int => "int",
        CType::Int64 => "int64_t",
        CType::Uint64 => "uint64_t",
        CType::Binary => "bytes",
        CType::Text => "text",
        CType::CurveKey => "key",
    }
}

/// What a fresh socket of a type reads; None where only a live socket knows.
fn default_of(row: &Row, socket_type: i32) -> Option<String> {
    let fresh = Options::new(socket_type, &ContextOptions::default());
    Some(match row.get {
        Getter::Never | Getter::Socket => return None,
        Getter::Int(get, _) => get(&fresh).to_string(),
        Getter::Word(get) => (get(&fresh) as i64).to_string(),
        Getter::Binary(get) | Getter::Text(get) => {
            assert!(get(&fresh).is_empty(), "{}", row.name);
            "empty".to_owned()
        }
        Getter::Key(_) => "32 zero bytes".to_owned(),
    })
}

/// The default, and the types that have another one.
fn default(row: &Row) -> String {
    let works = TYPES.iter().zip(0..).take(12);
    let all: Vec<_> = works.filter_map(|(name, id)| Some((name, default_of(row, id)?))).collect();
    let Some((_, usual)) = all.first().cloned() else { return "-".to_owned() };
    let others: Vec<_> = all.iter().filter(|(_, value)| *value != usual).collect();
    match others.first() {
        None => usual,
        Some(_) if others.len() > 4 => "by type".to_owned(),
        Some((_, value)) => {
            let names: Vec<_> = others.iter().map(|(name, _)| **name).collect();
            format!("{usual}; {value} on {}", names.join(", "))
        }
    }
}

fn types(row: &Row) -> String {
    let names: Vec<_> =
        TYPES.iter().zip(0..).filter(|(_, id)| row.types.contains(*id)).map(|(n, _)| *n).collect();
    if names.len() == TYPES.len() { "all".to_owned() } else { names.join(" ") }
}

fn socket_line(row: &Row, walked: &[Vec<String>]) -> String {
    let kind = match row.kind {
        Kind::Stable => "stable",
        Kind::Deprecated => "deprecated",
        Kind::Draft => "draft",
    };
    let refused = matches!(row.state, State::NotBuilt(_) | State::Later(_));
    let set = if matches!(row.set, Setter::Never) || refused { "no" } else { "yes" };
    let get = if matches!(row.get, Getter::Never) { "no" } else { "yes" };
    let applies = match row.applies {
        Applies::AtOnce => "at once",
        Applies::LaterEndpoints => "to binds and connects made later",
        Applies::Never => "-",
    };
    let state = match row.state {
        State::Obeyed | State::ReadOnly => "works".to_owned(),
        State::Differs(how) => format!("differs: {how}"),
        State::NotBuilt(what) => format!("refused: {what} is not built"),
        State::Inert(what) => format!("without effect: {what}"),
        State::Later(what) => format!("refused: not written yet ({what})"),
    };
    let number = row.id.to_string();
    let (range, default, types) = (range(row, walked), default(row), types(row));
    let cells =
        [row.name, &number, kind, ctype(row), set, get, &range, &default, &types, applies, &state];
    cells.join("\t")
}

fn socket_table() -> String {
    let walked = macro_rows("options.h", "OPTION");
    let head = "name\tnumber\tkind\ttype\tset\tget\trange\tdefault\ttypes\tapplies\tstate";
    let rows = options::table().iter().map(|row| socket_line(row, &walked));
    [head.to_owned()].into_iter().chain(rows).collect::<Vec<_>>().join("\n") + "\n"
}

/// The smallest value a context takes; None: it takes none.
fn least(option: i32) -> Option<i32> {
    let takes = |value: &i32| {
        let mut fresh = ContextOptions::default();
        // A CPU that may be removed.
        let added = fresh.set(7, (*value).max(0));
        added.is_ok() && fresh.set(option, *value).is_ok()
    };
    [i32::MIN, -1, 0, 1].into_iter().find(takes)
}

fn context_line(name: &str, number: i32) -> String {
    let fresh = ContextOptions::default();
    // Number 3 is one option when set and another one when read.
    let set = if name == "SOCKET_LIMIT" { None } else { least(number) };
    let get = if name == "THREAD_PRIORITY" { None } else { fresh.get(number).ok() };
    let range = match set {
        None => "-".to_owned(),
        Some(i32::MIN) => "any".to_owned(),
        Some(value) => format!("{value} or more"),
    };
    let default = get.map_or("-".to_owned(), |value| value.to_string());
    let name = format!("ZMQ_{name}");
    let state = compat::CONTEXT_OPTIONS.iter().find(|thing| thing.name == name);
    assert!(state.is_some_and(|thing| thing.state == compat::State::Works), "{name}");
    let yes = |is: bool| if is { "yes" } else { "no" };
    format!("{name}\t{number}\t{}\t{}\t{range}\t{default}", yes(set.is_some()), yes(get.is_some()))
}

fn context_table() -> String {
    let mut text = "name\tnumber\tset\tget\trange\tdefault\n".to_owned();
    for row in macro_rows("ctx_walk.h", "CONTEXT_OPTION") {
        let number = row[1].parse().unwrap_or_else(|error| panic!("{row:?}: {error}"));
        text += &(context_line(&row[0], number) + "\n");
    }
    text
}

fn compare(path: &Path, made: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, made).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == made, "{}: UPDATE=1 cargo test --test manual", path.display());
}

#[test]
fn the_committed_option_tables_are_what_the_source_says() {
    compare(&root().join("docs/manual/options.tsv"), &socket_table());
    compare(&root().join("docs/manual/context_options.tsv"), &context_table());
}

#[test]
fn the_manual_passes_its_check() {
    let mut check = Command::new("python3");
    check.args(["scripts/manual", "--check"]).current_dir(root());
    let Ok(output) = check.output() else {
        println!("no python3 here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// Where cargo has put our shared library for the tests.
fn library_dir() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    let deps = executable.parent().unwrap_or(Path::new("."));
    let dirs = [Some(deps), deps.parent()];
    let found = dirs.into_iter().flatten().find(|dir| dir.join("libzmq.so").exists());
    found.unwrap_or_else(|| panic!("no libzmq.so near {}", executable.display())).to_owned()
}

/// Links a program with our library and runs it; what it prints is its own business.
fn run_program(source: &Path, library: &Path) {
    let binary = source.with_extension("");
    let mut cc = Command::new("cc");
    cc.arg(source).arg("-o").arg(&binary).arg("-I").arg(root().join("include"));
    cc.arg("-L").arg(library).args(["-lzmq", "-lpthread"]);
    let built = cc.output().unwrap_or_else(|error| panic!("cc: {error}"));
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{}: {said}", source.display());
    // The library may know itself by another name than the one it is linked by.
    let soname = source.with_file_name("libzmq.so.5");
    let _ = fs::remove_file(&soname);
    let linked = std::os::unix::fs::symlink(library.join("libzmq.so"), &soname);
    assert!(linked.is_ok(), "{}: {linked:?}", soname.display());
    let mut program = Command::new("timeout");
    program.arg("60").arg(&binary);
    program.env("LD_LIBRARY_PATH", source.parent().unwrap_or(Path::new(".")));
    let ended = program.output().unwrap_or_else(|error| panic!("timeout: {error}"));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{}: {}, {said}", source.display(), ended.status);
}

#[test]
fn the_programs_of_the_manual_run() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manual");
    // Programs of an earlier run that are no more.
    let _ = fs::remove_dir_all(&dir);
    let mut write = Command::new("python3");
    write.args(["scripts/manual", "--programs"]).arg(&dir).current_dir(root());
    let Ok(output) = write.output() else {
        println!("no python3 here");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let library = library_dir();
    let mut programs = 0;
    for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "c") {
            run_program(&entry.path(), &library);
            programs += 1;
        }
    }
    assert!(programs > 4, "{programs} programs");
}
