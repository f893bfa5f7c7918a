//! Whole handshakes under PLAIN and CURVE, with and without a ZAP handler.

use zeroize::Zeroizing;

use super::*;
use crate::crypto::SecretKey;
use crate::zmtp::fault::ZapReply;

fn plain_client() -> Config {
    let mechanism = mechanism::Config::PlainClient {
        username: b"name".to_vec(),
        password: Zeroizing::new(b"word".to_vec()),
    };
    Config { mechanism, refuse_old_peers: true, ..config(DEALER, b"c") }
}

fn plain_server() -> Config {
    let mechanism = mechanism::Config::PlainServer;
    Config { mechanism, zap: Policy::Required, refuse_old_peers: true, ..config(ROUTER, b"s") }
}

/// Client and server that know each other's keys.
fn curve(zap: Policy) -> (Config, Config) {
    let (client, server) = (SecretKey::new(&[1; 32]), SecretKey::new(&[2; 32]));
    let mechanism = mechanism::Config::CurveClient {
        server_key: server.public(),
        public_key: client.public(),
        secret_key: client,
    };
    let client = Config { mechanism, refuse_old_peers: true, ..config(DEALER, b"c") };
    let mechanism = mechanism::Config::CurveServer { secret_key: server };
    (client, Config { mechanism, zap, refuse_old_peers: true, ..config(ROUTER, b"s") })
}

/// Carries octets both ways, `step` at a time, until neither has more to say or
/// one side faults; whose fault it was: 0 the client's, 1 the server's.
fn converse(sides: [&mut Handshake; 2], step: usize) -> Result<(), (usize, Fault)> {
    loop {
        let mut moved = false;
        for from in [0, 1] {
            let bytes: Vec<u8> = sides[from].output().iter().take(step).copied().collect();
            sides[from].consume_output(bytes.len());
            let into = 1 - from;
            let taken = sides[into].input(&bytes).map_err(|fault| (into, fault))?;
            assert_eq!(taken, bytes.len());
            moved |= !bytes.is_empty();
        }
        if !moved {
            return Ok(());
        }
    }
}

fn answer(status: &'static [u8]) -> [&'static [u8]; 7] {
    [b"", b"1.0", b"1", status, b"", b"somebody", b"\x05Hello\0\0\0\x05World"]
}

#[test]
fn plain_and_curve_complete_however_the_octets_come() {
    for step in [1, 7, 64, 10_000] {
        let (curve_client, curve_server) = curve(Policy::Required);
        for (client, server) in [(plain_client(), plain_server()), (curve_client, curve_server)] {
            let (mut client, mut server) = (Handshake::new(client), Handshake::new(server));
            converse([&mut client, &mut server], step).unwrap();
            assert!(!client.is_complete() && !server.is_complete());
            assert!(server.question().is_some() && client.question().is_none());
            assert_eq!(server.answer(&answer(b"200")), Ok(None));
            converse([&mut client, &mut server], step).unwrap();
            assert!(client.is_complete() && server.is_complete());
            let at_server = server.into_established().unwrap();
            assert_eq!(at_server.routing_id, b"c");
            let user = (b"User-Id".to_vec(), b"somebody".to_vec());
            assert_eq!(at_server.zap_properties, [user, (b"Hello".to_vec(), b"World".to_vec())]);
            let at_client = client.into_established().unwrap();
            assert!(at_client.handshake_event && at_client.zap_properties.is_empty());
        }
    }
}

#[test]
fn curve_seals_what_follows_the_handshake_and_plain_does_not() {
    let (client, server) = curve(Policy::Off);
    let (mut client, mut server) = (Handshake::new(client), Handshake::new(server));
    converse([&mut client, &mut server], 64).unwrap();
    let (client, server) = (client.into_established().unwrap(), server.into_established().unwrap());
    let (Seal::Curve(mut seal), Open::Curve(mut open)) = (client.seal, server.open) else {
        panic!("CURVE seals");
    };
    let mut frame = Vec::new();
    seal.append(false, false, &[b"secret"], &mut frame);
    assert!(!frame.windows(6).any(|window| window == b"secret"));
    let mut body = frame[2..].to_vec();
    open.open(&mut body).unwrap();
    assert!(body.ends_with(b"secret"));
}

#[test]
fn a_refusal_is_told_and_the_peers_going_is_no_failure_then() {
    for (status, event) in [(b"400", 400), (b"500", 500)] {
        let (mut client, mut server) =
            (Handshake::new(plain_client()), Handshake::new(plain_server()));
        converse([&mut client, &mut server], 64).unwrap();
        assert!(server.question().is_some() && !server.has_refused());
        assert_eq!(server.answer(&answer(status)), Ok(Some(event)));
        assert!(server.has_refused());
        let heard = converse([&mut client, &mut server], 64);
        assert_eq!(heard, Err((0, Fault::Refused(Some(event)))));
    }
    let mut server = Handshake::new(plain_server());
    converse([&mut Handshake::new(plain_client()), &mut server], 64).unwrap();
    assert!(server.question().is_some());
    assert_eq!(server.answer(&answer(b"300")), Ok(Some(300)));
    assert!(server.has_refused() && server.output().is_empty());
}

#[test]
fn a_bad_answer_is_a_fault() {
    let mut server = Handshake::new(plain_server());
    converse([&mut Handshake::new(plain_client()), &mut server], 64).unwrap();
    assert!(server.question().is_some());
    let fault = Fault::Zap(ZapReply::Status);
    assert_eq!(server.answer(&answer(b"201")), Err(fault));
    assert_eq!(server.input(b"x"), Err(fault));
}

#[test]
fn what_the_lack_of_a_handler_means_depends_on_the_policy() {
    let mut server = Handshake::new(plain_server());
    converse([&mut Handshake::new(plain_client()), &mut server], 64).unwrap();
    assert!(server.question().is_some());
    assert_eq!(server.no_handler(), Err(Fault::NoZapHandler));

    for (zap, outcome) in
        [(Policy::IfHandled, Ok(())), (Policy::Required, Err(Fault::NoZapHandler))]
    {
        let (client, server) = curve(zap);
        let (mut client, mut server) = (Handshake::new(client), Handshake::new(server));
        converse([&mut client, &mut server], 64).unwrap();
        assert!(server.question().is_some());
        assert_eq!(server.no_handler(), outcome);
    }

    for (zap, complete, failure) in
        [(Policy::IfHandled, true, None), (Policy::Required, false, Some(Fault::NoZapHandler))]
    {
        let mut server = Handshake::new(Config { zap, ..config(ROUTER, b"") });
        let mut client = handshake(DEALER, b"");
        converse([&mut client, &mut server], 64).unwrap();
        assert!(server.question().is_some());
        assert_eq!(server.no_handler(), Ok(()), "NULL waits for the peer to go");
        converse([&mut client, &mut server], 64).unwrap();
        assert_eq!((server.is_complete(), server.take_failure()), (complete, failure));
    }
}

#[test]
fn row_11_mechanisms_must_be_the_same() {
    let (curve_client, curve_server) = curve(Policy::Off);
    let all = [config(DEALER, b""), plain_client(), curve_client];
    let servers = [config(ROUTER, b""), plain_server(), curve_server];
    for (i, client) in all.iter().enumerate() {
        for (j, server) in servers.iter().enumerate() {
            let mut client = Handshake::new(client.clone());
            let outcome = converse([&mut client, &mut Handshake::new(server.clone())], 64);
            assert_eq!(outcome.is_ok(), i == j, "{i} {j}");
            let mismatch = |(_, fault)| fault == Fault::MechanismMismatch;
            assert!(outcome.err().is_none_or(mismatch));
        }
    }
}

// behaviours: 279
#[test]
fn row_4_no_peer_is_too_old_to_be_refused() {
    let (curve_client, curve_server) = curve(Policy::Off);
    for config in [plain_client(), plain_server(), curve_client, curve_server] {
        for (peer, version) in peers() {
            if !version.has_mechanism() {
                let fault = Handshake::new(config.clone()).input(&peer).unwrap_err();
                assert_eq!(fault, Fault::OldPeer);
            }
        }
    }
}

// behaviours: 268
#[test]
fn two_servers_wait_for_each_other() {
    let (mut a, mut b) = (Handshake::new(plain_server()), Handshake::new(plain_server()));
    assert_eq!(converse([&mut a, &mut b], 64), Ok(()));
    assert!(!a.is_complete() && !b.is_complete());
}

#[test]
fn noise_in_place_of_commands_never_panics() {
    let mut noise = crate::zmtp::testing::Noise::new(3);
    let (curve_client, curve_server) = curve(Policy::Off);
    for config in [plain_client(), plain_server(), curve_client, curve_server] {
        for _ in 0..500 {
            let mut ours = Handshake::new(config.clone());
            let mut greeting = hex("FF 00*7 01 7F 03 01");
            greeting.extend_from_slice(&config.mechanism.greeting_name());
            greeting.resize(64, 0);
            ours.input(&greeting).unwrap();
            let names: [&[u8]; 5] =
                [b"\x05HELLO", b"\x07WELCOME", b"\x08INITIATE", b"\x05READY", b"\x05ERROR"];
            for name in names {
                let tail = noise.bytes(300);
                let mut bytes = Vec::new();
                frame::append(Framing::V2, true, &[name, &tail], &mut bytes);
                if ours.input(&bytes).is_err() {
                    break;
                }
            }
        }
    }
}
