//! Real sockets on the loopback: ephemeral ports, abstract names.

use std::io::Read;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use libc::{IPPROTO_IP, IPPROTO_TCP, SOL_SOCKET};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::*;
use crate::options::ContextOptions;
use crate::options::types::DEALER;
use crate::sys::net::{SockAddr, int_option};

fn options() -> Options {
    Options::new(DEALER, &ContextOptions::default())
}

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = options();
    change(&mut options);
    options
}

fn bind(scheme: Scheme, address: &str) -> Listener {
    Listener::bind(scheme, address, &options()).unwrap()
}

fn bind_errno(scheme: Scheme, address: &str) -> Errno {
    Listener::bind(scheme, address, &options()).expect_err("bound").errno
}

fn wait(fd: BorrowedFd, interest: Interest) {
    let mut poll = Poll::new().unwrap();
    poll.registry().register(&mut SourceFd(&fd.as_raw_fd()), Token(0), interest).unwrap();
    let mut events = Events::with_capacity(1);
    while events.is_empty() {
        let polled = poll.poll(&mut events, None);
        assert!(polled.is_ok() || Errno::from(polled.unwrap_err()) == Errno::EINTR);
    }
}

fn accept(listener: &Listener) -> std::result::Result<OwnedFd, AcceptError> {
    wait(listener.as_fd(), Interest::READABLE);
    listener.accept()
}

fn connect(endpoint: &str, options: &Options) -> Result<OwnedFd> {
    let (scheme, address) = crate::endpoint::split(endpoint)?;
    let target = Target::parse(scheme, address)?;
    assert!(!target.needs_lookup(options));
    let to = target.resolve(options)?.remove(0);
    let attempt = to.start_connect(options)?;
    if attempt.in_progress {
        wait(attempt.fd.as_fd(), Interest::WRITABLE);
    }
    to.finish_connect(attempt.fd.as_fd(), options)?;
    Ok(attempt.fd)
}

fn abstract_name(test: &str) -> String {
    format!("@zmq-transport-{}-{test}", std::process::id())
}

fn port_of(listener: &Listener) -> &str {
    listener.endpoint().rsplit_once(':').unwrap().1
}

#[test]
fn tcp_peers_see_each_others_names() {
    let listener = bind(Scheme::Tcp, "127.0.0.1:*");
    assert_eq!(listener.accept().unwrap_err(), AcceptError::Empty);
    let client = connect(listener.endpoint(), &options()).unwrap();
    let server = accept(&listener).unwrap();
    assert_eq!(peer_endpoint(client.as_fd()), listener.endpoint());
    assert_eq!(local_endpoint(server.as_fd()), listener.endpoint());
    assert_eq!(peer_endpoint(server.as_fd()), local_endpoint(client.as_fd()));
    assert_eq!(peer_address(server.as_fd()).as_deref(), Some("127.0.0.1"));
    for fd in [&client, &server] {
        assert_ne!(int_option(fd.as_fd(), IPPROTO_TCP, libc::TCP_NODELAY), Ok(0));
    }
}

// behaviours: 108
#[test]
fn tcp_wildcards_and_interfaces_resolve_to_numbers() {
    for (text, host) in [
        ("*:0", "0.0.0.0"),
        ("*:*", "0.0.0.0"),
        ("lo:*", "127.0.0.1"),
        ("127.1:*", "127.0.0.1"),
        ("lo:0;127.0.0.1:*", "127.0.0.1"),
    ] {
        let listener = bind(Scheme::Tcp, text);
        assert_eq!(listener.endpoint(), format!("tcp://{host}:{}", port_of(&listener)), "{text}");
        assert_ne!(port_of(&listener), "0");
    }
}

#[test]
fn tcp_bind_reports_what_is_wrong() {
    for text in ["127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1%0]:1"] {
        assert_eq!(bind_errno(Scheme::Tcp, text), Errno::EINVAL, "{text}");
    }
    for text in [":*", "[::1]:*", "no-interface:0;127.0.0.1:*"] {
        assert_eq!(bind_errno(Scheme::Tcp, text), Errno::ENODEV, "{text}");
    }
    // 192.0.2.0/24 is nobody's (RFC 5737).
    let error = Listener::bind(Scheme::Tcp, "192.0.2.1:*", &options()).unwrap_err();
    assert_eq!(error.errno, Errno::EADDRNOTAVAIL);
    assert!(error.closed.is_some_and(|(fd, endpoint)| fd >= 0 && endpoint.is_empty()));
}

#[test]
fn tcp_port_in_use_is_eaddrinuse() {
    let first = bind(Scheme::Tcp, "127.0.0.1:*");
    let address = format!("127.0.0.1:{}", port_of(&first));
    assert_eq!(bind_errno(Scheme::Tcp, &address), Errno::EADDRINUSE);
    assert_eq!(first.close(), Ok(()));
    bind(Scheme::Tcp, &address);
}

// behaviours: 108
#[test]
fn tcp_with_ipv6_takes_both_families() {
    let v6 = with(|o| o.ipv6 = true);
    if net::stream_socket(libc::AF_INET6).is_err() {
        return;
    }
    let listener = Listener::bind(Scheme::Tcp, "*:*", &v6).unwrap();
    let port = port_of(&listener);
    assert_eq!(listener.endpoint(), format!("tcp://[::]:{port}"));
    let _v4 = connect(&format!("tcp://127.0.0.1:{port}"), &options()).unwrap();
    let server = accept(&listener).unwrap();
    assert_eq!(peer_address(server.as_fd()).as_deref(), Some("::ffff:127.0.0.1"));
    let mapped = format!("tcp://[::ffff:127.0.0.1]:{port}");
    assert_eq!(local_endpoint(server.as_fd()), mapped);
    let client = connect(&format!("tcp://127.0.0.1:{port}"), &v6).unwrap();
    assert_eq!(peer_endpoint(client.as_fd()), mapped);
}

#[test]
fn tcp_connect_without_listener_is_refused() {
    // Bound but not listening: the port is ours, so nobody else can answer there.
    let holder = net::stream_socket(libc::AF_INET).unwrap();
    let any_port = SockAddr::inet("127.0.0.1:0".parse().unwrap());
    net::bind(holder.as_fd(), &any_port).unwrap();
    let endpoint = local_endpoint(holder.as_fd());
    assert_eq!(connect(&endpoint, &options()).unwrap_err(), Errno::ECONNREFUSED);
}

// behaviours: 106
#[test]
fn tcp_connect_can_choose_its_source() {
    let listener = bind(Scheme::Tcp, "127.0.0.1:*");
    let endpoint = format!("tcp://127.0.0.2:0;127.0.0.1:{}", port_of(&listener));
    let _client = connect(&endpoint, &options()).unwrap();
    let server = accept(&listener).unwrap();
    assert_eq!(peer_address(server.as_fd()).as_deref(), Some("127.0.0.2"));
    let foreign = format!("tcp://192.0.2.1:0;127.0.0.1:{}", port_of(&listener));
    assert_eq!(connect(&foreign, &options()).unwrap_err(), Errno::EADDRNOTAVAIL);
}

#[test]
fn tcp_options_reach_both_ends() {
    let tuned = with(|o| {
        o.tos = 0x28;
        o.tcp_keepalive = 1;
        o.tcp_keepalive_idle = 77;
        o.tcp_maxrt = 5000;
        o.sndbuf = 20_000;
        o.priority = 3;
    });
    let listener = Listener::bind(Scheme::Tcp, "127.0.0.1:*", &tuned).unwrap();
    let client = connect(listener.endpoint(), &tuned).unwrap();
    let server = accept(&listener).unwrap();
    for fd in [client.as_fd(), server.as_fd()] {
        assert_eq!(int_option(fd, IPPROTO_IP, libc::IP_TOS), Ok(0x28));
        assert_eq!(int_option(fd, SOL_SOCKET, libc::SO_KEEPALIVE), Ok(1));
        assert_eq!(int_option(fd, IPPROTO_TCP, libc::TCP_KEEPIDLE), Ok(77));
        assert_eq!(int_option(fd, IPPROTO_TCP, libc::TCP_USER_TIMEOUT), Ok(5000));
        assert_eq!(int_option(fd, SOL_SOCKET, libc::SO_PRIORITY), Ok(3));
        // The kernel doubles what it is given (socket(7)).
        assert_eq!(int_option(fd, SOL_SOCKET, libc::SO_SNDBUF), Ok(40_000));
    }
}

// behaviours: 288
#[test]
fn tcp_accept_filter_closes_strangers() {
    let filtered = with(|o| o.set(38, Some(b"127.0.0.2")).unwrap());
    let listener = Listener::bind(Scheme::Tcp, "127.0.0.1:*", &filtered).unwrap();
    let mut stranger = TcpStream::connect(&listener.endpoint()["tcp://".len()..]).unwrap();
    assert_eq!(accept(&listener).unwrap_err(), AcceptError::Rejected);
    assert_eq!(stranger.read(&mut [0]).unwrap(), 0);
    let friend = format!("tcp://127.0.0.2:0;127.0.0.1:{}", port_of(&listener));
    let _friend = connect(&friend, &options()).unwrap();
    assert!(accept(&listener).is_ok());
}

// behaviours: 287
#[test]
fn tcp_adopts_a_listening_descriptor_without_reading_the_address() {
    let theirs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let expected = format!("tcp://{}", theirs.local_addr().unwrap());
    let adopting = with(|o| o.use_fd = theirs.into_raw_fd());
    let listener = Listener::bind(Scheme::Tcp, "no address", &adopting).unwrap();
    assert_eq!(listener.endpoint(), expected);
    assert_eq!(listener.accept().unwrap_err(), AcceptError::Empty);
    let none = with(|o| o.use_fd = i32::MAX);
    assert_eq!(Listener::bind(Scheme::Tcp, "x:1", &none).unwrap_err().errno, Errno::EBADF);
}

#[test]
fn only_names_of_hosts_need_a_lookup() {
    for literal in ["127.0.0.1:1", "127.1:1", "[::1]:1", "::1:1", "127.0.0.2:0;127.0.0.1:1", "x"] {
        assert!(!tcp::needs_lookup(literal, false), "{literal}");
    }
    assert!(tcp::needs_lookup("host:1", false));
    assert!(tcp::needs_lookup("host:1", true));
}

#[test]
fn a_connect_target_is_resolved_later_than_it_is_checked() {
    for bad in ["*:1", "a:*", "a"] {
        assert_eq!(Target::parse(Scheme::Tcp, bad).unwrap_err(), Errno::EINVAL, "{bad}");
    }
    let target = Target::parse(Scheme::Tcp, "127.0.0.1:65536").unwrap();
    assert_eq!(target.resolve(&options()).unwrap_err(), Errno::EINVAL);
    assert_eq!(target.endpoint(), "tcp://127.0.0.1:65536");
    let target = Target::parse(Scheme::Tcp, "[::1]:1").unwrap();
    assert_eq!(target.resolve(&options()).unwrap_err(), Errno::EINVAL);
}

// behaviours: 94
#[test]
fn unbind_finds_the_mapped_spelling() {
    let mapped = "tcp://[::ffff:127.0.0.1]:5".to_owned();
    assert_eq!(tcp::numeric_forms("127.0.0.1:5", true), [mapped.clone(), mapped]);
    assert_eq!(tcp::numeric_forms("*:5", false), [""; 0]);
}

// security: errno-lists
#[test]
fn accept_errors_are_sorted_by_whom_they_concern() {
    use AcceptError::*;
    assert_eq!(AcceptError::classify(Errno::EAGAIN), Empty);
    assert_eq!(AcceptError::classify(Errno::EMFILE), Exhausted(Errno::EMFILE));
    assert_eq!(AcceptError::classify(Errno::ECONNABORTED), Transient(Errno::ECONNABORTED));
    assert_eq!(AcceptError::classify(Errno::EPERM), Transient(Errno::EPERM));
    assert_eq!(AcceptError::classify(Errno::EINVAL), Fatal(Errno::EINVAL));
}

#[test]
fn ipc_abstract_peers_see_each_others_names() {
    let name = abstract_name("peers");
    let listener = bind(Scheme::Ipc, &name);
    assert_eq!(listener.endpoint(), format!("ipc://{name}"));
    assert_eq!(listener.accept().unwrap_err(), AcceptError::Empty);
    let client = connect(listener.endpoint(), &options()).unwrap();
    let server = accept(&listener).unwrap();
    assert_eq!(local_endpoint(server.as_fd()), listener.endpoint());
    assert_eq!(peer_endpoint(client.as_fd()), listener.endpoint());
    assert_eq!(peer_endpoint(server.as_fd()), "ipc://");
    let own = net::peer_credentials(server.as_fd()).unwrap();
    let expected = format!("localhost:{}:{}:{}", own.uid, own.gid, std::process::id());
    assert_eq!(peer_address(server.as_fd()), Some(expected));
    assert_eq!(bind_errno(Scheme::Ipc, &name), Errno::EADDRINUSE);
}

#[test]
fn ipc_wildcard_makes_a_path_and_removes_it() {
    let listener = bind(Scheme::Ipc, "*");
    let path = listener.endpoint().strip_prefix("ipc://").unwrap().to_owned();
    let directory = Path::new(&path).parent().unwrap().to_owned();
    connect(listener.endpoint(), &options()).unwrap();
    assert!(path.ends_with("/socket"));
    assert_eq!(listener.close(), Ok(()));
    assert!(!directory.exists());
    let dropped = bind(Scheme::Ipc, "*any");
    let path = dropped.endpoint().strip_prefix("ipc://").unwrap().to_owned();
    drop(dropped);
    assert!(!Path::new(&path).parent().unwrap().exists());
}

#[test]
fn ipc_wildcard_close_tells_when_it_cannot_clean_up() {
    let listener = bind(Scheme::Ipc, "*");
    let path = listener.endpoint().strip_prefix("ipc://").unwrap().to_owned();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(listener.close(), Err(Errno::ENOENT));
    std::fs::remove_dir(Path::new(&path).parent().unwrap()).unwrap();
}

#[test]
fn ipc_path_is_taken_over_and_left_at_close() {
    let directory = net::make_unique_dir("/tmp/zmq-testXXXXXX").unwrap();
    let path = format!("{directory}/socket");
    let first = bind(Scheme::Ipc, &path);
    let second = bind(Scheme::Ipc, &path);
    let _client = connect(&format!("ipc://{path}"), &options()).unwrap();
    assert!(accept(&second).is_ok());
    assert_eq!(first.accept().unwrap_err(), AcceptError::Empty);
    assert_eq!(second.close(), Ok(()));
    assert!(Path::new(&path).exists());
    assert_eq!(connect(&format!("ipc://{path}"), &options()).unwrap_err(), Errno::ECONNREFUSED);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(connect(&format!("ipc://{path}"), &options()).unwrap_err(), Errno::ENOENT);
    std::fs::remove_dir(directory).unwrap();
}

#[test]
fn ipc_bind_reports_what_is_wrong() {
    assert_eq!(bind_errno(Scheme::Ipc, "@"), Errno::EINVAL);
    assert_eq!(bind_errno(Scheme::Ipc, &"x".repeat(108)), Errno::ENAMETOOLONG);
    let error = Listener::bind(Scheme::Ipc, "/no/such/dir", &options()).unwrap_err();
    assert_eq!(error.errno, Errno::ENOENT);
    assert!(error.closed.is_some_and(|(_, endpoint)| endpoint == "ipc:///no/such/dir"));
}

#[test]
fn ipc_longest_abstract_name_is_kept_whole() {
    let mut name = abstract_name("long");
    name.extend(std::iter::repeat_n('x', 107 - name.len()));
    let listener = bind(Scheme::Ipc, &name);
    let client = connect(listener.endpoint(), &options()).unwrap();
    assert_eq!(peer_endpoint(client.as_fd()), listener.endpoint());
}

// behaviours: 286
#[test]
fn ipc_filters_admit_who_is_listed() {
    let pid = std::process::id() as i32;
    let own = net::peer_credentials(UnixStream::pair().unwrap().0.as_fd()).unwrap();
    let cases = [
        ("none", options(), true),
        ("pid", with(|o| _ = o.ipc_filter_pids.insert(pid)), true),
        ("uid", with(|o| _ = o.ipc_filter_uids.insert(own.uid)), true),
        ("gid", with(|o| _ = o.ipc_filter_gids.insert(own.gid)), true),
        ("other-pid", with(|o| _ = o.ipc_filter_pids.insert(pid + 1)), false),
        ("other-gid", with(|o| _ = o.ipc_filter_gids.insert(own.gid + 54_321)), false),
    ];
    for (case, filtered, admitted) in cases {
        let name = abstract_name(case);
        let listener = Listener::bind(Scheme::Ipc, &name, &filtered).unwrap();
        let _client = connect(listener.endpoint(), &options()).unwrap();
        let refused = accept(&listener).map(drop).err();
        assert_eq!(refused, (!admitted).then_some(AcceptError::Rejected), "{case}");
    }
}

// behaviours: 287
#[test]
fn ipc_adopts_a_descriptor_and_leaves_its_file() {
    let directory = net::make_unique_dir("/tmp/zmq-testXXXXXX").unwrap();
    let path = format!("{directory}/socket");
    let theirs = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let adopting = with(|o| o.use_fd = theirs.into_raw_fd());
    let listener = Listener::bind(Scheme::Ipc, &path, &adopting).unwrap();
    assert_eq!(listener.endpoint(), format!("ipc://{path}"));
    let _client = connect(listener.endpoint(), &options()).unwrap();
    assert!(accept(&listener).is_ok());
    assert_eq!(listener.close(), Ok(()));
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_dir(directory).unwrap();
}

#[test]
fn unknown_users_belong_to_no_group() {
    assert!(!net::is_listed_member(u32::MAX - 1, 0));
    assert!(!net::is_listed_member(0, u32::MAX - 1));
}

#[test]
fn schemes_without_a_transport_here_are_not_supported() {
    assert_eq!(bind_errno(Scheme::Udp, "x:1"), Errno::EPROTONOSUPPORT);
    assert_eq!(Target::parse(Scheme::Ws, "x:1").unwrap_err(), Errno::EPROTONOSUPPORT);
}
