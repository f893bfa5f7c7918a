//! Many bad peers, and peers that send much: memory and descriptors stay where they are, and
//! honest peers are served meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::common::{
    Context, GREETING, Noise, Raw, Socket, Watchdog, begin, descriptors, hex, kind, long_form,
    option, ready, settled_kib,
};

/// Waits until no more descriptors are open than before.
fn until_descriptors_are_back(before: usize) {
    for round in 1.. {
        let open = descriptors();
        if open <= before {
            return;
        }
        if round % 1_000 == 0 {
            eprintln!("{open} descriptors open, {before} before");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn raise_descriptor_limit() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is valid for both calls.
    let result = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max.min(16_384);
        libc::setrlimit(libc::RLIMIT_NOFILE, &limit)
    };
    assert_eq!(result, 0);
}

fn say_hi(endpoint: &str, socket: &Socket) {
    let mut honest = Raw::handshaken(endpoint, "PUSH");
    honest.send(&hex("00 06 686F6E657374"));
    while socket.recv() != b"honest" {}
}

// behaviours: 111
#[test]
fn garbage_harms_nobody() {
    let dog = begin(150);
    let context = Context::new();
    let sockets: Vec<(Socket, String)> = [kind::PULL, kind::XPUB, kind::ROUTER, kind::REP]
        .map(|kind| {
            let socket = context.socket(kind);
            // Random sizes are to be refused, not waited for.
            socket.set_i64(option::MAXMSGSIZE, 100_000);
            let endpoint = socket.bind_tcp();
            (socket, endpoint)
        })
        .into();
    let peers = ["PUSH", "SUB", "DEALER", "REQ"];
    let mut noise = Noise::new(1);
    // What a socket opens with its first connection stays.
    for ((_, endpoint), peer) in sockets.iter().zip(peers) {
        Raw::handshaken(endpoint, peer).finish();
    }
    let before = descriptors();
    for round in 0..if long_form() { 50_000 } else { 2_000 } {
        dog.step(format!("connection {round}"));
        let which = noise.below(4);
        let mut raw = Raw::connect(&sockets[which].1);
        let mut bytes = match noise.below(4) {
            0 => Vec::new(),
            1 => hex(GREETING),
            2 => [hex(GREETING), ready(peers[which])].concat(),
            _ => hex("FF 00*8 7F 01 08"),
        };
        bytes.extend(noise.bytes(300));
        let longest = 1 + noise.below(400);
        raw.send_split(&bytes, || 1 + noise.below(longest));
        if noise.below(4) == 0 {
            raw.reset();
        }
        if round % 50 == 0 {
            for (socket, endpoint) in &sockets {
                while socket.try_recv_now().is_ok() {}
                Raw::handshaken(endpoint, peers_of(&sockets, endpoint, &peers)).ping();
            }
        }
    }
    dog.step("the end of all connections");
    until_descriptors_are_back(before);
    dog.step("an honest peer");
    say_hi(&sockets[0].1, &sockets[0].0);
}

fn peers_of<'a>(sockets: &[(Socket, String)], endpoint: &str, peers: &[&'a str]) -> &'a str {
    let at = sockets.iter().position(|(_, other)| other == endpoint).expect("one of them");
    peers[at]
}

#[test]
fn a_port_scanner_leaves_no_trace() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, tcp) = context.bound(kind::PULL);
    let ipc = socket.bind_ipc();
    say_hi(&tcp, &socket);
    until_descriptors_are_back(descriptors());
    let before = descriptors();
    for round in 0..500 {
        dog.step(format!("scan {round}"));
        drop(Raw::connect(&tcp));
        Raw::connect(&tcp).reset();
        drop(Raw::connect(&ipc));
        let mut raw = Raw::connect(&tcp);
        raw.send(&hex("FF 00*8 7F 03"));
        raw.reset();
    }
    dog.step("the end of all connections");
    until_descriptors_are_back(before);
    say_hi(&tcp, &socket);
    say_hi(&ipc, &socket);
}

// security: CVE-2020-15166
#[test]
fn a_thousand_half_open_connections_cost_little_and_end() {
    let dog = begin(90);
    raise_descriptor_limit();
    let context = Context::new();
    let socket = context.socket(kind::PULL);
    let endpoint = socket.bind_tcp();
    let push = context.connected(kind::PUSH, &endpoint);
    push.send(b"first");
    assert_eq!(socket.recv(), b"first");
    // Only for what is bound from here on.
    socket.set(option::HANDSHAKE_IVL, 5_000);
    let target = socket.bind_tcp();
    let (before, open) = (settled_kib(), descriptors());
    dog.step("connecting");
    let silent: Vec<Raw> = (0..1_000)
        .map(|number| {
            let mut raw = Raw::connect(&target);
            raw.send(&hex(["", "FF", "FF 00*8 7F", GREETING][number % 4]));
            raw
        })
        .collect();
    dog.step("honest traffic");
    for number in 0..5_000_u32 {
        push.send(&number.to_le_bytes());
        assert_eq!(socket.recv(), number.to_le_bytes());
    }
    let grown = settled_kib() - before;
    assert!(grown < 48 * 1024, "{grown} KiB for 1000 connections that say nothing");
    dog.step("the end of the silent ones");
    for mut raw in silent {
        raw.until_closed();
    }
    until_descriptors_are_back(open);
    push.send(b"last");
    assert_eq!(socket.recv(), b"last");
}

// hostile: 66
// security: CVE-2021-20234
#[test]
fn peers_that_leave_inside_a_message_leave_nothing_behind() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    let unfinished =
        [hex(GREETING), ready("PUSH"), hex("01 01 61 03 00*6 0FA0 AA*4000 02")].concat();
    let rounds = |from: u32, to: u32| {
        for round in from..to {
            dog.step(format!("round {round}"));
            let mut raw = Raw::connect(&endpoint);
            raw.send(&unfinished);
            if round % 2 == 0 {
                raw.finish();
            }
            drop(raw);
            if round % 20 == 0 {
                say_hi(&endpoint, &socket);
            }
        }
    };
    rounds(0, 200);
    let before = settled_kib();
    rounds(200, if long_form() { 10_000 } else { 700 });
    let grown = settled_kib() - before;
    // 500 remains of 4 kB would be 2 MB.
    assert!(grown < 1024, "{grown} KiB");
    socket.assert_nothing();
}

// security: CVE-2021-20234
#[test]
fn peers_that_leave_while_the_application_sleeps_cost_little() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PUB);
    let bytes =
        [hex(GREETING), ready("SUB"), hex("04 0B 09 535542534352494245 41 01 01 41")].concat();
    let rounds = |from: u32, to: u32| {
        for round in from..to {
            dog.step(format!("round {round}"));
            let mut raw = Raw::connect(&endpoint);
            raw.send(&bytes);
            raw.finish();
        }
        socket.send(b"wake up");
    };
    rounds(0, 300);
    let before = settled_kib();
    rounds(300, if long_form() { 10_000 } else { 1_000 });
    let grown = settled_kib() - before;
    assert!(grown < 2048, "{grown} KiB");
}

// hostile: 7, 9
// security: CVE-2019-6250
#[test]
fn announced_sizes_take_no_memory_before_the_bytes_come() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    say_hi(&endpoint, &socket);
    let before = settled_kib();
    let mut peers = Vec::new();
    for (power, octets) in [
        (30, "00*4 40 00*3"),
        (33, "00*3 02 00*4"),
        (36, "00*3 10 00*4"),
        (40, "00*2 01 00*5"),
        (46, "00*2 40 00*5"),
        (47, "00*2 80 00*5"),
        (62, "40 00*7"),
        (63, "80 00*7"),
        (64, "FF*8"),
    ] {
        for framing in [format!("02 {octets} AA*100"), format!("06 {octets} AA*100")] {
            dog.step(format!("2^{power} octets: {framing}"));
            let mut raw = Raw::handshaken(&endpoint, "PUSH");
            raw.send(&hex(&format!("00 02 6869 {framing}")));
            assert_eq!(socket.recv(), b"hi");
            peers.push(raw);
        }
        let mut old = Raw::connect(&endpoint);
        old.send(&hex(&format!("01 00 03 00 6869 FF {octets} 00 AA*100")));
        assert_eq!(socket.recv(), b"hi");
        peers.push(old);
    }
    say_hi(&endpoint, &socket);
    let grown = settled_kib() - before;
    assert!(grown < 16 * 1024, "{grown} KiB for bytes that never came");
}

/// Sends the same bytes again and again from two threads, each connection at most `limit`.
fn flood(
    endpoint: &str,
    socket_type: &'static str,
    bytes: &[u8],
    limit: usize,
    meanwhile: impl FnOnce(),
) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let mut raw = Raw::handshaken(endpoint, socket_type);
                    // A socket whose application is busy may stop reading.
                    raw.give_up_soon();
                    let mut sent = 0;
                    while sent < limit
                        && !over.load(Ordering::Relaxed)
                        && raw.try_send(bytes).is_ok()
                    {
                        sent += bytes.len();
                        // Now and then, so that answers nobody reads do not stop it.
                        drain(&raw);
                    }
                }
            });
        }
        meanwhile();
        over.store(true, Ordering::Relaxed);
    });
}

/// Throws away what has come in.
fn drain(raw: &Raw) {
    let mut buffer = [0_u8; 65_536];
    // SAFETY: the descriptor is open and the buffer has room for its length.
    while unsafe {
        libc::recv(raw.fd(), buffer.as_mut_ptr().cast(), buffer.len(), libc::MSG_DONTWAIT)
    } > 0
    {}
}

/// Some round trips of an honest pair of sockets with an echo by `socket`.
fn serve(dog: &Watchdog, context: &Context, socket: &Socket, endpoint: &str) {
    let honest = context.connected(kind::DEALER, endpoint);
    for number in 0..20_u32 {
        dog.step(format!("round trip {number}"));
        honest.send(&number.to_le_bytes());
        loop {
            let frames = socket.recv_all();
            if frames.last().map(Vec::as_slice) == Some(&number.to_le_bytes()) {
                let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
                socket.send_all(&frames);
                break;
            }
        }
        assert_eq!(honest.recv(), number.to_le_bytes());
    }
}

// hostile: 41
#[test]
fn a_flood_of_pings_does_not_shut_out_others() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::ROUTER);
    let pings = hex("04 07 04 50494E47 0000").repeat(10_000);
    flood(&endpoint, "DEALER", &pings, usize::MAX, || serve(&dog, &context, &socket, &endpoint));
}

// hostile: 42
#[test]
fn a_flood_of_unknown_commands_does_not_shut_out_others() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::ROUTER);
    let commands = hex("04 04 03 464F4F 04 00").repeat(10_000);
    flood(&endpoint, "DEALER", &commands, usize::MAX, || serve(&dog, &context, &socket, &endpoint));
}

#[test]
fn a_message_without_end_does_not_shut_out_others() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::ROUTER);
    // What is begun is held in memory, so connections take turns.
    let frames = hex("01 01 61").repeat(100);
    flood(&endpoint, "DEALER", &frames, 512 << 10, || serve(&dog, &context, &socket, &endpoint));
}

// hostile: 47
#[test]
fn a_flood_of_messages_nobody_wants_does_not_shut_out_others() {
    let _dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PUB);
    let messages = hex("00 02 6869").repeat(10_000);
    flood(&endpoint, "SUB", &messages, usize::MAX, || {
        let sub = context.connected(kind::SUB, &endpoint);
        sub.subscribe(b"");
        for number in 0..20_u32 {
            while socket.try_send(&number.to_le_bytes()).is_ok() {
                sub.set(option::RCVTIMEO, 10);
                if sub.try_recv().is_ok() {
                    break;
                }
            }
        }
    });
}

// hostile: 41
#[test]
fn pings_whose_answers_nobody_reads_take_no_memory() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PULL);
    say_hi(&endpoint, &socket);
    let before = settled_kib();
    let mut raw = Raw::handshaken(&endpoint, "PUSH");
    let pings = hex("04 17 04 50494E47 0000 AA*16").repeat(1_000);
    for round in 0..1_000 {
        dog.step(format!("thousand {round}"));
        raw.try_send(&pings).expect("a connection in good order");
    }
    raw.send(&hex("00 06 686F6E657374"));
    while socket.recv() != b"honest" {}
    let grown = settled_kib() - before;
    assert!(grown < 8 * 1024, "{grown} KiB");
}

// hostile: 47
#[test]
fn a_push_socket_reads_on_whatever_its_peers_send() {
    let dog = begin(120);
    let context = Context::new();
    let (socket, endpoint) = context.bound(kind::PUSH);
    let mut raw = Raw::handshaken(&endpoint, "PULL");
    for round in 0..20 {
        dog.step(format!("thousand {round}"));
        raw.send(&hex("01 02 6869 00 02 6869").repeat(1_000));
        raw.ping();
    }
    socket.send(b"work");
    raw.expect(&hex("00 04 776F726B"));
}
