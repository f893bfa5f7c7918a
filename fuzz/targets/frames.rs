//! Frame headers: what is read agrees with the grammar, a cut header is
//! incomplete, what is written reads back, and a size is admitted or not before
//! anything is taken for it.

use zmq::zmtp::Fault;
use zmq::zmtp::frame::{self, Found, FrameHeader, Framing, MAX_HEADER, Parsed};

use super::memory;
use super::model::{self, Front};
use super::script::Script;
use super::wire;

pub fn v1(data: &[u8]) {
    header(Framing::V1, data);
}

pub fn v2(data: &[u8]) {
    header(Framing::V2, data);
    let mut script = Script(data);
    let (max, messages, frames) =
        (usize::from(script.word()), usize::from(script.byte()), usize::from(script.word()));
    let wire = wire::make(Framing::V2, &mut script);
    let (found, taken) = memory::peak(|| frame::whole_messages(&wire, max, messages, frames));
    assert_eq!(taken, 0);
    assert_eq!(found, expected(&wire, max, messages, frames));
}

fn header(framing: Framing, data: &[u8]) {
    let (parsed, taken) = memory::peak(|| frame::parse(framing, data));
    assert_eq!(taken, 0, "reading a header takes no memory");
    let front = match framing {
        Framing::V1 => model::front_v1(data),
        Framing::V2 => model::front_v2(data),
    };
    let header = match (parsed, front) {
        (Err(fault), Front::Zero) => return assert_eq!(fault, Fault::ZeroLengthFrame),
        (Ok(Parsed::Incomplete), Front::Part(None)) => return,
        (Ok(Parsed::Frame(header)), Front::Frame(frame)) => {
            assert_eq!((header.more, header.command), (frame.more, frame.command));
            assert_eq!(header.header_len, frame.header);
            assert_eq!(header.body_len, frame.body.len() as u64);
            header
        }
        (Ok(Parsed::Frame(header)), Front::Part(Some(size))) => {
            assert_eq!(header.body_len, size);
            header
        }
        (parsed, _) => panic!("{parsed:?}"),
    };
    for cut in 0..header.header_len {
        assert_eq!(frame::parse(framing, &data[..cut]), Ok(Parsed::Incomplete));
    }
    written(framing, header);
    admitted(header, Script(&data[header.header_len..]).number() as i64);
}

/// The shortest header for the same frame says the same.
fn written(framing: Framing, header: FrameHeader) {
    let Ok(len) = usize::try_from(header.body_len) else { return };
    if framing == Framing::V1 && len == usize::MAX {
        return; // its length with the flags octet has no representation
    }
    let mut out = [0; MAX_HEADER];
    let used = frame::write_header(framing, header.more, header.command, len, &mut out);
    assert!(used <= header.header_len);
    let again = FrameHeader { header_len: used, ..header };
    assert_eq!(frame::parse(framing, &out[..used]), Ok(Parsed::Frame(again)));
    for cut in 0..used {
        assert_eq!(frame::parse(framing, &out[..cut]), Ok(Parsed::Incomplete));
    }
}

fn admitted(header: FrameHeader, limit: i64) {
    for limit in [limit, -1, 0, i64::MAX] {
        match frame::admit(header.body_len, limit) {
            Ok(len) => {
                assert_eq!(len as u64, header.body_len);
                assert!(limit < 0 || header.body_len <= limit as u64);
            }
            Err(Fault::FrameTooLarge) => assert!(limit >= 0 && header.body_len > limit as u64),
            Err(fault) => {
                assert_eq!(fault, Fault::FrameUnaddressable);
                assert!(header.body_len > isize::MAX as u64);
            }
        }
    }
}

fn expected(wire: &[u8], max: usize, messages: usize, frames: usize) -> Found {
    let (mut found, mut at, mut seen) = (Found::default(), 0, 0);
    while found.messages < messages && seen < frames {
        let Front::Frame(frame) = model::front_v2(&wire[at..]) else { break };
        if frame.command || frame.body.len() > max {
            break;
        }
        let last = frame.header + frame.body.len();
        (at, seen) = (at + last, seen + 1);
        if !frame.more {
            found = Found { bytes: at, messages: found.messages + 1, frames: seen, last };
        }
    }
    found
}
