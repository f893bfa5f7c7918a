//! REQ against REP, ROUTER and peers that misbehave.

use super::super::testing::{Node, connect};
use crate::errno::Errno;
use crate::options::Options;
use crate::options::types::{DEALER, REP, REQ};

/// A REQ and some DEALERs, which see and say everything.
fn with_peers<const N: usize>(set: impl FnOnce(&mut Options)) -> (Node, [Node; N]) {
    let mut req = Node::with(REQ, set);
    let mut peers = std::array::from_fn(|_| Node::new(DEALER));
    peers.iter_mut().for_each(|peer| connect(peer, &mut req));
    (req, peers)
}

#[test]
fn requests_go_round_and_replies_come_stripped() {
    let mut req = Node::new(REQ);
    let mut reps: [Node; 3] = std::array::from_fn(|_| Node::new(REP));
    reps.iter_mut().for_each(|rep| connect(&mut req, rep));
    for i in 0..6 {
        assert_eq!(req.send(&["question", &i.to_string()]), Ok(()));
        let rep = &mut reps[i % 3];
        assert_eq!(rep.recv(), ["question", &i.to_string()]);
        assert_eq!(rep.send(&["", "answer"]), Ok(()));
        assert_eq!(req.recv(), ["", "answer"]);
    }
}

#[test]
fn out_of_turn_is_efsm() {
    let (mut req, [mut peer]) = with_peers(|_| {});
    assert_eq!(req.recv_frame(), Err(Errno::EFSM));
    assert!(req.has_out() && !req.has_in());
    assert_eq!(req.send_frame("a", true, true), Ok(()));
    assert_eq!(req.recv_frame(), Err(Errno::EFSM));
    assert_eq!(req.send_frame("b", false, true), Ok(()));
    assert_eq!(req.send(&["again"]), Err(Errno::EFSM));
    assert!(!req.has_out());
    assert_eq!(peer.recv(), ["", "a", "b"]);
    assert_eq!(peer.send(&["", "1", "2"]), Ok(()));
    assert!(req.has_in());
    assert_eq!(req.recv_frame(), Ok(("1".into(), true)));
    assert_eq!(req.send(&["again"]), Err(Errno::EFSM));
    assert_eq!(req.recv_frame(), Ok(("2".into(), false)));
    assert_eq!(req.recv_frame(), Err(Errno::EFSM));
}

#[test]
fn without_peer_send_is_eagain_and_the_state_stays() {
    let mut req = Node::new(REQ);
    assert_eq!(req.send(&["x"]), Err(Errno::EAGAIN));
    assert_eq!(req.recv_frame(), Err(Errno::EFSM));
    assert!(!req.has_out());
}

#[test]
fn replies_that_begin_wrong_are_skipped() {
    let (mut req, [mut peer]) = with_peers(|_| {});
    assert_eq!(req.send(&["question"]), Ok(()));
    for frames in [&["no delimiter"][..], &[""], &["a", "", "b"], &["", "good", ""]] {
        assert_eq!(peer.send(frames), Ok(()));
    }
    assert_eq!(req.recv(), ["good", ""]);
}

#[test]
fn only_the_peer_that_was_asked_can_answer_unless_it_is_gone() {
    let (mut req, [mut asked, mut other]) = with_peers(|_| {});
    assert_eq!(req.send(&["question"]), Ok(()));
    assert_eq!(asked.recv(), ["", "question"]);
    assert_eq!(other.send(&["", "meddling"]), Ok(()));
    assert_eq!(req.recv_frame(), Err(Errno::EAGAIN));
    asked.close();
    req.pump();
    assert_eq!(other.send(&["", "taken over"]), Ok(()));
    assert_eq!(req.recv(), ["taken over"]);
}

#[test]
fn replies_that_come_too_late_are_thrown_away_with_the_next_request() {
    let (mut req, [mut peer]) = with_peers(|_| {});
    assert_eq!(req.send(&["1"]), Ok(()));
    for reply in ["one", "once more"] {
        assert_eq!(peer.send(&["", reply]), Ok(()));
    }
    assert_eq!(req.recv(), ["one"]);
    assert_eq!(req.send(&["2"]), Ok(()));
    assert_eq!(req.recv_frame(), Err(Errno::EAGAIN));
    assert_eq!(peer.send(&["", "two"]), Ok(()));
    assert_eq!(req.recv(), ["two"]);
}

/// The number in front of a correlated request, and the rest of it.
fn correlated(peer: &mut Node) -> (Vec<u8>, Vec<String>) {
    peer.pump();
    let id = peer.recv_msg().map(|msg| msg.data().to_vec()).unwrap_or_default();
    (id, peer.recv())
}

fn answer(peer: &mut Node, id: &[u8], text: &str) {
    assert_eq!(peer.send_bytes(id, true, true), Ok(()));
    assert_eq!(peer.send(&["", text]), Ok(()));
}

#[test]
fn correlated_replies_must_carry_the_number_of_the_request() {
    let (mut req, [mut peer]) = with_peers(|o| o.req_correlate = true);
    assert_eq!(req.send(&["question"]), Ok(()));
    let (id, rest) = correlated(&mut peer);
    assert_eq!((id.len(), rest), (4, vec![String::new(), "question".into()]));
    let number = u32::from_ne_bytes([id[0], id[1], id[2], id[3]]);
    answer(&mut peer, &number.wrapping_add(1).to_ne_bytes(), "wrong number");
    assert_eq!(peer.send(&["", "no number"]), Ok(()));
    answer(&mut peer, &id[..3], "short number");
    assert_eq!(req.recv_frame(), Err(Errno::EAGAIN));
    answer(&mut peer, &id, "right");
    assert_eq!(req.recv(), ["right"]);
    assert_eq!(req.send(&["next"]), Ok(()));
    let next = number.wrapping_add(1).to_ne_bytes().to_vec();
    assert_eq!(correlated(&mut peer).0, next);
}

// behaviours: 147
#[test]
fn relaxed_asks_the_next_peer_and_drops_what_the_first_says() {
    let (mut req, [mut first, mut second]) = with_peers(|o| {
        o.req_relaxed = true;
        o.req_correlate = true;
    });
    assert_eq!(req.send(&["1"]), Ok(()));
    assert!(req.has_out());
    let (old, _) = correlated(&mut first);
    answer(&mut first, &old, "queued already");
    assert_eq!(req.send(&["2"]), Ok(()));
    let (new, _) = correlated(&mut second);
    answer(&mut first, &old, "late");
    answer(&mut second, &new, "two");
    assert_eq!(req.recv(), ["two"]);
    assert_eq!(req.send(&["3"]), Ok(()));
    let (third, _) = correlated(&mut first);
    answer(&mut first, &third, "three");
    assert_eq!(req.recv(), ["three"]);
}

#[test]
fn relaxed_with_a_half_read_reply_starts_anew() {
    let (mut req, [mut peer]) = with_peers(|o| o.req_relaxed = true);
    assert_eq!(req.send(&["1"]), Ok(()));
    assert_eq!(peer.send(&["", "a", "b"]), Ok(()));
    assert_eq!(req.recv_frame(), Ok(("a".into(), true)));
    assert_eq!(req.send(&["2"]), Ok(()));
    assert_eq!(peer.send(&["", "c"]), Ok(()));
    assert_eq!(req.recv(), ["c"]);
}

#[test]
fn a_peer_lost_in_the_middle_of_a_request_does_not_wedge_the_socket() {
    let (mut req, [mut first, mut second]) = with_peers(|o| o.req_relaxed = true);
    assert_eq!(req.send_frame("a", true, false), Ok(()));
    first.pump();
    first.close();
    req.pump();
    assert_eq!(req.send_frame("b", false, false), Ok(()));
    assert_eq!(req.send(&["2"]), Ok(()));
    assert_eq!(second.recv(), ["", "2"]);
    assert_eq!(second.send(&["", "two"]), Ok(()));
    assert_eq!(req.recv(), ["two"]);
}
