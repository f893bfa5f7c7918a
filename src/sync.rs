//! Threads, locks and atomics: from std and parking_lot, or from loom when the
//! models run (`RUSTFLAGS="--cfg loom"`). Lock-free code imports from here only.

#[cfg(not(loom))]
pub use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize,
        Ordering, fence,
    },
};

#[cfg(not(loom))]
pub use parking_lot::{Mutex, MutexGuard};

#[cfg(loom)]
pub use loom::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize,
        Ordering, fence,
    },
};

#[cfg(loom)]
pub use self::modelled::{Mutex, MutexGuard};

/// loom's mutex with parking_lot's signature.
#[cfg(loom)]
mod modelled {
    pub use loom::sync::MutexGuard;

    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Self {
            Mutex(loom::sync::Mutex::new(value))
        }
        pub fn lock(&self) -> MutexGuard<'_, T> {
            match self.0.lock() {
                Ok(guard) => guard,
                Err(poisoned) => poisoned.into_inner(),
            }
        }
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            self.0.try_lock().ok()
        }
    }
}
