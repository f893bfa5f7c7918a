use super::*;

#[test]
fn small_bodies_are_inline_and_large_ones_are_not() {
    for len in [0, 1, 47, 48, 49, 1000] {
        let bytes: Vec<u8> = (0..len).map(|i| i as u8).collect();
        let msg = Msg::copy_of(&bytes).unwrap_or_default();
        assert_eq!(msg.data(), &bytes[..]);
        assert_eq!(msg.near().is_some(), len <= INLINE);
    }
}

#[test]
fn skip_drops_bytes_from_the_front() {
    for len in [0, 1, 33, 48, 49, 1000] {
        let bytes: Vec<u8> = (0..len).map(|i| i as u8).collect();
        for n in [0, 1, 33, 2000] {
            let mut msg = Msg::copy_of(&bytes).unwrap_or_default();
            msg.set_more(true);
            msg.skip(n);
            assert_eq!(msg.data(), &bytes[n.min(len)..]);
            assert!(msg.more());
        }
    }
}

#[test]
fn share_marks_both_and_keeps_the_bytes_alive() {
    let mut a = Msg::copy_of(&[7; 100]).unwrap_or_default();
    let b = a.share();
    assert!(a.is_shared() && b.is_shared());
    drop(a);
    assert_eq!(b.data(), &[7; 100]);
}

#[test]
fn small_copies_stay_unshared() {
    let mut a = Msg::copy_of(b"hello").unwrap_or_default();
    let b = a.share();
    assert!(!a.is_shared() && !b.is_shared());
    assert_eq!(b.data(), b"hello");
}

#[test]
fn a_duplicate_has_the_body_and_nothing_else() {
    for len in [0, 5, INLINE, INLINE + 1] {
        let mut msg = Msg::copy_of(&vec![7; len]).unwrap_or_default();
        msg.set_more(true);
        let copy = msg.duplicate().unwrap_or_default();
        assert_eq!((copy.data(), copy.flags()), (msg.data(), 0));
        assert!(len == 0 || copy.data().as_ptr() != msg.data().as_ptr());
    }
}

#[test]
fn the_free_function_runs_once_when_the_last_copy_goes() {
    unsafe extern "C" fn count(_data: *mut libc::c_void, hint: *mut libc::c_void) {
        // SAFETY: the test passes a pointer to its own counter.
        unsafe { *hint.cast::<u32>() += 1 };
    }
    let mut calls = 0u32;
    let mut bytes = [1u8, 2, 3];
    // SAFETY: both outlive the messages.
    let made =
        unsafe { Msg::from_user(bytes.as_mut_ptr(), 3, count, ptr::addr_of_mut!(calls).cast()) };
    let mut msg = made.unwrap_or_default();
    let copy = msg.share();
    drop(msg);
    assert_eq!((calls, copy.data()), (0, &[1u8, 2, 3][..]));
    drop(copy);
    assert_eq!(calls, 1);
}

#[test]
fn a_zeroed_cell_is_not_initialised() {
    let raw = mem::MaybeUninit::<Msg>::zeroed();
    // SAFETY: 64 readable bytes.
    assert!(!unsafe { Msg::is_initialised(raw.as_ptr()) });
    let msg = Msg::new();
    // SAFETY: as above.
    assert!(unsafe { Msg::is_initialised(&msg) });
}

#[test]
fn an_impossible_size_is_enomem() {
    assert_eq!(Msg::with_size(usize::MAX - 8).err(), Some(Errno::ENOMEM));
}
