//! Imports point down: each module uses only what the table of
//! docs/architecture.md allows it. Tests inside src/ may use anything.

use std::fs;
use std::path::{Path, PathBuf};

/// L0 and L1: what lies under most modules.
const GROUND: &str = "errno sync sys clock tuning log";
const DATA: &str = "msg queue options endpoint z85";

/// Each module and what it may import besides itself.
const TABLE: [(&str, &str); 25] = [
    ("errno", ""),
    ("tuning", ""),
    ("clock", "errno"),
    ("sync", "errno"),
    ("sys", "errno clock sync tuning"),
    ("log", "errno clock sync sys"),
    ("msg", "GROUND DATA"),
    ("queue", "GROUND DATA"),
    ("options", "GROUND DATA"),
    ("endpoint", "GROUND DATA"),
    ("z85", "GROUND DATA"),
    ("crypto", ""),
    // Sans-I/O: no sys, no sync.
    ("zmtp", "errno clock tuning msg options z85 crypto"),
    ("pipe", "GROUND DATA zmtp command pattern"),
    ("command", "GROUND DATA pipe pattern"),
    ("pattern", "GROUND DATA command pipe"),
    ("reactor", "GROUND DATA command transport"),
    ("transport", "GROUND DATA command reactor"),
    ("engine", "GROUND DATA crypto zmtp pipe command pattern reactor transport"),
    ("ctx", "GROUND DATA crypto zmtp pipe command pattern reactor transport engine"),
    ("socket", "GROUND DATA crypto zmtp pipe command pattern reactor transport engine ctx"),
    ("poll", "GROUND DATA crypto zmtp pipe command pattern reactor transport engine ctx socket"),
    ("capi", "*"),
    ("lib", "*"),
    ("tests", "*"),
];

/// Words of a row, with GROUND and DATA spelled out.
fn allowed(module: &str) -> Option<Vec<&'static str>> {
    let (_, row) = TABLE.iter().find(|(name, _)| *name == module)?;
    let words = row.split_whitespace().flat_map(|word| match word {
        "GROUND" => GROUND.split_whitespace(),
        "DATA" => DATA.split_whitespace(),
        _ => word.split_whitespace(),
    });
    Some(words.collect())
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

/// The text without comments and without what only tests see, which by house
/// rule comes last.
fn product(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code = before_tests.lines().map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// Modules named as `crate::module` or in `use crate::{module::..., ...}`.
fn imports(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => modules.push(word(rest)),
            Some(group) => modules.extend(heads(group)),
        }
    }
    modules.retain(|module| !module.is_empty());
    modules
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// First words of the entries of a brace group, nested groups passed over.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut at_head = true;
    let mut heads = Vec::new();
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => at_head = true,
            c if at_head && !c.is_whitespace() => {
                heads.push(word(&group[index..]));
                at_head = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

/// The top-level module a file of src/ belongs to.
fn module_of(file: &Path, src: &Path) -> String {
    let inside = file.strip_prefix(src).unwrap_or(file);
    let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

#[test]
fn every_module_imports_only_what_lies_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for file in &files {
        let module = module_of(file, &src);
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(file).unwrap_or_default();
        let Some(allowed) = allowed(&module) else {
            wrong.push(format!("{}: no row for `{module}`", file.display()));
            continue;
        };
        for import in imports(&product(&text)) {
            if import != module && !allowed.contains(&import.as_str()) && allowed != ["*"] {
                wrong.push(format!("{}: `{module}` imports `{import}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_imports_the_door() {
    assert!(TABLE.iter().all(|(_, row)| !row.split_whitespace().any(|word| word == "capi")));
}

#[test]
fn imports_are_found_in_both_spellings() {
    let code = "use crate::msg::Msg; use crate::{errno::{Errno, Result}, sys}; crate::ctx::x();";
    assert_eq!(imports(code), ["msg", "errno", "sys", "ctx"]);
}
