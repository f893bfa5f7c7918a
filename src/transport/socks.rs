//! SOCKS5 (RFC 1928, 1929) as a client: the words exchanged with a proxy
//! before the connection through it carries ØMQ's own. Without I/O: the session
//! moves the bytes, and never reads more than [`Socks::wanted`], because what
//! follows the proxy's last answer is the peer's.

use std::net::IpAddr;

use crate::errno::{Errno, Result};

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Longest user name, password and host name.
const LONGEST: usize = 255;

/// What is awaited from the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Its choice of a method.
    Method,
    /// Its verdict on user and password.
    Verdict,
    /// Its answer up to the kind of the address.
    Answer,
    /// Length of the name it names itself by.
    NameLength,
    /// So many bytes of address and port.
    Address(usize),
    Connected,
}

/// A dialogue with a proxy.
#[derive(Debug)]
pub struct Socks {
    state: State,
    output: Vec<u8>,
    input: Vec<u8>,
    login: Option<(Vec<u8>, Vec<u8>)>,
    request: Vec<u8>,
}

fn sized(bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let len = u8::try_from(bytes.len()).map_err(|_| Errno::EINVAL)?;
    out.push(len);
    out.extend_from_slice(bytes);
    Ok(())
}

/// The request to connect to `host`, a literal address or a name that the
/// proxy looks up.
fn request(host: &str, port: u16) -> Result<Vec<u8>> {
    let mut request = vec![VERSION, CONNECT, 0];
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    match bare.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(IPV4);
            request.extend_from_slice(&address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(IPV6);
            request.extend_from_slice(&address.octets());
        }
        Err(_) => {
            request.push(NAME);
            sized(bare.as_bytes(), &mut request)?;
        }
    }
    request.extend_from_slice(&port.to_be_bytes());
    Ok(request)
}

impl Socks {
    /// A dialogue that ends in a connection to `host` and `port`. An empty user
    /// means no authentication. EINVAL: port 0, or a text over 255 bytes.
    pub fn new(host: &str, port: u16, user: &[u8], password: &[u8]) -> Result<Socks> {
        if port == 0 || user.len() > LONGEST || password.len() > LONGEST {
            return Err(Errno::EINVAL);
        }
        let login = (!user.is_empty()).then(|| (user.to_vec(), password.to_vec()));
        let method = if login.is_some() { USER_AND_PASSWORD } else { NO_AUTHENTICATION };
        Ok(Socks {
            state: State::Method,
            output: vec![VERSION, 1, method],
            input: Vec::new(),
            login,
            request: request(host, port)?,
        })
    }

    /// What is to be written now.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// `n` bytes of the output are written.
    pub fn consume_output(&mut self, n: usize) {
        self.output.drain(..n.min(self.output.len()));
    }

    /// How many bytes may be read now; 0 when connected.
    pub fn wanted(&self) -> usize {
        let whole = match self.state {
            State::Method | State::Verdict => 2,
            State::Answer => 4,
            State::NameLength => 1,
            State::Address(len) => len,
            State::Connected => 0,
        };
        whole.saturating_sub(self.input.len())
    }

    /// Whether the proxy has connected us.
    pub fn is_connected(&self) -> bool {
        self.state == State::Connected
    }

    /// Takes what the proxy said, at most [`wanted`](Self::wanted) bytes.
    /// EPROTO, ECONNREFUSED: it refused, or makes no sense.
    pub fn input(&mut self, bytes: &[u8]) -> Result<()> {
        self.input.extend_from_slice(bytes);
        if self.wanted() > 0 {
            return Ok(());
        }
        let said = std::mem::take(&mut self.input);
        self.state = match (self.state, said.as_slice()) {
            (State::Method, &[VERSION, NO_AUTHENTICATION]) => self.ask(),
            (State::Method, &[VERSION, USER_AND_PASSWORD]) => self.log_in()?,
            (State::Verdict, &[1, 0]) => self.ask(),
            (State::Answer, &[VERSION, 0, 0, IPV4]) => State::Address(4 + 2),
            (State::Answer, &[VERSION, 0, 0, IPV6]) => State::Address(16 + 2),
            (State::Answer, &[VERSION, 0, 0, NAME]) => State::NameLength,
            (State::NameLength, &[len]) => State::Address(usize::from(len) + 2),
            (State::Address(_), _) => State::Connected,
            (State::Answer, &[VERSION, 1..=8, ..]) => return Err(Errno::ECONNREFUSED),
            _ => return Err(Errno::EPROTO),
        };
        Ok(())
    }

    fn ask(&mut self) -> State {
        self.output.append(&mut self.request);
        State::Answer
    }

    fn log_in(&mut self) -> Result<State> {
        let (user, password) = self.login.take().unwrap_or_default();
        self.output.push(1);
        sized(&user, &mut self.output)?;
        sized(&password, &mut self.output)?;
        Ok(State::Verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays the proxy: answers in turn, each given byte by byte; what we say.
    fn talk(mut socks: Socks, answers: &[&[u8]]) -> Result<(Vec<Vec<u8>>, bool)> {
        let mut said = Vec::new();
        for answer in answers {
            if !socks.output().is_empty() {
                said.push(socks.output().to_vec());
                socks.consume_output(usize::MAX);
            }
            for byte in *answer {
                assert!(socks.wanted() > 0, "reads no more than the dialogue");
                socks.input(&[*byte])?;
            }
        }
        Ok((said, socks.is_connected()))
    }

    // behaviours: 289
    #[test]
    fn s1_s3_s4_without_authentication_to_a_name() {
        let socks = Socks::new("example.com", 5555, b"", b"unused").unwrap();
        let talked = talk(socks, &[&[5, 0], &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]]);
        let request = b"\x05\x01\x00\x03\x0Bexample.com\x15\xB3".to_vec();
        assert_eq!(talked, Ok((vec![vec![5, 1, 0], request], true)));
    }

    // behaviours: 289
    #[test]
    fn s2_s3_with_user_and_password_to_an_address() {
        let socks = Socks::new("10.0.0.1", 5555, b"user", b"pass").unwrap();
        let answers: &[&[u8]] = &[&[5, 2], &[1, 0], &[5, 0, 0, 3, 2, b'a', b'b', 1, 2]];
        let login = b"\x01\x04user\x04pass".to_vec();
        let request = vec![5, 1, 0, 1, 10, 0, 0, 1, 0x15, 0xB3];
        assert_eq!(talk(socks, answers), Ok((vec![vec![5, 1, 2], login, request], true)));
    }

    // behaviours: 289
    #[test]
    fn ipv6_literals_lose_their_brackets() {
        let request = request("[::1]", 1).unwrap();
        assert_eq!(request[..4], [5, 1, 0, IPV6]);
        assert_eq!(request.len(), 4 + 16 + 2);
    }

    // hostile: 62
    #[test]
    fn refusals_and_junk_end_it() {
        let socks = || Socks::new("h", 1, b"u", b"").unwrap();
        assert_eq!(talk(socks(), &[&[5, 0xFF]]), Err(Errno::EPROTO));
        assert_eq!(talk(socks(), &[&[4, 0]]), Err(Errno::EPROTO));
        assert_eq!(talk(socks(), &[&[5, 2], &[1, 1]]), Err(Errno::EPROTO));
        assert_eq!(talk(socks(), &[&[5, 0], &[5, 5, 0, 1]]), Err(Errno::ECONNREFUSED));
        assert_eq!(talk(socks(), &[&[5, 0], &[5, 9, 0, 1]]), Err(Errno::EPROTO));
        assert_eq!(talk(socks(), &[&[5, 0], &[5, 0, 1, 1]]), Err(Errno::EPROTO));
        assert_eq!(talk(socks(), &[&[5, 0], &[5, 0, 0, 2]]), Err(Errno::EPROTO));
        assert_eq!(Socks::new("h", 0, b"", b"").err(), Some(Errno::EINVAL));
    }
}
