//! (under construction) The socket.

use crate::errno::{Errno, Result};
use crate::msg::Msg;
use crate::sys::poll::PollFd;

/// A socket, used by one thread at a time.
pub struct Socket {}

impl Socket {
    /// Hands everything over for lingering and is gone; never waits.
    pub fn close(self: Box<Self>) {}
    /// zmq_setsockopt; None: NULL with length 0.
    pub fn set_option(&mut self, _option: i32, _value: Option<&[u8]>) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_getsockopt into the caller's whole buffer; returns the new length.
    pub fn get_option(&mut self, _option: i32, _out: &mut [u8]) -> Result<usize> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_bind; the endpoint's bytes without NUL (not necessarily UTF-8).
    pub fn bind(&mut self, _endpoint: &[u8]) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_connect.
    pub fn connect(&mut self, _endpoint: &[u8]) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_unbind and zmq_disconnect.
    pub fn term_endpoint(&mut self, _endpoint: &[u8]) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_msg_send: `flags` are ZMQ_DONTWAIT | ZMQ_SNDMORE. Ok: `msg` is empty.
    pub fn send(&mut self, _msg: &mut Msg, _flags: i32) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_msg_recv.
    pub fn recv(&mut self, _msg: &mut Msg, _flags: i32) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// ZMQ_EVENTS: processes commands, then POLLIN | POLLOUT as things stand. ETERM.
    pub fn events(&mut self) -> Result<i16> {
        Err(Errno::ENOTSUP)
    }
    /// The calling thread is about to wait for this socket together with other
    /// things: appends the descriptors to poll. False: something has come up,
    /// look at `events` again instead of waiting. In either case `end_wait`
    /// must follow.
    pub fn begin_wait(&mut self, _fds: &mut Vec<PollFd>) -> bool {
        false
    }
    /// Back from waiting.
    pub fn end_wait(&mut self) {}
    /// zmq_socket_monitor_versioned; None: stop.
    pub fn monitor(
        &mut self,
        _endpoint: Option<&[u8]>,
        _events: u64,
        _version: i32,
        _socket_type: i32,
    ) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_socket_get_peer_state.
    pub fn peer_state(&mut self, _routing_id: &[u8]) -> Result<i32> {
        Err(Errno::ENOTSUP)
    }
}
