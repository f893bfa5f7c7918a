//! libzmq.so exports the names of docs/exports.txt and no others, under the
//! SONAME that programs are linked with, and has a source for each name.
//! scripts/symbols checks a release build the same way.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use zmq::capi::compat;

const EXPORTS: &str = include_str!("../docs/exports.txt");

/// The library that cargo built with this test.
fn library() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let here = test.parent()?;
    [here.join("libzmq.so"), here.parent()?.join("libzmq.so")].into_iter().find(|p| p.exists())
}

/// Output of a binutils program on the library; None when either is missing.
fn inspect(program: &str, option: &str) -> Option<String> {
    let output = Command::new(program).args(option.split(' ')).arg(library()?).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn expected() -> BTreeSet<&'static str> {
    EXPORTS.lines().collect()
}

#[test]
fn the_library_exports_the_listed_names_and_nothing_else() {
    let Some(listing) = inspect("nm", "-D --defined-only") else {
        println!("no nm, or no libzmq.so beside the tests");
        return;
    };
    let exported: BTreeSet<&str> =
        listing.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let missing: Vec<_> = expected().difference(&exported).copied().collect();
    let foreign: Vec<_> = exported.difference(&expected()).copied().collect();
    assert_eq!((missing, foreign), (vec![], vec![]));
}

#[test]
fn the_soname_is_the_one_programs_are_linked_with() {
    let Some(listing) = inspect("readelf", "-d") else {
        println!("no readelf, or no libzmq.so beside the tests");
        return;
    };
    assert!(listing.contains("Library soname: [libzmq.so.5]"), "{listing}");
}

#[test]
fn every_export_has_its_line_in_the_compatibility_table() {
    let described: BTreeSet<&str> = compat::FUNCTIONS.iter().map(|f| f.name).collect();
    assert_eq!(described, expected());
}
