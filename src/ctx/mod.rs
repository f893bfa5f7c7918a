//! (under construction) The context.

use crate::errno::{Errno, Result};
use crate::socket::Socket;
use crate::sync::Arc;

/// A ØMQ context.
pub struct Ctx {}

impl Ctx {
    /// No thread is started here; the first socket does. EMFILE.
    pub fn new() -> Result<Arc<Ctx>> {
        Ok(Arc::new(Ctx {}))
    }
    /// zmq_ctx_set_ext (zmq_ctx_set passes the int's 4 bytes).
    pub fn set(&self, _option: i32, _value: &[u8]) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_ctx_get.
    pub fn get(&self, _option: i32) -> Result<i32> {
        Err(Errno::ENOTSUP)
    }
    /// zmq_ctx_get_ext.
    pub fn get_ext(&self, _option: i32, _out: &mut [u8]) -> Result<()> {
        Err(Errno::ENOTSUP)
    }
    /// Makes every call on its sockets but close fail with ETERM.
    pub fn shutdown(&self) {}
    /// Shuts down and waits until every socket is closed and lingered. EINTR.
    pub fn term(&self) -> Result<()> {
        Ok(())
    }
    /// A new socket. ETERM, EMFILE, EINVAL.
    pub fn socket(self: &Arc<Self>, _socket_type: i32) -> Result<Box<Socket>> {
        Err(Errno::ENOTSUP)
    }
}
