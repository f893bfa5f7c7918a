//! Socket and context options: plain data, one table, no behaviour.
//!
//! The socket owns an [`Options`] and hands copies to sessions and listeners;
//! the C layer calls [`Options::set`] and [`Options::get`]. Nothing here does
//! I/O, except that an accept filter's literal address is parsed by the
//! system's resolver without asking any server.

mod context;
mod filter;
mod rows_draft;
mod rows_general;
mod rows_pattern;
mod rows_security;
mod table;
pub mod types;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

pub use context::ContextOptions;
pub use filter::AddressMask;
pub use table::{Applies, CType, Getter, Kind, Row, Setter, State, find, is_action, table};
pub(crate) use value::leading_number;
pub use value::{Room, put_int, put_string};

use crate::errno::{Errno, Result};
use types::*;

/// The security mechanism that the options set so far imply (numbers of ZMQ_MECHANISM).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub enum Mechanism {
    #[default]
    Null = 0,
    Plain = 1,
    Curve = 2,
}

/// Every option of one socket. Units and ranges are those of `zmq_setsockopt`.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "each field is the option of its name; the table describes it")]
pub struct Options {
    /// Number of the socket type; never changes.
    pub socket_type: i32,
    /// Whether this type wants each peer's routing id as a first message.
    pub recv_routing_id: bool,

    // Queues, time-outs, life
    pub affinity: u64,
    pub routing_id: Vec<u8>,
    pub sndhwm: i32,
    pub rcvhwm: i32,
    pub sndtimeo: i32,
    pub rcvtimeo: i32,
    pub linger: i32,
    pub maxmsgsize: i64,
    pub immediate: bool,
    pub conflate: bool,
    pub invert_matching: bool,

    // Connections
    pub reconnect_ivl: i32,
    pub reconnect_ivl_max: i32,
    pub reconnect_stop: i32,
    pub connect_timeout: i32,
    pub handshake_ivl: i32,
    pub heartbeat_ivl: i32,
    /// Tenths of a second, as on the wire; the option is in milliseconds.
    pub heartbeat_ttl_ds: u16,
    /// -1 means: the same as `heartbeat_ivl`.
    pub heartbeat_timeout: i32,
    pub in_batch_size: i32,
    pub out_batch_size: i32,
    /// Extra handshake properties, by name, each value cut at its first NUL as on the wire.
    pub metadata: BTreeMap<Vec<u8>, Vec<u8>>,

    // Descriptors
    pub backlog: i32,
    pub sndbuf: i32,
    pub rcvbuf: i32,
    pub ipv6: bool,
    pub tos: i32,
    pub priority: i32,
    pub busy_poll: i32,
    pub tcp_keepalive: i32,
    pub tcp_keepalive_cnt: i32,
    pub tcp_keepalive_idle: i32,
    pub tcp_keepalive_intvl: i32,
    pub tcp_maxrt: i32,
    pub use_fd: i32,
    pub bindtodevice: Vec<u8>,
    pub loopback_fastpath: bool,
    pub tcp_accept_filters: Vec<AddressMask>,
    pub ipc_filter_pids: BTreeSet<i32>,
    pub ipc_filter_uids: BTreeSet<u32>,
    pub ipc_filter_gids: BTreeSet<u32>,
    pub socks_proxy: Vec<u8>,
    pub socks_username: Vec<u8>,
    pub socks_password: Vec<u8>,

    // Multicast
    pub rate: i32,
    pub recovery_ivl: i32,
    pub multicast_hops: i32,
    pub multicast_maxtpdu: i32,
    pub multicast_loop: bool,

    // Patterns
    /// Id for the next outgoing connection only; the socket takes it.
    pub connect_routing_id: Option<Vec<u8>>,
    pub router_mandatory: bool,
    pub router_handover: bool,
    /// Bit 1: notice at connect; bit 2: at disconnect.
    /// ROUTER treats messages as raw bytes.
    pub router_raw: bool,
    /// The wire carries no protocol at all (STREAM, DGRAM, ROUTER_RAW once set).
    pub raw_socket: bool,
    pub probe_router: bool,
    pub req_correlate: bool,
    pub req_relaxed: bool,
    /// Duplicate subscriptions are passed up.
    pub xpub_verbose: bool,
    /// Duplicate unsubscriptions are passed up too.
    pub xpub_verboser: bool,
    pub xpub_manual: bool,
    pub xpub_manual_last_value: bool,
    pub xpub_nodrop: bool,
    pub xpub_welcome_msg: Vec<u8>,
    pub only_first_subscribe: bool,
    pub xsub_verbose_unsubscribe: bool,
    pub stream_notify: bool,

    // Security
    pub mechanism: Mechanism,
    pub as_server: bool,
    pub zap_domain: Vec<u8>,
    pub zap_enforce_domain: bool,
    pub plain_username: Vec<u8>,
    pub plain_password: Zeroizing<Vec<u8>>,
    pub curve_public_key: [u8; 32],
    pub curve_secret_key: Zeroizing<[u8; 32]>,
    pub curve_server_key: [u8; 32],
}

impl Options {
    /// Defaults of a socket of this type, created in a context with these options.
    pub fn new(socket_type: i32, ctx: &ContextOptions) -> Options {
        let lingers = ctx.blocky && !Types::of(&[SUB, XSUB, DISH]).contains(socket_type);
        Options {
            recv_routing_id: Types::of(&[ROUTER, REP]).contains(socket_type),
            raw_socket: Types::of(&[STREAM, DGRAM]).contains(socket_type),
            linger: if lingers { -1 } else { 0 },
            ipv6: ctx.ipv6,
            ..Options::of_type(socket_type)
        }
    }

    /// Defaults that depend on nothing.
    fn of_type(socket_type: i32) -> Options {
        Options {
            socket_type,
            recv_routing_id: false,
            affinity: 0,
            routing_id: Vec::new(),
            sndhwm: 1000,
            rcvhwm: 1000,
            sndtimeo: -1,
            rcvtimeo: -1,
            linger: -1,
            maxmsgsize: -1,
            immediate: false,
            conflate: false,
            invert_matching: false,
            reconnect_ivl: 100,
            reconnect_ivl_max: 0,
            reconnect_stop: 0,
            connect_timeout: 0,
            handshake_ivl: 30_000,
            heartbeat_ivl: 0,
            heartbeat_ttl_ds: 0,
            heartbeat_timeout: -1,
            in_batch_size: 8192,
            out_batch_size: 8192,
            metadata: BTreeMap::new(),
            backlog: 100,
            sndbuf: -1,
            rcvbuf: -1,
            ipv6: false,
            tos: 0,
            priority: 0,
            busy_poll: 0,
            tcp_keepalive: -1,
            tcp_keepalive_cnt: -1,
            tcp_keepalive_idle: -1,
            tcp_keepalive_intvl: -1,
            tcp_maxrt: 0,
            use_fd: -1,
            bindtodevice: Vec::new(),
            loopback_fastpath: false,
            tcp_accept_filters: Vec::new(),
            ipc_filter_pids: BTreeSet::new(),
            ipc_filter_uids: BTreeSet::new(),
            ipc_filter_gids: BTreeSet::new(),
            socks_proxy: Vec::new(),
            socks_username: Vec::new(),
            socks_password: Vec::new(),
            rate: 100,
            recovery_ivl: 10_000,
            multicast_hops: 1,
            multicast_maxtpdu: 1500,
            multicast_loop: true,
            connect_routing_id: None,
            router_mandatory: false,
            router_handover: false,
            router_raw: false,
            raw_socket: false,
            probe_router: false,
            req_correlate: false,
            req_relaxed: false,
            xpub_verbose: false,
            xpub_verboser: false,
            xpub_manual: false,
            xpub_manual_last_value: false,
            xpub_nodrop: false,
            xpub_welcome_msg: Vec::new(),
            only_first_subscribe: false,
            xsub_verbose_unsubscribe: false,
            stream_notify: true,
            mechanism: Mechanism::Null,
            as_server: false,
            zap_domain: Vec::new(),
            zap_enforce_domain: false,
            plain_username: Vec::new(),
            plain_password: Zeroizing::default(),
            curve_public_key: [0; 32],
            curve_secret_key: Zeroizing::default(),
            curve_server_key: [0; 32],
        }
    }

    /// `zmq_setsockopt`. `value` is `None` for a NULL pointer with length 0.
    ///
    /// EINVAL: unknown, read-only or not built option, wrong length, value out
    /// of range, option of another socket type, or [`is_action`].
    pub fn set(&mut self, option: i32, value: Option<&[u8]>) -> Result<()> {
        let row = find(option).ok_or(Errno::EINVAL)?;
        if !row.types.contains(self.socket_type) {
            return Err(Errno::EINVAL);
        }
        row.store(self, value)
    }

    /// `zmq_getsockopt` into the caller's whole buffer; returns the new length.
    ///
    /// EINVAL: unknown, write-only or not built option, wrong buffer length, or
    /// one that only the socket can answer ([`Getter::Socket`]).
    pub fn get(&self, option: i32, out: &mut [u8]) -> Result<usize> {
        find(option).ok_or(Errno::EINVAL)?.read(self, out)
    }

    /// Whether CONFLATE is on and this type heeds it.
    pub fn conflates(&self) -> bool {
        self.conflate && Types::of(&[DEALER, PULL, PUSH, PUB, SUB]).contains(self.socket_type)
    }

    /// Whether only the newest message of each pipe is kept on the way in. Not
    /// where what comes in are subscriptions.
    pub fn conflates_input(&self) -> bool {
        self.conflates() && self.socket_type != PUB
    }

    /// Whether only the newest message of each pipe is kept on the way out. Not
    /// where what goes out are subscriptions.
    pub fn conflates_output(&self) -> bool {
        self.conflates() && self.socket_type != SUB
    }
}

#[cfg(test)]
mod tests;
