//! The C interface under safe names. Errors are errnos.

use std::cell::RefCell;
use std::ffi::{CString, c_int, c_long, c_short, c_void};
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use zmq::capi::types::zmq_pollitem_t;
use zmq::capi::{context, errors, message, monitor, poll, socket};
use zmq::msg::Msg;

use super::PATIENCE_MS;

/// Socket types.
pub mod kind {
    pub const PAIR: i32 = 0;
    pub const PUB: i32 = 1;
    pub const SUB: i32 = 2;
    pub const REQ: i32 = 3;
    pub const REP: i32 = 4;
    pub const DEALER: i32 = 5;
    pub const ROUTER: i32 = 6;
    pub const PULL: i32 = 7;
    pub const PUSH: i32 = 8;
    pub const XPUB: i32 = 9;
    pub const XSUB: i32 = 10;
}

/// Socket options, and context options at the end.
pub mod option {
    pub const ROUTING_ID: i32 = 5;
    pub const SUBSCRIBE: i32 = 6;
    pub const UNSUBSCRIBE: i32 = 7;
    pub const SNDBUF: i32 = 11;
    pub const RCVMORE: i32 = 13;
    pub const FD: i32 = 14;
    pub const EVENTS: i32 = 15;
    pub const LINGER: i32 = 17;
    pub const RECONNECT_IVL: i32 = 18;
    pub const MAXMSGSIZE: i32 = 22;
    pub const SNDHWM: i32 = 23;
    pub const RCVHWM: i32 = 24;
    pub const RCVTIMEO: i32 = 27;
    pub const SNDTIMEO: i32 = 28;
    pub const LAST_ENDPOINT: i32 = 32;
    pub const ROUTER_MANDATORY: i32 = 33;
    pub const IMMEDIATE: i32 = 39;
    pub const XPUB_VERBOSE: i32 = 40;
    pub const REQ_CORRELATE: i32 = 52;
    pub const REQ_RELAXED: i32 = 53;
    pub const ZAP_DOMAIN: i32 = 55;
    pub const ROUTER_HANDOVER: i32 = 56;
    pub const HANDSHAKE_IVL: i32 = 66;
    pub const XPUB_NODROP: i32 = 69;
    pub const HEARTBEAT_IVL: i32 = 75;
    pub const HEARTBEAT_TTL: i32 = 76;
    pub const HEARTBEAT_TIMEOUT: i32 = 77;
    pub const IO_THREADS: i32 = 1;
    pub const MAX_SOCKETS: i32 = 2;
}

/// Monitor events.
pub mod event {
    pub const CONNECTED: u16 = 0x0001;
    pub const CONNECT_RETRIED: u16 = 0x0004;
    pub const ACCEPTED: u16 = 0x0020;
    pub const ACCEPT_FAILED: u16 = 0x0040;
    pub const DISCONNECTED: u16 = 0x0200;
    pub const NO_DETAIL: u16 = 0x0800;
    pub const SUCCEEDED: u16 = 0x1000;
    pub const PROTOCOL: u16 = 0x2000;
    pub const AUTH: u16 = 0x4000;
}

const DONTWAIT: c_int = 1;
const SNDMORE: c_int = 2;

fn errno() -> i32 {
    // SAFETY: always safe.
    unsafe { errors::zmq_errno() }
}

fn check(result: c_int) -> Result<c_int, i32> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

fn c_text(text: &str) -> CString {
    CString::new(text).expect("no NUL")
}

/// A context; terminated when dropped, which waits for its sockets.
pub struct Context(*mut c_void);

// SAFETY: contexts are safe to use from several threads.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    pub fn new() -> Context {
        // SAFETY: always safe.
        let handle = unsafe { context::zmq_ctx_new() };
        assert!(!handle.is_null(), "zmq_ctx_new: {}", errno());
        Context(handle)
    }

    /// With so many I/O threads.
    pub fn with_threads(threads: i32) -> Context {
        let context = Context::new();
        context.set(option::IO_THREADS, threads);
        context
    }

    pub fn set(&self, option: i32, value: i32) {
        // SAFETY: the handle is one.
        let result = unsafe { context::zmq_ctx_set(self.0, option, value) };
        assert_eq!(check(result), Ok(0), "context option {option}");
    }

    /// A socket that does not linger and whose calls give up after a long time.
    pub fn socket(&self, socket_type: i32) -> Socket {
        self.try_socket(socket_type).unwrap_or_else(|error| panic!("zmq_socket: {error}"))
    }

    pub fn try_socket(&self, socket_type: i32) -> Result<Socket, i32> {
        // SAFETY: the handle is one.
        let handle = unsafe { socket::zmq_socket(self.0, socket_type) };
        if handle.is_null() {
            return Err(errno());
        }
        let socket = Socket(handle, RefCell::default());
        socket.set(option::LINGER, 0);
        socket.set(option::RCVTIMEO, PATIENCE_MS);
        socket.set(option::SNDTIMEO, PATIENCE_MS);
        Ok(socket)
    }

    /// A socket bound to a free tcp port, and its endpoint.
    pub fn bound(&self, socket_type: i32) -> (Socket, String) {
        let socket = self.socket(socket_type);
        let endpoint = socket.bind_tcp();
        (socket, endpoint)
    }

    /// A socket connected to an endpoint.
    pub fn connected(&self, socket_type: i32, endpoint: &str) -> Socket {
        let socket = self.socket(socket_type);
        socket.connect(endpoint);
        socket
    }

    /// Makes calls on sockets fail; does not wait.
    pub fn shutdown(&self) {
        // SAFETY: the handle is one.
        let result = unsafe { context::zmq_ctx_shutdown(self.0) };
        assert_eq!(check(result), Ok(0));
    }

    /// Terminates now; waits for the sockets.
    pub fn term(self) {}
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the handle is one, and this its only owner.
        unsafe { context::zmq_ctx_term(self.0) };
    }
}

/// A socket; closed when dropped.
///
/// With the path it was bound to, which libzmq leaves behind.
pub struct Socket(*mut c_void, RefCell<Option<PathBuf>>);

// SAFETY: sockets may move between threads; the type is not Sync.
unsafe impl Send for Socket {}

impl Socket {
    pub fn try_set_bytes(&self, option: i32, value: &[u8]) -> Result<(), i32> {
        // SAFETY: the handle is one, the value valid for its length.
        let result =
            unsafe { socket::zmq_setsockopt(self.0, option, value.as_ptr().cast(), value.len()) };
        check(result).map(drop)
    }

    pub fn set_bytes(&self, option: i32, value: &[u8]) {
        assert_eq!(self.try_set_bytes(option, value), Ok(()), "option {option}");
    }

    pub fn set(&self, option: i32, value: i32) {
        self.set_bytes(option, &value.to_ne_bytes());
    }

    pub fn set_i64(&self, option: i32, value: i64) {
        self.set_bytes(option, &value.to_ne_bytes());
    }

    pub fn subscribe(&self, topic: &[u8]) {
        self.set_bytes(option::SUBSCRIBE, topic);
    }

    pub fn unsubscribe(&self, topic: &[u8]) {
        self.set_bytes(option::UNSUBSCRIBE, topic);
    }

    fn get_bytes(&self, option: i32) -> Vec<u8> {
        let (mut value, mut len) = (vec![0; 512], 512);
        // SAFETY: the handle is one, the buffer has room for the length.
        let result =
            unsafe { socket::zmq_getsockopt(self.0, option, value.as_mut_ptr().cast(), &mut len) };
        assert_eq!(check(result), Ok(0), "option {option}");
        value.truncate(len);
        value
    }

    pub fn get(&self, option: i32) -> i32 {
        i32::from_ne_bytes(self.get_bytes(option).try_into().expect("an int"))
    }

    pub fn last_endpoint(&self) -> String {
        let mut text = self.get_bytes(option::LAST_ENDPOINT);
        text.pop();
        String::from_utf8(text).expect("an endpoint")
    }

    pub fn try_bind(&self, endpoint: &str) -> Result<(), i32> {
        // SAFETY: the handle is one, the text NUL-terminated.
        check(unsafe { socket::zmq_bind(self.0, c_text(endpoint).as_ptr()) }).map(drop)
    }

    pub fn bind(&self, endpoint: &str) {
        assert_eq!(self.try_bind(endpoint), Ok(()), "bind to {endpoint}");
    }

    pub fn bind_tcp(&self) -> String {
        self.bind("tcp://127.0.0.1:*");
        self.last_endpoint()
    }

    /// To a path nobody else uses, which is gone with the socket.
    pub fn bind_ipc(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("zmq-test-{}-{number}", std::process::id()));
        let endpoint = format!("ipc://{}", path.display());
        self.bind(&endpoint);
        *self.1.borrow_mut() = Some(path);
        endpoint
    }

    /// Over "tcp", "ipc" or "inproc", to an endpoint nobody else uses.
    pub fn bind_over(&self, transport: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        match transport {
            "tcp" => self.bind_tcp(),
            "ipc" => self.bind_ipc(),
            _ => {
                let number = COUNT.fetch_add(1, Ordering::Relaxed);
                let endpoint = format!("inproc://bound-{number}");
                self.bind(&endpoint);
                endpoint
            }
        }
    }

    pub fn try_connect(&self, endpoint: &str) -> Result<(), i32> {
        // SAFETY: the handle is one, the text NUL-terminated.
        check(unsafe { socket::zmq_connect(self.0, c_text(endpoint).as_ptr()) }).map(drop)
    }

    pub fn connect(&self, endpoint: &str) {
        assert_eq!(self.try_connect(endpoint), Ok(()), "connect to {endpoint}");
    }

    pub fn unbind(&self, endpoint: &str) {
        // SAFETY: the handle is one, the text NUL-terminated.
        let result = unsafe { socket::zmq_unbind(self.0, c_text(endpoint).as_ptr()) };
        assert_eq!(check(result), Ok(0), "unbind from {endpoint}");
    }

    pub fn try_disconnect(&self, endpoint: &str) -> Result<(), i32> {
        // SAFETY: the handle is one, the text NUL-terminated.
        check(unsafe { socket::zmq_disconnect(self.0, c_text(endpoint).as_ptr()) }).map(drop)
    }

    pub fn disconnect(&self, endpoint: &str) {
        assert_eq!(self.try_disconnect(endpoint), Ok(()), "disconnect from {endpoint}");
    }

    fn send_frame(&self, body: &[u8], flags: c_int) -> Result<(), i32> {
        // SAFETY: the handle is one, the body valid for its length.
        let result = unsafe { socket::zmq_send(self.0, body.as_ptr().cast(), body.len(), flags) };
        check(result).map(drop)
    }

    pub fn try_send(&self, body: &[u8]) -> Result<(), i32> {
        self.send_frame(body, 0)
    }

    pub fn try_send_now(&self, body: &[u8]) -> Result<(), i32> {
        self.send_frame(body, DONTWAIT)
    }

    pub fn send(&self, body: &[u8]) {
        assert_eq!(self.try_send(body), Ok(()), "send");
    }

    pub fn send_all(&self, frames: &[&[u8]]) {
        let (last, first) = frames.split_last().expect("a frame");
        for frame in first {
            assert_eq!(self.send_frame(frame, SNDMORE), Ok(()), "send");
        }
        self.send(last);
    }

    /// Sends a frame by zmq_send, with more to come or not.
    pub fn try_send_part(&self, body: &[u8], more: bool, dontwait: bool) -> Result<(), i32> {
        let wait = if dontwait { DONTWAIT } else { 0 };
        self.send_frame(body, wait | if more { SNDMORE } else { 0 })
    }

    /// The same by zmq_msg_send, which empties `msg` unless it fails.
    pub fn try_send_msg(&self, msg: &mut Msg, more: bool, dontwait: bool) -> Result<(), i32> {
        let size = msg.data().len() as c_int;
        let wait = if dontwait { DONTWAIT } else { 0 };
        let flags = wait | if more { SNDMORE } else { 0 };
        // SAFETY: the message is one, and so is the handle.
        let sent = check(unsafe { message::zmq_msg_send(msg, self.0, flags) })?;
        assert_eq!((sent, msg.data().len()), (size, 0));
        Ok(())
    }

    /// Receives a frame by zmq_recv into `room` bytes: how long it is, and those.
    pub fn recv_buffer(&self, room: usize) -> (usize, Vec<u8>) {
        let mut buffer = vec![0xEE; room + 1];
        // SAFETY: the handle is one, the buffer longer than said.
        let size = unsafe { socket::zmq_recv(self.0, buffer.as_mut_ptr().cast(), room, 0) };
        let size = check(size).expect("zmq_recv") as usize;
        assert_eq!(buffer[room], 0xEE, "written beyond the buffer");
        buffer.truncate(room.min(size));
        (size, buffer)
    }

    fn recv_frame(&self, flags: c_int, property: Option<&str>) -> Result<Frame, i32> {
        let mut msg = Msg::new();
        // SAFETY: the message is one, and so is the handle.
        check(unsafe { message::zmq_msg_recv(&mut msg, self.0, flags) })?;
        let property = property.and_then(|name| property_of(&msg, name));
        Ok(Frame { body: msg.data().to_vec(), more: msg.more(), property })
    }

    /// Receives a frame in place of what `msg` holds; this property of it.
    pub fn recv_into(&self, msg: &mut Msg, name: &str) -> Option<Vec<u8>> {
        // SAFETY: the message is one, and so is the handle.
        let size = check(unsafe { message::zmq_msg_recv(msg, self.0, 0) });
        assert_eq!(size, Ok(msg.data().len() as c_int));
        property_of(msg, name)
    }

    pub fn try_recv(&self) -> Result<Vec<u8>, i32> {
        self.recv_frame(0, None).map(|frame| frame.body)
    }

    pub fn try_recv_now(&self) -> Result<Vec<u8>, i32> {
        self.recv_frame(DONTWAIT, None).map(|frame| frame.body)
    }

    pub fn recv(&self) -> Vec<u8> {
        self.try_recv().unwrap_or_else(|error| panic!("recv: errno {error}"))
    }

    /// All frames of the next message.
    pub fn recv_all(&self) -> Vec<Vec<u8>> {
        self.try_recv_all().unwrap_or_else(|error| panic!("recv: errno {error}"))
    }

    pub fn try_recv_all(&self) -> Result<Vec<Vec<u8>>, i32> {
        let mut frames = Vec::new();
        loop {
            let frame = self.recv_frame(0, None)?;
            frames.push(frame.body);
            if !frame.more {
                return Ok(frames);
            }
        }
    }

    /// The next frame's body and this property of it.
    pub fn recv_property(&self, name: &str) -> (Vec<u8>, Option<Vec<u8>>) {
        let frame = self.recv_frame(0, Some(name)).expect("recv");
        (frame.body, frame.property)
    }

    /// Nothing is there to be received. Says so at once: to be used when everything that could
    /// come has come.
    pub fn assert_nothing(&self) {
        assert_eq!(self.try_recv_now(), Err(libc::EAGAIN));
    }

    /// Starts a monitor of all events.
    pub fn monitor(&self, context: &Context) -> Monitor {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("inproc://monitor-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // SAFETY: the handle is one, the text NUL-terminated.
        let result = unsafe { monitor::zmq_socket_monitor(self.0, c_text(&name).as_ptr(), 0xFFFF) };
        assert_eq!(check(result), Ok(0), "monitor");
        Monitor(context.connected(kind::PAIR, &name))
    }

    /// An item for [`Poll`].
    pub fn item(&self, events: c_short) -> zmq_pollitem_t {
        zmq_pollitem_t { socket: self.0, fd: 0, events, revents: 0 }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // SAFETY: the handle is one, and this its only owner.
        unsafe { socket::zmq_close(self.0) };
        if let Some(path) = self.1.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn property_of(msg: &Msg, name: &str) -> Option<Vec<u8>> {
    // SAFETY: the message is one; the answer lives as long as it.
    unsafe {
        let text = message::zmq_msg_gets(msg, c_text(name).as_ptr());
        (!text.is_null()).then(|| std::ffi::CStr::from_ptr(text).to_bytes().to_vec())
    }
}

struct Frame {
    body: Vec<u8>,
    more: bool,
    property: Option<Vec<u8>>,
}

/// zmq_poll over some items.
pub struct Poll(pub Vec<zmq_pollitem_t>);

impl Poll {
    pub const IN: c_short = 1;
    pub const OUT: c_short = 2;

    pub fn descriptor(fd: c_int, events: c_short) -> zmq_pollitem_t {
        zmq_pollitem_t { socket: ptr::null_mut(), fd, events, revents: 0 }
    }

    /// Number of ready items.
    pub fn wait(&mut self, timeout_ms: i32) -> Result<i32, i32> {
        let (items, len) = (self.0.as_mut_ptr(), self.0.len() as c_int);
        // SAFETY: the items are valid, their sockets open by the caller's care.
        check(unsafe { poll::zmq_poll(items, len, c_long::from(timeout_ms)) })
    }

    pub fn revents(&self, index: usize) -> c_short {
        self.0[index].revents
    }
}

/// What a monitor reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub event: u16,
    pub value: u32,
}

/// The reading end of a socket's monitor.
pub struct Monitor(Socket);

impl Monitor {
    pub fn next(&self) -> Event {
        let frames = self.0.recv_all();
        let head: [u8; 6] = frames[0][..].try_into().expect("6 octets");
        let [a, b, value @ ..] = head;
        Event { event: u16::from_ne_bytes([a, b]), value: u32::from_ne_bytes(value) }
    }

    /// Reads on up to the next such event.
    pub fn wait_for(&self, wanted: u16) -> Event {
        loop {
            let event = self.next();
            if event.event == wanted {
                return event;
            }
        }
    }

    /// What led to the next DISCONNECTED, from the handshake on.
    pub fn until_disconnected(&self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next();
            match event.event {
                event::DISCONNECTED => return events,
                event::NO_DETAIL | event::SUCCEEDED | event::PROTOCOL | event::AUTH => {
                    events.push(event);
                }
                _ => {}
            }
        }
    }
}
