//! include/zmq.h is what src/capi says, every C and C++ takes it, and it agrees
//! with the system's zmq.h where there is one. `UPDATE=1 cargo test --test
//! header` (scripts/header) writes the header.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cbindgen::{Builder, Config};

/// Numbers of zmq.h for platforms without them: `ZMQ_HAUSNUMERO` + 1 onwards.
const ERRNOS: [&str; 18] = [
    "ENOTSUP",
    "EPROTONOSUPPORT",
    "ENOBUFS",
    "ENETDOWN",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "ECONNREFUSED",
    "EINPROGRESS",
    "ENOTSOCK",
    "EMSGSIZE",
    "EAFNOSUPPORT",
    "ENETUNREACH",
    "ECONNABORTED",
    "ECONNRESET",
    "ENOTCONN",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETRESET",
];

/// The sections of the header, in order, with their headings.
const SECTIONS: [(&str, &str); 12] = [
    ("errors", "Errors and version"),
    ("context", "Context"),
    ("message", "Messages"),
    ("socket", "Sockets"),
    ("monitor", "Socket monitoring"),
    ("poll", "Polling"),
    ("proxy", "Proxy and capabilities"),
    ("curve", "Z85 and CURVE keys"),
    ("atomics", "Atomic counters"),
    ("timers", "Timers"),
    ("utilities", "Stopwatch, sleep, threads"),
    ("deprecated", "Deprecated"),
];

/// Macros that are texts, which cbindgen passes over.
const PROPERTIES: &str = r#"/** Names for zmq_msg_gets. */
#define ZMQ_MSG_PROPERTY_ROUTING_ID "Routing-Id"
#define ZMQ_MSG_PROPERTY_SOCKET_TYPE "Socket-Type"
#define ZMQ_MSG_PROPERTY_USER_ID "User-Id"
#define ZMQ_MSG_PROPERTY_PEER_ADDRESS "Peer-Address""#;

const DRAFTS: [(&str, &str); 4] = [
    ("draft/context", "Draft: context"),
    ("draft/message", "Draft: messages"),
    ("draft/socket", "Draft: sockets"),
    ("draft/poller", "Draft: poller"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What cbindgen makes of one file.
fn part(config: &Config, file: &str) -> String {
    let source = root().join("src/capi").join(file).with_extension("rs");
    let mut text = Vec::new();
    match Builder::new().with_config(config.clone()).with_src(&source).generate() {
        Ok(bindings) => bindings.write(&mut text),
        Err(error) => panic!("{}: {error}", source.display()),
    }
    tidy(&String::from_utf8_lossy(&text))
}

/// Takes the `# Safety` sections off, which are about Rust; puts comments of
/// one line on one line, macros below one another, and the star of a renamed
/// function type where it belongs.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut skipping = false;
    for line in text.lines() {
        let before = lines.last().cloned().unwrap_or_default();
        match line.trim() {
            "* # Safety" => {
                skipping = true;
                if before.trim() == "*" {
                    lines.pop();
                }
            }
            "*/" => {
                skipping = false;
                let opened = lines.len().checked_sub(2).is_some_and(|i| lines[i] == "/**");
                if opened {
                    lines.truncate(lines.len() - 2);
                    lines.push(format!("/** {} */", before.trim_start_matches([' ', '*'])));
                } else {
                    lines.push(line.to_owned());
                }
            }
            _ if skipping => {}
            _ if line.starts_with("#define") && before.is_empty() => {
                lines.pop();
                lines.push(line.to_owned());
            }
            comment if comment.starts_with(['/', '*']) => lines.push(line.to_owned()),
            // Rust marks unused arguments with an underscore.
            _ => lines.push(line.replace("_fn * ", "_fn *").replace(" _", " ").replace("*_", "*")),
        }
    }
    lines.join("\n").trim().to_owned()
}

fn sections(config: &Config, of: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (file, heading) in of {
        text += &format!("/*\n * {heading}.\n */\n\n{}\n\n", part(config, file));
    }
    text.trim_end().to_owned()
}

fn generate() -> String {
    let path = root().join("cbindgen.toml");
    let mut config = match Config::from_file(&path) {
        Ok(config) => config,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let prologue = config.header.take().unwrap_or_default();
    let types = config.after_includes.take().unwrap_or_default();
    let epilogue = config.trailer.take().unwrap_or_default();
    let errnos: Vec<String> = ERRNOS
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let number = i + 1;
            format!("#ifndef {name}\n#define {name} (ZMQ_HAUSNUMERO + {number})\n#endif")
        })
        .collect();
    let draft = [
        "#ifdef ZMQ_BUILD_DRAFT_API".to_owned(),
        "/* zmq_poller_new and its family are there. */\n#define ZMQ_HAVE_POLLER".to_owned(),
        part(&config, "draft/constants"),
        PROPERTIES.to_owned(),
        part(&config, "draft/types"),
        sections(&config, &DRAFTS),
        // <signal.h> has sigset_t and SIG_BLOCK together, or neither (C89).
        format!("#ifdef SIG_BLOCK\n{}\n#endif", part(&config, "draft/ppoll")),
        "#endif".to_owned(),
    ];
    let all = [
        prologue.trim().replace("@ERRNO@", &errnos.join("\n")),
        part(&config, "constants"),
        types.trim().to_owned(),
        part(&config, "types"),
        sections(&config, &SECTIONS),
        draft.join("\n\n"),
        epilogue.trim().to_owned(),
    ];
    all.join("\n\n") + "\n"
}

#[test]
fn the_committed_header_is_what_the_source_says() {
    let path = root().join("include/zmq.h");
    let made = generate();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "include/zmq.h is out of date: run scripts/header");
}

/// A compiler's run; None when the compiler is not there.
fn compile(compiler: &str, arguments: &[&str]) -> Option<Output> {
    Command::new(compiler).args(arguments).current_dir(root()).output().ok()
}

#[test]
fn every_standard_of_c_and_cpp_takes_the_header() {
    let compilers = [
        ("cc", "c", "c89"),
        ("cc", "c", "c99"),
        ("cc", "c", "c11"),
        ("cc", "c", "gnu11"),
        ("c++", "c++", "c++11"),
        ("c++", "c++", "c++17"),
    ];
    for (compiler, language, standard) in compilers {
        let standard = format!("-std={standard}");
        for draft in ["-DPLAIN", "-DZMQ_BUILD_DRAFT_API"] {
            let common = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Iinclude"];
            let rest = [&standard, draft, "-x", language, "tests/header_c/include.c"];
            let Some(output) = compile(compiler, &[&common[..], &rest[..]].concat()) else {
                println!("no {compiler} here");
                continue;
            };
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {standard} {draft}: {complaint}");
        }
    }
}

/// Names of all ZMQ_ and error macros without arguments in a header.
fn macros(header: &str) -> Vec<String> {
    let mut names: Vec<String> = header
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#define ")?.split_once(' '))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.contains('(') && !name.contains("EXPORT"))
        .filter(|name| name.starts_with("ZMQ_") || name.starts_with('E'))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Compiles compare.c against the header found with `include` and runs it.
/// None: there is no such header.
fn facts(names: &[String], include: &[&str], tag: &str) -> Option<BTreeMap<String, String>> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(tag);
    fs::create_dir_all(&out).ok()?;
    let lines: Vec<String> = names
        .iter()
        .map(|name| {
            let show = if name.starts_with("ZMQ_MSG_PROPERTY") { "TEXT" } else { "NUMBER" };
            format!("#ifdef {name}\n{show}({name})\n#endif\n")
        })
        .collect();
    fs::write(out.join("macros.inc"), lines.concat()).ok()?;
    let (program, here) = (out.join("compare"), out.to_string_lossy().into_owned());
    let program = program.to_string_lossy().into_owned();
    let here = format!("-I{here}");
    let fixed = [&here, "-DZMQ_BUILD_DRAFT_API", "tests/header_c/compare.c", "-o", &program];
    let built = compile("cc", &[include, &fixed[..]].concat())?;
    if !built.status.success() {
        println!("{tag}: {}", String::from_utf8_lossy(&built.stderr));
        return None;
    }
    let output = Command::new(&program).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().filter_map(|line| line.split_once(' ')).map(own).collect())
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

// behaviours: 29
#[test]
fn sizes_offsets_and_numbers_are_those_of_the_systems_header() {
    let system = fs::read_to_string("/usr/include/zmq.h").unwrap_or_default();
    let ours = fs::read_to_string(root().join("include/zmq.h")).unwrap_or_default();
    let names = [macros(&ours), macros(&system)].concat();
    let Some(here) = facts(&names, &["-Iinclude"], "ours") else {
        panic!("tests/header_c/compare.c does not compile with include/zmq.h");
    };
    assert_eq!(here.get("sizeof(zmq_msg_t)").map(String::as_str), Some("64"));
    let Some(there) = facts(&names, &[], "system") else {
        println!("no zmq.h on this system to compare with");
        return;
    };
    // A draft that was 3 (two other bits) up to 4.3.4.
    let differs = |name: &str| {
        name.starts_with("ZMQ_VERSION") || name == "ZMQ_RECONNECT_STOP_AFTER_DISCONNECT"
    };
    for (name, value) in there.iter().filter(|(name, _)| !differs(name)) {
        assert_eq!(here.get(name), Some(value), "{name}");
    }
}
