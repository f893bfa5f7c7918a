//! Raw peers: plain sockets that speak ZMTP by hand, over tcp or ipc.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use super::{Socket, option};

/// A whole greeting of ZMTP 3.1, mechanism NULL; also what ours looks like.
pub const GREETING: &str = "FF 00*7 01 7F 03 01 4E554C4C 00*16 00*32";
/// The same of ZMTP 3.0.
pub const GREETING_3_0: &str = "FF 00*7 01 7F 03 00 4E554C4C 00*16 00*32";
/// The first piece of ours, without a routing id.
pub const GREETING_START: &str = "FF 00*7 01 7F";

/// A reaction that takes longer than this is taken for none.
const WATCHDOG: Duration = Duration::from_secs(30);

/// Bytes from hexadecimal digits; spaces are for the eye, `AB*3` repeats the last octet.
pub fn hex(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace() {
        let (digits, times) = match word.split_once('*') {
            Some((digits, times)) => (digits, times.parse().expect("a count")),
            None => (word, 1),
        };
        let at = |i| u8::from_str_radix(&digits[i..i + 2], 16).expect("hexadecimal digits");
        bytes.extend((0..digits.len()).step_by(2).map(at));
        let last = *bytes.last().expect("an octet");
        bytes.extend(std::iter::repeat_n(last, times - 1));
    }
    bytes
}

/// A READY command with these properties.
pub fn ready_with(properties: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut body = b"\x05READY".to_vec();
    for (name, value) in properties {
        body.push(name.len() as u8);
        body.extend_from_slice(name);
        body.extend((value.len() as u32).to_be_bytes());
        body.extend_from_slice(value);
    }
    let mut frame = match u8::try_from(body.len()) {
        Ok(len) => vec![4, len],
        Err(_) => [&[6][..], &(body.len() as u64).to_be_bytes()].concat(),
    };
    frame.append(&mut body);
    frame
}

/// The READY command of a socket type, as libzmq words it.
pub fn ready(socket_type: &str) -> Vec<u8> {
    let mut properties: Vec<(&[u8], &[u8])> = vec![(b"Socket-Type", socket_type.as_bytes())];
    if matches!(socket_type, "REQ" | "DEALER" | "ROUTER") {
        properties.push((b"Identity", b""));
    }
    ready_with(&properties)
}

enum Stream {
    Tcp(TcpStream),
    Ipc(UnixStream),
}

/// One end of a raw connection.
pub struct Raw(Stream);

impl Raw {
    /// Connects to a tcp:// or ipc:// endpoint.
    pub fn connect(endpoint: &str) -> Raw {
        Raw::try_connect(endpoint).unwrap_or_else(|error| panic!("{endpoint}: {error}"))
    }

    pub fn try_connect(endpoint: &str) -> io::Result<Raw> {
        Raw::prepared(match endpoint.split_once("://").expect("a scheme") {
            ("ipc", path) => Stream::Ipc(UnixStream::connect(path)?),
            (_, address) => Stream::Tcp(TcpStream::connect(address)?),
        })
    }

    fn prepared(stream: Stream) -> io::Result<Raw> {
        match &stream {
            Stream::Tcp(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(WATCHDOG))?;
                stream.set_write_timeout(Some(WATCHDOG))?;
            }
            Stream::Ipc(stream) => {
                stream.set_read_timeout(Some(WATCHDOG))?;
                stream.set_write_timeout(Some(WATCHDOG))?;
            }
        }
        Ok(Raw(stream))
    }

    /// Connects and completes a handshake of ZMTP 3.1.
    pub fn handshaken(endpoint: &str, socket_type: &str) -> Raw {
        let mut raw = Raw::connect(endpoint);
        raw.shake(&hex(GREETING), &ready(socket_type));
        raw
    }

    /// Exchanges greetings and READY commands with a ZMTP 3.x peer without looking at its READY.
    pub fn shake(&mut self, greeting: &[u8], ready: &[u8]) {
        self.send(greeting);
        self.send(ready);
        self.expect(&hex(GREETING));
        self.skip_frame();
    }

    /// A second handle of the same connection.
    pub fn duplicate(&self) -> Raw {
        Raw(match &self.0 {
            Stream::Tcp(stream) => Stream::Tcp(stream.try_clone().expect("a descriptor")),
            Stream::Ipc(stream) => Stream::Ipc(stream.try_clone().expect("a descriptor")),
        })
    }

    pub fn fd(&self) -> RawFd {
        match &self.0 {
            Stream::Tcp(stream) => stream.as_raw_fd(),
            Stream::Ipc(stream) => stream.as_raw_fd(),
        }
    }

    /// The other end may be gone already, which is not this call's concern.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.try_send(bytes);
    }

    /// From now on a send that the other end does not take fails soon.
    pub fn give_up_soon(&self) {
        let soon = Some(Duration::from_millis(500));
        let _ = match &self.0 {
            Stream::Tcp(stream) => stream.set_write_timeout(soon),
            Stream::Ipc(stream) => stream.set_write_timeout(soon),
        };
    }

    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    /// Sends in these pieces; the last one goes up to the end.
    pub fn send_split(&mut self, bytes: &[u8], mut piece: impl FnMut() -> usize) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(piece().clamp(1, rest.len()));
            self.send(now);
            rest = later;
        }
    }

    pub fn receive(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let mut filled = 0;
        while filled < len {
            match self.read(&mut bytes[filled..]) {
                Ok(0) => panic!("closed after {:02X?}", &bytes[..filled]),
                Ok(n) => filled += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("{error} after {:02X?}", &bytes[..filled]),
            }
        }
        bytes
    }

    /// Waits for input while the socket that is to send it works off what has come up: sockets do
    /// that in calls of the application only.
    pub fn await_input(&self, socket: &Socket) {
        let mut item = libc::pollfd { fd: self.fd(), events: libc::POLLIN, revents: 0 };
        loop {
            socket.get(option::EVENTS);
            // SAFETY: one item, valid for the call.
            if unsafe { libc::poll(&mut item, 1, 10) } == 1 {
                return;
            }
        }
    }

    /// Exactly these bytes must come next.
    pub fn expect(&mut self, bytes: &[u8]) {
        let got = self.receive(bytes.len());
        assert!(got == bytes, "received {got:02X?}\n instead of {bytes:02X?}");
    }

    /// Reads one frame of ZMTP 2.0 or later: flags and body.
    pub fn frame(&mut self) -> (u8, Vec<u8>) {
        let flags = self.receive(1)[0];
        let len = if flags & 2 == 0 {
            usize::from(self.receive(1)[0])
        } else {
            u64::from_be_bytes(self.receive(8).try_into().expect("8 octets")) as usize
        };
        (flags, self.receive(len))
    }

    pub fn skip_frame(&mut self) {
        self.frame();
    }

    /// Proves that the connection is served: a PING is answered. What comes before is skipped.
    ///
    /// A PONG may leave before the socket hears of messages that came with its PING; the answer to
    /// a second one, sent behind the first PONG, says that the socket has heard of them.
    pub fn ping(&mut self) {
        for _ in 0..2 {
            self.try_send(&hex("04 0A 04 50494E47 0000 4C4F4C")).expect("the connection is open");
            while self.frame() != (4, b"\x04PONGLOL".to_vec()) {}
        }
    }

    /// Reads to the end, which must come; what was read.
    pub fn until_closed(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return bytes,
                Ok(n) => bytes.extend_from_slice(&buffer[..n]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    panic!("still open after {WATCHDOG:?}")
                }
                Err(_) => return bytes,
            }
        }
    }

    /// No more from this end, and wait for the other.
    pub fn finish(&mut self) {
        let _ = match &self.0 {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Stream::Ipc(stream) => stream.shutdown(Shutdown::Write),
        };
        self.until_closed();
    }

    /// Closes with a reset instead of an orderly end; ipc just closes.
    pub fn reset(self) {
        if let Stream::Tcp(stream) = &self.0 {
            let linger = libc::linger { l_onoff: 1, l_linger: 0 };
            // SAFETY: the descriptor is open and the option is of this type and size.
            let result = unsafe {
                libc::setsockopt(
                    stream.as_raw_fd(),
                    libc::SOL_SOCKET,
                    libc::SO_LINGER,
                    (&raw const linger).cast(),
                    size_of::<libc::linger>() as libc::socklen_t,
                )
            };
            assert_eq!(result, 0);
        }
    }
}

impl Read for Raw {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Stream::Tcp(stream) => stream.read(into),
            Stream::Ipc(stream) => stream.read(into),
        }
    }
}

impl Write for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Ipc(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A raw peer that accepts.
pub enum RawListener {
    Tcp(TcpListener),
    Ipc(UnixListener),
}

impl RawListener {
    /// On a free port of the loopback interface; with its endpoint.
    pub fn tcp() -> (RawListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("tcp://{}", listener.local_addr().expect("a local address"));
        (RawListener::Tcp(listener), endpoint)
    }

    pub fn accept(&self) -> Raw {
        let stream = match self {
            RawListener::Tcp(listener) => Stream::Tcp(listener.accept().expect("accept").0),
            RawListener::Ipc(listener) => Stream::Ipc(listener.accept().expect("accept").0),
        };
        Raw::prepared(stream).expect("options of an accepted connection")
    }

    /// Accepts and completes a handshake of ZMTP 3.1.
    pub fn handshaken(&self, socket_type: &str) -> Raw {
        let mut raw = self.accept();
        raw.shake(&hex(GREETING), &ready(socket_type));
        raw
    }
}
