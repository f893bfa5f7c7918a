//! Messages of several frames, sent and received in every way there is, with questions
//! in between that must not disturb them.

use zmq::msg::Msg;

use super::{Noise, Poll, Socket, option};

/// Body sizes around all limits, small ones more often.
const SIZES: [usize; 28] = [
    0, 1, 2, 3, 5, 8, 9, 16, 17, 30, 33, 46, 47, 48, 49, 64, 100, 127, 128, 129, 200, 255, 256,
    512, 513, 2000, 8191, 20_000,
];

/// The frames of a message, which its number decides. Now and then a stretch of
/// messages is of one kind, as streams are.
pub fn frames(number: usize) -> Vec<Vec<u8>> {
    let mut noise = Noise::new(number as u64 + 1);
    let (count, most) = match number / 500 % 5 {
        0 => (3, 9),
        1 => (2, 20),
        2 => (1 + noise.below(5), 24),
        3 => (1, 20),
        _ => (1 + noise.below(40).saturating_sub(33), SIZES.len()),
    };
    let mut frame = || {
        let size = SIZES[noise.below(most)];
        noise.filled(size)
    };
    let mut frames: Vec<Vec<u8>> = (0..count).map(|_| frame()).collect();
    frames[0].splice(0..0, (number as u32).to_le_bytes());
    frames
}

/// Something that must not disturb what is being sent.
fn ask(socket: &Socket, noise: &mut Noise) {
    match noise.below(300) {
        0 => assert!(socket.get(option::EVENTS) >= 0),
        1 => assert!(Poll(vec![socket.item(Poll::OUT)]).wait(0).is_ok()),
        2 => socket.set(option::LINGER, -1),
        _ => {}
    }
}

/// Sends the frames; `open`: the message goes on.
pub fn send(socket: &Socket, frames: &[Vec<u8>], open: bool, noise: &mut Noise) {
    for (place, body) in frames.iter().enumerate() {
        let more = open || place + 1 < frames.len();
        match noise.below(8) {
            0..4 => assert_eq!(socket.try_send_part(body, more, false), Ok(())),
            4 => while socket.try_send_part(body, more, true) == Err(libc::EAGAIN) {},
            _ => {
                let mut msg = Msg::copy_of(body).expect("memory");
                assert_eq!(socket.try_send_msg(&mut msg, more, false), Ok(()));
            }
        }
        ask(socket, noise);
    }
}

/// Receives the next frame and checks it; `more` must follow.
pub fn expect(socket: &Socket, wanted: &[u8], more: bool, msg: &mut Msg, noise: &mut Noise) {
    match noise.below(8) {
        0 => assert_eq!(socket.recv(), wanted),
        1..5 => {
            let room = if noise.below(4) == 0 { noise.below(wanted.len() + 1) } else { 30_000 };
            let (size, came) = socket.recv_buffer(room);
            assert_eq!((size, &came[..]), (wanted.len(), &wanted[..room.min(wanted.len())]));
        }
        _ => {
            socket.recv_into(msg, "none");
            assert_eq!((msg.data(), msg.more()), (wanted, more));
        }
    }
    match noise.below(300) {
        0 => assert!(!more || socket.get(option::EVENTS) & 1 == 1, "the rest is there"),
        1 => assert!(Poll(vec![socket.item(Poll::IN)]).wait(0).is_ok()),
        2..100 => {}
        _ => return,
    }
    assert_eq!(socket.get(option::RCVMORE), i32::from(more));
}

pub fn receive(socket: &Socket, frames: &[Vec<u8>], msg: &mut Msg, noise: &mut Noise) {
    for (place, body) in frames.iter().enumerate() {
        expect(socket, body, place + 1 < frames.len(), msg, noise);
    }
}
