//! What works and what does not yet: the tables behind COMPAT.md that are not
//! elsewhere (socket options describe themselves in `options`). A thing that
//! does less than libzmq 4.3.5 says so here, with the errno a caller sees.

/// How a thing compares with libzmq 4.3.5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The same.
    Works,
    /// Fails with this errno.
    NotYet(&'static str),
    /// Works, but not in this.
    Differs(&'static str),
}

/// A function of zmq.h.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Whether it compares.
    pub state: State,
}

/// A row of one of the other tables.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// Its name.
    pub name: &'static str,
    /// How it compares.
    pub state: State,
}

const fn works(name: &'static str) -> Function {
    Function { name, state: State::Works }
}

const fn not_yet(name: &'static str, errno: &'static str) -> Function {
    Function { name, state: State::NotYet(errno) }
}

const fn differs(name: &'static str, how: &'static str) -> Function {
    Function { name, state: State::Differs(how) }
}

const fn thing(name: &'static str, state: State) -> Thing {
    Thing { name, state }
}

const NULL_IS_EFAULT: &str = "EFAULT instead of a crash for NULL";
const INVALID_IS_EFAULT: &str = "EFAULT instead of a crash or abort for NULL or no message";

/// Every function that is exported, by name.
pub static FUNCTIONS: &[Function] = &[
    differs("zmq_atomic_counter_dec", "0 instead of a crash for NULL"),
    works("zmq_atomic_counter_destroy"),
    differs("zmq_atomic_counter_inc", "0 instead of a crash for NULL"),
    works("zmq_atomic_counter_new"),
    works("zmq_atomic_counter_set"),
    differs("zmq_atomic_counter_value", "0 instead of a crash for NULL"),
    differs("zmq_bind", NULL_IS_EFAULT),
    works("zmq_close"),
    differs("zmq_connect", NULL_IS_EFAULT),
    not_yet("zmq_connect_peer", "ENOTSUP"),
    works("zmq_ctx_destroy"),
    works("zmq_ctx_get"),
    differs("zmq_ctx_get_ext", NULL_IS_EFAULT),
    works("zmq_ctx_new"),
    works("zmq_ctx_set"),
    differs("zmq_ctx_set_ext", NULL_IS_EFAULT),
    works("zmq_ctx_shutdown"),
    works("zmq_ctx_term"),
    differs("zmq_curve_keypair", NULL_IS_EFAULT),
    differs("zmq_curve_public", NULL_IS_EFAULT),
    differs("zmq_device", NULL_IS_EFAULT),
    works("zmq_disconnect"),
    not_yet("zmq_disconnect_peer", "ENOTSUP"),
    works("zmq_errno"),
    differs("zmq_getsockopt", NULL_IS_EFAULT),
    differs("zmq_has", "1 for ipc, tipc and curve only"),
    works("zmq_init"),
    not_yet("zmq_join", "ENOTSUP"),
    not_yet("zmq_leave", "ENOTSUP"),
    differs("zmq_msg_close", INVALID_IS_EFAULT),
    differs("zmq_msg_copy", "a copy onto itself leaves the message as it is"),
    differs("zmq_msg_data", INVALID_IS_EFAULT),
    differs("zmq_msg_get", INVALID_IS_EFAULT),
    differs("zmq_msg_gets", INVALID_IS_EFAULT),
    differs("zmq_msg_group", "always the empty group"),
    differs("zmq_msg_init", NULL_IS_EFAULT),
    differs("zmq_msg_init_buffer", NULL_IS_EFAULT),
    differs("zmq_msg_init_data", "EFAULT instead of an abort for NULL data with a size"),
    differs("zmq_msg_init_size", NULL_IS_EFAULT),
    works("zmq_msg_more"),
    differs("zmq_msg_move", INVALID_IS_EFAULT),
    differs("zmq_msg_recv", INVALID_IS_EFAULT),
    works("zmq_msg_routing_id"),
    differs("zmq_msg_send", INVALID_IS_EFAULT),
    works("zmq_msg_set"),
    not_yet("zmq_msg_set_group", "ENOTSUP"),
    differs("zmq_msg_set_routing_id", INVALID_IS_EFAULT),
    differs("zmq_msg_size", INVALID_IS_EFAULT),
    works("zmq_poll"),
    works("zmq_poller_add"),
    works("zmq_poller_add_fd"),
    works("zmq_poller_destroy"),
    not_yet("zmq_poller_fd", "EINVAL: there are no thread-safe sockets"),
    works("zmq_poller_modify"),
    works("zmq_poller_modify_fd"),
    works("zmq_poller_new"),
    works("zmq_poller_remove"),
    works("zmq_poller_remove_fd"),
    works("zmq_poller_size"),
    differs("zmq_poller_wait", "ENOTSOCK instead of a crash when a member was closed"),
    differs("zmq_poller_wait_all", "ENOTSOCK instead of a crash when a member was closed"),
    differs(
        "zmq_ppoll",
        "any descriptor number; ZMQ_POLLPRI works; ZMQ_POLLERR is reported unasked",
    ),
    differs("zmq_proxy", "ENOTSOCK instead of a crash for a closed socket"),
    differs(
        "zmq_proxy_steerable",
        "ENOTSOCK instead of a crash for a closed socket; control with one socket as both ends works",
    ),
    differs("zmq_recv", NULL_IS_EFAULT),
    works("zmq_recviov"),
    differs("zmq_recvmsg", INVALID_IS_EFAULT),
    differs("zmq_send", NULL_IS_EFAULT),
    differs("zmq_send_const", NULL_IS_EFAULT),
    differs("zmq_sendiov", NULL_IS_EFAULT),
    differs("zmq_sendmsg", INVALID_IS_EFAULT),
    differs("zmq_setsockopt", NULL_IS_EFAULT),
    works("zmq_sleep"),
    works("zmq_socket"),
    differs("zmq_socket_get_peer_state", NULL_IS_EFAULT),
    works("zmq_socket_monitor"),
    not_yet("zmq_socket_monitor_pipes_stats", "ENOTSUP"),
    works("zmq_socket_monitor_versioned"),
    works("zmq_stopwatch_intermediate"),
    works("zmq_stopwatch_start"),
    works("zmq_stopwatch_stop"),
    works("zmq_strerror"),
    works("zmq_term"),
    works("zmq_threadclose"),
    differs("zmq_threadstart", NULL_IS_EFAULT),
    works("zmq_timers_add"),
    works("zmq_timers_cancel"),
    differs("zmq_timers_destroy", NULL_IS_EFAULT),
    differs("zmq_timers_execute", "a timer of interval 0 runs once per call instead of for ever"),
    works("zmq_timers_new"),
    works("zmq_timers_reset"),
    works("zmq_timers_set_interval"),
    works("zmq_timers_timeout"),
    works("zmq_unbind"),
    differs("zmq_version", "a NULL pointer is passed over instead of a crash"),
    differs("zmq_z85_decode", NULL_IS_EFAULT),
    differs("zmq_z85_encode", NULL_IS_EFAULT),
];

/// Options of a context.
pub static CONTEXT_OPTIONS: &[Thing] = &[
    thing("ZMQ_IO_THREADS", State::Works),
    thing("ZMQ_MAX_SOCKETS", State::Works),
    thing("ZMQ_SOCKET_LIMIT", State::Works),
    thing("ZMQ_THREAD_PRIORITY", State::Works),
    thing("ZMQ_THREAD_SCHED_POLICY", State::Works),
    thing("ZMQ_MAX_MSGSZ", State::Works),
    thing("ZMQ_MSG_T_SIZE", State::Works),
    thing("ZMQ_THREAD_AFFINITY_CPU_ADD", State::Works),
    thing("ZMQ_THREAD_AFFINITY_CPU_REMOVE", State::Works),
    thing("ZMQ_THREAD_NAME_PREFIX", State::Works),
    thing("ZMQ_ZERO_COPY_RECV", State::Works),
    thing("ZMQ_IPV6", State::Works),
    thing("ZMQ_BLOCKY", State::Works),
];

/// Types of sockets.
pub static SOCKET_TYPES: &[Thing] = &[
    thing("ZMQ_PAIR", State::Works),
    thing("ZMQ_PUB", State::Works),
    thing("ZMQ_SUB", State::Works),
    thing("ZMQ_REQ", State::Works),
    thing("ZMQ_REP", State::Works),
    thing("ZMQ_DEALER", State::Works),
    thing("ZMQ_ROUTER", State::Works),
    thing("ZMQ_PULL", State::Works),
    thing("ZMQ_PUSH", State::Works),
    thing("ZMQ_XPUB", State::Works),
    thing("ZMQ_XSUB", State::Works),
    thing("ZMQ_STREAM", State::Works),
    thing("ZMQ_SERVER", State::NotYet("EINVAL")),
    thing("ZMQ_CLIENT", State::NotYet("EINVAL")),
    thing("ZMQ_RADIO", State::NotYet("EINVAL")),
    thing("ZMQ_DISH", State::NotYet("EINVAL")),
    thing("ZMQ_GATHER", State::NotYet("EINVAL")),
    thing("ZMQ_SCATTER", State::NotYet("EINVAL")),
    thing("ZMQ_DGRAM", State::NotYet("EINVAL")),
    thing("ZMQ_PEER", State::NotYet("EINVAL")),
    thing("ZMQ_CHANNEL", State::NotYet("EINVAL")),
];

/// Transports, by the scheme of an endpoint.
pub static TRANSPORTS: &[Thing] = &[
    thing("tcp", State::Works),
    thing("ipc", State::Works),
    thing("inproc", State::Works),
    thing("udp", State::NotYet("ENOCOMPATPROTO")),
    thing("ws", State::NotYet("EPROTONOSUPPORT")),
    thing("wss", State::NotYet("EPROTONOSUPPORT")),
    thing(
        "tipc",
        State::Differs(
            "EINVAL for a malformed address, where libzmq leaves errno as it was; never run on a \
             kernel with the module tipc, only up to the EAFNOSUPPORT of one without",
        ),
    ),
    thing("vsock", State::NotYet("EPROTONOSUPPORT")),
    thing("vmci", State::NotYet("EPROTONOSUPPORT")),
    thing("pgm", State::NotYet("EPROTONOSUPPORT")),
    thing("epgm", State::NotYet("EPROTONOSUPPORT")),
    thing("norm", State::NotYet("EPROTONOSUPPORT")),
];

/// Security mechanisms.
pub static MECHANISMS: &[Thing] = &[
    thing("NULL", State::Works),
    thing("PLAIN", State::Works),
    thing("CURVE", State::Works),
    thing("GSSAPI", State::NotYet("EINVAL")),
];

/// Events that a monitor reports.
pub static EVENTS: &[Thing] = &[
    thing("ZMQ_EVENT_CONNECTED", State::Works),
    thing("ZMQ_EVENT_CONNECT_DELAYED", State::Works),
    thing("ZMQ_EVENT_CONNECT_RETRIED", State::Works),
    thing("ZMQ_EVENT_LISTENING", State::Works),
    thing("ZMQ_EVENT_BIND_FAILED", State::Works),
    thing("ZMQ_EVENT_ACCEPTED", State::Works),
    thing("ZMQ_EVENT_ACCEPT_FAILED", State::Works),
    thing("ZMQ_EVENT_CLOSED", State::Works),
    thing("ZMQ_EVENT_CLOSE_FAILED", State::Works),
    thing("ZMQ_EVENT_DISCONNECTED", State::Works),
    thing("ZMQ_EVENT_MONITOR_STOPPED", State::Works),
    thing("ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL", State::Works),
    thing("ZMQ_EVENT_HANDSHAKE_SUCCEEDED", State::Works),
    thing("ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL", State::Works),
    thing("ZMQ_EVENT_HANDSHAKE_FAILED_AUTH", State::Works),
    thing("ZMQ_EVENT_PIPES_STATS", State::NotYet("ENOTSUP")),
];
