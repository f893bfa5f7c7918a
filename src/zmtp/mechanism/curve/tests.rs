//! Byte tables V1 to V9, computed by another implementation from fixed keys and
//! nonces, and everything that can be wrong with a command.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::client::{Fresh as ClientFresh, READY_PURPOSE};
use super::server::Fresh as ServerFresh;
use super::*;
use crate::crypto::{BoxKey, PublicKey, SecretKey};
use crate::zmtp::command;
use crate::zmtp::fault::{Fault, Part};
use crate::zmtp::greeting::PeerVersion;
use crate::zmtp::mechanism::{Finished, Open, Own, Seal};
use crate::zmtp::socket_type::{DEALER, PUB, ROUTER};
use crate::zmtp::testing::hex;
use crate::zmtp::zap::{Question, Status};

const S: &str = "54fcba24e93249969316fb617c872bb0c1d1ff14800427c594cbfacf1bc2d652";
const S_SECRET: &str = "8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7";
const C: &str = "bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518";
const C_SECRET: &str = "7bb864b489afa3671fbe69101f94b38972f24816dfb01b51656b3fec8dfd0888";
const C_SHORT: &str = "42575d5c8a93833255e09f04054a4f6246d36ed163c1c7f80c1fc9a58a0e912d";

const V1: &str = "05 48454c4c4f 0100 00*72
     42575d5c8a93833255e09f04054a4f6246d36ed163c1c7f80c1fc9a58a0e912d 0000000000000001
     bf25c83b05463d0ec9585e554c2dd6c5ae4e66c1f5aaaf06a4bd13ef3d463d8b12dafc8714f3a2adfe993c9f6e7230e4
     996be9671c9dfd0582e117646939cd08d45dbb8983fffd5889dd5e912f9ffa79";
const COOKIE: &str = "101112131415161718191a1b1c1d1e1f
     377816fa1de676a5ef736572372f9d3b6a5401b674d86a8b598095fcd9e53708b1390839b7a7ba0db982bf9905ba63ba
     8515b1c90baa3a6bfc5024ff02d04e72f4376d0ef8aaf079a551cecfb29a8fbb";
const V2: &str = "07 57454c434f4d45 000102030405060708090a0b0c0d0e0f
     94079ab2b983c0790868db13dd24f3aff72813b3cbc31f24e9017e850fea5418173c1709b278e98a17e1f6b03641f87b
     30e78dd2a80781d7c578060e553677e3a6d088b95b162ba9f391a9113c99f7037794b46f8611b9939ae9a1c08ef106a6
     b30e450083751215313a898c8f822d9b8a8d36bee08896f7675af3dffff72989a47566d8c85445edb4c433f8c0fccdaa";
const V3: &str = "08 494e495449415445
     101112131415161718191a1b1c1d1e1f
     377816fa1de676a5ef736572372f9d3b6a5401b674d86a8b598095fcd9e53708b1390839b7a7ba0db982bf9905ba63ba
     8515b1c90baa3a6bfc5024ff02d04e72f4376d0ef8aaf079a551cecfb29a8fbb
     0000000000000002
     482500c0e531065c2e03a2202361e6b119032192317b13faa3a4dd205086d72b0d8be57f5f967aab95fecb72b58fe2ed
     907c4c89cb3656a8e778cee120e5ecf653bc877524f6f798d987b449f937132e032b23b43c00ea18f03fa1ee03a53c1c
     299ebcd9323e7496ab850f69f6bb6e02c0db2b0a7b7a6eaa8ec7a730f5b0eb19f57c8faae53fd99d7cd030feba1689a4
     c0b11cbabe31d1d00cc554c3aa2b323fc9d35a4571c6b8cb9667b3dc8f8c96086453a5";
const V4: &str = "05 5245414459 0000000000000001
     d4b6473ccec00a899e0fd1cab7ad2dea2740b55a9544b1201b2683cdf511586ba59b7fba401713ce4a87d4d098d43ef4826ffe";

fn key(text: &str) -> PublicKey {
    hex(text).try_into().unwrap()
}

fn range(first: u8) -> LongNonce {
    std::array::from_fn(|i| first + i as u8)
}

fn own(socket_type: u8) -> Own {
    Own { socket_type, ..Own::default() }
}

fn client_of(server_key: &str) -> Client {
    let (server_key, public_key) = (key(server_key), key(C));
    let secret_key = SecretKey::new(&key(C_SECRET));
    let keys =
        ClientKeys { server_key: &server_key, public_key: &public_key, secret_key: &secret_key };
    let fresh = ClientFresh { secret: SecretKey::new(&[0xC1; 32]), vouch_nonce: range(0x20) };
    Client::with(&own(DEALER), keys, fresh)
}

fn client() -> Client {
    client_of(S)
}

fn server_asking(asks: bool) -> Server {
    let fresh = ServerFresh {
        secret: SecretKey::new(&[0x51; 32]),
        cookie_key: [0x7A; 32],
        cookie_nonce: range(0x10),
        welcome_nonce: range(0x00),
    };
    Server::with(&own(ROUTER), &SecretKey::new(&key(S_SECRET)), asks, fresh)
}

fn server() -> Server {
    server_asking(false)
}

/// A server that has sent WELCOME.
fn welcoming(asks: bool) -> Server {
    let mut server = server_asking(asks);
    server.process_command(&hex(V1)).unwrap();
    assert!(server.next_command().is_some());
    server
}

/// A client that has sent INITIATE.
fn initiating() -> Client {
    let mut client = client();
    assert!(client.next_command().is_some());
    client.process_command(&hex(V2)).unwrap();
    assert!(client.next_command().is_some());
    client
}

/// The halves of both sides of an established connection: client, server.
fn traffic() -> [(Sealer, Opener); 2] {
    let mut server = welcoming(false);
    server.process_command(&hex(V3)).unwrap();
    assert!(server.next_command().is_some());
    let mut client = initiating();
    client.process_command(&hex(V4)).unwrap();
    [client.finish(), server.finish()].map(|done| halves(done.unwrap()))
}

fn halves(done: Finished) -> (Sealer, Opener) {
    let (Seal::Curve(sealer), Open::Curve(opener)) = (done.seal, done.open) else {
        unreachable!("CURVE seals")
    };
    (*sealer, *opener)
}

fn sealed(sealer: &mut Sealer, more: bool, command: bool, payload: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    sealer.append(more, command, payload, &mut out);
    out
}

/// Opens a frame that has a short header.
fn opened(opener: &mut Opener, frame: &[u8]) -> Result<(Opened, Vec<u8>), Fault> {
    let mut body = frame[2..].to_vec();
    let opened = opener.open(&mut body)?;
    Ok((opened, body[OVERHEAD..].to_vec()))
}

#[test]
fn v1_to_v4_the_handshake() {
    let (mut client, mut server) = (client(), server());
    let hello = client.next_command().unwrap();
    assert_eq!((hello.len(), &hello), (200, &hex(V1)));
    assert!(client.next_command().is_none() && client.finish().is_none());
    server.process_command(&hello).unwrap();
    let welcome = server.next_command().unwrap();
    assert_eq!((welcome.len(), &welcome), (168, &hex(V2)));
    client.process_command(&welcome).unwrap();
    let initiate = client.next_command().unwrap();
    assert_eq!((initiate.len(), &initiate), (292, &hex(V3)));
    assert_eq!(initiate[9..9 + COOKIE_LEN], hex(COOKIE));
    assert_eq!(key(C_SHORT), SecretKey::new(&[0xC1; 32]).public());
    server.process_command(&initiate).unwrap();
    assert_eq!(server.question(), None);
    let ready = server.next_command().unwrap();
    assert_eq!((ready.len(), &ready), (65, &hex(V4)));
    client.process_command(&ready).unwrap();
    for (done, socket_type) in [(client.finish(), "ROUTER"), (server.finish(), "DEALER")] {
        let told = (b"Socket-Type".to_vec(), socket_type.as_bytes().to_vec());
        assert!(done.unwrap().peer.properties.contains(&told));
    }
    assert!(client.finish().is_none() && server.finish().is_none());
}

#[test]
fn v5_to_v9_the_traffic() {
    let [(mut client, mut from_server), (mut server, mut from_client)] = traffic();
    let v5 = sealed(&mut client, false, false, &[b"hi"]);
    let text = "00 23 07 4d455353414745 0000000000000003 e284b81a59552864b042faf5b55fe68c43e6fa";
    assert_eq!(v5, hex(text));
    let v6 = sealed(&mut server, true, false, &[]);
    let text = "00 21 07 4d455353414745 0000000000000002 c585c7c6422fbb8f98674fe9cad18db197";
    assert_eq!(v6, hex(text));
    let v7 = sealed(&mut client, false, true, &[b"\x04PING\0\0"]);
    let text = "00 28 07 4d455353414745 0000000000000004
         09310c943c9917798e665256bfe2e6c66c53a205483e1d8e";
    assert_eq!(v7, hex(text));
    let (prefix, is_command) = command::subscription_body(true, PeerVersion::V3_1);
    let v8 = sealed(&mut client, false, is_command, &[prefix, b"A"]);
    let text = "00 2c 07 4d455353414745 0000000000000005
         f125f42aeb30c45437971d7d4058bbb3f163269ec22d3e9e83413443";
    assert_eq!(v8, hex(text));

    let plain = Opened { more: false, command: false };
    assert_eq!(opened(&mut from_client, &v5), Ok((plain, b"hi".to_vec())));
    assert_eq!(opened(&mut from_server, &v6), Ok((Opened { more: true, ..plain }, Vec::new())));
    let ping = (Opened { command: true, ..plain }, b"\x04PING\0\0".to_vec());
    assert_eq!(opened(&mut from_client, &v7), Ok(ping));
    let subscribe = (Opened { command: true, ..plain }, b"\x09SUBSCRIBEA".to_vec());
    assert_eq!(opened(&mut from_client, &v8), Ok(subscribe));
}

#[test]
fn v9_a_subscription_to_a_3_0_peer_is_a_message() {
    let [(mut client, _), (_, mut from_client)] = traffic();
    let _ = [(); 2].map(|()| sealed(&mut client, false, false, &[]));
    let (prefix, is_command) = command::subscription_body(true, PeerVersion::V3_0);
    let v9 = sealed(&mut client, false, is_command, &[prefix, b"A"]);
    let text = "00 23 07 4d455353414745 0000000000000005 5dd2a188062912c993520e7b92e73a8cf36b34";
    assert_eq!(v9, hex(text));
    let (flags, body) = opened(&mut from_client, &v9).unwrap();
    assert_eq!((flags.command, body), (false, b"\x01A".to_vec()));
}

// behaviours: 278
#[test]
fn frames_of_every_size_and_flag_come_through() {
    let [(mut sealer, _), (_, mut opener)] = traffic();
    for len in [0, 1, 31, 63, 64, 222, 223, 255, 256, 2048, 100_000] {
        for (more, command) in [(false, false), (true, false), (false, true), (true, true)] {
            let payload = vec![len as u8; len];
            let frame = sealed(&mut sealer, more, command, &[&payload]);
            let header_len = if len + OVERHEAD > 255 { 9 } else { 2 };
            let mut body = frame[header_len..].to_vec();
            assert_eq!(opener.open(&mut body), Ok(Opened { more, command }));
            assert_eq!(body[OVERHEAD..], payload);
        }
    }
}

#[test]
fn row_28_a_hello_for_another_server_does_not_open() {
    let hello = client_of(C).next_command().unwrap();
    assert_eq!(server().process_command(&hello), Err(Fault::Cryptographic));
}

// behaviours: 275
#[test]
fn a_malformed_hello_is_told_apart() {
    let good = hex(V1);
    let with = |at: usize, byte: u8| {
        let mut bad = good.clone();
        bad[at] = byte;
        bad
    };
    let table = [
        (Vec::new(), Fault::Malformed(Part::Structure)),
        (vec![5], Fault::Malformed(Part::Structure)),
        (b"\x05HELL".to_vec(), Fault::Malformed(Part::Structure)),
        (with(1, b'h'), Fault::UnexpectedCommand),
        (with(0, 4), Fault::UnexpectedCommand),
        (good[..199].to_vec(), Fault::Malformed(Part::Hello)),
        ([&good[..], b"x"].concat(), Fault::Malformed(Part::Hello)),
        (b"\x05HELLO".to_vec(), Fault::Malformed(Part::Hello)),
        (with(6, 2), Fault::Malformed(Part::Hello)),
        (with(7, 1), Fault::Malformed(Part::Hello)),
        (with(80, 0), Fault::Cryptographic),
        (with(119, 2), Fault::Cryptographic),
        (with(150, 0), Fault::Cryptographic),
    ];
    for (body, fault) in table {
        assert_eq!(server().process_command(&body), Err(fault));
    }
    assert_eq!(server().process_command(&with(40, 9)), Ok(()), "padding may be anything");
    let mut zero_key = good.clone();
    zero_key[80..112].fill(0);
    assert_eq!(server().process_command(&zero_key), Err(Fault::Cryptographic));
}

// behaviours: 275
// hostile: 30
#[test]
fn row_30_a_malformed_initiate_is_told_apart() {
    let good = hex(V3);
    let with = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1;
        bad
    };
    let table = [
        (Vec::new(), Fault::Malformed(Part::Structure)),
        (b"\x08INITIAT".to_vec(), Fault::Malformed(Part::Structure)),
        (with(3), Fault::UnexpectedCommand),
        (good[..256].to_vec(), Fault::Malformed(Part::Initiate)),
        (with(9), Fault::Cryptographic),
        (with(60), Fault::Cryptographic),
        (with(112), Fault::Cryptographic),
        (with(113), Fault::Cryptographic),
        (with(200), Fault::Cryptographic),
        (good[..290].to_vec(), Fault::Cryptographic),
    ];
    for (body, fault) in table {
        assert_eq!(welcoming(false).process_command(&body), Err(fault));
    }
}

/// INITIATE made by hand from what its box holds.
fn initiate(vouched: &[u8], vouch_key: &BoxKey, metadata: &[u8]) -> Vec<u8> {
    let short = SecretKey::new(&[0xC1; 32]);
    let server_short = SecretKey::new(&[0x51; 32]).public();
    let vouch = vouch_key.seal(&random(b"VOUCH---", &range(9)), vouched);
    let plain: [&[u8]; 4] = [&key(C), &range(9), &vouch, metadata];
    let box_key = BoxKey::agree(&server_short, &short).unwrap();
    let sealed = box_key.seal(&counted(b"CurveZMQINITIATE", 7), &plain.concat());
    let parts: [&[u8]; 4] = [INITIATE, &hex(COOKIE), &7_u64.to_be_bytes(), &sealed];
    parts.concat()
}

// hostile: 31
#[test]
fn row_31_a_vouch_for_another_key_is_a_key_exchange_error() {
    let server_short = SecretKey::new(&[0x51; 32]).public();
    let genuine = BoxKey::agree(&server_short, &SecretKey::new(&key(C_SECRET))).unwrap();
    let forged = BoxKey::agree(&server_short, &SecretKey::new(&[1; 32])).unwrap();
    let right = [key(C_SHORT), key(S)].concat();
    let no_s = [key(C_SHORT), [0; 32]].concat();
    let wrong = [key(C), key(S)].concat();
    let dealer = own(DEALER).metadata();
    let table = [
        (initiate(&right, &genuine, &dealer), Ok(())),
        (initiate(&right, &genuine, b""), Ok(())),
        (initiate(&no_s, &genuine, &dealer), Ok(())),
        (initiate(&wrong, &genuine, &dealer), Err(Fault::KeyExchange)),
        (initiate(&right, &forged, &dealer), Err(Fault::Cryptographic)),
        (initiate(&right, &genuine, b"\x01"), Err(Fault::Metadata)),
        (
            initiate(&right, &genuine, &own(PUB).metadata()),
            Err(Fault::SocketTypeMismatch(Some(PUB))),
        ),
    ];
    for (body, outcome) in table {
        assert_eq!(welcoming(false).process_command(&body), outcome);
    }
}

#[test]
fn the_handler_is_asked_about_the_long_term_key() {
    let table = [
        (Status::Welcome, Some(hex(V4)), true),
        (Status::Later, None, false),
        (Status::Denied, Some(b"\x05ERROR\x03400".to_vec()), false),
        (Status::Trouble, Some(b"\x05ERROR\x03500".to_vec()), false),
    ];
    for (status, command, complete) in table {
        let mut server = welcoming(true);
        server.process_command(&hex(V3)).unwrap();
        assert!(server.next_command().is_none());
        assert_eq!(server.process_command(&hex(V3)), Err(Fault::OutOfTurn));
        let credentials = vec![key(C).to_vec()];
        assert_eq!(server.question(), Some(Question { mechanism: b"CURVE", credentials }));
        assert_eq!((server.question(), server.next_command()), (None, None));
        server.answer(status);
        assert_eq!(server.next_command(), command);
        assert_eq!(server.process_command(&hex(V3)), Err(Fault::OutOfTurn));
        assert_eq!(server.finish().is_some(), complete);
    }
}

#[test]
fn what_a_server_may_answer_a_hello_with() {
    let good = hex(V2);
    let mut flipped = good.clone();
    flipped[100] ^= 1;
    let table = [
        (good[..167].to_vec(), Fault::Cryptographic),
        ([&good[..], b"x"].concat(), Fault::Cryptographic),
        (flipped, Fault::Cryptographic),
        (hex(V4), Fault::Cryptographic),
        (b"\x05READY".to_vec(), Fault::Malformed(Part::Ready)),
        (hex(V1), Fault::UnexpectedCommand),
        (Vec::new(), Fault::UnexpectedCommand),
        (b"\x05ERROR\x03400".to_vec(), Fault::Refused(Some(400))),
        // A reason length of libzmq 4.1.0 to 4.2.2 that is not the reason's.
        (b"\x05ERROR\x20400".to_vec(), Fault::Malformed(Part::Error)),
    ];
    for (body, fault) in table {
        let mut client = client();
        assert!(client.next_command().is_some());
        assert_eq!(client.process_command(&body), Err(fault));
    }
}

#[test]
fn what_a_server_may_answer_an_initiate_with() {
    let key = BoxKey::agree(&SecretKey::new(&[0x51; 32]).public(), &SecretKey::new(&[0xC1; 32]));
    let ready = |metadata: &[u8]| {
        let sealed = key.as_ref().unwrap().seal(&counted(READY_PURPOSE, 5), metadata);
        [READY, &5_u64.to_be_bytes(), &sealed].concat()
    };
    let mut flipped = hex(V4);
    flipped[40] ^= 1;
    let table = [
        (hex(V4), Ok(())),
        (ready(b""), Ok(())),
        (ready(b"\x01"), Err(Fault::ServerMetadata)),
        (ready(&own(PUB).metadata()), Err(Fault::ServerMetadata)),
        (hex(V4)[..29].to_vec(), Err(Fault::Malformed(Part::Ready))),
        (hex(V4)[..40].to_vec(), Err(Fault::Cryptographic)),
        (flipped, Err(Fault::Cryptographic)),
        (hex(V2), Err(Fault::UnexpectedCommand)),
        (b"\x05ERROR\x03500".to_vec(), Err(Fault::Refused(Some(500)))),
    ];
    for (body, outcome) in table {
        assert_eq!(initiating().process_command(&body), outcome);
    }
}

#[test]
fn a_server_key_that_is_none_stalls_the_client_and_is_told_once() {
    let mut client = client_of(&"00".repeat(32));
    assert!(client.next_command().is_none());
    assert_eq!(client.take_failure(), Some(Fault::Cryptographic));
    assert!(client.next_command().is_none());
    assert_eq!(client.take_failure(), None);
}

#[test]
fn rows_32_33_34_bad_messages_are_told_apart() {
    let [(mut sealer, _), (_, mut opener)] = traffic();
    let good = sealed(&mut sealer, false, false, &[b"hi"]);
    let later = sealed(&mut sealer, false, false, &[b"ho"]);
    let flipped = |at: usize| {
        let mut bad = good.clone();
        bad[2 + at] ^= 1;
        bad
    };
    let frame = |body: &[u8]| [&[0, body.len() as u8], body].concat();
    let table = [
        (frame(b""), Fault::Malformed(Part::Structure)),
        (frame(b"A"), Fault::Malformed(Part::Structure)),
        (frame(b"\x07MESSAG"), Fault::Malformed(Part::Structure)),
        (frame(b"\x04PING\0\0"), Fault::UnexpectedCommand),
        (flipped(3), Fault::UnexpectedCommand),
        (frame(&good[2..34]), Fault::Malformed(Part::Message)),
        (frame(&good[2..10]), Fault::Malformed(Part::Message)),
        (flipped(15), Fault::InvalidSequence),
        (flipped(14), Fault::Cryptographic),
        (flipped(16), Fault::Cryptographic),
        (flipped(33), Fault::Cryptographic),
    ];
    for (bytes, fault) in table {
        assert_eq!(opened(&mut traffic()[1].1, &bytes).map(|_| ()), Err(fault));
    }
    assert!(opened(&mut opener, &later).is_ok(), "gaps are allowed");
    assert_eq!(opened(&mut opener, &later).map(|_| ()), Err(Fault::InvalidSequence));
    assert_eq!(opened(&mut opener, &good).map(|_| ()), Err(Fault::InvalidSequence));
}
