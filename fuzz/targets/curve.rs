//! CURVE with a peer that knows its keys, so that what is inside the boxes is
//! fuzzed too: sound boxes with sound contents complete the handshake, and one
//! octet changed anywhere that counts is a fault.

use std::sync::OnceLock;

use zmq::crypto::{BoxKey, PublicKey, SecretKey};
use zmq::zmtp::handshake::{Config, Established, Handshake};
use zmq::zmtp::mechanism::curve::OVERHEAD;
use zmq::zmtp::mechanism::{self, Open, Peer, Seal};
use zmq::zmtp::zap::Policy;
use zmq::zmtp::{Fault, Framing, frame};

use super::script::Script;

const DEALER: u8 = 5;
const ROUTER: u8 = 6;

/// Secrets: the server's, the client's, and of the peer that is played for the
/// one connection.
const SERVER: [u8; 32] = [2; 32];
const CLIENT: [u8; 32] = [1; 32];
const SHORT: [u8; 32] = [3; 32];

fn public(secret: &[u8; 32]) -> PublicKey {
    SecretKey::new(secret).public()
}

/// Public keys of SERVER, CLIENT and SHORT.
fn publics() -> &'static [PublicKey; 3] {
    static PUBLICS: OnceLock<[PublicKey; 3]> = OnceLock::new();
    PUBLICS.get_or_init(|| [public(&SERVER), public(&CLIENT), public(&SHORT)])
}

fn config(socket_type: u8, mechanism: mechanism::Config, zap: Policy) -> Config {
    Config {
        socket_type,
        routing_id: b"id".to_vec(),
        max_msg_size: -1,
        refuse_old_peers: true,
        app_properties: Vec::new(),
        mechanism,
        zap,
    }
}

fn ours_as_server(zap: Policy) -> Handshake {
    let mechanism = mechanism::Config::CurveServer { secret_key: SecretKey::new(&SERVER) };
    Handshake::new(config(ROUTER, mechanism, zap))
}

fn ours_as_client() -> Handshake {
    let [server_key, public_key, _] = *publics();
    let secret_key = SecretKey::new(&CLIENT);
    let mechanism = mechanism::Config::CurveClient { server_key, public_key, secret_key };
    Handshake::new(config(DEALER, mechanism, Policy::Off))
}

fn greet(ours: &mut Handshake) {
    let mut greeting = b"\xFF\0\0\0\0\0\0\0\x01\x7F\x03\x01CURVE".to_vec();
    greeting.resize(64, 0);
    assert_eq!(ours.input(&greeting), Ok(64));
}

/// What ours says as a command, behind its greeting.
fn command(ours: &mut Handshake) -> Vec<u8> {
    let said = ours.output().to_vec();
    ours.consume_output(said.len());
    let said = if said.starts_with(b"\xFF") { &said[64..] } else { &said[..] };
    let Ok(frame::Parsed::Frame(header)) = frame::parse(Framing::V2, said) else {
        return Vec::new();
    };
    said[header.header_len..].to_vec()
}

fn tell(ours: &mut Handshake, body: &[u8]) -> Result<usize, Fault> {
    let mut header = [0; frame::MAX_HEADER];
    let n = frame::write_header(Framing::V2, false, true, body.len(), &mut header);
    ours.input(&[&header[..n], body].concat())
}

fn nonce(purpose: &[u8], tail: &[u8]) -> [u8; 24] {
    [purpose, tail].concat().try_into().unwrap()
}

/// Changes one octet, if the script says so. True: one that counts, which the
/// first `skipped` do not.
fn damage(script: &mut Script, body: &mut [u8], idle: std::ops::Range<usize>) -> bool {
    let (place, change) = (usize::from(script.word()), script.byte());
    if place < 0x8000 || change == 0 {
        return false;
    }
    let place = place % body.len();
    body[place] ^= change;
    !idle.contains(&place)
}

pub fn server(data: &[u8]) {
    let mut script = Script(data);
    let kind = script.byte();
    let zap = if kind & 1 == 0 { Policy::Off } else { Policy::IfHandled };
    let mut ours = ours_as_server(zap);
    greet(&mut ours);
    let [server_key, client_key, short_key] = *publics();
    let key = BoxKey::agree(&server_key, &SecretKey::new(&SHORT)).unwrap();

    let counter = script.number().to_be_bytes();
    let zeros = if kind & 2 == 0 { [0; 64] } else { [7; 64] };
    let sealed = key.seal(&nonce(b"CurveZMQHELLO---", &counter), &zeros);
    let mut hello = [b"\x05HELLO\x01\0", &[0; 72][..], &short_key, &counter, &sealed].concat();
    let spoilt = damage(&mut script, &mut hello, 8..80);
    let told = tell(&mut ours, &hello);
    if spoilt {
        // The high bit of a public key is ignored by X25519.
        return assert!(told.is_err() || hello[80..112] != short_key);
    }
    told.expect("a good HELLO");
    let welcome = command(&mut ours);
    let nonce_tail = &welcome[8..24];
    let plain = key.open(&nonce(b"WELCOME-", nonce_tail), &welcome[24..]).unwrap();
    let (their_short, cookie) = plain.split_at(32);
    let their_short: PublicKey = their_short.try_into().unwrap();

    let traffic = BoxKey::agree(&their_short, &SecretKey::new(&SHORT)).unwrap();
    let vouch_key = BoxKey::agree(&their_short, &SecretKey::new(&CLIENT)).unwrap();
    let mut vouched = [short_key, server_key].concat();
    // That S is in the vouch is not checked.
    let bad_vouch = damage(&mut script, &mut vouched, 32..64);
    let vouch = vouch_key.seal(&nonce(b"VOUCH---", &[9; 16]), &vouched);
    let counter = script.number().to_be_bytes();
    let damage_at = (script.word(), script.byte());
    let mut last = Vec::from(damage_at.0.to_be_bytes());
    last.push(damage_at.1);
    let metadata = script.rest();
    let inside = [&client_key[..], &[9; 16], &vouch, metadata].concat();
    let sealed = traffic.seal(&nonce(b"CurveZMQINITIATE", &counter), &inside);
    let mut initiate = [b"\x08INITIATE", cookie, &counter, &sealed].concat();
    let spoilt = damage(&mut Script(&last), &mut initiate, 0..0);
    let told = tell(&mut ours, &initiate);
    let good = Peer::from_metadata(ROUTER, metadata);
    match (spoilt || bad_vouch || good.is_err(), told) {
        (true, told) => assert!(told.is_err(), "spoilt, and yet taken"),
        (false, told) => _ = told.expect("a good INITIATE"),
    }
    if spoilt || bad_vouch || good.is_err() {
        return assert!(command(&mut ours).is_empty() && !ours.is_complete());
    }
    if zap == Policy::IfHandled {
        assert!(!ours.is_complete() && ours.output().is_empty());
        let question = ours.question().expect("the handler is asked");
        assert_eq!(question.credentials, [client_key.to_vec()]);
        ours.no_handler().unwrap();
    }
    let ready = command(&mut ours);
    let told = traffic.open(&nonce(b"CurveZMQREADY---", &ready[6..14]), &ready[14..]).unwrap();
    assert!(Peer::from_metadata(DEALER, &told).is_ok());
    let done = ours.into_established().unwrap();
    assert_eq!(done.properties, good.unwrap().properties);
}

pub fn client(data: &[u8]) {
    let mut script = Script(data);
    let mut ours = ours_as_client();
    greet(&mut ours);
    let hello = command(&mut ours);
    let their_short: PublicKey = hello[80..112].try_into().unwrap();
    let key = BoxKey::agree(&their_short, &SecretKey::new(&SERVER)).unwrap();
    let plain = key.open(&nonce(b"CurveZMQHELLO---", &hello[112..120]), &hello[120..]).unwrap();
    assert_eq!(plain[..], [0; 64]);

    let [server_key, client_key, short_key] = *publics();
    let cookie = [script.byte(); 96];
    let inside = [&short_key[..], &cookie].concat();
    let sealed = key.seal(&nonce(b"WELCOME-", &[4; 16]), &inside);
    let mut welcome = [b"\x07WELCOME", &[4; 16][..], &sealed].concat();
    let spoilt = damage(&mut script, &mut welcome, 0..0);
    let told = tell(&mut ours, &welcome);
    if spoilt {
        return assert!(told.is_err() && command(&mut ours).is_empty());
    }
    told.expect("a good WELCOME");
    let initiate = command(&mut ours);
    assert_eq!(initiate[9..105], cookie);
    let traffic = BoxKey::agree(&their_short, &SecretKey::new(&SHORT)).unwrap();
    let plain = traffic.open(&nonce(b"CurveZMQINITIATE", &initiate[105..113]), &initiate[113..]);
    let plain = plain.unwrap();
    assert_eq!(plain[..32], client_key);
    let vouch_key = BoxKey::agree(&client_key, &SecretKey::new(&SHORT)).unwrap();
    let vouched = vouch_key.open(&nonce(b"VOUCH---", &plain[32..48]), &plain[48..128]).unwrap();
    assert_eq!(vouched[..], [their_short, server_key].concat());
    assert!(Peer::from_metadata(ROUTER, &plain[128..]).is_ok());

    let counter = script.number().to_be_bytes();
    let mut last = script.word().to_be_bytes().to_vec();
    last.push(script.byte());
    let metadata = script.rest();
    let sealed = traffic.seal(&nonce(b"CurveZMQREADY---", &counter), metadata);
    let mut ready = [b"\x05READY", &counter[..], &sealed].concat();
    let spoilt = damage(&mut Script(&last), &mut ready, 0..0);
    let good = Peer::from_metadata(DEALER, metadata);
    let told = tell(&mut ours, &ready);
    if spoilt || good.is_err() {
        return assert!(told.is_err() && !ours.is_complete());
    }
    told.expect("a good READY");
    assert_eq!(ours.into_established().unwrap().properties, good.unwrap().properties);
}

/// Both sides of a connection that has been made.
fn connected() -> [Established; 2] {
    let (mut client, mut server) = (ours_as_client(), ours_as_server(Policy::Off));
    while !client.is_complete() || !server.is_complete() {
        for _ in 0..2 {
            let said = client.output().to_vec();
            client.consume_output(said.len());
            assert_eq!(server.input(&said), Ok(said.len()));
            std::mem::swap(&mut client, &mut server);
        }
    }
    [client.into_established().unwrap(), server.into_established().unwrap()]
}

/// Frames of traffic, sealed and opened, some of them changed on the way.
pub fn traffic(data: &[u8]) {
    let mut script = Script(data);
    let [client, server] = connected();
    let (Seal::Curve(mut seal), Open::Curve(mut open)) = (client.seal, server.open) else {
        panic!("CURVE seals");
    };
    let mut earlier: Vec<u8> = Vec::new();
    for _ in 0..16 {
        let kind = script.byte();
        let (more, command) = (kind & 1 != 0, kind & 2 != 0);
        let payload = script.text();
        let mut wire = Vec::new();
        let (first, second) = payload.split_at(payload.len() / 2);
        seal.append(more, command, &[first, second], &mut wire);
        let Ok(frame::Parsed::Frame(header)) = frame::parse(Framing::V2, &wire) else {
            panic!("a whole frame");
        };
        assert!(!header.more && !header.command, "flags travel inside");
        let mut body = wire.split_off(header.header_len);
        assert_eq!(body.len(), payload.len() + OVERHEAD);
        let replayed = kind & 12 == 4 && !earlier.is_empty();
        let mut given = if replayed { earlier.clone() } else { body.clone() };
        let spoilt = kind & 12 == 8 && damage(&mut script, &mut given, 0..0);
        if kind & 12 == 12 {
            given.truncate(usize::from(script.byte()) % given.len());
        }
        let whole = given.len() == body.len() || replayed;
        match open.open(&mut given) {
            Ok(opened) => {
                assert!(!spoilt && !replayed && whole);
                assert_eq!((opened.more, opened.command), (more, command));
                assert_eq!(&given[OVERHEAD..], payload);
            }
            Err(_) => return assert!(spoilt || replayed || !whole, "a good MESSAGE"),
        }
        std::mem::swap(&mut earlier, &mut body);
        if script.is_over() {
            return;
        }
    }
}
