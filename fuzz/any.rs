//! Runs the target named by FUZZ_TARGET under libFuzzer.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use zmq_fuzz::Target;

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        zmq_fuzz::find(&name).unwrap_or_else(|| panic!("FUZZ_TARGET: no target {name:?}"))
    });
    target(data);
});
