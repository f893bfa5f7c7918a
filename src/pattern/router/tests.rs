//! ROUTER against real DEALER, REQ and ROUTER patterns.

use super::super::testing::{Node, connect, connect_with};
use crate::errno::Errno;
use crate::msg::{MetadataRef, Msg, ROUTING_ID};
use crate::options::types::{DEALER, PULL, REQ, ROUTER};

fn dealer(name: &str) -> Node {
    Node::with(DEALER, |o| o.routing_id = name.as_bytes().to_vec())
}

fn id_cell(name: &[u8]) -> Option<Msg> {
    let mut msg = Msg::copy_of(name).unwrap_or_default();
    msg.set_flags(ROUTING_ID);
    Some(msg)
}

#[test]
fn names_come_in_front_and_lead_back() {
    let mut router = Node::new(ROUTER);
    let long = "n".repeat(200);
    let mut dealers = ["A", "B", &long].map(dealer);
    for dealer in &mut dealers {
        connect(dealer, &mut router);
        assert_eq!(dealer.send(&["hello", "world"]), Ok(()));
    }
    for _ in 0..3 {
        let got = router.recv();
        assert_eq!(got[1..], ["hello", "world"]);
        assert_eq!(router.send(&[&got[0], "to", &got[0]]), Ok(()));
    }
    for (dealer, name) in dealers.iter_mut().zip(["A", "B", &long]) {
        assert_eq!(dealer.recv(), ["to", name]);
    }
}

#[test]
fn peers_without_a_name_get_five_bytes_that_begin_with_zero() {
    let mut router = Node::new(ROUTER);
    let mut dealers = [dealer(""), dealer("")];
    let mut names = Vec::new();
    for dealer in &mut dealers {
        connect(dealer, &mut router);
        assert_eq!(dealer.send(&["x"]), Ok(()));
        let name = router.recv_msg().map(|msg| msg.data().to_vec()).unwrap_or_default();
        assert_eq!(router.recv(), ["x"]);
        names.push(name);
    }
    assert!(names.iter().all(|name| name.len() == 5 && name[0] == 0));
    let number =
        |i: usize| u32::from_be_bytes([names[i][1], names[i][2], names[i][3], names[i][4]]);
    assert_eq!(number(1), number(0).wrapping_add(1));
    assert_eq!(router.send_bytes(&names[1], true, true), Ok(()));
    assert_eq!(router.send_frame("y", false, true), Ok(()));
    assert_eq!(dealers[1].recv(), ["y"]);
}

// behaviours: 168
#[test]
fn a_made_up_name_never_meets_one_that_a_peer_has_chosen() {
    let mut router = Node::new(ROUTER);
    let mut first = dealer("");
    connect(&mut first, &mut router);
    assert_eq!(first.send(&["x"]), Ok(()));
    let name = router.recv_msg().map(|msg| msg.data().to_vec()).unwrap_or_default();
    router.recv();
    let next = u32::from_be_bytes([name[1], name[2], name[3], name[4]]).wrapping_add(1);
    let [a, b, c, d] = next.to_be_bytes();
    let (mut chosen, mut given) = (dealer(""), dealer(""));
    chosen.options.routing_id = vec![0, a, b, c, d];
    connect(&mut chosen, &mut router);
    connect(&mut given, &mut router);
    assert_eq!(router.send_bytes(&[0, a, b, c, d], true, true), Ok(()));
    assert_eq!(router.send_frame("y", false, true), Ok(()));
    assert_eq!(chosen.recv(), ["y"]);
    assert!(!given.has_in());
}

#[test]
fn a_pipe_is_anonymous_until_its_name_is_read() {
    let mut router = Node::new(ROUTER);
    let mut peer = Node::new(DEALER);
    connect_with(&mut peer, &mut router, None, None);
    assert!(!router.has_in());
    let mut name = id_cell(b"late").unwrap_or_default();
    let id = peer.pipes.ids().next().unwrap_or_else(|| unreachable!());
    assert!(peer.pipes.write(id, &mut name));
    router.pump();
    assert_eq!(peer.send(&["x"]), Ok(()));
    assert_eq!(router.recv(), ["late", "x"]);
    // As after a reconnection.
    assert!(peer.pipes.write(id, &mut id_cell(b"other").unwrap_or_default()));
    assert!(!router.has_in());
    assert_eq!(peer.send(&["y"]), Ok(()));
    assert!(router.has_in());
    assert_eq!(router.recv(), ["late", "y"]);
}

#[test]
fn unknown_names_swallow_the_message_or_are_told_with_mandatory() {
    let mut router = Node::new(ROUTER);
    assert_eq!(router.send(&["nobody", "x", "y"]), Ok(()));
    router.set(|o| o.router_mandatory = true);
    assert!(!router.has_out());
    assert_eq!(router.send_frame("nobody", true, true), Err(Errno::EHOSTUNREACH));
    let mut peer = dealer("A");
    connect(&mut peer, &mut router);
    assert!(router.has_out());
    assert_eq!(router.send(&["A", "x"]), Ok(()));
    assert_eq!(peer.recv(), ["x"]);
    peer.close();
    router.pump();
    assert_eq!(router.send_frame("A", true, true), Err(Errno::EHOSTUNREACH));
}

#[test]
fn a_full_peer_loses_the_message_or_gives_eagain_with_mandatory() {
    let mut router = Node::with(ROUTER, |o| o.sndhwm = 1);
    let (mut full, mut free) = (dealer("full"), dealer("free"));
    full.options.rcvhwm = 1;
    connect(&mut full, &mut router);
    for i in 0..4 {
        assert_eq!(router.send(&["full", &i.to_string()]), Ok(()));
    }
    router.set(|o| o.router_mandatory = true);
    assert_eq!(router.send_frame("full", true, true), Err(Errno::EAGAIN));
    assert_eq!(router.peer_state("full"), Ok(0));
    assert!(!router.has_out());
    connect(&mut free, &mut router);
    assert!(router.has_out());
    assert_eq!(router.peer_state("free"), Ok(2));
    assert_eq!(router.peer_state("nobody"), Err(Errno::EHOSTUNREACH));
    assert_eq!((full.recv(), full.recv()), (vec!["0".into()], vec!["1".into()]));
    assert!(!full.has_in());
    assert_eq!(router.send(&["full", "again"]), Ok(()));
    assert_eq!(full.recv(), ["again"]);
}

#[test]
fn a_name_alone_is_discarded_and_a_body_without_peer_too() {
    let mut router = Node::new(ROUTER);
    let mut peer = dealer("A");
    connect(&mut peer, &mut router);
    assert_eq!(router.send(&["A"]), Ok(()));
    assert_eq!(router.send(&["A", ""]), Ok(()));
    assert_eq!(peer.recv(), [""]);
    assert_eq!(router.send_frame("A", true, true), Ok(()));
    assert_eq!(router.send_frame("part", true, true), Ok(()));
    peer.close();
    router.pump();
    assert_eq!(router.send_frame("rest", false, true), Ok(()));
    let mut again = dealer("A");
    connect(&mut again, &mut router);
    assert_eq!(router.send(&["A", "whole"]), Ok(()));
    assert_eq!(again.recv(), ["whole"]);
}

#[test]
fn a_second_peer_of_the_same_name_is_never_heard() {
    let mut router = Node::new(ROUTER);
    let (mut first, mut second) = (dealer("X"), dealer("X"));
    connect(&mut first, &mut router);
    connect(&mut second, &mut router);
    for _ in 0..3 {
        assert_eq!(second.send(&["second"]), Ok(()));
    }
    assert_eq!(first.send(&["first"]), Ok(()));
    assert_eq!(router.recv(), ["X", "first"]);
    assert!(!router.has_in());
    assert_eq!(router.send(&["X", "hello"]), Ok(()));
    assert_eq!(first.recv(), ["hello"]);
    assert!(!second.has_in());
    second.close();
    router.pump();
    assert_eq!(router.pipes.len(), 1, "what it sent does not keep its pipe");
    assert_eq!(router.peer_state("X"), Ok(2));
}

#[test]
fn with_handover_the_second_peer_takes_the_name_and_the_first_is_closed() {
    let mut router = Node::with(ROUTER, |o| o.router_handover = true);
    let (mut first, mut second) = (dealer("X"), dealer("X"));
    connect(&mut first, &mut router);
    assert_eq!(first.send(&["first"]), Ok(()));
    assert_eq!(router.recv(), ["X", "first"]);
    connect(&mut second, &mut router);
    first.pump();
    assert_eq!((first.pipes.len(), router.pipes.len()), (0, 1));
    assert_eq!(router.send(&["X", "hello"]), Ok(()));
    assert_eq!(second.recv(), ["hello"]);
    assert_eq!(second.send(&["second"]), Ok(()));
    assert_eq!(router.recv(), ["X", "second"]);
}

// behaviours: 162
#[test]
fn handover_waits_for_the_message_that_is_being_read() {
    for looked_at in [false, true] {
        let mut router = Node::with(ROUTER, |o| o.router_handover = true);
        let (mut first, mut second) = (dealer("X"), dealer("X"));
        connect(&mut first, &mut router);
        assert_eq!(first.send(&["1", "2"]), Ok(()));
        assert_eq!(first.send(&["lost"]), Ok(()));
        assert!(!looked_at || router.has_in());
        if !looked_at {
            assert_eq!(router.recv_frame(), Ok(("X".into(), true)));
        }
        connect(&mut second, &mut router);
        assert_eq!(router.pipes.len(), 2);
        let want: &[&str] = if looked_at { &["X", "1", "2"] } else { &["1", "2"] };
        assert_eq!(router.recv(), want);
        router.pump();
        assert_eq!(router.pipes.len(), 1);
        assert!(!router.has_in());
    }
}

#[test]
fn what_a_peer_left_behind_is_read_though_its_name_is_another_ones_now() {
    for within in [false, true] {
        let mut router = Node::with(ROUTER, |o| o.router_handover = true);
        let (mut first, mut second) = (dealer("X"), dealer("X"));
        connect(&mut first, &mut router);
        for text in ["1", "2", "3"] {
            assert_eq!(first.send(&[text, "end"]), Ok(()));
        }
        assert!(!within || router.recv_frame() == Ok(("X".into(), true)));
        first.close();
        router.pump();
        connect(&mut second, &mut router);
        assert_eq!(second.send(&["new"]), Ok(()));
        if within {
            assert_eq!(router.recv(), ["1", "end"]);
        }
        let mut came: Vec<_> = std::iter::from_fn(|| router.has_in().then(|| router.recv()))
            .map(|message| (message[0] == "X", message[1..].concat()))
            .collect();
        came.sort();
        let left = ["1end", "2end", "3end"].map(|text| (false, text.to_string()));
        assert_eq!(came[..came.len() - 1], left[usize::from(within)..]);
        assert_eq!(came.last(), Some(&(true, "new".into())));
        router.pump();
        assert_eq!(router.pipes.len(), 1);
    }
}

// behaviours: 163, 164
#[test]
fn a_connection_given_a_name_is_known_by_it_at_once() {
    let mut router = Node::with(ROUTER, |o| o.connect_routing_id = Some(b"there".to_vec()));
    let mut peer = Node::with(ROUTER, |o| o.routing_id = b"own".to_vec());
    router.options.routing_id = b"me".to_vec();
    connect(&mut router, &mut peer);
    assert_eq!(router.send(&["there", "hello"]), Ok(()));
    assert_eq!(peer.recv(), ["me", "hello"]);
    assert_eq!(peer.send(&["me", "back"]), Ok(()));
    assert_eq!(router.recv(), ["there", "back"]);
}

#[test]
fn a_probe_introduces_a_router_to_a_router() {
    let mut server = Node::with(ROUTER, |o| o.router_mandatory = true);
    let mut client = Node::with(ROUTER, |o| {
        o.probe_router = true;
        o.routing_id = b"X".to_vec();
        o.connect_routing_id = Some(b"server".to_vec());
    });
    connect(&mut client, &mut server);
    assert_eq!(server.recv(), ["X", ""]);
    assert_eq!(server.send(&["X", "hello"]), Ok(()));
    assert_eq!(client.recv(), ["server", "hello"]);
}

// behaviours: 170
#[test]
fn the_name_carries_the_metadata_of_the_message() {
    let mut router = Node::new(ROUTER);
    let mut peer = dealer("A");
    connect(&mut peer, &mut router);
    let properties = [(b"X-hello".to_vec(), b"world".to_vec())];
    let mut msg = Msg::copy_of(b"x").unwrap_or_default();
    msg.set_metadata(Some(MetadataRef::new(&properties, -1)));
    assert_eq!(peer.pattern.send(&mut peer.pipes, &mut msg, true), Ok(()));
    for _ in 0..2 {
        let frame = router.recv_msg().unwrap_or_default();
        let found = frame.metadata().and_then(|meta| meta.find(b"X-hello"));
        assert_eq!(found.map(|text| text.to_bytes()), Some(&b"world"[..]));
    }
}

#[test]
fn polling_between_frames_loses_nothing() {
    let mut router = Node::new(ROUTER);
    let mut peer = dealer("A");
    connect(&mut peer, &mut router);
    for text in ["1", "2"] {
        assert_eq!(peer.send(&[text, "end"]), Ok(()));
    }
    for frame in ["A", "1", "end", "A", "2", "end"] {
        assert!(router.has_in());
        assert_eq!(router.recv_frame(), Ok((frame.into(), frame != "end")));
    }
    assert!(!router.has_in());
}

#[test]
fn a_message_looked_at_survives_its_peer() {
    let mut router = Node::new(ROUTER);
    let mut peer = dealer("A");
    connect(&mut peer, &mut router);
    assert_eq!(peer.send(&["last"]), Ok(()));
    assert!(router.has_in());
    peer.close();
    router.pump();
    assert_eq!(router.pipes.len(), 0);
    assert_eq!(router.recv(), ["A", "last"]);
    assert_eq!(router.send(&["A", "x"]), Ok(()));
}

#[test]
fn a_raw_router_names_peers_itself_and_an_empty_frame_ends_them() {
    let mut router = Node::with(ROUTER, |o| {
        o.router_raw = true;
        o.recv_routing_id = false;
    });
    let mut peer = Node::new(PULL);
    connect(&mut peer, &mut router);
    let id = router.pipes.ids().next().unwrap_or_else(|| unreachable!());
    let name = router.pipes.find(id).map(|end| end.routing_id.clone()).unwrap_or_default();
    assert_eq!(router.send_bytes(&name, true, true), Ok(()));
    assert_eq!(router.send_bytes(b"data", true, true), Ok(()), "MORE means nothing");
    assert_eq!(peer.recv(), ["data"]);
    assert_eq!(router.send_bytes(&name, true, true), Ok(()));
    assert_eq!(router.send_bytes(b"", false, true), Ok(()));
    router.pump();
    peer.pump();
    assert_eq!((router.pipes.len(), peer.pipes.len()), (0, 0));
}

#[test]
fn a_req_talks_to_a_router() {
    let (mut router, mut req) = (Node::new(ROUTER), Node::new(REQ));
    req.options.routing_id = b"R".to_vec();
    connect(&mut req, &mut router);
    assert_eq!(req.send(&["question"]), Ok(()));
    assert_eq!(router.recv(), ["R", "", "question"]);
    assert_eq!(router.send(&["R", "", "answer"]), Ok(()));
    assert_eq!(req.recv(), ["answer"]);
}
