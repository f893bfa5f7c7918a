//! Sealing and opening CURVE's boxes under a precomputed key with three
//! libraries; the least time of many runs, in nanoseconds.

use std::hint::black_box;
use std::time::Instant;

use crypto_secretbox::KeyInit;
use crypto_secretbox::aead::AeadInPlace;
use dryoc::classic::crypto_box as dry;
use dryoc::classic::crypto_core;

unsafe extern "C" {
    fn sodium_init() -> i32;
    fn crypto_box_beforenm(key: *mut u8, public: *const u8, secret: *const u8) -> i32;
    fn crypto_box_easy_afternm(c: *mut u8, m: *const u8, n: u64, nonce: *const u8, key: *const u8)
    -> i32;
    fn crypto_box_open_easy_afternm(
        m: *mut u8,
        c: *const u8,
        n: u64,
        nonce: *const u8,
        key: *const u8,
    ) -> i32;
}

const KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 24] = [9; 24];

fn best(count: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..15 {
        let start = Instant::now();
        for _ in 0..count {
            work();
        }
        best = best.min(start.elapsed().as_secs_f64() / count as f64);
    }
    best * 1e9
}

fn row(name: &str, size: usize, seal: f64, open: f64) {
    println!("| {name} | {size} | {seal:.0} | {open:.0} | {:.0} |", size as f64 / seal * 1e3);
}

fn libsodium(size: usize, count: usize) {
    let (plain, mut sealed) = (vec![1u8; size], vec![0u8; size + 16]);
    let seal = best(count, || {
        // SAFETY: the buffers have the sizes that the manual asks for.
        let rc = unsafe {
            crypto_box_easy_afternm(
                sealed.as_mut_ptr(),
                plain.as_ptr(),
                size as u64,
                NONCE.as_ptr(),
                KEY.as_ptr(),
            )
        };
        assert_eq!(rc, 0);
    });
    let mut opened = vec![0u8; size];
    let open = best(count, || {
        // SAFETY: as above.
        let rc = unsafe {
            crypto_box_open_easy_afternm(
                opened.as_mut_ptr(),
                sealed.as_ptr(),
                (size + 16) as u64,
                NONCE.as_ptr(),
                KEY.as_ptr(),
            )
        };
        assert_eq!(rc, 0);
    });
    row("libsodium", size, seal, open);
}

fn rust_crypto(size: usize, count: usize) {
    let cipher = crypto_secretbox::XSalsa20Poly1305::new(&KEY.into());
    let mut data = vec![1u8; size];
    let seal = best(count, || {
        black_box(cipher.encrypt_in_place_detached(&NONCE.into(), b"", &mut data)).unwrap();
    });
    let mut sealed = vec![1u8; size];
    let tag = cipher.encrypt_in_place_detached(&NONCE.into(), b"", &mut sealed).unwrap();
    let open = best(count, || {
        data.copy_from_slice(&sealed);
        cipher.decrypt_in_place_detached(&NONCE.into(), b"", &mut data, &tag).unwrap();
    });
    row("RustCrypto crypto_box", size, seal, open);
}

fn dryoc(size: usize, count: usize) {
    let (mut data, mut mac) = (vec![1u8; size], [0u8; 16]);
    let seal = best(count, || {
        dry::crypto_box_detached_afternm_inplace(&mut data, &mut mac, &NONCE, &KEY);
    });
    let mut sealed = vec![1u8; size];
    dry::crypto_box_detached_afternm_inplace(&mut sealed, &mut mac, &NONCE, &KEY);
    let open = best(count, || {
        data.copy_from_slice(&sealed);
        dry::crypto_box_open_detached_afternm_inplace(&mut data, &mac, &NONCE, &KEY).unwrap();
    });
    row("dryoc", size, seal, open);
}

fn main() {
    // SAFETY: no preconditions.
    assert!(unsafe { sodium_init() } >= 0);
    println!("| library | bytes | seal ns | open ns | seal MB/s |\n|---|---|---|---|---|");
    for (size, count) in [(64, 20_000), (1024, 10_000), (65_536, 300)] {
        libsodium(size, count);
        rust_crypto(size, count);
        dryoc(size, count);
    }
    let secret = [3; 32];
    let mut public = [0; 32];
    crypto_core::crypto_scalarmult_base(&mut public, &secret);
    let mut key = [0; 32];
    // SAFETY: three keys of 32 bytes.
    let sodium = best(300, || unsafe {
        crypto_box_beforenm(key.as_mut_ptr(), public.as_ptr(), secret.as_ptr());
    });
    let rust = best(300, || {
        black_box(crypto_box::SalsaBox::new(&public.into(), &secret.into()));
    });
    let dry = best(300, || {
        black_box(dry::crypto_box_beforenm(&public, &secret)).unwrap();
    });
    println!("\nkey agreement, us: libsodium {:.0}, RustCrypto {:.0}, dryoc {:.0}", sodium / 1e3, rust / 1e3, dry / 1e3);
}
