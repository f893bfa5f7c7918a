//! Gives the shared library its SONAME, and builds with the feature `faults`
//! the calls that can fail on demand.

/// What src/sys/fault.rs stands in for.
const WRAPPED: &str = "socket bind listen connect accept accept4 getsockname getpeername getsockopt setsockopt \
    fcntl epoll_create1 epoll_ctl epoll_wait eventfd timerfd_create timerfd_settime poll ppoll getrandom \
    getifaddrs getaddrinfo unlink mkdtemp read write recv send recvmsg sendmsg close pthread_create syscall dlsym";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libzmq.so.5");
    if std::env::var_os("CARGO_FEATURE_FAULTS").is_some() {
        for call in WRAPPED.split_whitespace() {
            println!("cargo::rustc-link-arg=-Wl,--wrap={call}");
        }
    }
}
