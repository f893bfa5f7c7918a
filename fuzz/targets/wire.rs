//! Makes what a peer might write: sound frames of all sizes, long runs of small
//! ones, commands, and anything at all between them.

use zmq::zmtp::frame::{self, Framing, MAX_HEADER};

use super::script::Script;

/// Sizes at which the library decides something.
const SIZES: [usize; 16] =
    [0, 1, 4, 48, 49, 252, 253, 254, 255, 256, 300, 512, 513, 8191, 8192, 20_000];

/// The rest of a script as bytes on the wire, at most some hundred thousand.
pub fn make(framing: Framing, script: &mut Script) -> Vec<u8> {
    let mut wire = Vec::new();
    while !script.is_over() && wire.len() < 100_000 {
        let choice = script.byte();
        let (more, command) = (choice & 0x40 != 0, choice & 0x80 != 0);
        match choice & 7 {
            0 => wire.extend(script.text()),
            1 => append(framing, more, command, script.text(), &mut wire),
            2 => {
                let (size, filler) = (script.one_of(&SIZES), script.byte());
                append(framing, more, command, &vec![filler; size], &mut wire);
            }
            3 => {
                let (times, body) = (script.byte() % 64, script.text());
                let body = &body[..body.len().min(64)];
                (0..times).for_each(|_| append(framing, more, false, body, &mut wire));
            }
            4 => {
                let name = script.one_of(&[&b"\x04PING"[..], b"\x09SUBSCRIBE", b"\x06CANCEL"]);
                let body = [name, script.text()].concat();
                append(framing, false, true, &body, &mut wire);
            }
            5 => {
                // The header of a frame that may never come.
                let size = script.number() as usize >> (script.byte() & 63);
                let mut header = [0; MAX_HEADER];
                let n = frame::write_header(framing, more, command, size, &mut header);
                wire.extend(&header[..n]);
            }
            6 => {
                // A long header for a small body.
                let body = script.text();
                let size = body.len() as u64;
                match framing {
                    Framing::V1 => {
                        wire.push(0xFF);
                        wire.extend((size + 1).to_be_bytes());
                        wire.push(u8::from(more));
                    }
                    Framing::V2 => {
                        wire.push(2 | u8::from(more) | if command { 4 } else { 0 });
                        wire.extend(size.to_be_bytes());
                    }
                }
                wire.extend(body);
            }
            _ => wire.extend(script.rest()),
        }
    }
    wire
}

fn append(framing: Framing, more: bool, command: bool, body: &[u8], wire: &mut Vec<u8>) {
    let mut header = [0; MAX_HEADER];
    let n = frame::write_header(framing, more, command, body.len(), &mut header);
    wire.extend(&header[..n]);
    wire.extend(body);
}
