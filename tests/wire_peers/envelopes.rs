//! Routing ids and envelopes on the wire, in every version.

use crate::common::{Context, begin, hex, kind, option};
use crate::peer::{ROLES, VERSIONS, Version, link};

// behaviours: 141
#[test]
fn f16_requests_and_replies_travel_behind_an_empty_frame() {
    let dog = begin(60);
    for version in VERSIONS {
        for role in ROLES {
            dog.step(format!("REQ, {version:?} {role:?}"));
            let context = Context::new();
            let (req, mut raw) = link(&context, kind::REQ, role, |_| ());
            version.meet(&mut raw, "ROUTER", 6, b"");
            for _ in 0..3 {
                req.send_all(&[b"hi", b"you"]);
                raw.expect(&version.message(&[b"", b"hi", b"you"]));
                raw.send(&version.message(&[b"", b"so", b"what"]));
                assert_eq!(req.recv_all(), [&b"so"[..], b"what"]);
            }
            dog.step(format!("REP, {version:?} {role:?}"));
            let (rep, mut raw) = link(&context, kind::REP, role, |_| ());
            version.meet(&mut raw, "DEALER", 5, b"");
            raw.send(&version.message(&[b"via", b"here", b"", b"hi"]));
            assert_eq!(rep.recv_all(), [b"hi"]);
            rep.send(b"ho");
            raw.expect(&version.message(&[b"via", b"here", b"", b"ho"]));
        }
    }
    assert_eq!(Version::V3_1.message(&[b"", b"hi"]), hex("01 00 00 02 6869"));
}

// behaviours: 146
#[test]
fn f17_a_correlating_request_has_its_number_in_front() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let (req, mut raw) = link(&context, kind::REQ, ROLES[0], |socket| {
            socket.set(option::REQ_CORRELATE, 1);
        });
        version.meet(&mut raw, "ROUTER", 6, b"");
        let header = version.frame(true, &[0; 4]).len() - 4;
        req.send(b"hi");
        raw.expect(&version.frame(true, &[0; 4])[..header]);
        let id: [u8; 4] = raw.receive(4).try_into().expect("4 octets");
        raw.expect(&version.message(&[b"", b"hi"]));
        // An answer to something else, which is passed over, and the right one.
        let wrong = u32::from_ne_bytes(id).wrapping_sub(1).to_ne_bytes();
        raw.send(&version.message(&[&wrong, b"", b"old"]));
        raw.send(&version.message(&[&id, b"", b"new"]));
        assert_eq!(req.recv(), b"new");
        req.send(b"hi");
        let next = u32::from_ne_bytes(id).wrapping_add(1).to_ne_bytes();
        raw.expect(&version.message(&[&next, b"", b"hi"]));
    }
}

#[test]
fn routers_know_peers_of_every_version_by_their_routing_id() {
    let dog = begin(60);
    for version in VERSIONS {
        for role in ROLES {
            dog.step(format!("{version:?} {role:?}"));
            let context = Context::new();
            let (router, mut raw) = link(&context, kind::ROUTER, role, |_| ());
            version.meet(&mut raw, "DEALER", 5, b"someone");
            raw.send(&version.message(&[b"hi", b""]));
            assert_eq!(router.recv_all(), [&b"someone"[..], b"hi", b""]);
            router.send_all(&[b"someone", b"a", b"b"]);
            raw.expect(&version.message(&[b"a", b"b"]));
        }
    }
}

#[test]
fn peers_without_a_name_get_one_of_five_octets() {
    let dog = begin(60);
    for version in VERSIONS {
        dog.step(format!("{version:?}"));
        let context = Context::new();
        let (router, mut raw) = link(&context, kind::ROUTER, ROLES[0], |_| ());
        version.meet(&mut raw, "DEALER", 5, b"");
        raw.send(&version.message(&[b"hi"]));
        let frames = router.recv_all();
        assert_eq!((frames[0].len(), frames[0][0], &frames[1][..]), (5, 0, &b"hi"[..]));
        router.send_all(&[&frames[0], b"ho"]);
        raw.expect(&version.message(&[b"ho"]));
    }
}

#[test]
fn the_longest_routing_id_passes_in_every_version() {
    let dog = begin(60);
    let id = [0x69; 255];
    for version in VERSIONS {
        dog.step(format!("theirs, {version:?}"));
        let context = Context::new();
        let (router, mut raw) = link(&context, kind::ROUTER, ROLES[0], |_| ());
        version.meet(&mut raw, "DEALER", 5, &id);
        raw.send(&version.message(&[b"hi"]));
        assert_eq!(router.recv_all(), [&id[..], b"hi"]);
    }
    dog.step("ours");
    let context = Context::new();
    let (socket, mut raw) = link(&context, kind::DEALER, ROLES[0], |socket| {
        socket.set_bytes(option::ROUTING_ID, &id);
    });
    raw.send(&hex("01 00"));
    Version::V1.expect_hello(&mut raw, &id);
    socket.send(b"hi");
    raw.expect(&hex("03 00 6869"));
}
