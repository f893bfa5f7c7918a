use super::*;

/// None: where the kernel has no membarrier there are no batches to test.
fn welcome() -> Option<(BatchWriter, BatchReader)> {
    let (writer, mut reader) = batch();
    reader.welcome(true);
    is_supported().then_some((writer, reader))
}

/// Appends a unit, beginning a segment where it must. The flag: it has.
fn append(writer: &mut BatchWriter, bytes: &[u8]) -> bool {
    let begun = !writer.has_room();
    if begun {
        writer.seal();
        assert!(writer.begin());
    }
    // SAFETY: it has room, and the units of these tests are short.
    unsafe {
        let place = writer.place().expect("not withdrawn");
        ptr::copy_nonoverlapping(bytes.as_ptr(), place.as_ptr(), bytes.len());
        writer.appended(bytes.len());
    }
    begun
}

/// Takes what is there; None: not in a segment, or no longer.
fn take(reader: &mut BatchReader) -> Option<(Vec<u8>, u64)> {
    let Filled { bytes, units } = reader.filled()?;
    let taken = reader.bytes(bytes).to_vec();
    reader.take(bytes, units);
    Some((taken, units))
}

fn is_supported() -> bool {
    barrier::prepare();
    barrier::is_asymmetric()
}

#[test]
fn nobody_begins_unwelcome() {
    let (mut writer, mut reader) = batch();
    barrier::prepare();
    assert!(!writer.begin() && !BatchWriter::default().begin());
    reader.welcome(true);
    assert_eq!(writer.begin(), is_supported());
    reader.welcome(false);
    assert_eq!(writer.is_open(), is_supported(), "what is begun goes on");
}

#[test]
fn units_are_taken_as_they_were_appended_and_counted() {
    let Some((mut writer, mut reader)) = welcome() else { return };
    assert_eq!(reader.filled(), None);
    assert!(append(&mut writer, b"ab"));
    reader.enter();
    assert!(!append(&mut writer, b"c"));
    assert_eq!(take(&mut reader), Some((b"abc".to_vec(), 2)));
    assert_eq!(reader.filled(), Some(Filled { bytes: 0, units: 0 }));
    append(&mut writer, b"d");
    writer.seal();
    assert_eq!(take(&mut reader), Some((b"d".to_vec(), 1)));
    assert!(reader.is_entered());
    assert_eq!((reader.filled(), reader.is_entered()), (None, false));
}

/// Which segment is open.
fn open(writer: &BatchWriter) -> *const Segment {
    writer.segment().map_or(ptr::null(), ptr::from_ref)
}

#[test]
fn a_segment_that_was_left_is_begun_again_and_one_that_was_not_stays() {
    let Some((mut writer, mut reader)) = welcome() else { return };
    append(&mut writer, b"1");
    let first = open(&writer);
    writer.seal();
    append(&mut writer, b"2");
    let second = open(&writer);
    assert_ne!(second, first);
    writer.seal();
    for unit in [b"1", b"2"] {
        reader.enter();
        assert_eq!(take(&mut reader), Some((unit.to_vec(), 1)));
        assert_eq!(take(&mut reader), None);
    }
    append(&mut writer, b"3");
    assert_eq!(open(&writer), second);
}

#[test]
fn memory_is_given_back_when_nothing_is_in_it_and_had_anew() {
    let Some((mut writer, mut reader)) = welcome() else { return };
    append(&mut writer, b"1");
    reader.enter();
    assert!(!reader.reclaim(), "something is there");
    take(&mut reader);
    assert!(reader.reclaim() && reader.reclaim() && !reader.is_entered());
    // SAFETY: it has room as far as it knows.
    assert!(writer.has_room() && unsafe { writer.place() }.is_none());
    writer.seal();
    append(&mut writer, b"2");
    reader.enter();
    assert_eq!(take(&mut reader), Some((b"2".to_vec(), 1)));
    writer.seal();
    assert_eq!(reader.filled(), None);
    assert!(reader.reclaim(), "sealed and left");
    append(&mut writer, b"3");
    reader.enter();
    assert_eq!(take(&mut reader), Some((b"3".to_vec(), 1)));
}

#[test]
fn two_threads_and_many_segments() {
    const MANY: u32 = 100_000;
    let Some((mut writer, mut reader)) = welcome() else { return };
    let (marks, marked) = std::sync::mpsc::channel();
    let producer = std::thread::spawn(move || {
        for number in 0..MANY {
            if append(&mut writer, &number.to_ne_bytes()) {
                marks.send(()).expect("a reader");
            }
        }
        writer.seal();
    });
    let mut next = 0_u32;
    while next < MANY {
        if !reader.is_entered() {
            marked.recv().expect("a mark");
            reader.enter();
        }
        let Some((bytes, units)) = take(&mut reader) else { continue };
        assert_eq!(bytes.len() as u64, 4 * units);
        for number in bytes.chunks(4) {
            assert_eq!(number, next.to_ne_bytes());
            next += 1;
        }
    }
    producer.join().expect("no panic");
}

/// A segment that two consumers take from, both at its mark.
fn shared() -> Option<(BatchWriter, [(BatchWriter, BatchReader); 2])> {
    let mut pairs = [welcome()?, welcome()?];
    let mut shared = BatchWriter::default();
    assert!(shared.begin_shared());
    for (writer, reader) in &mut pairs {
        assert!(writer.join(&shared));
        reader.enter();
    }
    Some((shared, pairs))
}

#[test]
fn a_shared_segment_is_taken_by_each_for_itself() {
    let Some((mut shared, [(mut a, mut from_a), (mut b, mut from_b)])) = shared() else { return };
    append(&mut shared, b"12");
    append(&mut shared, b"3");
    assert_eq!(take(&mut from_a), Some((b"123".to_vec(), 2)));
    assert_eq!((a.units_shared(), a.units_shared()), (2, 0));
    append(&mut shared, b"4");
    assert_eq!(take(&mut from_b), Some((b"1234".to_vec(), 3)));
    assert_eq!((a.units_shared(), b.units_shared()), (1, 3));
    // Who parts ends it for both, and each goes on by itself.
    b.part();
    // SAFETY: it has room.
    assert!(shared.has_room() && unsafe { shared.place() }.is_none());
    assert_eq!((take(&mut from_a), take(&mut from_a)), (Some((b"4".to_vec(), 1)), None));
    assert_eq!((take(&mut from_b), from_b.is_entered()), (None, false));
    assert!(append(&mut b, b"b") && !a.is_open());
    from_b.enter();
    assert_eq!(take(&mut from_b), Some((b"b".to_vec(), 1)));
    assert_eq!(b.units_shared(), 0, "its own segment");
}

#[test]
fn who_withdraws_from_a_shared_segment_leaves_the_rest_to_the_others() {
    let Some((mut shared, [(mut a, mut from_a), (_b, mut from_b)])) = shared() else { return };
    append(&mut shared, b"1");
    assert_eq!(take(&mut from_a), Some((b"1".to_vec(), 1)));
    assert!(from_a.reclaim() && !from_a.is_entered());
    assert!(!from_b.reclaim(), "something is there");
    // SAFETY: it has room.
    assert!(unsafe { shared.place() }.is_none(), "withdrawn, and stays so");
    a.part();
    shared.seal();
    assert_eq!((take(&mut from_b), take(&mut from_b)), (Some((b"1".to_vec(), 1)), None));
    assert!(append(&mut a, b"2"));
    from_a.enter();
    assert_eq!(take(&mut from_a), Some((b"2".to_vec(), 1)));
}

#[test]
fn nobody_joins_unwelcome() {
    let Some((_, mut reader)) = welcome() else { return };
    let (mut writer, _) = batch();
    let mut shared = BatchWriter::default();
    assert!(!writer.join(&shared) && shared.begin_shared() && !writer.join(&shared));
    assert!(!writer.is_welcome() && writer.units_shared() == 0);
    reader.enter();
    assert!(!reader.is_entered());
}
