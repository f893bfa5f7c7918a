//! Peers that break the rules of a pattern rather than those of the protocol.

use crate::common::{
    Context, Event, GREETING, Raw, RawListener, begin, event, hex, kind, option, ready_with,
};

// hostile: 64
#[test]
fn a_second_peer_of_a_pair_is_turned_away() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PAIR);
    let mut first = Raw::handshaken(&endpoint, "PAIR");
    first.send(&hex("00 01 31"));
    assert_eq!(socket.recv(), b"1");
    let mut second = Raw::handshaken(&endpoint, "PAIR");
    second.send(&hex("00 01 32"));
    second.ping();
    socket.assert_nothing();
    second.until_closed();
    first.send(&hex("00 01 33"));
    assert_eq!(socket.recv(), b"3");
    socket.send(b"4");
    first.expect(&hex("00 01 34"));
}

// behaviours: 145
// hostile: 48
#[test]
fn replies_without_an_envelope_end_the_connection() {
    let dog = begin(60);
    for reply in
        ["00 02 6869", "00 00", "01 02 6869 00 00", "00 04 01020304", "01 04 01020304 00 00"]
    {
        dog.step(reply);
        let context = Context::new();
        let socket = context.socket(kind::REQ);
        socket.set(option::REQ_RELAXED, 1);
        let monitor = socket.monitor(&context);
        let endpoint = socket.bind_tcp();
        let mut raw = Raw::handshaken(&endpoint, "REP");
        socket.send(b"one");
        raw.expect(&hex("01 00 00 03 6F6E65"));
        raw.send(&hex(reply));
        raw.until_closed();
        assert_eq!(
            monitor.until_disconnected(),
            [Event { event: event::SUCCEEDED, value: 0 }],
            "{reply}"
        );
        let mut honest = Raw::handshaken(&endpoint, "REP");
        socket.send(b"two");
        honest.expect(&hex("01 00 00 03 74776F"));
        honest.send(&hex("01 00 00 02 6869"));
        assert_eq!(socket.recv(), b"hi");
    }
}

#[test]
fn replies_nobody_asked_for_are_not_taken_for_answers() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::REQ);
    let mut asked = Raw::handshaken(&endpoint, "REP");
    socket.send(b"q");
    asked.expect(&hex("01 00 00 01 71"));
    let mut other = Raw::handshaken(&endpoint, "REP");
    other.send(&hex("01 00 00 03 6C6965"));
    other.ping();
    asked.send(&hex("01 00 00 05 7472757468"));
    assert_eq!(socket.recv(), b"truth");
}

#[test]
fn an_early_reply_is_not_the_answer_to_a_later_request() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::REQ);
    let mut raw = Raw::handshaken(&endpoint, "REP");
    raw.send(&hex("01 00 00 05 6561726C79"));
    raw.ping();
    socket.send(b"q");
    raw.expect(&hex("01 00 00 01 71"));
    raw.send(&hex("01 00 00 05 7472757468"));
    // libzmq drops what came in before the request went out.
    assert_eq!(socket.recv(), b"truth");
}

// hostile: 20, 21
#[test]
fn a_peer_that_takes_the_next_automatic_name_shadows_nobody() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::ROUTER);
    let mut first = Raw::handshaken(&endpoint, "DEALER");
    first.send(&hex("00 01 31"));
    let name = socket.recv_all()[0].clone();
    assert_eq!((name.len(), name[0]), (5, 0));
    let next = u32::from_be_bytes(name[1..].try_into().expect("4 octets")).wrapping_add(1);
    let mut claims = Vec::new();
    for claim in [next, next.wrapping_add(1), next.wrapping_add(2)] {
        let id = [&[0][..], &claim.to_be_bytes()].concat();
        let mut raw = Raw::connect(&endpoint);
        raw.shake(&hex(GREETING), &ready_with(&[(b"Socket-Type", b"DEALER"), (b"Identity", &id)]));
        raw.send(&hex("00 01 32"));
        assert_eq!(socket.recv_all(), [&id[..], b"2"]);
        claims.push((id, raw));
    }
    let mut anonymous = Raw::handshaken(&endpoint, "DEALER");
    anonymous.send(&hex("00 01 33"));
    let other = socket.recv_all()[0].clone();
    assert!(claims.iter().all(|(id, _)| *id != other) && other != name);
    for (id, raw) in claims.iter_mut().map(|(id, raw)| (&*id, raw)) {
        socket.send_all(&[id, b"x"]);
        raw.expect(&hex("00 01 78"));
    }
    socket.send_all(&[&other, b"y"]);
    anonymous.expect(&hex("00 01 79"));
}

// behaviours: 160, 161
// hostile: 22
#[test]
fn a_name_in_use_is_not_given_away_unless_handover_is_on() {
    let dog = begin(60);
    for handover in [0, 1] {
        dog.step(format!("handover {handover}"));
        let context = Context::new();
        let socket = context.socket(kind::ROUTER);
        socket.set(option::ROUTER_HANDOVER, handover);
        let endpoint = socket.bind_tcp();
        let named = ready_with(&[(b"Socket-Type", b"DEALER"), (b"Identity", b"me")]);
        let mut first = Raw::connect(&endpoint);
        first.shake(&hex(GREETING), &named);
        first.send(&hex("00 01 31"));
        assert_eq!(socket.recv_all(), [&b"me"[..], b"1"]);
        let mut second = Raw::connect(&endpoint);
        second.shake(&hex(GREETING), &named);
        if handover == 1 {
            second.send(&hex("00 01 32"));
            assert_eq!(socket.recv_all(), [&b"me"[..], b"2"]);
            socket.send_all(&[b"me", b"x"]);
            second.expect(&hex("00 01 78"));
        } else {
            socket.send_all(&[b"me", b"x"]);
            first.expect(&hex("00 01 78"));
            first.send(&hex("00 01 33"));
            assert_eq!(socket.recv_all(), [&b"me"[..], b"3"]);
        }
    }
}

// behaviours: 281, 282
// hostile: 23
#[test]
fn peers_cannot_claim_what_only_we_may_say_of_them() {
    let _dog = begin(60);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    let claims: [(&[u8], &[u8]); 5] = [
        (b"Socket-Type", b"PUSH"),
        (b"User-Id", b"root"),
        (b"Peer-Address", b"10.0.0.1"),
        (b"__fd", b"0"),
        (b"X-Mine", b"fine"),
    ];
    let mut raw = Raw::connect(&endpoint);
    raw.shake(&hex(GREETING), &ready_with(&claims));
    let properties: [(&str, Option<&[u8]>); 4] = [
        ("User-Id", None),
        ("Peer-Address", Some(b"127.0.0.1")),
        ("X-Mine", Some(b"fine")),
        ("Socket-Type", Some(b"PUSH")),
    ];
    for (name, value) in properties {
        raw.send(&hex("00 01 61"));
        assert_eq!(socket.recv_property(name).1.as_deref(), value, "{name}");
    }
}

// behaviours: 127
// hostile: 25
#[test]
fn refused_connecters_do_not_come_back() {
    let dog = begin(60);
    const PLAIN: &str = "FF 00*8 7F 03 01 504C41494E 00*15 00*32";
    for (greeting, answer) in [
        (GREETING, "04 0A 05 4552524F52 03 343030"),
        (GREETING, "04 0A 05 4552524F52 03 353030"),
        (GREETING, "00 02 6869"),
        (GREETING, "04 00"),
        (GREETING, "02 FF*8"),
        (PLAIN, "04 00"),
    ] {
        dog.step(answer);
        let context = Context::new();
        let (listener, endpoint) = RawListener::tcp();
        let socket = context.socket(kind::DEALER);
        socket.set(option::RECONNECT_IVL, 1);
        let monitor = socket.monitor(&context);
        socket.connect(&endpoint);
        let mut raw = listener.accept();
        raw.send(&hex(greeting));
        raw.send(&hex(answer));
        raw.until_closed();
        let told = monitor.until_disconnected();
        // Sizes that cannot be are the one fault without an event.
        assert_eq!(told.is_empty(), answer == "02 FF*8", "{answer}");
        // A connecter that is lost otherwise comes back, after a time in which the first
        // would have.
        let (other_listener, other) = RawListener::tcp();
        socket.connect(&other);
        let mut honest = other_listener.accept();
        honest.send(&hex("FF"));
        drop(honest);
        let mut honest = other_listener.handshaken("ROUTER");
        honest.ping();
        loop {
            let event = monitor.next();
            assert_ne!((event.event, event.value), (event::CONNECT_RETRIED, 0));
            if event.event == event::SUCCEEDED {
                break;
            }
        }
        if let RawListener::Tcp(listener) = &listener {
            listener.set_nonblocking(true).expect("non-blocking");
            assert!(listener.accept().is_err(), "{answer}: came back");
        }
    }
}

// hostile: 65
#[test]
fn a_peer_that_stops_reading_holds_up_nobody_and_loses_nothing() {
    let dog = begin(90);
    let context = Context::new();
    let socket = context.socket(kind::DEALER);
    socket.set(option::SNDHWM, 10);
    let endpoint = socket.bind_tcp();
    let mut lazy = Raw::handshaken(&endpoint, "DEALER");
    lazy.ping();
    let body = vec![0x41; 100_000];
    dog.step("filling");
    let mut sent = 0_u32;
    let message = |number: u32| [&number.to_le_bytes()[..], &body].concat();
    // Kernel buffers are finite: some 50 MB would be a fault.
    while socket.try_send_now(&message(sent)).is_ok() {
        sent += 1;
        assert!(sent < 500, "no end to what a peer that does not read is sent");
    }
    dog.step("another peer");
    let mut other = Raw::handshaken(&endpoint, "DEALER");
    other.send(&hex("00 02 6869"));
    assert_eq!(socket.recv(), b"hi");
    // One of them may still find room on its way to the lazy one.
    socket.send(b"you");
    socket.send(b"you");
    other.expect(&hex("00 03 796F75"));
    dog.step("the lazy one reads");
    for number in 0..sent {
        let (flags, got) = loop {
            let frame = lazy.frame();
            if frame.1 != b"you" {
                break frame;
            }
        };
        assert!(flags == 2 && got == message(number), "message {number}");
    }
}

// hostile: 67
#[test]
fn a_socket_that_connects_to_itself_is_refused_and_goes_on() {
    let _dog = begin(60);
    let context = Context::new();
    let (pull, endpoint) = context.bound(kind::PULL);
    pull.connect(&endpoint);
    let mut honest = Raw::handshaken(&endpoint, "PUSH");
    honest.send(&hex("00 02 6869"));
    assert_eq!(pull.recv(), b"hi");
}

// behaviours: 260
// hostile: 40
#[test]
fn a_peer_is_given_up_when_its_own_ttl_says_so_and_not_before() {
    let _dog = begin(60);
    let context = Context::new();
    let socket = context.socket(kind::PULL);
    let monitor = socket.monitor(&context);
    let endpoint = socket.bind_tcp();
    // 656 tenths of a second are 64 ms to those who count in 16 bits.
    let mut patient = Raw::handshaken(&endpoint, "PUSH");
    patient.send(&hex("04 07 04 50494E47 0290"));
    patient.expect(&hex("04 05 04 504F4E47"));
    let mut hasty = Raw::handshaken(&endpoint, "PUSH");
    hasty.send(&hex("04 07 04 50494E47 0003"));
    hasty.until_closed();
    let succeeded = Event { event: event::SUCCEEDED, value: 0 };
    assert_eq!(monitor.until_disconnected(), [succeeded, succeeded]);
    patient.ping();
}

// hostile: 38, 39
#[test]
fn short_pings_get_no_answer_and_long_contexts_come_back_cut() {
    let _dog = begin(60);
    let context = Context::new();
    let (_socket, endpoint) = context.bound(kind::PULL);
    let mut raw = Raw::handshaken(&endpoint, "PUSH");
    raw.send(&hex("04 05 04 50494E47 04 06 04 50494E47 00"));
    raw.send(&hex("04 6B 04 50494E47 0000 AB*100"));
    raw.expect(&hex("04 15 04 504F4E47 AB*16"));
    raw.send(&hex("06 00*6 0200 04 50494E47 0000 CD*505"));
    raw.expect(&hex("04 15 04 504F4E47 CD*16"));
}
