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
