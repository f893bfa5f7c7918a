//! Properties: what READY and its kin, and later the ZAP reply, carry.
//!
//! A property is a name (one octet of length) and a value (four octets of
//! length, big-endian). Names are compared exactly, as libzmq spells them,
//! though the RFCs ignore case.

use super::fault::Fault;

/// Name and value.
pub type Property = (Vec<u8>, Vec<u8>);

pub const SOCKET_TYPE: &[u8] = b"Socket-Type";
pub const IDENTITY: &[u8] = b"Identity";
/// From the ZAP handler; a peer's own word counts for nothing.
pub const USER_ID: &[u8] = b"User-Id";

/// libzmq sends at most 2 properties plus those of `ZMQ_METADATA`, a handful in
/// the field, and accepts any number. This bound only stops abuse.
pub const MAX_PROPERTIES: usize = 1024;

/// Octets of metadata taken from a peer. Together with [`MAX_PROPERTIES`] it
/// bounds what a connection can make us keep before it has authenticated.
pub const MAX_SIZE: usize = 64 * 1024;

/// Appends one property. A name above 255 octets or a value above 4 GiB has no
/// representation and is left out: the option setter must not let them in.
pub fn append(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    let (Ok(name_len), Ok(value_len)) = (u8::try_from(name.len()), u32::try_from(value.len()))
    else {
        return;
    };
    out.push(name_len);
    out.extend_from_slice(name);
    out.extend_from_slice(&value_len.to_be_bytes());
    out.extend_from_slice(value);
}

/// Reads all properties in their order, duplicates included: the first of a
/// name is the one to show. Empty names and no properties at all are fine;
/// anything cut short is not.
pub fn parse(bytes: &[u8]) -> Result<Vec<Property>, Fault> {
    if bytes.len() > MAX_SIZE {
        return Err(Fault::Metadata);
    }
    let mut properties = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        if properties.len() == MAX_PROPERTIES {
            return Err(Fault::Metadata);
        }
        let (name, value, tail) = split_property(rest).ok_or(Fault::Metadata)?;
        properties.push((name.to_vec(), value.to_vec()));
        rest = tail;
    }
    Ok(properties)
}

fn split_property(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (name_len, rest) = bytes.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(*name_len))?;
    let (value_len, rest) = rest.split_first_chunk::<4>()?;
    let value_len = usize::try_from(u32::from_be_bytes(*value_len)).ok()?;
    let (value, rest) = rest.split_at_checked(value_len)?;
    Some((name, value, rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::zmtp::testing::Noise;

    fn property(name: &[u8], value: &[u8]) -> Property {
        (name.to_vec(), value.to_vec())
    }

    #[test]
    fn properties_read_back_in_order_with_duplicates() {
        let all = [
            property(b"Socket-Type", b"DEALER"),
            property(b"", b"nameless"),
            property(b"X-a", b""),
            property(b"X-a", b"again"),
        ];
        let mut bytes = Vec::new();
        for (name, value) in &all {
            append(name, value, &mut bytes);
        }
        assert_eq!(parse(&bytes).unwrap(), all);
        assert_eq!(parse(&[]).unwrap(), []);
    }

    #[test]
    fn every_cut_through_a_property_is_a_fault() {
        let mut bytes = Vec::new();
        append(b"Identity", b"abc", &mut bytes);
        for cut in 1..bytes.len() {
            assert_eq!(parse(&bytes[..cut]), Err(Fault::Metadata), "cut at {cut}");
        }
        bytes.push(0);
        assert_eq!(parse(&bytes), Err(Fault::Metadata));
    }

    #[test]
    fn a_value_length_of_all_ones_is_a_fault() {
        assert_eq!(parse(b"\x01a\xFF\xFF\xFF\xFFxyz"), Err(Fault::Metadata));
    }

    #[test]
    fn count_and_size_are_bounded() {
        let one = [0, 0, 0, 0, 0];
        assert_eq!(parse(&one.repeat(MAX_PROPERTIES)).unwrap().len(), MAX_PROPERTIES);
        assert_eq!(parse(&one.repeat(MAX_PROPERTIES + 1)), Err(Fault::Metadata));
        let mut big = Vec::new();
        append(b"X", &vec![7; MAX_SIZE - 6], &mut big);
        assert!(parse(&big).is_ok());
        big.clear();
        append(b"X", &vec![7; MAX_SIZE - 5], &mut big);
        assert_eq!(parse(&big), Err(Fault::Metadata));
    }

    #[test]
    fn a_name_that_does_not_fit_is_left_out() {
        let mut bytes = Vec::new();
        append(&[b'n'; 256], b"v", &mut bytes);
        assert!(bytes.is_empty());
        append(&[b'n'; 255], b"v", &mut bytes);
        assert_eq!(parse(&bytes).unwrap().len(), 1);
    }

    #[test]
    fn garbage_never_panics() {
        let mut noise = Noise::new(1);
        for _ in 0..5_000 {
            let _ = parse(&noise.bytes(64));
        }
    }
}
