//! Chance without a system call: numbers that differ from run to run, and the
//! keys of hash maps. Not for secrets; those come from `crypto`.
//!
//! std's `RandomState` asks getrandom(2) and panics, which ends the process,
//! where that fails otherwise than with ENOSYS or EPERM.

use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Keys a hash map, as `RandomState` does: nobody outside of the process can
/// choose keys that collide.
#[derive(Clone, Debug)]
pub struct Keyed([u64; 3]);

impl Default for Keyed {
    fn default() -> Keyed {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // The process: a forked child has its parent's octets.
        let ours = number << 32 | u64::from(process::id());
        let [a, b] = at_start();
        Keyed([a, b, ours])
    }
}

impl BuildHasher for Keyed {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        self.0.iter().for_each(|word| hasher.write_u64(*word));
        hasher
    }
}

/// The 16 random octets that the kernel gives a program to begin with
/// (getauxval(3), AT_RANDOM).
fn at_start() -> [u64; 2] {
    // SAFETY: takes and returns numbers only.
    let at = unsafe { libc::getauxval(libc::AT_RANDOM) } as *const [u64; 2];
    if at.is_null() {
        return [0; 2];
    }
    // SAFETY: the kernel has put 16 octets there, which stay.
    unsafe { at.read_unaligned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_hashes_differently_by_each() {
        let (a, b) = (Keyed::default(), Keyed::default());
        assert_ne!(a.hash_one(0), b.hash_one(0));
        assert_eq!(a.hash_one(0), a.clone().hash_one(0));
    }
}
