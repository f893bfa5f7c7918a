//! An emulated peer of one version, and how it comes to be connected.

use crate::common::{
    Context, GREETING, GREETING_3_0, GREETING_START, Raw, RawListener, Socket, hex, ready_with,
};

/// What the peer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// ZMTP 1.0, libzmq 2.x.
    V1,
    /// A greeting of revision 0 with frames of ZMTP 1.0.
    Draft,
    /// ZMTP 2.0, libzmq 3.2.
    V2,
    /// ZMTP 3.0, libzmq 4.0 to 4.3.2.
    V3_0,
    /// ZMTP 3.1.
    V3_1,
}

pub const VERSIONS: [Version; 5] =
    [Version::V1, Version::Draft, Version::V2, Version::V3_0, Version::V3_1];

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    TheyConnect,
    TheyAccept,
}

pub const ROLES: [Role; 2] = [Role::TheyConnect, Role::TheyAccept];

/// A socket of ours and a raw peer that has not said anything.
pub fn link(
    context: &Context,
    kind: i32,
    role: Role,
    prepare: impl FnOnce(&Socket),
) -> (Socket, Raw) {
    let socket = context.socket(kind);
    prepare(&socket);
    match role {
        Role::TheyConnect => {
            let raw = Raw::connect(&socket.bind_tcp());
            (socket, raw)
        }
        Role::TheyAccept => {
            let (listener, endpoint) = RawListener::tcp();
            socket.connect(&endpoint);
            let raw = listener.accept();
            (socket, raw)
        }
    }
}

impl Version {
    pub fn is_3(self) -> bool {
        matches!(self, Version::V3_0 | Version::V3_1)
    }

    pub fn has_old_frames(self) -> bool {
        matches!(self, Version::V1 | Version::Draft)
    }

    /// A frame as this version words it.
    pub fn frame(self, more: bool, body: &[u8]) -> Vec<u8> {
        let flags = u8::from(more);
        let len = body.len() as u64;
        let header = if self.has_old_frames() {
            match len + 1 {
                len @ 0..255 => vec![len as u8, flags],
                len => [&[0xFF][..], &len.to_be_bytes(), &[flags]].concat(),
            }
        } else {
            match len {
                len @ 0..256 => vec![flags, len as u8],
                len => [&[flags | 2][..], &len.to_be_bytes()].concat(),
            }
        };
        [header, body.to_vec()].concat()
    }

    pub fn message(self, frames: &[&[u8]]) -> Vec<u8> {
        let last = frames.len() - 1;
        let frames = frames.iter().enumerate();
        frames.flat_map(|(at, body)| self.frame(at < last, body)).collect()
    }

    /// All that the peer says before its first message. `number` is its socket type's.
    pub fn hello(self, socket_type: &str, number: u8, id: &[u8]) -> Vec<u8> {
        let id_frame = self.frame(false, id);
        match self {
            Version::V1 => id_frame,
            Version::Draft | Version::V2 => {
                let revision = u8::from(self == Version::V2);
                let signature = ((id.len() + 1) as u64).to_be_bytes();
                [&[0xFF][..], &signature, &[0x7F, revision, number], &id_frame].concat()
            }
            Version::V3_0 | Version::V3_1 => {
                let greeting = if self == Version::V3_0 { GREETING_3_0 } else { GREETING };
                let socket_type = (&b"Socket-Type"[..], socket_type.as_bytes());
                let ready = ready_with(&[socket_type, (b"Identity", id)]);
                [hex(greeting), ready].concat()
            }
        }
    }

    /// Says hello and takes ours, of a socket without a routing id.
    pub fn meet(self, raw: &mut Raw, socket_type: &str, number: u8, id: &[u8]) {
        raw.send(&self.hello(socket_type, number, id));
        self.expect_hello(raw, b"");
    }

    /// Takes our hello up to our first message.
    pub fn expect_hello(self, raw: &mut Raw, id: &[u8]) {
        match self {
            Version::V1 => {
                let signature = ((id.len() + 1) as u64).to_be_bytes();
                raw.expect(&[&[0xFF][..], &signature, &[0x7F], id].concat());
            }
            Version::Draft | Version::V2 => {
                assert!(id.is_empty(), "not written for this");
                raw.expect(&hex(GREETING_START));
                raw.expect(&[3]);
                raw.receive(1);
                raw.expect(&self.frame(false, b""));
            }
            Version::V3_0 | Version::V3_1 => {
                raw.expect(&hex(GREETING));
                raw.skip_frame();
            }
        }
    }
}
