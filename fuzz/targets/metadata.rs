//! Properties: all of them or a fault, written as they were read, and no more
//! memory than the bound says.

use zmq::zmtp::Fault;
use zmq::zmtp::mechanism::{MAX_ROUTING_ID, Peer};
use zmq::zmtp::metadata::{self, MAX_PROPERTIES, MAX_SIZE};
use zmq::zmtp::socket_type;

use super::memory;
use super::model::{self, Property};
use super::script::Script;

/// What a property costs besides its bytes: two vectors, each in a list that
/// doubles, and while it doubles in the old one too.
const PER_PROPERTY: usize = 3 * size_of::<Property>();

pub fn target(data: &[u8]) {
    let mut script = Script(data);
    let (own, times) = (script.byte() % 22, script.byte());
    let one = script.rest();
    // Many properties cost a fuzzer many bytes: one is repeated.
    let bytes = if times < 128 { one.to_vec() } else { one.repeat(usize::from(times - 127) * 16) };

    let (read, taken) = memory::peak(|| metadata::parse(&bytes));
    let known = read.as_ref().map_or(MAX_PROPERTIES.min(bytes.len()), Vec::len);
    assert!(taken <= bytes.len() + PER_PROPERTY * (known + 4), "{taken} for {}", bytes.len());
    assert_eq!(read, expected(&bytes));
    let Ok(properties) = read else { return };
    let mut again = Vec::new();
    for (name, value) in &properties {
        metadata::append(name, value, &mut again);
    }
    assert_eq!(again, bytes);
    peer(own, &bytes, &properties);
}

fn expected(bytes: &[u8]) -> Result<Vec<Property>, Fault> {
    model::metadata(bytes)
        .filter(|all| bytes.len() <= MAX_SIZE && all.len() <= MAX_PROPERTIES)
        .ok_or(Fault::Metadata)
}

/// What a socket makes of them.
fn peer(own: u8, bytes: &[u8], properties: &[Property]) {
    let values = |wanted: &'static [u8]| {
        properties.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value)
    };
    let good_types = values(b"Socket-Type").all(|value| socket_type::accepts(own, value));
    let good_ids = values(b"Identity").all(|value| value.len() <= MAX_ROUTING_ID);
    match Peer::from_metadata(own, bytes) {
        Ok(peer) => {
            assert!(good_types && good_ids);
            assert_eq!(Some(&peer.routing_id), values(b"Identity").next_back().or(Some(&vec![])));
            let reserved: [&[u8]; 3] = [b"User-Id", b"Peer-Address", b"__fd"];
            let shown = properties.iter().filter(|(name, _)| !reserved.contains(&&name[..]));
            assert!(peer.properties.iter().eq(shown));
        }
        Err(Fault::SocketTypeMismatch(_)) => assert!(!good_types),
        Err(fault) => assert!(fault == Fault::Metadata && !good_ids, "{fault:?}"),
    }
}
