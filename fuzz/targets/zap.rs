//! Replies of ZAP handlers: of seven frames that are right in every part, or a
//! fault that says what is wrong.

use zmq::zmtp::Fault;
use zmq::zmtp::fault::ZapReply;
use zmq::zmtp::metadata::{MAX_PROPERTIES, MAX_SIZE};
use zmq::zmtp::socket_type;
use zmq::zmtp::zap::Reply;

use super::memory;
use super::model;
use super::script::Script;

/// The frames of a good reply; a script replaces, removes and adds.
pub fn frames<'a>(script: &mut Script<'a>) -> Vec<&'a [u8]> {
    let status: &[u8] = script.one_of(&[&b"200"[..], b"300", b"400", b"500", b"2000", b"", b"20"]);
    let metadata: &[u8] =
        script.one_of(&[&b""[..], b"\x05Hello\0\0\0\x05World", b"\x0BSocket-Type\0\0\0\x03REP"]);
    let mut frames = vec![&b""[..], b"1.0", b"1", status, b"OK", b"user", metadata];
    for _ in 0..script.byte() % 4 {
        let at = usize::from(script.byte());
        match at >> 4 {
            0..8 => {
                let place = at % frames.len().max(1);
                if let Some(frame) = frames.get_mut(place) {
                    *frame = script.text();
                }
            }
            8..12 => frames.insert(at % (frames.len() + 1), script.text()),
            _ if frames.is_empty() => {}
            _ => _ = frames.remove(at % frames.len()),
        }
    }
    frames
}

pub fn target(data: &[u8]) {
    let mut script = Script(data);
    let own = script.byte() % 22;
    let mut frames = frames(&mut script);
    // What is left are properties, where the last frame has not been made odd.
    let left = script.rest();
    if let Some(last) = frames.last_mut()
        && !left.is_empty()
    {
        *last = left;
    }
    let size: usize = frames.iter().map(|frame| frame.len()).sum();
    let (reply, taken) = memory::peak(|| Reply::parse(own, &frames));
    assert!(taken <= 200 * size + 1000, "{taken} for {size}");
    match (reply, fault(own, &frames)) {
        (Err(found), Some(wanted)) => assert_eq!(found, Fault::Zap(wanted)),
        (Ok(reply), None) => {
            let told = model::metadata(frames[6]).unwrap();
            let user = (b"User-Id".to_vec(), frames[5].to_vec());
            assert!(reply.properties.iter().eq([&user].into_iter().chain(&told)));
            let status = String::from_utf8_lossy(frames[3]).parse().ok();
            assert_eq!(reply.status.event(), status.filter(|status| *status != 200));
        }
        (reply, wanted) => panic!("{reply:?}, not {wanted:?}"),
    }
}

/// What is wrong first.
fn fault(own: u8, frames: &[&[u8]]) -> Option<ZapReply> {
    if frames.len() != 7 {
        return Some(ZapReply::Frames);
    }
    let good: [(bool, ZapReply); 4] = [
        (frames[0].is_empty(), ZapReply::Delimiter),
        (frames[1] == b"1.0", ZapReply::Version),
        (frames[2] == b"1", ZapReply::RequestId),
        ([&b"200"[..], b"300", b"400", b"500"].contains(&frames[3]), ZapReply::Status),
    ];
    if let Some((_, fault)) = good.into_iter().find(|(good, _)| !good) {
        return Some(fault);
    }
    let told = model::metadata(frames[6])
        .filter(|all| frames[6].len() <= MAX_SIZE && all.len() <= MAX_PROPERTIES);
    let sound = told.is_some_and(|all| {
        let mut types = all.iter().filter(|(name, _)| name == b"Socket-Type");
        types.all(|(_, value)| socket_type::accepts(own, value))
    });
    (!sound).then_some(ZapReply::Metadata)
}
