//! Handshakes of every mechanism and role with a peer that says anything: split
//! anywhere it means the same, what a fault ends stays ended, and memory stays
//! below the bounds whatever is announced.

use zmq::crypto::SecretKey;
use zmq::zmtp::handshake::{Config, Handshake, MAX_FRAME};
use zmq::zmtp::mechanism;
use zmq::zmtp::zap::Policy;
use zmq::zmtp::{Fault, PeerVersion};

use super::memory;
use super::script::{Script, cuts};
use super::{wire, zap};

/// The most a handshake holds besides what it was given: the last frame, what
/// was made of it, and both while they grow.
const BOUND: usize = 8 * MAX_FRAME as usize;

pub fn null(data: &[u8]) {
    run(mechanism::Config::Null, data);
}

pub fn plain_client(data: &[u8]) {
    let password = b"word".to_vec().into();
    run(mechanism::Config::PlainClient { username: b"name".to_vec(), password }, data);
}

pub fn plain_server(data: &[u8]) {
    run(mechanism::Config::PlainServer, data);
}

pub fn curve_client(data: &[u8]) {
    // Public keys as they belong to secrets of ones and of twos would be as good.
    let keys = mechanism::Config::CurveClient {
        server_key: [9; 32],
        public_key: [8; 32],
        secret_key: SecretKey::new(&[1; 32]),
    };
    run(keys, data);
}

pub fn curve_server(data: &[u8]) {
    run(mechanism::Config::CurveServer { secret_key: SecretKey::new(&[2; 32]) }, data);
}

/// What a script says of a handshake.
struct Case<'a> {
    config: Config,
    /// What the peer writes before, and after the ZAP handler has been asked.
    pieces: [Vec<u8>; 2],
    /// None: there is no handler.
    answer: Option<Vec<&'a [u8]>>,
}

fn case(mechanism: mechanism::Config, data: &[u8]) -> Case<'_> {
    let mut script = Script(data);
    let kind = script.byte();
    let answer = (kind & 8 == 0).then(|| zap::frames(&mut script));
    let config = Config {
        socket_type: script.byte() % 22,
        routing_id: vec![b'r'; usize::from(script.byte())],
        max_msg_size: script.one_of(&[-1, -1, 0, 1, 50, 300, i64::MAX]),
        refuse_old_peers: kind & 1 != 0,
        app_properties: vec![(b"X-app".to_vec(), b"value".to_vec())],
        zap: [Policy::Off, Policy::IfHandled, Policy::Required][usize::from(kind >> 1 & 3) % 3],
        mechanism,
    };
    let mut first = Vec::new();
    if kind & 0x10 == 0 {
        first.extend(b"\xFF\0\0\0\0\0\0\0\x01\x7F\x03");
        first.push(u8::from(kind & 0x20 != 0));
        first.extend(config.mechanism.greeting_name());
        first.extend([0; 32]);
    }
    let len = usize::from(script.word() % 1024);
    let mut split = Script(script.bytes(len));
    let framed = kind & 0x40 != 0;
    let write = |script: &mut Script| match framed {
        true => wire::make(zmq::zmtp::Framing::V2, script),
        false => script.rest().to_vec(),
    };
    first.extend(write(&mut split));
    let pieces = [first, write(&mut script)];
    Case { config, pieces, answer }
}

/// All that can be seen of a handshake that has been fed.
#[derive(Debug, PartialEq)]
struct Outcome {
    fault: Option<Fault>,
    /// Of each piece what belonged to the handshake, where there was no fault.
    taken: Vec<usize>,
    complete: bool,
    asked: bool,
    event: Option<u16>,
    /// What it said, or how much where that is random.
    said: Vec<u8>,
    peer: Option<PeerVersion>,
}

fn run(mechanism: mechanism::Config, data: &[u8]) {
    let random = matches!(
        mechanism,
        mechanism::Config::CurveClient { .. } | mechanism::Config::CurveServer { .. }
    );
    let case = case(mechanism, data);
    let size: usize = case.pieces.iter().map(Vec::len).sum();
    let (whole, taken) = memory::peak(|| play(&case, random, |_| Vec::new()));
    assert!(taken <= BOUND + 4 * size, "{taken} for {size}");
    assert_eq!(play(&case, random, |len| (1..len).collect()), whole);
    // A CURVE handshake costs some scalar multiplications.
    let step = if random { 16 } else { 1 };
    for cut in cuts(size).into_iter().step_by(step) {
        let place = |len: usize| if cut < len { vec![cut] } else { Vec::new() };
        assert_eq!(play(&case, random, place), whole, "cut at {cut}");
    }
}

/// Plays a case with each piece cut where `cuts` says.
fn play(case: &Case, random: bool, cuts: impl Fn(usize) -> Vec<usize>) -> Outcome {
    let mut ours = Handshake::new(case.config.clone());
    let mut said = Vec::new();
    let mut outcome = Outcome {
        fault: None,
        taken: Vec::new(),
        complete: false,
        asked: false,
        event: None,
        said: Vec::new(),
        peer: None,
    };
    for piece in &case.pieces {
        match feed(&mut ours, piece, cuts(piece.len()), &mut said) {
            Ok(taken) => outcome.taken.push(taken),
            Err(fault) => outcome.fault = Some(fault),
        }
        if outcome.fault.is_none() && ours.question().is_some() {
            assert!(!outcome.asked, "asks once");
            assert!(ours.question().is_none());
            outcome.asked = true;
            let answered = match &case.answer {
                Some(frames) => ours.answer(frames),
                None => ours.no_handler().map(|()| None),
            };
            match answered {
                Ok(event) => outcome.event = event,
                Err(fault) => outcome.fault = Some(fault),
            }
        }
        drain(&mut ours, &mut said);
        if outcome.fault.is_some() {
            break;
        }
    }
    outcome.peer = ours.peer();
    outcome.complete = ours.is_complete();
    outcome.said = if random { vec![0; said.len()] } else { said };
    end(ours, &outcome, case);
    outcome
}

fn feed(
    ours: &mut Handshake,
    piece: &[u8],
    cuts: Vec<usize>,
    said: &mut Vec<u8>,
) -> Result<usize, Fault> {
    let ends = cuts.into_iter().chain([piece.len()]);
    let mut start = 0;
    for end in ends {
        let part = &piece[start..end];
        let used = ours.input(part);
        drain(ours, said);
        start += used?;
        if start < end {
            assert!(ours.is_complete(), "only what is behind the handshake is left");
            break;
        }
    }
    Ok(start)
}

fn drain(ours: &mut Handshake, said: &mut Vec<u8>) {
    // In two pieces, as a full socket has it.
    let half = ours.output().len() / 2;
    said.extend(&ours.output()[..half]);
    ours.consume_output(half);
    said.extend(ours.output());
    ours.consume_output(ours.output().len());
    assert!(ours.output().is_empty());
}

/// Whatever the end is, it stays.
fn end(mut ours: Handshake, outcome: &Outcome, case: &Case) {
    if let Some(fault) = outcome.fault {
        assert!(!outcome.complete && !fault.to_string().is_empty());
        assert_eq!(ours.input(b"more"), Err(fault));
        assert!(ours.output().is_empty(), "nothing is said after a fault");
        assert!(ours.question().is_none() && ours.peer().is_none());
        assert!(ours.into_established().is_none());
        return;
    }
    if !outcome.complete {
        assert!(ours.into_established().is_none());
        return;
    }
    assert_eq!(ours.input(b"more"), Ok(0), "traffic is not the handshake's");
    assert!(ours.question().is_none());
    let peer = outcome.peer.unwrap();
    let done = ours.into_established().unwrap();
    assert!(done.unsent.is_empty() && done.peer == peer && done.framing == peer.framing());
    assert!(done.routing_id.len() <= 255);
    let secure = !matches!(case.config.mechanism, mechanism::Config::Null);
    assert!(peer.has_mechanism() || !case.config.refuse_old_peers);
    if secure && peer.has_mechanism() && case.config.zap == Policy::Required {
        assert!(outcome.asked || is_client(case), "nobody is let in unasked");
    }
}

fn is_client(case: &Case) -> bool {
    matches!(
        case.config.mechanism,
        mechanism::Config::PlainClient { .. } | mechanism::Config::CurveClient { .. }
    )
}
