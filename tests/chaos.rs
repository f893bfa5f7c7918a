//! One socket and many others that come, go, fall behind and catch up in random order,
//! each over another transport: every message must come whole, once, in order, and to
//! those it is for. What is done is the same in every run; what it meets is not.

mod common;

use common::{Context, Noise, Poll, Socket, begin, expect, frames, kind, long_form, option, send};
use zmq::msg::Msg;

const TRANSPORTS: [&str; 3] = ["tcp", "ipc", "inproc"];
const MARKS: [i32; 6] = [1000, 1000, 100, 10, 1, 0];
const BURSTS: [usize; 6] = [1, 3, 10, 40, 200, 700];
const MOST: usize = 5;

fn times(short: usize) -> usize {
    if long_form() { short * 10 } else { short }
}

fn is_there(socket: &Socket) -> bool {
    Poll(vec![socket.item(Poll::IN)]).wait(0) == Ok(1)
}

fn marked(context: &Context, socket_type: i32, noise: &mut Noise) -> Socket {
    let socket = context.socket(socket_type);
    socket.set(option::SNDHWM, MARKS[noise.below(MARKS.len())]);
    socket.set(option::RCVHWM, MARKS[noise.below(MARKS.len())]);
    socket
}

/// The number of the message whose first numbered frame comes now, and the rest of it,
/// which must be right.
fn receive_numbered(socket: &Socket, msg: &mut Msg, noise: &mut Noise) -> usize {
    let first = match noise.below(3) {
        0 => socket.recv(),
        1 => socket.recv_buffer(30_000).1,
        _ => {
            socket.recv_into(msg, "none");
            msg.data().to_vec()
        }
    };
    let number = u32::from_le_bytes(first[..4].try_into().expect("a number")) as usize;
    let all = frames(number);
    assert!(first == all[0], "message {number}");
    assert_eq!(socket.get(option::RCVMORE), i32::from(all.len() > 1), "message {number}");
    for (place, body) in all.iter().enumerate().skip(1) {
        expect(socket, body, place + 1 < all.len(), msg, noise);
    }
    number
}

// ---- from one to many ------------------------------------------------------

/// Who gets a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All whose topic its first frame begins with.
    Published,
    /// The one that its first frame names.
    Addressed,
    /// Whoever's turn it is.
    Balanced,
}

struct Peer {
    socket: Socket,
    /// The topic or the name.
    head: Vec<u8>,
    /// Where in the log the next message for it stands at the earliest. None: any.
    next: Option<usize>,
}

struct One {
    way: Way,
    to: i32,
    sender: Socket,
    endpoints: [String; 3],
    peers: Vec<Peer>,
    /// The messages sent: the head of each, and whether it has come (if balanced).
    log: Vec<(Vec<u8>, bool)>,
    came: usize,
    joined: usize,
    noise: Noise,
    msg: Msg,
    /// Ends last.
    context: Context,
}

impl One {
    fn new(from: i32, to: i32, way: Way, seed: usize) -> One {
        let mut noise = Noise::new(seed as u64);
        let context = Context::new();
        let sender = marked(&context, from, &mut noise);
        sender.set(option::LINGER, 0);
        match way {
            Way::Published => sender.set(option::XPUB_NODROP, 1),
            Way::Addressed => sender.set(option::ROUTER_MANDATORY, 1),
            Way::Balanced => {}
        }
        let endpoints = TRANSPORTS.map(|transport| sender.bind_over(transport));
        let (peers, log, msg) = (Vec::new(), Vec::new(), Msg::new());
        One { way, to, context, sender, endpoints, peers, log, came: 0, joined: 0, noise, msg }
    }

    fn join(&mut self) {
        let socket = marked(&self.context, self.to, &mut self.noise);
        self.joined += 1;
        let head = match self.way {
            Way::Published => [&b""[..], b"a", b"b"][self.noise.below(3)].to_vec(),
            Way::Addressed => format!("peer {}", self.joined).into_bytes(),
            Way::Balanced => Vec::new(),
        };
        match self.to {
            kind::SUB => socket.subscribe(&head),
            kind::XSUB => socket.send(&[&b"\x01"[..], &head].concat()),
            _ if self.way == Way::Addressed => socket.set_bytes(option::ROUTING_ID, &head),
            _ => {}
        }
        socket.connect(&self.endpoints[self.noise.below(3)]);
        // What is published is for it from some message on, and then all.
        let next = (self.way != Way::Published).then_some(self.log.len());
        self.peers.push(Peer { socket, head, next });
    }

    /// Receives a message at a peer, if one is there.
    fn receive_at(&mut self, place: usize) -> bool {
        let peer = &mut self.peers[place];
        if !is_there(&peer.socket) {
            return false;
        }
        if self.way == Way::Published {
            let head = peer.socket.recv();
            assert!(head.starts_with(&peer.head) && peer.socket.get(option::RCVMORE) == 1);
        }
        let number = receive_numbered(&peer.socket, &mut self.msg, &mut self.noise);
        let entry = &mut self.log[number];
        assert!(peer.next.is_none_or(|next| next <= number), "{number} is late or came twice");
        if self.way == Way::Balanced {
            assert!(!std::mem::replace(&mut entry.1, true), "{number} came twice");
        } else if let Some(next) = peer.next {
            let missed = (next..number).find(|at| is_for(self.way, peer, &self.log[*at].0));
            assert_eq!(missed, None, "missed before {number}");
        }
        peer.next = Some(number + 1);
        self.came += 1;
        true
    }

    fn receive_some(&mut self) {
        let most = BURSTS[self.noise.below(BURSTS.len())];
        for place in 0..self.peers.len() {
            if self.noise.below(2) == 0 {
                (0..most).all(|_| self.receive_at(place));
            }
        }
    }

    /// What may happen between two frames.
    fn meddle(&mut self) {
        match self.noise.below(60) {
            0 => self.receive_some(),
            1 if self.peers.len() < MOST => self.join(),
            2 if self.peers.len() > 1 && self.way != Way::Balanced => {
                self.peers.swap_remove(self.noise.below(self.peers.len()));
            }
            3 => assert!(self.sender.get(option::EVENTS) >= 0),
            _ => {}
        }
    }

    /// Sends the next message, if there is room for it. False: there is none, or nobody.
    fn send_one(&mut self) -> bool {
        let number = self.log.len();
        let mut all = frames(number);
        let head = match self.way {
            Way::Published => vec![b"abc"[self.noise.below(3)]],
            Way::Addressed => self.peers[self.noise.below(self.peers.len())].head.clone(),
            Way::Balanced => Vec::new(),
        };
        if self.way != Way::Balanced {
            all.insert(0, head.clone());
        }
        match self.sender.try_send_part(&all[0], all.len() > 1, true) {
            Err(libc::EAGAIN | libc::EHOSTUNREACH) => return false,
            result => assert_eq!(result, Ok(()), "message {number}"),
        }
        self.log.push((head, false));
        for place in 1..all.len() {
            self.meddle();
            let open = place + 1 < all.len();
            send(&self.sender, &all[place..=place], open, &mut self.noise);
        }
        true
    }

    /// Receives until everybody has everything.
    fn finish(&mut self) {
        // A last word for each, which also tells those that nothing has reached yet
        // where they stand.
        loop {
            for place in 0..self.peers.len() {
                while self.receive_at(place) {}
            }
            let ends = self.log.len();
            let waits = |peer: &Peer| match (self.way, peer.next) {
                (Way::Balanced, _) => false,
                (_, None) => true,
                (way, Some(next)) => (next..ends).any(|at| is_for(way, peer, &self.log[at].0)),
            };
            let waiting = self.peers.iter().any(waits);
            if !waiting && (self.way != Way::Balanced || self.came == ends) {
                break;
            }
            if self.peers.iter().any(|peer| peer.next.is_none()) {
                self.send_one();
            }
        }
        self.peers.iter().for_each(|peer| peer.socket.assert_nothing());
    }
}

fn is_for(way: Way, peer: &Peer, head: &[u8]) -> bool {
    match way {
        Way::Published => head.starts_with(&peer.head),
        Way::Addressed => head == peer.head,
        Way::Balanced => false,
    }
}

#[test]
fn messages_from_one_to_many() {
    let dog = begin(300);
    for (from, to, way) in [
        (kind::PUB, kind::SUB, Way::Published),
        (kind::XPUB, kind::XSUB, Way::Published),
        (kind::PUB, kind::XSUB, Way::Published),
        (kind::ROUTER, kind::DEALER, Way::Addressed),
        (kind::PUSH, kind::PULL, Way::Balanced),
        (kind::DEALER, kind::DEALER, Way::Balanced),
    ] {
        let mut came = 0;
        for seed in 0..times(12) {
            dog.step(format!("{from} to {to}, seed {seed}"));
            let mut one = One::new(from, to, way, seed);
            one.join();
            for _ in 0..120 {
                for _ in 0..BURSTS[one.noise.below(BURSTS.len())] {
                    if !one.send_one() {
                        one.receive_some();
                    }
                }
                one.meddle();
                one.receive_some();
            }
            one.finish();
            came += one.came;
        }
        assert!(came > 2000, "{came} messages");
    }
}

// ---- from many to one ------------------------------------------------------

/// Numbers of one sender; those of the next follow.
const SHARE: usize = 1_000_000;

struct Sender {
    socket: Socket,
    sent: usize,
}

/// What has come of a sender: the next message. None: any, which is the first.
type Came = Option<usize>;

fn receive_from_any(
    receiver: &Socket,
    named: bool,
    came: &mut [Came],
    msg: &mut Msg,
    noise: &mut Noise,
) {
    let name = named.then(|| receiver.recv());
    let number = receive_numbered(receiver, msg, noise);
    let (from, number) = (number / SHARE, number % SHARE);
    assert!(name.is_none_or(|name| name == format!("sender {from}").as_bytes()));
    assert!(came[from].is_none_or(|next| next == number), "{from}: {number}, not {:?}", came[from]);
    came[from] = Some(number + 1);
}

/// How many messages came.
fn many_to_one(from: i32, to: i32, seed: usize) -> usize {
    let noise = &mut Noise::new(seed as u64);
    let context = Context::new();
    let receiver = marked(&context, to, noise);
    if to == kind::SUB {
        receiver.subscribe(b"");
    }
    let endpoints = TRANSPORTS.map(|transport| receiver.bind_over(transport));
    let (mut senders, mut came, mut ends) = (Vec::<(usize, Sender)>::new(), Vec::new(), Vec::new());
    let mut msg = Msg::new();
    for _ in 0..200 {
        match noise.below(12) {
            0 | 1 if senders.len() < MOST => {
                let socket = marked(&context, from, noise);
                socket.set(option::LINGER, -1);
                if from == kind::PUB {
                    socket.set(option::XPUB_NODROP, 1);
                }
                socket.set_bytes(option::ROUTING_ID, format!("sender {}", came.len()).as_bytes());
                socket.connect(&endpoints[noise.below(3)]);
                senders.push((came.len(), Sender { socket, sent: 0 }));
                came.push((from != kind::PUB).then_some(0));
                ends.push(0);
            }
            2 if senders.len() > 1 => drop(senders.swap_remove(noise.below(senders.len()))),
            3..8 if !senders.is_empty() => {
                let place = noise.below(senders.len());
                let (id, sender) = &mut senders[place];
                for _ in 0..BURSTS[noise.below(BURSTS.len())] {
                    let all = frames(*id * SHARE + sender.sent);
                    if sender.socket.try_send_part(&all[0], all.len() > 1, true).is_err() {
                        break;
                    }
                    if all.len() > 1 {
                        send(&sender.socket, &all[1..], false, noise);
                    }
                    sender.sent += 1;
                }
                ends[*id] = sender.sent;
            }
            _ => {
                for _ in 0..BURSTS[noise.below(BURSTS.len())] {
                    if !is_there(&receiver) {
                        break;
                    }
                    receive_from_any(&receiver, to == kind::ROUTER, &mut came, &mut msg, noise);
                }
            }
        }
    }
    // What a PUB has sent before it was heard goes nowhere.
    while came.iter().zip(&ends).any(|(came, end)| came.is_some_and(|next| next < *end)) {
        receive_from_any(&receiver, to == kind::ROUTER, &mut came, &mut msg, noise);
    }
    came.iter().flatten().sum()
}

#[test]
fn messages_from_many_to_one() {
    let dog = begin(300);
    for (from, to) in [
        (kind::PUSH, kind::PULL),
        (kind::DEALER, kind::ROUTER),
        (kind::DEALER, kind::DEALER),
        (kind::PUB, kind::SUB),
    ] {
        let mut came = 0;
        for seed in 0..times(15) {
            dog.step(format!("{from} to {to}, seed {seed}"));
            came += many_to_one(from, to, seed);
        }
        assert!(came > 2000, "{came} messages");
    }
}
