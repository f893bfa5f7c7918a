//! What a ROUTER receives of peers whose messages come many at a time: names in front,
//! messages whole and in order, whatever happens in between.

use crate::common::{Context, Noise, Poll, Raw, RawListener, Socket, begin, kind, option};
use crate::peer::Version;
use zmq::msg::Msg;

const WIRE: Version = Version::V3_1;
const MANY: usize = 400;

fn peer(endpoint: &str, name: &[u8]) -> Raw {
    let mut raw = Raw::connect(endpoint);
    WIRE.meet(&mut raw, "DEALER", 5, name);
    raw
}

/// A peer's message by its number: one frame mostly, of any size.
fn frames(noise: &mut Noise, number: usize) -> Vec<Vec<u8>> {
    let count = 1 + noise.below(20).saturating_sub(16);
    let mut first = format!("{number} ").into_bytes();
    first.resize(first.len() + [0, 0, 0, 0, 40, 45, 300][noise.below(7)], b'.');
    let mut frames = vec![first];
    frames.resize_with(count, || vec![b'x'; noise.below(3) * 30]);
    frames
}

fn wire(messages: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let message =
        |frames: &Vec<Vec<u8>>| WIRE.message(&frames.iter().map(Vec::as_slice).collect::<Vec<_>>());
    messages.iter().flat_map(message).collect()
}

/// Numbers from `first` on, a message each.
fn numbers(first: usize, count: usize) -> Vec<u8> {
    (first..first + count).flat_map(|i| WIRE.message(&[i.to_string().as_bytes()])).collect()
}

/// Things an application does between two frames.
fn interrupt(router: &Socket, noise: &mut Noise) {
    match noise.below(60) {
        0 => assert_eq!(router.get(option::EVENTS) & 1, 1),
        1 => assert_eq!(Poll(vec![router.item(Poll::IN)]).wait(0), Ok(1)),
        2 => router.set(option::ROUTER_MANDATORY, 0),
        3 => router.send_all(&[b"nobody", b"hi"]),
        _ => {}
    }
}

/// Receives a message in `msg`, with interruptions: the name and what follows.
fn receive(router: &Socket, noise: &mut Noise, msg: &mut Msg) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut all = Vec::new();
    loop {
        if noise.below(10) == 0 {
            *msg = Msg::new();
        }
        let identity = router.recv_into(msg, "Identity");
        all.push(msg.data().to_vec());
        assert_eq!(identity.unwrap_or_default(), all[0], "what frames say of where they are from");
        assert_eq!(router.get(option::RCVMORE) == 1, msg.more());
        if !msg.more() {
            return (all.remove(0), all);
        }
        interrupt(router, noise);
    }
}

// behaviours: 170
#[test]
fn a_router_names_whole_messages_of_many_peers_whatever_comes_in_between() {
    let dog = begin(120);
    let mut noise = Noise::new(1);
    let names = [1, 5, 47, 48, 49, 255].map(|len| vec![b'a' + (len % 7) as u8; len]);
    for round in 0..6 {
        dog.step(format!("round {round}"));
        let context = Context::new();
        let (router, endpoint) = context.bound(kind::ROUTER);
        let mut raws: Vec<Raw> = names.iter().map(|name| peer(&endpoint, name)).collect();
        let mut sent: Vec<Vec<Vec<Vec<u8>>>> = Vec::new();
        for raw in &mut raws {
            let messages: Vec<_> = (0..MANY).map(|i| frames(&mut noise, i)).collect();
            raw.send(&wire(&messages));
            sent.push(messages);
        }
        if round % 2 == 1 {
            raws.clear();
        }
        let (mut msg, mut came) = (Msg::new(), [0; 6]);
        for _ in 0..MANY * names.len() {
            let (name, frames) = receive(&router, &mut noise, &mut msg);
            let from = names.iter().position(|known| *known == name).expect("a name we know");
            assert_eq!(frames, sent[from][came[from]], "message {} of {from}", came[from]);
            came[from] += 1;
        }
        router.assert_nothing();
    }
}

/// A router that has received `count` whole messages, and the name of the next.
fn between_name_and_body(router: &Socket, name: &[u8], count: usize) {
    let mut msg = Msg::new();
    for i in 0..=count {
        router.recv_into(&mut msg, "");
        assert_eq!((msg.data(), msg.more()), (name, true));
        if i < count {
            router.recv_into(&mut msg, "");
            assert_eq!((msg.data(), msg.more()), (i.to_string().as_bytes(), false));
        }
    }
}

#[test]
fn a_peer_that_leaves_between_name_and_body_is_read_to_the_last() {
    let _dog = begin(60);
    let context = Context::new();
    for count in [0, 1, 7, 60] {
        let (router, endpoint) = context.bound(kind::ROUTER);
        let mut raw = peer(&endpoint, b"A");
        raw.send(&numbers(0, MANY));
        between_name_and_body(&router, b"A", count);
        drop(raw);
        assert_eq!(router.recv(), count.to_string().as_bytes());
        for i in count + 1..MANY {
            assert_eq!(router.recv_all(), [b"A", i.to_string().as_bytes()]);
        }
    }
}

// behaviours: 162
#[test]
fn a_peer_that_takes_the_name_between_name_and_body_comes_after_that_message() {
    let dog = begin(60);
    let context = Context::new();
    for count in [0, 1, 7, 60] {
        dog.step(format!("{count} messages"));
        let router = context.socket(kind::ROUTER);
        router.set(option::ROUTER_HANDOVER, 1);
        let endpoint = router.bind_tcp();
        let mut first = peer(&endpoint, b"X");
        first.send(&numbers(0, MANY));
        between_name_and_body(&router, b"X", count);
        let mut second = peer(&endpoint, b"X");
        second.send(&numbers(MANY, MANY));
        assert_eq!(router.recv(), count.to_string().as_bytes());
        // The rest of the first peer's is lost from where it was noticed.
        let mut last = count;
        while last + 1 < 2 * MANY {
            let got = router.recv_all();
            let number: usize = String::from_utf8_lossy(&got[1]).parse().expect("a number");
            assert!((got.len(), &got[0][..]) == (2, b"X"));
            assert!(number == last + 1 || (last < MANY && number == MANY), "{number} after {last}");
            last = number;
        }
        router.assert_nothing();
    }
}

#[test]
fn a_body_whose_name_was_received_survives_a_disconnect() {
    let dog = begin(60);
    let context = Context::new();
    for count in [0, 1, 7, 60] {
        dog.step(format!("{count} messages"));
        let router = context.socket(kind::ROUTER);
        let (listener, endpoint) = RawListener::tcp();
        router.connect(&endpoint);
        let mut raw = listener.accept();
        WIRE.meet(&mut raw, "DEALER", 5, b"A");
        raw.send(&numbers(0, MANY));
        between_name_and_body(&router, b"A", count);
        router.disconnect(&endpoint);
        assert_eq!(router.recv(), count.to_string().as_bytes());
        assert_eq!(router.get(option::RCVMORE), 0);
        router.assert_nothing();
    }
}
