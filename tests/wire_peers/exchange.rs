//! Messages both ways with peers of every version.

use std::thread;

use crate::common::{Context, Noise, Raw, RawListener, Socket, begin, event, kind, option};
use crate::peer::{ROLES, Role, VERSIONS, Version, link};

fn met(context: &Context, version: Version, role: Role) -> (Socket, Raw) {
    let (socket, mut raw) = link(context, kind::DEALER, role, |_| ());
    version.meet(&mut raw, "DEALER", 5, b"");
    (socket, raw)
}

// behaviours: 303, 306
#[test]
fn f1_to_f5_frames_of_every_length_in_every_version() {
    let dog = begin(120);
    let mut noise = Noise::new(2);
    for version in VERSIONS {
        for role in ROLES {
            let context = Context::new();
            let (socket, mut raw) = met(&context, version, role);
            for len in
                [0, 1, 2, 47, 48, 49, 252, 253, 254, 255, 256, 257, 8191, 8192, 64_000, 100_000]
            {
                dog.step(format!("{version:?} {role:?} {len} octets"));
                let body = noise.filled(len);
                let frame = version.frame(false, &body);
                socket.send(&body);
                assert!(raw.receive(frame.len()) == frame, "{version:?} {len}: sent otherwise");
                let longest = 2 + frame.len() / 4;
                raw.send_split(&frame, || 1 + noise.below(longest));
                assert!(socket.recv() == body, "{version:?} {len}: received otherwise");
            }
        }
    }
}

#[test]
fn messages_of_many_frames_in_every_version() {
    let dog = begin(120);
    let mut noise = Noise::new(3);
    for version in VERSIONS {
        for role in ROLES {
            let context = Context::new();
            let (socket, mut raw) = met(&context, version, role);
            for round in 0..20 {
                dog.step(format!("{version:?} {role:?} message {round}"));
                let frames: Vec<Vec<u8>> = (0..1 + noise.below(8))
                    .map(|_| {
                        let max = [0, 3, 300, 20_000][noise.below(4)];
                        noise.bytes(max)
                    })
                    .collect();
                let slices: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
                let bytes = version.message(&slices);
                socket.send_all(&slices);
                assert!(raw.receive(bytes.len()) == bytes, "{version:?}: sent otherwise");
                raw.send_split(&bytes, || 1 + noise.below(5_000));
                assert!(socket.recv_all() == frames, "{version:?}: received otherwise");
            }
        }
    }
}

#[test]
fn bursts_both_ways_at_once_in_every_version() {
    let dog = begin(120);
    for version in VERSIONS {
        for role in ROLES {
            dog.step(format!("{version:?} {role:?}"));
            let context = Context::new();
            let (socket, mut raw) = met(&context, version, role);
            let count = 3_000_u32;
            let body = |number: u32| number.to_be_bytes().repeat(1 + number as usize % 90);
            let mut writer = raw.duplicate();
            thread::scope(|scope| {
                scope.spawn(move || {
                    let mut noise = Noise::new(4);
                    let bytes: Vec<u8> =
                        (0..count).flat_map(|number| version.frame(false, &body(number))).collect();
                    writer.send_split(&bytes, || 1 + noise.below(3_000));
                });
                scope.spawn(move || {
                    for number in 0..count {
                        raw.expect(&version.frame(false, &body(number)));
                    }
                });
                for number in 0..count {
                    socket.send(&body(number));
                    assert!(socket.recv() == body(number), "message {number}");
                }
            });
        }
    }
}

#[test]
fn what_follows_the_handshake_in_the_same_segment_is_not_lost() {
    let dog = begin(60);
    for version in VERSIONS {
        for role in ROLES {
            dog.step(format!("{version:?} {role:?}"));
            let context = Context::new();
            let (socket, mut raw) = link(&context, kind::DEALER, role, |_| ());
            let messages: Vec<u8> =
                (0..1_000_u32).flat_map(|n| version.frame(false, &n.to_be_bytes())).collect();
            raw.send(&[version.hello("DEALER", 5, b""), messages].concat());
            for number in 0..1_000_u32 {
                assert_eq!(socket.recv(), number.to_be_bytes());
            }
        }
    }
}

#[test]
fn what_was_sent_before_the_peer_came_reaches_it() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let (socket, mut raw) = link(&context, kind::DEALER, Role::TheyAccept, |_| ());
        for number in 0..100_u8 {
            socket.send(&[number]);
        }
        version.meet(&mut raw, "DEALER", 5, b"");
        for number in 0..100_u8 {
            raw.expect(&version.frame(false, &[number]));
        }
    }
}

// behaviours: 129
#[test]
fn a_message_begun_on_a_lost_connection_arrives_whole_or_not_at_all() {
    let dog = begin(60);
    for round in 0..20 {
        dog.step(format!("round {round}"));
        let context = Context::new();
        let (listener, endpoint) = RawListener::tcp();
        let socket = context.socket(kind::PUSH);
        socket.set(option::RECONNECT_IVL, 1);
        let monitor = socket.monitor(&context);
        socket.connect(&endpoint);
        let raw = listener.handshaken("PULL");
        // Larger than what the kernel takes, so that it is cut somewhere.
        let body = vec![7; 3_000_000];
        socket.send_all(&[b"large", &body, b"end"]);
        socket.send_all(&[b"small", b"end"]);
        if round % 2 == 0 {
            raw.reset();
        } else {
            drop(raw);
        }
        monitor.wait_for(event::DISCONNECTED);
        let mut raw = listener.handshaken("PULL");
        socket.send_all(&[b"last", b"end"]);
        loop {
            let mut frames = Vec::new();
            loop {
                let (flags, body) = raw.frame();
                frames.push(body);
                if flags & 1 == 0 {
                    break;
                }
            }
            let whole: &[&[u8]] = match &frames[0][..] {
                b"large" => &[b"large", &body, b"end"],
                b"small" => &[b"small", b"end"],
                _ => &[b"last", b"end"],
            };
            assert!(frames == whole, "a message that begins with {:?}", frames[0]);
            if frames[0] == b"last" {
                break;
            }
        }
    }
}

/// The frames of the message `number` of a stream.
fn numbered(number: u32) -> Vec<Vec<u8>> {
    let mut body = number.to_be_bytes().to_vec();
    body.resize(4 + number as usize % 90, b'.');
    match number % 7 {
        5 => vec![b"".to_vec(), b"id".to_vec(), body],
        6 => vec![vec![b'-'; number as usize % 1000 % 200], body],
        _ => vec![body],
    }
}

fn send_numbered(socket: &Socket, number: u32) {
    let frames = numbered(number);
    socket.send_all(&frames.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

/// The next message of such a stream.
fn next_number(raw: &mut Raw, version: Version) -> u32 {
    let mut frames = Vec::new();
    loop {
        let header = raw.receive(2);
        let (flags, len) = match version.has_old_frames() {
            true => (header[1], header[0] - 1),
            false => (header[0], header[1]),
        };
        assert!(flags <= 1, "{version:?}: not the frame of a message");
        frames.push(raw.receive(usize::from(len)));
        if flags == 0 {
            break;
        }
    }
    let last = frames.last().expect("a frame");
    let number = u32::from_be_bytes(last[..4].try_into().expect("a number"));
    assert!(frames == numbered(number), "{version:?}: message {number}");
    number
}

/// What a sender that streams has encoded itself waits for the next connection like all else, and is
/// encoded anew for a peer of another version.
#[test]
fn a_stream_cut_by_a_lost_connection_goes_on_with_whole_messages_in_order() {
    const CUT: u32 = 30_000;
    const END: u32 = 40_000;
    let dog = begin(120);
    for round in 0..15_u32 {
        let version = VERSIONS[round as usize % VERSIONS.len()];
        dog.step(format!("round {round}, then {version:?}"));
        let context = Context::new();
        let (listener, endpoint) = RawListener::tcp();
        let socket = context.socket(kind::DEALER);
        socket.set(option::RECONNECT_IVL, 1);
        socket.set(option::SNDHWM, 0);
        socket.set(option::SNDBUF, 4096);
        let monitor = socket.monitor(&context);
        socket.connect(&endpoint);
        let mut raw = listener.accept();
        Version::V3_1.meet(&mut raw, "DEALER", 5, b"");
        (0..CUT / 2).for_each(|number| send_numbered(&socket, number));
        raw.receive(10 + round as usize * 7001);
        (CUT / 2..CUT).for_each(|number| send_numbered(&socket, number));
        if round % 2 == 0 {
            raw.reset();
        } else {
            drop(raw);
        }
        monitor.wait_for(event::DISCONNECTED);
        let mut raw = listener.accept();
        version.meet(&mut raw, "DEALER", 5, b"");
        (CUT..END).for_each(|number| send_numbered(&socket, number));
        let first = next_number(&mut raw, version);
        assert!(first > 0 && first < CUT, "{first}: all or nothing was lost");
        for number in first + 1..END {
            assert_eq!(next_number(&mut raw, version), number);
        }
    }
}
