//! Frames that the sender has encoded itself, on their way to the connection:
//! the batch of a pipe as [`Outgoing`](super::Outgoing) reads it. Each unit is
//! one whole message in frames of ZMTP 2 and 3.

use crate::msg::Msg;
use crate::queue::BatchReader;
use crate::zmtp::frame;

pub(super) struct Frames {
    batch: BatchReader,
    /// Messages not taken that no longer count.
    ahead: u64,
    /// Messages that have finished and were not asked for.
    finished: u64,
}

/// Whole frames at the front.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub len: usize,
    messages: u64,
}

impl Frames {
    pub fn new(batch: BatchReader) -> Frames {
        Frames { batch, ahead: 0, finished: 0 }
    }

    /// Whether a connection takes such frames as they are.
    pub fn welcome(&mut self, welcome: bool) {
        self.batch.welcome(welcome);
    }

    /// The mark has come out of the lane.
    pub fn enter(&mut self) {
        self.batch.enter();
    }

    /// Whether frames go before what is in the lane, or may yet come to.
    #[inline]
    pub fn is_entered(&self) -> bool {
        self.batch.is_entered()
    }

    /// All that is there. None: nothing, and the batch may just have been left.
    #[inline]
    pub fn all(&mut self) -> Option<Span> {
        let filled = self.batch.filled().filter(|filled| filled.bytes > 0)?;
        Some(Span { len: filled.bytes, messages: filled.units })
    }

    /// The bytes of a span.
    #[inline]
    pub fn bytes(&self, span: Span) -> &[u8] {
        self.batch.bytes(span.len)
    }

    /// A span is done with. How many messages that is.
    pub fn take(&mut self, span: Span) -> u64 {
        self.batch.take(span.len, span.messages);
        let counted = self.ahead.min(span.messages);
        self.ahead -= counted;
        self.finished += span.messages - counted;
        span.messages
    }

    /// A span no longer counts, though it is not done with.
    pub fn finish(&mut self, span: Span) {
        self.finished += span.messages.saturating_sub(self.ahead);
        self.ahead = self.ahead.max(span.messages);
    }

    /// Messages that have finished since the last question.
    #[inline]
    pub fn take_finished(&mut self) -> u64 {
        std::mem::take(&mut self.finished)
    }

    /// A connection broke when so many bytes of `span` were written: what is not
    /// begun waits for the next. Messages lost: one, or none.
    pub fn cut(&mut self, span: Span, written: usize) -> u64 {
        let mut begun = Span { len: 0, messages: 0 };
        let mut more = false;
        let bytes = self.bytes(span);
        while begun.len < written || more {
            let Some(frame) = Frame::first(&bytes[begun.len..]) else { break };
            begun.len += frame.len();
            begun.messages += u64::from(!frame.more);
            more = frame.more;
        }
        self.take(begun);
        u64::from(begun.len > written)
    }

    /// Takes frames as messages, until `use_it` returns false for the end of one,
    /// or none is left. For a connection that does not take them as they are.
    #[cold]
    pub fn each(&mut self, span: Span, mut use_it: impl FnMut(&mut Msg) -> bool) {
        let mut left = span.len;
        while left > 0 {
            let bytes = self.batch.bytes(left);
            let Some(frame) = Frame::first(bytes) else { return };
            let msg = Msg::copy_of(&bytes[frame.header..frame.len()]);
            left -= frame.len();
            self.take(Span { len: frame.len(), messages: u64::from(!frame.more) });
            // Out of memory: lost, as what an encoder holds when its connection breaks.
            if let Ok(mut msg) = msg {
                msg.set_more(frame.more);
                if !use_it(&mut msg) && !frame.more {
                    return;
                }
            }
        }
    }

    /// After a pause: gives back memory that nothing is in. False: the sender
    /// has just gone on.
    pub fn shrink(&mut self) -> bool {
        self.batch.reclaim()
    }
}

/// What stands at the front of a span.
struct Frame {
    header: usize,
    body: usize,
    more: bool,
}

impl Frame {
    fn first(bytes: &[u8]) -> Option<Frame> {
        let header = frame::parse_message(bytes)?;
        let body = usize::try_from(header.body_len).ok()?;
        (body <= bytes.len() - header.header_len).then_some(Frame {
            header: header.header_len,
            body,
            more: header.more,
        })
    }

    fn len(&self) -> usize {
        self.header + self.body
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::pipe::{LaneReader, LaneWriter, message_lane};
    use crate::queue::batch;
    use crate::sys::barrier;
    use crate::tuning::LARGE;

    /// A lane whose messages all go into its batch, and the batch entered. None:
    /// there are none on this system.
    fn streaming() -> Option<(LaneWriter, LaneReader, Frames)> {
        barrier::prepare();
        let (mut writer, mut reader) = message_lane(false);
        let (batch_writer, batch_reader) = batch();
        writer.set_batch(batch_writer);
        let mut frames = Frames::new(batch_reader);
        frames.welcome(true);
        writer.open_batch();
        let mark = reader.pop()?;
        assert_eq!(mark.flags(), crate::msg::BATCH);
        frames.enter();
        Some((writer, reader, frames))
    }

    fn send(writer: &mut LaneWriter, bodies: &[&[u8]]) {
        for body in bodies {
            let msg = Msg::copy_of(body).expect("memory");
            assert!(writer.append(&msg, body.len()));
        }
    }

    #[test]
    fn messages_are_frames_and_count_when_they_are_taken() {
        let Some((mut writer, _reader, mut frames)) = streaming() else { return };
        assert!(frames.all().is_none());
        let long = [b'x'; 256];
        send(&mut writer, &[b"", b"ab", &long]);
        assert!(!writer.has_room(3) && writer.has_room(4), "they count as others do");
        let span = frames.all().expect("frames");
        let head = [&[0, 0, 0, 2][..], b"ab", &[2, 0, 0, 0, 0, 0, 0, 1, 0]].concat();
        assert_eq!(frames.bytes(span), [&head[..], &long].concat());
        assert_eq!((frames.take(span), frames.take_finished()), (3, 3));
        assert_eq!((frames.take_finished(), frames.all().is_none()), (0, true));
    }

    #[test]
    fn what_no_longer_counted_is_not_counted_again() {
        let Some((mut writer, _reader, mut frames)) = streaming() else { return };
        send(&mut writer, &[b"1", b"2"]);
        let span = frames.all().expect("frames");
        frames.finish(span);
        frames.finish(span);
        assert_eq!(frames.take_finished(), 2);
        send(&mut writer, &[b"3"]);
        let span = frames.all().expect("frames");
        assert_eq!((frames.take(span), frames.take_finished()), (3, 1));
    }

    #[test]
    fn a_cut_loses_what_was_begun_and_not_finished() {
        for (written, lost, left) in [(0, 0, &b"123"[..]), (3, 0, b"23"), (4, 1, b"3"), (9, 0, b"")]
        {
            let Some((mut writer, _reader, mut frames)) = streaming() else { return };
            send(&mut writer, &[b"1", b"2", b"3"]);
            let span = frames.all().expect("frames");
            assert_eq!(frames.cut(span, written), lost, "{written} bytes written");
            let mut rest = Vec::new();
            if let Some(span) = frames.all() {
                frames.each(span, |msg| {
                    rest.extend_from_slice(msg.data());
                    true
                });
            }
            assert_eq!(rest, left);
            assert_eq!(frames.take_finished(), 3);
        }
    }

    #[test]
    fn a_message_of_several_frames_is_one_unit() {
        let Some((mut writer, _reader, mut frames)) = streaming() else { return };
        let text = |body: &[u8], more| {
            let mut msg = Msg::copy_of(body).expect("memory");
            msg.set_more(more);
            msg
        };
        for sent in 0..2 {
            assert!(writer.append_part(&text(b"id", true), 2));
            assert!(writer.append_part(&text(b"", true), 0));
            assert_eq!(frames.all().map_or(0, |span| span.messages), sent, "not before its end");
            assert!(writer.append(&text(b"body", false), 4));
        }
        let span = frames.all().expect("frames");
        assert_eq!(frames.bytes(span), b"\x01\x02id\x01\0\0\x04body\x01\x02id\x01\0\0\x04body");
        assert_eq!(frames.cut(span, 5), 1, "the rest of the message goes with its beginning");
        let span = frames.all().expect("frames");
        let mut bodies = Vec::new();
        frames.each(span, |msg| {
            bodies.push((msg.data().to_vec(), msg.more()));
            false
        });
        assert_eq!(bodies, [(b"id".to_vec(), true), (vec![], true), (b"body".to_vec(), false)]);
        assert_eq!((frames.take_finished(), frames.all().is_none()), (2, true));
    }

    #[test]
    fn frames_begun_in_a_batch_move_to_cells_or_are_taken_back() {
        let Some((mut writer, mut reader, mut frames)) = streaming() else { return };
        let part = |body: &[u8]| {
            let mut msg = Msg::copy_of(body).expect("memory");
            msg.set_more(true);
            msg
        };
        assert!(writer.append_part(&b"lost"[..], 4) && writer.is_begun());
        writer.rollback();
        assert!(!writer.is_begun() && frames.all().is_none());
        assert!(writer.append_part(&b"id"[..], 2));
        assert!(writer.append_part(&[7; 300][..], 300));
        assert!(!writer.append_part(&part(&[0; LARGE]), LARGE), "too much for a unit");
        assert!(writer.is_begun() && writer.is_mid_message());
        assert!(writer.move_to_cells() && !writer.is_begun() && writer.is_mid_message());
        writer.push(part(&[0; LARGE]));
        writer.push(Msg::new());
        writer.publish_to_waking();
        assert!(frames.all().is_none() && !frames.is_entered(), "sealed");
        let mut came = Vec::new();
        while let Some(msg) = reader.pop() {
            came.push((msg.len(), msg.more()));
        }
        assert_eq!(came, [(2, true), (300, true), (LARGE, true), (0, false)]);
    }

    #[test]
    fn a_message_may_end_behind_what_fills_a_batch() {
        let Some((mut writer, _reader, mut frames)) = streaming() else { return };
        let body = [1; LARGE - 1];
        let mut begun = 0;
        while writer.append_part(&body[..], body.len()) {
            begun += 1;
        }
        assert!(!writer.batch_has_room() && !writer.append(&body[..1], 1));
        assert_eq!(writer.append_end(&body[..], body.len()), None);
        assert_eq!(writer.append_end(&body[..10], 10), Some(false));
        let span = frames.all().expect("frames");
        assert_eq!((span.messages, frames.bytes(span).len()), (1, begun * (9 + body.len()) + 12));
        assert_eq!(writer.append_end(&body[..10], 10), None, "nothing is begun");
    }

    #[test]
    fn taken_one_by_one_the_rest_stays() {
        let Some((mut writer, _reader, mut frames)) = streaming() else { return };
        send(&mut writer, &[b"1", &[b'x'; 300], b"3"]);
        let mut lengths = Vec::new();
        for _ in 0..3 {
            let span = frames.all().expect("frames");
            frames.each(span, |msg| {
                lengths.push(msg.len());
                false
            });
        }
        assert_eq!((lengths, frames.all().is_none()), (vec![1, 300, 1], true));
    }
}
