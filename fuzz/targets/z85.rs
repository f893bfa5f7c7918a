//! Z85: what decodes encodes to the same text, and what encodes decodes to the
//! same bytes.

use zmq::errno::Errno;
use zmq::z85;

const ALPHABET: &[u8] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

pub fn target(data: &[u8]) {
    match z85::encode(data) {
        Ok(text) => {
            assert!(data.len().is_multiple_of(4) && text.len() == data.len() / 4 * 5);
            let back = z85::decode(text.as_bytes());
            assert!(data.is_empty() || back.as_deref() == Ok(data));
        }
        Err(errno) => assert!(errno == Errno::EINVAL && !data.len().is_multiple_of(4)),
    }
    decode(data);
    // Text that is more often right: every byte a character.
    let text: Vec<u8> = data.iter().map(|byte| ALPHABET[usize::from(*byte) % 85]).collect();
    decode(&text);
}

fn decode(text: &[u8]) {
    let group = |group: &[u8]| {
        let digits = group.iter().map(|c| ALPHABET.iter().position(|known| known == c));
        digits
            .map(|digit| digit.map(|digit| digit as u64))
            .reduce(|sum, digit| Some(sum? * 85 + digit?))?
    };
    let groups: Option<Vec<u64>> = text.chunks(5).map(group).collect();
    let fits = |groups: &Vec<u64>| groups.iter().all(|group| *group <= u64::from(u32::MAX));
    let good = !text.is_empty() && text.len().is_multiple_of(5) && groups.is_some_and(|g| fits(&g));
    match z85::decode(text) {
        Ok(bytes) => {
            assert!(good && bytes.len() == text.len() / 5 * 4);
            assert_eq!(z85::encode(&bytes).unwrap().as_bytes(), text);
        }
        Err(errno) => assert!(errno == Errno::EINVAL && !good),
    }
}
