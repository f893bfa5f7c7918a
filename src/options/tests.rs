//! The table interpreted: ranges, lengths, side effects.

use super::*;

fn options(socket_type: i32) -> Options {
    Options::new(socket_type, &ContextOptions::default())
}

fn set_int(options: &mut Options, id: i32, value: i32) -> Result<()> {
    options.set(id, Some(&value.to_ne_bytes()))
}

fn get_int(options: &Options, id: i32) -> Result<i32> {
    let mut out = [0; 4];
    assert_eq!(options.get(id, &mut out)?, 4);
    Ok(i32::from_ne_bytes(out))
}

fn get_text(options: &Options, id: i32) -> Vec<u8> {
    let mut out = vec![0xff; 300];
    let used = options.get(id, &mut out).unwrap();
    assert!(out[used - 1..].iter().all(|byte| *byte == 0));
    out[..used - 1].to_vec()
}

#[test]
fn linger_default_depends_on_type_and_context() {
    assert_eq!(get_int(&options(DEALER), 17), Ok(-1));
    assert_eq!(get_int(&options(SUB), 17), Ok(0));
    assert_eq!(get_int(&options(DISH), 17), Ok(0));
    let ctx = ContextOptions { blocky: false, ipv6: true, ..Default::default() };
    let from_ctx = Options::new(DEALER, &ctx);
    assert_eq!(get_int(&from_ctx, 17), Ok(0));
    assert_eq!(get_int(&from_ctx, 42), Ok(1));
    assert_eq!(get_int(&from_ctx, 31), Ok(0));
}

#[test]
fn every_int_row_holds_its_range_and_its_length() {
    for row in table() {
        let Setter::Int(_) = row.set else { continue };
        let Some(ty) = (0..21).find(|ty| row.types.contains(*ty)) else { panic!("{}", row.name) };
        let mut o = options(ty);
        assert_eq!(set_int(&mut o, row.id, row.range.min), Ok(()), "{}", row.name);
        assert_eq!(set_int(&mut o, row.id, row.range.max), Ok(()), "{}", row.name);
        if let Some(below) = row.range.min.checked_sub(1) {
            assert_eq!(set_int(&mut o, row.id, below), Err(Errno::EINVAL), "{}", row.name);
        }
        if let Some(above) = row.range.max.checked_add(1) {
            assert_eq!(set_int(&mut o, row.id, above), Err(Errno::EINVAL), "{}", row.name);
        }
        for length in [0, 1, 3, 5, 8] {
            let value = vec![0; length];
            assert_eq!(o.set(row.id, Some(&value)), Err(Errno::EINVAL), "{}", row.name);
        }
        assert_eq!(o.set(row.id, None), Err(Errno::EINVAL), "{}", row.name);
    }
}

// behaviours: 64
#[test]
fn no_option_panics_on_any_length() {
    for id in -1..140 {
        for socket_type in 0..21 {
            let mut o = options(socket_type);
            for length in (0..50).chain([255, 256, 300]) {
                let mut bytes: Vec<u8> = (0..length).map(|i| (i * 7 + id) as u8).collect();
                let _ = o.set(id, Some(&bytes));
                let _ = o.get(id, &mut bytes);
            }
            let _ = o.set(id, None);
            let _ = o.get(id, &mut []);
        }
    }
}

// behaviours: 63
#[test]
fn a_type_specific_option_is_einval_elsewhere() {
    for row in table().iter().filter(|row| row.types != Types::ALL) {
        for ty in (0..21).filter(|ty| !row.types.contains(*ty)) {
            let mut o = options(ty);
            assert_eq!(set_int(&mut o, row.id, 1), Err(Errno::EINVAL), "{} on {ty}", row.name);
        }
    }
}

#[test]
fn heartbeat_ttl_is_kept_in_tenths() {
    let mut o = options(DEALER);
    for (given, read) in [(6_553_599, 6_553_500), (99, 0), (-99, 0), (100, 100), (250, 200)] {
        assert_eq!(set_int(&mut o, 76, given), Ok(()));
        assert_eq!(get_int(&o, 76), Ok(read));
    }
}

#[test]
fn routing_id_is_read_at_its_exact_length() {
    let mut o = options(DEALER);
    let mut out = [0xff; 8];
    assert_eq!(o.get(5, &mut out), Ok(0));
    assert_eq!(o.set(5, Some(b"abc")), Ok(()));
    out.fill(0xff);
    assert_eq!(o.get(5, &mut out), Ok(3));
    assert_eq!(&out, b"abc\0\0\0\0\0");
    assert_eq!(o.get(5, &mut out[..2]), Err(Errno::EINVAL));
    assert_eq!(o.set(5, Some(b"")), Err(Errno::EINVAL));
    assert_eq!(o.set(5, Some(&[1; 256])), Err(Errno::EINVAL));
    assert_eq!(o.set(5, Some(&[0; 255])), Ok(()));
}

#[test]
fn plain_options_choose_mechanism_and_role() {
    let mut o = options(DEALER);
    assert_eq!(set_int(&mut o, 44, 1), Ok(()));
    assert_eq!((get_int(&o, 43), get_int(&o, 44)), (Ok(1), Ok(1)));
    assert_eq!(o.set(45, Some(b"admin")), Ok(()));
    assert_eq!((get_int(&o, 43), get_int(&o, 44)), (Ok(1), Ok(0)));
    assert_eq!(o.set(45, None), Ok(()));
    assert_eq!((get_int(&o, 43), get_text(&o, 45)), (Ok(0), b"admin".to_vec()));
    assert_eq!(o.set(46, Some(b"")), Err(Errno::EINVAL));
}

// behaviours: 276
#[test]
fn curve_keys_come_raw_or_as_z85() {
    let mut o = options(DEALER);
    let text = b"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    assert_eq!(o.set(50, Some(text)), Ok(()));
    assert_eq!(get_int(&o, 43), Ok(2));
    let (mut raw, mut printed) = ([0; 32], [0; 41]);
    assert_eq!(o.get(50, &mut printed), Ok(41));
    assert_eq!((&printed[..40], printed[40]), (&text[..], 0));
    assert_eq!(o.get(50, &mut raw), Ok(32));
    assert_eq!(o.set(48, Some(&raw)), Ok(()));
    assert_eq!(o.curve_public_key, o.curve_server_key);
    assert_eq!(o.set(49, Some(&printed)), Ok(()));
    assert_eq!(*o.curve_secret_key, o.curve_server_key);
    printed[39] = 0;
    assert_eq!(o.set(49, Some(&printed)), Err(Errno::EINVAL));
    assert_eq!(o.set(49, Some(&[b'0'; 123])), Err(Errno::EINVAL));
    assert_eq!(o.get(50, &mut printed[..40]), Err(Errno::EINVAL));
}

// behaviours: 58
#[test]
fn metadata_must_be_an_x_name_and_a_value() {
    let mut o = options(DEALER);
    let long_name = [b"X-".as_slice(), &[b'n'; 254], b":v"].concat();
    for bad in [&b":"[..], b"key:", b":value", b"key", b"", b"name:v", b"X-:v", &long_name] {
        assert_eq!(o.set(95, Some(bad)), Err(Errno::EINVAL));
    }
    assert_eq!(o.set(95, Some(b"X-hello:wo:rld")), Ok(()));
    assert_eq!(o.set(95, Some(b"X-hello:again")), Ok(()));
    assert_eq!(o.metadata.get(&b"X-hello"[..]).map(Vec::as_slice), Some(&b"wo:rld"[..]));
}

#[test]
fn accept_filters_add_up_until_null_clears_them() {
    let mut o = options(DEALER);
    assert_eq!(o.set(38, Some(b"127.0.0.1/8")), Ok(()));
    assert_eq!(o.set(38, Some(b"10.0.0.1")), Ok(()));
    assert_eq!(o.set(38, Some(b"")), Err(Errno::EINVAL));
    assert_eq!(o.set(38, Some(b"10.0.0.1/33")), Err(Errno::EINVAL));
    assert_eq!(o.tcp_accept_filters.len(), 2);
    assert_eq!(o.set(38, None), Ok(()));
    assert!(o.tcp_accept_filters.is_empty());
}

#[test]
fn verbose_and_verboser_write_each_others_half() {
    let mut o = options(XPUB);
    assert_eq!(set_int(&mut o, 78, 1), Ok(()));
    assert!(o.xpub_verbose && o.xpub_verboser);
    assert_eq!(set_int(&mut o, 40, 1), Ok(()));
    assert!(o.xpub_verbose && !o.xpub_verboser);
    assert_eq!(set_int(&mut o, 78, 0), Ok(()));
    assert!(!o.xpub_verbose && !o.xpub_verboser);
}

// hostile: 36, 37
#[test]
fn what_is_not_built_can_be_neither_set_nor_read() {
    for row in table() {
        let mut o = options(ROUTER);
        if matches!(row.state, State::NotBuilt(_) | State::Later(_)) {
            assert_eq!(set_int(&mut o, row.id, 1), Err(Errno::EINVAL), "{}", row.name);
        }
        if matches!(row.state, State::NotBuilt(_)) {
            assert_eq!(get_int(&o, row.id), Err(Errno::EINVAL), "{}", row.name);
        }
    }
}
