//! Peers' names as frames, kept for pipes that are in a run: all messages of a run
//! come by one connection, so the frame in front of them is always the same.
//!
//! Called by ROUTER, and by the socket that puts such frames in front of messages
//! without asking ROUTER (`socket/route/named.rs`).

use super::super::PipeId;
use super::{Pipes, find_in};
use crate::msg::{INLINE, Msg};

impl Pipes {
    /// `read` was read from this pipe, which is in a run now: keeps the pipe's
    /// routing id as a frame with the meta-data of that, if it is small.
    #[inline]
    pub fn keep_name(&mut self, id: PipeId, read: &Msg) {
        let kept = self.find(id).and_then(|end| end.name_frame.as_deref());
        if !kept.is_some_and(|name| name.has_metadata_of(read)) {
            self.make_name(id, read);
        }
    }

    #[inline(never)]
    fn make_name(&mut self, id: PipeId, read: &Msg) {
        let mut name = self.take_name(id).unwrap_or_default();
        let Some(end) = self.find(id) else { return };
        if end.routing_id.len() > INLINE || name.assign(&end.routing_id).is_err() {
            return;
        }
        name.set_more(true);
        self.label_as(id, &mut name, read);
        self.put_name(id, name);
    }

    /// Whether messages of the run that this pipe is in can be named.
    #[inline]
    pub fn has_name(&self, id: PipeId) -> bool {
        self.find(id).is_some_and(|end| end.name_frame.is_some())
    }

    /// Lends what [`keep_name`](Self::keep_name) has kept, until
    /// [`put_name`](Self::put_name).
    #[inline]
    pub fn take_name(&mut self, id: PipeId) -> Option<Box<Msg>> {
        self.find_mut(id)?.name_frame.take()
    }

    /// Keeps the name of a pipe.
    #[inline]
    pub fn put_name(&mut self, id: PipeId, name: Box<Msg>) {
        if let Some(end) = self.find_mut(id) {
            end.name_frame = Some(name);
        }
    }

    /// The pipe has another name.
    pub fn forget_name(&mut self, id: PipeId) {
        self.take_name(id);
    }

    /// Makes `msg` a second `name`, which is this pipe's.
    pub fn duplicate_name(&mut self, id: PipeId, name: &Msg, msg: &mut Msg) {
        if !msg.has_metadata_of(name) {
            let Pipes { slots, sink, .. } = self;
            sink.absorb_from(msg);
            if let Some(end) = find_in(slots, id) {
                msg.set_metadata(end.reader.metadata_of(name));
            }
        }
        if msg.copy_easily(name).is_none() {
            // A large body has to be given back.
            msg.clear_body();
            msg.copy_easily(name);
        }
    }
}
