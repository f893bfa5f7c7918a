//! Threads, locks, atomics and cells: from std, or from loom
//! when the models run (`RUSTFLAGS="--cfg loom"`). Lock-free code imports from
//! here only.

#[cfg(not(loom))]
pub use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering,
        fence,
    },
};

#[cfg(not(loom))]
pub use self::plain::{Mutex, MutexGuard, StaticMutex, UnsafeCell};

#[cfg(loom)]
pub use loom::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{Ordering, fence},
    },
};

#[cfg(loom)]
pub use self::modelled::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Mutex,
    MutexGuard,
};

/// loom's cell interface over the plain cell: free of cost outside models.
#[cfg(not(loom))]
mod plain {
    use std::sync::{PoisonError, TryLockError};

    pub use std::sync::MutexGuard;

    /// std's mutex without its poison: a panic ends the process. Not
    /// parking_lot's, which leaves a destructor in the local storage of a thread
    /// that had to wait, an application's too, and the C library then never
    /// unmaps us on dlclose.
    #[derive(Debug, Default)]
    #[repr(transparent)]
    pub struct Mutex<T: ?Sized>(std::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub const fn new(value: T) -> Self {
            Mutex(std::sync::Mutex::new(value))
        }
    }

    impl<T: ?Sized> Mutex<T> {
        #[inline]
        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// None: somebody has it.
        #[inline]
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            match self.0.try_lock() {
                Ok(guard) => Some(guard),
                Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            }
        }
    }

    /// A lock for a static. Those outlive a fork, and a child may inherit one
    /// locked by a thread that it does not have; it [`renew`](Self::renew)s them
    /// all before it does anything else.
    #[derive(Debug)]
    pub struct StaticMutex<T>(std::cell::UnsafeCell<Mutex<T>>);

    // SAFETY: used as the mutex inside; `renew`'s contract is for its exception.
    unsafe impl<T: Send> Sync for StaticMutex<T> {}

    impl<T> StaticMutex<T> {
        pub const fn new(value: T) -> Self {
            StaticMutex(std::cell::UnsafeCell::new(Mutex::new(value)))
        }

        fn inner(&self) -> &Mutex<T> {
            // SAFETY: nobody else exists while `renew` writes (its contract).
            unsafe { &*self.0.get() }
        }

        #[inline]
        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.inner().lock()
        }

        /// None: somebody has it.
        #[inline]
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            self.inner().try_lock()
        }

        /// Unlocks what somebody has locked who is gone, with `fresh` content:
        /// the old may be half changed, and stays as it is in memory.
        ///
        /// # Safety
        /// The process has one thread, which does not use the lock now.
        pub unsafe fn renew(&self, fresh: T) {
            if self.try_lock().is_none() {
                // SAFETY: nobody refers to it, by contract. Not dropped.
                unsafe { self.0.get().write(Mutex::new(fresh)) };
            }
        }
    }

    /// A cell whose accesses loom can see when the models run.
    #[derive(Debug, Default)]
    #[repr(transparent)]
    pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub const fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }
        /// Hands a pointer for reading to `f`.
        #[inline(always)]
        pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }
        /// Hands a pointer for writing to `f`.
        #[inline(always)]
        pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}

/// loom's mutex with the signature of ours, and loom's atomics with SeqCst
/// loads and stores.
///
/// loom takes a SeqCst access for AcqRel: a "store mine, then read yours" on
/// SeqCst accesses alone would fail in a model though C++ and Rust forbid it.
/// An exchange always meets the newest value, so that exchanges follow one
/// order, which is the promise of SeqCst. Here a SeqCst load is therefore an
/// exchange that changes nothing and only acquires, a SeqCst store one that
/// only releases. Weaker accesses are loom's own.
#[cfg(loom)]
mod modelled {
    pub use loom::sync::MutexGuard;
    use loom::sync::atomic;

    use super::Ordering;

    macro_rules! modelled {
        ($name:ident $([$generic:ident])?, $value:ty, $unchanged:expr) => {
            #[derive(Debug)]
            pub struct $name$(<$generic>)?(atomic::$name$(<$generic>)?);

            impl$(<$generic>)? $name$(<$generic>)? {
                #[track_caller]
                pub fn new(value: $value) -> Self {
                    $name(atomic::$name::new(value))
                }
                #[track_caller]
                pub fn load(&self, order: Ordering) -> $value {
                    match order {
                        Ordering::SeqCst => $unchanged(&self.0),
                        order => self.0.load(order),
                    }
                }
                #[track_caller]
                pub fn store(&self, value: $value, order: Ordering) {
                    match order {
                        Ordering::SeqCst => drop(self.0.swap(value, Ordering::Release)),
                        order => self.0.store(value, order),
                    }
                }
                #[track_caller]
                pub fn swap(&self, value: $value, order: Ordering) -> $value {
                    self.0.swap(value, order)
                }
                #[track_caller]
                pub fn compare_exchange(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    self.0.compare_exchange(current, new, success, failure)
                }
            }
        };
    }

    macro_rules! arithmetic {
        ($name:ident, $value:ty) => {
            modelled!($name, $value, |at: &atomic::$name| at.fetch_add(0, Ordering::Acquire));

            impl $name {
                #[track_caller]
                pub fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                    self.0.fetch_add(value, order)
                }
                #[track_caller]
                pub fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                    self.0.fetch_sub(value, order)
                }
                #[track_caller]
                pub fn fetch_max(&self, value: $value, order: Ordering) -> $value {
                    self.0.fetch_max(value, order)
                }
            }
        };
    }

    modelled!(AtomicBool, bool, |at: &atomic::AtomicBool| at.fetch_or(false, Ordering::Acquire));
    modelled!(AtomicPtr[T], *mut T, |at: &atomic::AtomicPtr<T>| at.load(Ordering::SeqCst));
    arithmetic!(AtomicI32, i32);
    arithmetic!(AtomicU8, u8);
    arithmetic!(AtomicU32, u32);
    arithmetic!(AtomicU64, u64);
    arithmetic!(AtomicUsize, usize);

    #[derive(Debug)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        #[track_caller]
        pub fn new(value: T) -> Self {
            Mutex(loom::sync::Mutex::new(value))
        }
        #[track_caller]
        pub fn lock(&self) -> MutexGuard<'_, T> {
            match self.0.lock() {
                Ok(guard) => guard,
                Err(poisoned) => poisoned.into_inner(),
            }
        }
        #[track_caller]
        pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
            self.0.try_lock().ok()
        }
    }
}

/// Keeps `T` alone on its cache lines: two, because x86 prefetches pairs.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct CachePadded<T>(pub T);

impl<T> std::ops::Deref for CachePadded<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}
