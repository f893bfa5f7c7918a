//! The debug log: with `ZMQ_DEBUG=1` in the environment the library says on
//! stderr what it does, one line for one event, each naming its socket
//! (docs/debugging.md).
//!
//! Any module but the sans-I/O ones may call it, from cold code only: nothing
//! here belongs on a message's way. It never blocks, never panics, never
//! changes errno; a line that stderr does not take at once is lost and counted.

use std::fmt::{self, Display, Write};

use crate::clock;
use crate::errno::Errno;
use crate::sync::{AtomicBool, AtomicU64, Ordering};
use crate::sys::stderr;

/// Longest line. One page is what a pipe that takes anything takes whole.
const LINE: usize = 1024;

static ON: AtomicBool = AtomicBool::new(false);

/// Lines that stderr did not take.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Reads the environment, once for the whole process. Called for every context.
///
/// Nobody waits for somebody who is at it (as with `Once`): a forked child would
/// wait for ever. Two that are at it find the same.
pub fn read_environment() {
    static READ: AtomicBool = AtomicBool::new(false);
    if READ.load(Ordering::Acquire) {
        return;
    }
    let set = std::env::var_os("ZMQ_DEBUG");
    if set.is_some_and(|value| !value.is_empty() && value != "0")
        && stderr::open()
        && !ON.swap(true, Ordering::Relaxed)
    {
        let version = env!("CARGO_PKG_VERSION");
        line(&CONTEXT, format_args!("ZMQ_DEBUG is set; library {version}; times are UTC"));
    }
    READ.store(true, Ordering::Release);
}

/// Whether anything is to be said at all.
#[inline]
pub fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Who speaks: a socket's type, and its number in the process.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Who {
    kind: &'static str,
    number: u64,
}

/// No socket in particular.
pub const CONTEXT: Who = Who { kind: "context", number: 0 };

impl Who {
    /// The socket with this number.
    pub fn new(kind: &'static str, number: u64) -> Who {
        Who { kind, number }
    }

    /// Whether it is a socket of the application's. Pipes of monitors and of
    /// questions to a ZAP handler are nobody's.
    pub fn is_somebody(self) -> bool {
        self.number != 0
    }
}

impl Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => f.write_str(self.kind),
            number => write!(f, "{}-{number}", self.kind),
        }
    }
}

/// Says something if the log is on; the arguments are not looked at otherwise.
macro_rules! say {
    ($who:expr, $($what:tt)*) => {
        if $crate::log::is_on() {
            $crate::log::line(&$who, format_args!($($what)*));
        }
    };
}
pub(crate) use say;

/// Writes one line.
#[cold]
#[inline(never)]
pub fn line(who: &Who, what: fmt::Arguments<'_>) {
    stderr::keeping_errno(|| write_line(who, what));
}

fn write_line(who: &Who, what: fmt::Arguments<'_>) {
    let mut line = Line::new(who);
    let _ = line.write_fmt(what);
    if !stderr::write(line.ended()) {
        LOST.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let lost = LOST.swap(0, Ordering::Relaxed);
    if lost > 0 {
        let mut line = Line::new(&CONTEXT);
        let _ = write!(line, "{lost} lines before this one are lost: stderr took no more");
        if !stderr::write(line.ended()) {
            LOST.fetch_add(lost, Ordering::Relaxed);
        }
    }
}

/// A line in the making. Cut where it gets too long; what would break the line
/// or command a terminal is replaced, as some of it comes from peers.
struct Line {
    bytes: [u8; LINE],
    len: usize,
}

impl Line {
    fn new(who: &Who) -> Line {
        let mut line = Line { bytes: [0; LINE], len: 0 };
        let time = clock::of_day();
        let (seconds, micros) = (time.as_secs(), time.subsec_micros());
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let process = std::process::id();
        let head = format_args!("{hour:02}:{minute:02}:{second:02}.{micros:06} {process}/{who}");
        let _ = write!(line, "zmq {head}: ");
        line
    }

    fn ended(&mut self) -> &[u8] {
        if let Some(end) = self.bytes.get_mut(self.len) {
            *end = b'\n';
        }
        self.bytes.get(..=self.len).unwrap_or_default()
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            let mut utf8 = [0; 4];
            let printed = if c.is_control() { '?' } else { c }.encode_utf8(&mut utf8).as_bytes();
            // One byte stays for the end of the line.
            let Some(room) = self.bytes[..LINE - 1].get_mut(self.len..self.len + printed.len())
            else {
                return Err(fmt::Error);
            };
            room.copy_from_slice(printed);
            self.len += printed.len();
        }
        Ok(())
    }
}

/// Counts what may come again and again, and says when to speak of it: the
/// first time, the second, the fourth...
#[derive(Clone, Copy, Default, Debug)]
pub struct Rare(u64);

impl Rare {
    /// Counts one more; how often it was, if that is to be said.
    pub fn again(&mut self) -> Option<Times> {
        if !is_on() {
            return None;
        }
        self.0 += 1;
        self.0.is_power_of_two().then_some(Times(self.0))
    }

    /// Whether the last one was spoken of.
    pub fn was_said(&self) -> bool {
        self.0.is_power_of_two()
    }

    /// Whether nothing was counted so far.
    pub fn is_new(&self) -> bool {
        self.0 == 0
    }
}

/// How often something was, for the end of a line.
#[derive(Clone, Copy, Debug)]
pub struct Times(u64);

impl Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 1 { write!(f, " ({} times so far)", self.0) } else { Ok(()) }
    }
}

/// An error in the platform's words.
pub struct Text(pub Errno);

impl Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = std::io::Error::from_raw_os_error(self.0.0).to_string();
        f.write_str(text.split(" (os error").next().unwrap_or_default())
    }
}

/// Bytes a peer has chosen: as text where they are, else in hexadecimal.
pub struct Bytes<'a>(pub &'a [u8]);

impl Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.iter().all(u8::is_ascii_graphic) {
            return write!(f, "\"{}\"", self.0.escape_ascii());
        }
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// `n` of something, in grammar.
pub struct Count(pub u64, pub &'static str);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(what: fmt::Arguments<'_>) -> String {
        let mut line = Line::new(&Who::new("PUSH", 3));
        let _ = line.write_fmt(what);
        String::from_utf8_lossy(line.ended()).into_owned()
    }

    #[test]
    fn a_line_names_time_process_and_socket() {
        let line = text(format_args!("x {}", 1));
        let (head, rest) = line.split_at(20);
        assert!(head.starts_with("zmq ") && head.as_bytes()[6] == b':', "{head}");
        assert_eq!(rest, format!("{}/PUSH-3: x 1\n", std::process::id()));
    }

    #[test]
    fn whatever_a_peer_says_a_line_stays_one_line() {
        let line = text(format_args!("{}", "a\nzmq\r\x1b[2J\u{85}b"));
        assert!(line.ends_with("a?zmq??[2J?b\n"), "{line}");
        let line = text(format_args!("{}", "\u{20ac}\n".repeat(LINE)));
        assert!(line.len() <= LINE && line.ends_with('\n') && line.lines().count() == 1);
        assert!(!line.contains('\u{fffd}'));
    }

    #[test]
    fn bytes_and_numbers_are_readable() {
        assert_eq!(Bytes(b"worker-1").to_string(), "\"worker-1\"");
        assert_eq!(Bytes(&[0, 0x6b, 0x8b, 0x45, 0x67]).to_string(), "0x006b8b4567");
        assert_eq!(Bytes(b"").to_string(), "0x");
        assert_eq!(Text(Errno::ECONNREFUSED).to_string(), "Connection refused");
        assert_eq!(Count(1, "message").to_string(), "1 message");
        assert_eq!(Count(2, "message").to_string(), "2 messages");
    }
}
