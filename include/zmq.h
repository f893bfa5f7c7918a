/*
 * zmq.h of libzmq.so.5 in Rust, for programs written for libzmq 4.3.5.
 *
 * Generated from src/capi by tests/header.rs; scripts/header writes it anew.
 *
 * Functions that fail return -1, NULL or 0 and set errno. Times are in
 * milliseconds, sizes in bytes. A socket is used by one thread at a time.
 */

#ifndef __ZMQ_H_INCLUDED__
#define __ZMQ_H_INCLUDED__

/* What this header is like; zmq_version() tells what the library is like. */
#define ZMQ_VERSION_MAJOR 4
#define ZMQ_VERSION_MINOR 3
#define ZMQ_VERSION_PATCH 5

#define ZMQ_MAKE_VERSION(major, minor, patch) ((major) *10000 + (minor) *100 + (patch))
#define ZMQ_VERSION ZMQ_MAKE_VERSION(ZMQ_VERSION_MAJOR, ZMQ_VERSION_MINOR, ZMQ_VERSION_PATCH)

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#define ZMQ_DEFINED_STDINT 1
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined __GNUC__ && __GNUC__ >= 4
#define ZMQ_EXPORT __attribute__((visibility("default")))
#else
#define ZMQ_EXPORT
#endif

/* Error numbers the platform may lack are counted from here. */
#define ZMQ_HAUSNUMERO 156384712

#ifndef ENOTSUP
#define ENOTSUP (ZMQ_HAUSNUMERO + 1)
#endif
#ifndef EPROTONOSUPPORT
#define EPROTONOSUPPORT (ZMQ_HAUSNUMERO + 2)
#endif
#ifndef ENOBUFS
#define ENOBUFS (ZMQ_HAUSNUMERO + 3)
#endif
#ifndef ENETDOWN
#define ENETDOWN (ZMQ_HAUSNUMERO + 4)
#endif
#ifndef EADDRINUSE
#define EADDRINUSE (ZMQ_HAUSNUMERO + 5)
#endif
#ifndef EADDRNOTAVAIL
#define EADDRNOTAVAIL (ZMQ_HAUSNUMERO + 6)
#endif
#ifndef ECONNREFUSED
#define ECONNREFUSED (ZMQ_HAUSNUMERO + 7)
#endif
#ifndef EINPROGRESS
#define EINPROGRESS (ZMQ_HAUSNUMERO + 8)
#endif
#ifndef ENOTSOCK
#define ENOTSOCK (ZMQ_HAUSNUMERO + 9)
#endif
#ifndef EMSGSIZE
#define EMSGSIZE (ZMQ_HAUSNUMERO + 10)
#endif
#ifndef EAFNOSUPPORT
#define EAFNOSUPPORT (ZMQ_HAUSNUMERO + 11)
#endif
#ifndef ENETUNREACH
#define ENETUNREACH (ZMQ_HAUSNUMERO + 12)
#endif
#ifndef ECONNABORTED
#define ECONNABORTED (ZMQ_HAUSNUMERO + 13)
#endif
#ifndef ECONNRESET
#define ECONNRESET (ZMQ_HAUSNUMERO + 14)
#endif
#ifndef ENOTCONN
#define ENOTCONN (ZMQ_HAUSNUMERO + 15)
#endif
#ifndef ETIMEDOUT
#define ETIMEDOUT (ZMQ_HAUSNUMERO + 16)
#endif
#ifndef EHOSTUNREACH
#define EHOSTUNREACH (ZMQ_HAUSNUMERO + 17)
#endif
#ifndef ENETRESET
#define ENETRESET (ZMQ_HAUSNUMERO + 18)
#endif

/* Error numbers of this library. */
#define EFSM (ZMQ_HAUSNUMERO + 51)
#define ENOCOMPATPROTO (ZMQ_HAUSNUMERO + 52)
#define ETERM (ZMQ_HAUSNUMERO + 53)
#define EMTHREAD (ZMQ_HAUSNUMERO + 54)

/* zmq_timers_new and its family are there. */
#define ZMQ_HAVE_TIMERS

/** Context options: zmq_ctx_set, zmq_ctx_get. */
#define ZMQ_IO_THREADS 1
#define ZMQ_MAX_SOCKETS 2
#define ZMQ_SOCKET_LIMIT 3
#define ZMQ_THREAD_PRIORITY 3
#define ZMQ_THREAD_SCHED_POLICY 4
#define ZMQ_MAX_MSGSZ 5
#define ZMQ_MSG_T_SIZE 6
#define ZMQ_THREAD_AFFINITY_CPU_ADD 7
#define ZMQ_THREAD_AFFINITY_CPU_REMOVE 8
#define ZMQ_THREAD_NAME_PREFIX 9
#define ZMQ_BLOCKY 70

/** Defaults of the context options. */
#define ZMQ_IO_THREADS_DFLT 1
#define ZMQ_MAX_SOCKETS_DFLT 1023
#define ZMQ_THREAD_PRIORITY_DFLT -1
#define ZMQ_THREAD_SCHED_POLICY_DFLT -1

/** Socket types: zmq_socket. */
#define ZMQ_PAIR 0
#define ZMQ_PUB 1
#define ZMQ_SUB 2
#define ZMQ_REQ 3
#define ZMQ_REP 4
#define ZMQ_DEALER 5
#define ZMQ_ROUTER 6
#define ZMQ_PULL 7
#define ZMQ_PUSH 8
#define ZMQ_XPUB 9
#define ZMQ_XSUB 10
#define ZMQ_STREAM 11

/** Deprecated: socket types: zmq_socket. */
#define ZMQ_XREQ 5
#define ZMQ_XREP 6

/** Socket options: zmq_setsockopt, zmq_getsockopt. */
#define ZMQ_AFFINITY 4
#define ZMQ_ROUTING_ID 5
#define ZMQ_SUBSCRIBE 6
#define ZMQ_UNSUBSCRIBE 7
#define ZMQ_RATE 8
#define ZMQ_RECOVERY_IVL 9
#define ZMQ_SNDBUF 11
#define ZMQ_RCVBUF 12
#define ZMQ_RCVMORE 13
#define ZMQ_FD 14
#define ZMQ_EVENTS 15
#define ZMQ_TYPE 16
#define ZMQ_LINGER 17
#define ZMQ_RECONNECT_IVL 18
#define ZMQ_BACKLOG 19
#define ZMQ_RECONNECT_IVL_MAX 21
#define ZMQ_MAXMSGSIZE 22
#define ZMQ_SNDHWM 23
#define ZMQ_RCVHWM 24
#define ZMQ_MULTICAST_HOPS 25
#define ZMQ_RCVTIMEO 27
#define ZMQ_SNDTIMEO 28
#define ZMQ_LAST_ENDPOINT 32
#define ZMQ_ROUTER_MANDATORY 33
#define ZMQ_TCP_KEEPALIVE 34
#define ZMQ_TCP_KEEPALIVE_CNT 35
#define ZMQ_TCP_KEEPALIVE_IDLE 36
#define ZMQ_TCP_KEEPALIVE_INTVL 37
#define ZMQ_IMMEDIATE 39
#define ZMQ_XPUB_VERBOSE 40
#define ZMQ_IPV6 42
#define ZMQ_MECHANISM 43
#define ZMQ_PLAIN_SERVER 44
#define ZMQ_PLAIN_USERNAME 45
#define ZMQ_PLAIN_PASSWORD 46
#define ZMQ_CURVE_SERVER 47
#define ZMQ_CURVE_PUBLICKEY 48
#define ZMQ_CURVE_SECRETKEY 49
#define ZMQ_CURVE_SERVERKEY 50
#define ZMQ_PROBE_ROUTER 51
#define ZMQ_REQ_CORRELATE 52
#define ZMQ_REQ_RELAXED 53
#define ZMQ_CONFLATE 54
#define ZMQ_ZAP_DOMAIN 55
#define ZMQ_ROUTER_HANDOVER 56
#define ZMQ_TOS 57
#define ZMQ_CONNECT_ROUTING_ID 61
#define ZMQ_GSSAPI_SERVER 62
#define ZMQ_GSSAPI_PRINCIPAL 63
#define ZMQ_GSSAPI_SERVICE_PRINCIPAL 64
#define ZMQ_GSSAPI_PLAINTEXT 65
#define ZMQ_HANDSHAKE_IVL 66
#define ZMQ_SOCKS_PROXY 68
#define ZMQ_XPUB_NODROP 69
#define ZMQ_XPUB_MANUAL 71
#define ZMQ_XPUB_WELCOME_MSG 72
#define ZMQ_STREAM_NOTIFY 73
#define ZMQ_INVERT_MATCHING 74
#define ZMQ_HEARTBEAT_IVL 75
#define ZMQ_HEARTBEAT_TTL 76
#define ZMQ_HEARTBEAT_TIMEOUT 77
#define ZMQ_XPUB_VERBOSER 78
#define ZMQ_CONNECT_TIMEOUT 79
#define ZMQ_TCP_MAXRT 80
#define ZMQ_THREAD_SAFE 81
#define ZMQ_MULTICAST_MAXTPDU 84
#define ZMQ_VMCI_BUFFER_SIZE 85
#define ZMQ_VMCI_BUFFER_MIN_SIZE 86
#define ZMQ_VMCI_BUFFER_MAX_SIZE 87
#define ZMQ_VMCI_CONNECT_TIMEOUT 88
#define ZMQ_USE_FD 89
#define ZMQ_GSSAPI_PRINCIPAL_NAMETYPE 90
#define ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE 91
#define ZMQ_BINDTODEVICE 92

/** Deprecated: socket options: zmq_setsockopt, zmq_getsockopt. */
#define ZMQ_ROUTER_RAW 41
#define ZMQ_IDENTITY 5
#define ZMQ_CONNECT_RID 61
#define ZMQ_TCP_ACCEPT_FILTER 38
#define ZMQ_IPC_FILTER_PID 58
#define ZMQ_IPC_FILTER_UID 59
#define ZMQ_IPC_FILTER_GID 60
#define ZMQ_IPV4ONLY 31
#define ZMQ_DELAY_ATTACH_ON_CONNECT 39
#define ZMQ_FAIL_UNROUTABLE 33
#define ZMQ_ROUTER_BEHAVIOR 33

/** Message properties: zmq_msg_get. */
#define ZMQ_MORE 1
#define ZMQ_SHARED 3

/** Flags of zmq_send and zmq_recv: bits. */
#define ZMQ_DONTWAIT 1
#define ZMQ_SNDMORE 2

/** Security mechanisms: what ZMQ_MECHANISM reads. */
#define ZMQ_NULL 0
#define ZMQ_PLAIN 1
#define ZMQ_CURVE 2
#define ZMQ_GSSAPI 3

/** Longest name of a group in bytes, without its NUL. */
#define ZMQ_GROUP_MAX_LENGTH 255

/** Deprecated: flags of zmq_send and zmq_recv: bits. */
#define ZMQ_NOBLOCK 1

/** Deprecated: message properties: zmq_msg_get. */
#define ZMQ_SRCFD 2

/** GSSAPI principal name types. */
#define ZMQ_GSSAPI_NT_HOSTBASED 0
#define ZMQ_GSSAPI_NT_USER_NAME 1
#define ZMQ_GSSAPI_NT_KRB5_PRINCIPAL 2

/** Monitor events: bits. */
#define ZMQ_EVENT_CONNECTED 1
#define ZMQ_EVENT_CONNECT_DELAYED 2
#define ZMQ_EVENT_CONNECT_RETRIED 4
#define ZMQ_EVENT_LISTENING 8
#define ZMQ_EVENT_BIND_FAILED 16
#define ZMQ_EVENT_ACCEPTED 32
#define ZMQ_EVENT_ACCEPT_FAILED 64
#define ZMQ_EVENT_CLOSED 128
#define ZMQ_EVENT_CLOSE_FAILED 256
#define ZMQ_EVENT_DISCONNECTED 512
#define ZMQ_EVENT_MONITOR_STOPPED 1024
#define ZMQ_EVENT_ALL 65535
#define ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL 2048
#define ZMQ_EVENT_HANDSHAKE_SUCCEEDED 4096
#define ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL 8192
#define ZMQ_EVENT_HANDSHAKE_FAILED_AUTH 16384

/** Values of ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL. */
#define ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED 268435456
#define ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND 268435457
#define ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE 268435458
#define ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE 268435459
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED 268435473
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE 268435474
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO 268435475
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE 268435476
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR 268435477
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY 268435478
#define ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME 268435479
#define ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA 268435480
#define ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC 285212673
#define ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH 285212674
#define ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED 536870912
#define ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY 536870913
#define ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID 536870914
#define ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION 536870915
#define ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE 536870916
#define ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA 536870917
#define ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED 805306368

/** Events of poll items: bits. */
#define ZMQ_POLLIN 1
#define ZMQ_POLLOUT 2
#define ZMQ_POLLERR 4
#define ZMQ_POLLPRI 8
#define ZMQ_POLLITEMS_DFLT 16

/** zmq_has is there. */
#define ZMQ_HAS_CAPABILITIES 1

/** First argument of zmq_device, which ignores it. */
#define ZMQ_STREAMER 1
#define ZMQ_FORWARDER 2
#define ZMQ_QUEUE 3

/* zmq_sendiov and zmq_recviov; <sys/uio.h> says what it is. */
struct iovec;

/* A message. Its bytes are the library's; it may be moved by copying them. */
typedef struct zmq_msg_t
{
#if defined __GNUC__
    unsigned char _[64] __attribute__((aligned(sizeof(void *))));
#else
    union
    {
        unsigned char bytes[64];
        void *aligned;
    } _;
#endif
} zmq_msg_t;

/* Releases what zmq_msg_init_data was given, once, on any thread. */
typedef void(zmq_free_fn)(void *data, void *hint);

/* Called by zmq_timers_execute. */
typedef void(zmq_timer_fn)(int timer_id, void *arg);

/* The body of a thread. */
typedef void(zmq_thread_fn)(void *arg);

/** A file descriptor. */
typedef int zmq_fd_t;

/** An item of zmq_poll: `socket`, or `fd` when that is NULL. */
typedef struct zmq_pollitem_t {
    void *socket;
    zmq_fd_t fd;
    short events;
    short revents;
} zmq_pollitem_t;

/*
 * Errors and version.
 */

/** The calling thread's errno. */
ZMQ_EXPORT int zmq_errno(void);

/** The text of an error number, never NULL. It belongs to the library. */
ZMQ_EXPORT const char *zmq_strerror(int errnum);

/** The version this library behaves like. NULL: not asked for. */
ZMQ_EXPORT void zmq_version(int *major, int *minor, int *patch);

/*
 * Context.
 */

/**
 * Makes a context. No thread starts before the first socket.
 * NULL with EMFILE when there is no descriptor left.
 */
ZMQ_EXPORT void *zmq_ctx_new(void);

/**
 * Ends a context: its sockets' calls fail with ETERM, and when all of them are
 * closed and have lingered, the context is gone. EFAULT, EINTR (call it again).
 */
ZMQ_EXPORT
int zmq_ctx_term(void *context);

/**
 * Makes every call on the context's sockets but zmq_close fail with ETERM.
 * Never waits; zmq_ctx_term must follow. EFAULT.
 */
ZMQ_EXPORT int zmq_ctx_shutdown(void *context);

/** Sets a context option. EFAULT, EINVAL, ETERM (inherited by a forked child). */
ZMQ_EXPORT int zmq_ctx_set(void *context, int option, int optval);

/** A context option's value; -1 with EFAULT, EINVAL or ETERM. */
ZMQ_EXPORT int zmq_ctx_get(void *context, int option);

/*
 * Messages.
 */

/** Makes an empty message, whatever was there before. EFAULT for NULL. */
ZMQ_EXPORT int zmq_msg_init(zmq_msg_t *msg);

/**
 * Makes a message of `size` bytes of no particular content. EFAULT; ENOMEM,
 * after which `msg` is not initialised.
 */
ZMQ_EXPORT int zmq_msg_init_size(zmq_msg_t *msg, size_t size);

/**
 * Makes a message of the caller's bytes, which `ffn(data, hint)` releases when
 * the last copy goes, on any thread; without `ffn` they stay for ever.
 * EFAULT; ENOMEM, after which the bytes are still the caller's.
 */
ZMQ_EXPORT
int zmq_msg_init_data(zmq_msg_t *msg,
                      void *data,
                      size_t size,
                      zmq_free_fn *ffn,
                      void *hint);

/**
 * Sends a message and leaves it empty. Returns its size. On failure it stays
 * the caller's: EAGAIN, ENOTSUP, EFSM, EHOSTUNREACH, ETERM, ENOTSOCK, EINTR, EFAULT.
 */
ZMQ_EXPORT
int zmq_msg_send(zmq_msg_t *msg,
                 void *socket,
                 int flags);

/**
 * Receives a message frame in place of what `msg` held. Returns its size.
 * EAGAIN, ENOTSUP, EFSM, ETERM, ENOTSOCK, EINTR, EFAULT.
 */
ZMQ_EXPORT
int zmq_msg_recv(zmq_msg_t *msg,
                 void *socket,
                 int flags);

/** Releases a message's content. EFAULT: it is none, or closed already. */
ZMQ_EXPORT int zmq_msg_close(zmq_msg_t *msg);

/**
 * Moves `src`'s content to `dest`, releasing what was there; `src` ends empty.
 * EFAULT.
 */
ZMQ_EXPORT int zmq_msg_move(zmq_msg_t *dest, zmq_msg_t *src);

/**
 * Makes `dest` a second message with `src`'s content, releasing what was
 * there. The bytes may be shared from now on. EFAULT.
 */
ZMQ_EXPORT int zmq_msg_copy(zmq_msg_t *dest, zmq_msg_t *src);

/** Address of the content, not NULL for an empty one; NULL with EFAULT. */
ZMQ_EXPORT void *zmq_msg_data(zmq_msg_t *msg);

/** Size of the content in bytes; 0 with EFAULT. */
ZMQ_EXPORT size_t zmq_msg_size(const zmq_msg_t *msg);

/** 1 if more frames follow this one, else 0. */
ZMQ_EXPORT int zmq_msg_more(const zmq_msg_t *msg);

/**
 * ZMQ_MORE, ZMQ_SRCFD (the connection's descriptor) or ZMQ_SHARED. EINVAL:
 * another property, or no descriptor. EFAULT.
 */
ZMQ_EXPORT int zmq_msg_get(const zmq_msg_t *msg, int property);

/** EINVAL: no property can be set. */
ZMQ_EXPORT int zmq_msg_set(zmq_msg_t *msg, int property, int optval);

/**
 * A property of the connection the message came by; the text lives as long as
 * the message. NULL with EINVAL: there is none of that name.
 */
ZMQ_EXPORT
const char *zmq_msg_gets(const zmq_msg_t *msg,
                         const char *property);

/*
 * Sockets.
 */

/**
 * Makes a socket of one of the ZMQ_PAIR... types. NULL with EFAULT, ETERM,
 * EMFILE (descriptors, or ZMQ_MAX_SOCKETS reached), ENOMEM, EINVAL.
 */
ZMQ_EXPORT void *zmq_socket(void *context, int type);

/**
 * Closes a socket at once; what is unsent lingers in the background. Another
 * thread that waits for it in zmq_poll or a proxy wakes with ENOTSOCK. ENOTSOCK.
 */
ZMQ_EXPORT
int zmq_close(void *socket);

/** Sets a socket option. ENOTSOCK, ETERM, EINVAL, EFAULT. */
ZMQ_EXPORT
int zmq_setsockopt(void *socket,
                   int option,
                   const void *optval,
                   size_t optvallen);

/**
 * Reads a socket option into `*optvallen` bytes, then sets that to the length
 * used. ENOTSOCK, ETERM, EINVAL, EFAULT, EINTR.
 */
ZMQ_EXPORT
int zmq_getsockopt(void *socket,
                   int option,
                   void *optval,
                   size_t *optvallen);

/**
 * Accepts connections at an endpoint. ENOTSOCK, ETERM, EINVAL,
 * EPROTONOSUPPORT, ENOCOMPATPROTO, EMTHREAD, EADDRINUSE, EADDRNOTAVAIL,
 * ENODEV, ENAMETOOLONG, EINTR, EFAULT.
 */
ZMQ_EXPORT int zmq_bind(void *socket, const char *endpoint);

/**
 * Connects to an endpoint, in the background and for good. ENOTSOCK, ETERM,
 * EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO, EMTHREAD, ENAMETOOLONG, EINTR, EFAULT.
 */
ZMQ_EXPORT
int zmq_connect(void *socket,
                const char *endpoint);

/**
 * Stops accepting connections at an endpoint and ends those it accepted.
 * ENOTSOCK, ETERM, EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO, ENOENT, EINTR.
 */
ZMQ_EXPORT int zmq_unbind(void *socket, const char *endpoint);

/**
 * Ends the connections to an endpoint. ENOTSOCK, ETERM, EINVAL,
 * EPROTONOSUPPORT, ENOCOMPATPROTO, ENOENT, EINTR.
 */
ZMQ_EXPORT int zmq_disconnect(void *socket, const char *endpoint);

/** Sends a copy of `len` bytes and returns `len`. Errors as zmq_msg_send, ENOMEM. */
ZMQ_EXPORT
int zmq_send(void *socket,
             const void *buf,
             size_t len,
             int flags);

/**
 * Sends `len` bytes that stay as and where they are for ever. Returns `len`.
 * Errors as zmq_msg_send.
 */
ZMQ_EXPORT
int zmq_send_const(void *socket,
                   const void *buf,
                   size_t len,
                   int flags);

/**
 * Receives a frame, copies what fits into `len` bytes and returns the size of
 * the whole. Errors as zmq_msg_recv.
 */
ZMQ_EXPORT int zmq_recv(void *socket, void *buf, size_t len, int flags);

/*
 * Socket monitoring.
 */

/**
 * Reports a socket's events to the PAIR that connects to the inproc endpoint
 * `addr`; NULL stops. ENOTSOCK, ETERM, EINVAL, EPROTONOSUPPORT, EADDRINUSE,
 * EMFILE.
 */
ZMQ_EXPORT int zmq_socket_monitor(void *socket, const char *addr, int events);

/*
 * Polling.
 */

/**
 * Waits until an item is ready or `timeout` milliseconds are over (negative:
 * for ever). Returns the number of items with `revents`. EINVAL, EFAULT,
 * ENOTSOCK, ETERM, EINTR.
 */
ZMQ_EXPORT int zmq_poll(zmq_pollitem_t *items, int nitems, long timeout);

/*
 * Proxy and capabilities.
 */

/**
 * Hands messages from `frontend` to `backend` and back, a copy of each to
 * `capture` unless that is NULL, until something fails: always -1. EFAULT,
 * ENOTSOCK, ETERM, EINTR, or what sending or receiving failed with.
 */
ZMQ_EXPORT int zmq_proxy(void *frontend, void *backend, void *capture);

/**
 * As zmq_proxy, and obeys PAUSE, RESUME, TERMINATE (returns 0) and STATISTICS
 * (eight frames of eight bytes: messages and bytes received and sent by the
 * frontend, then by the backend) from `control`, unless that is NULL.
 */
ZMQ_EXPORT
int zmq_proxy_steerable(void *frontend,
                        void *backend,
                        void *capture,
                        void *control);

/** 1 if the library has a capability ("ipc", "curve", "draft"...), else 0. */
ZMQ_EXPORT int zmq_has(const char *capability);

/*
 * Z85 and CURVE keys.
 */

/**
 * Writes `size` bytes as Z85, `size` * 5 / 4 characters and a NUL. NULL with
 * EINVAL (`size` is no multiple of 4) or EFAULT.
 */
ZMQ_EXPORT
char *zmq_z85_encode(char *dest,
                     const uint8_t *data,
                     size_t size);

/**
 * Writes the bytes that a Z85 text stands for. NULL with EINVAL (not Z85, or
 * empty) or EFAULT.
 */
ZMQ_EXPORT uint8_t *zmq_z85_decode(uint8_t *dest, const char *string);

/**
 * Makes a pair of keys of 40 characters and a NUL each. EFAULT, EIO: the system
 * gives no random numbers.
 */
ZMQ_EXPORT
int zmq_curve_keypair(char *z85_public_key,
                      char *z85_secret_key);

/**
 * The public key that belongs to a secret key. EINVAL: that is not 40
 * characters of Z85; EFAULT. Nothing is written then.
 */
ZMQ_EXPORT
int zmq_curve_public(char *z85_public_key,
                     const char *z85_secret_key);

/*
 * Atomic counters.
 */

/** Makes a counter of value 0. */
ZMQ_EXPORT void *zmq_atomic_counter_new(void);

/** Sets a counter. */
ZMQ_EXPORT void zmq_atomic_counter_set(void *counter, int value);

/** Adds one and returns the value before. NULL: 0. */
ZMQ_EXPORT int zmq_atomic_counter_inc(void *counter);

/** Takes one off and returns 0 if none is left, else 1. NULL: 0. */
ZMQ_EXPORT int zmq_atomic_counter_dec(void *counter);

/** The value of a counter. NULL: 0. */
ZMQ_EXPORT int zmq_atomic_counter_value(void *counter);

/** Frees a counter and sets the caller's pointer to NULL. */
ZMQ_EXPORT void zmq_atomic_counter_destroy(void **counter_p);

/*
 * Timers.
 */

/** Makes an empty set of timers. */
ZMQ_EXPORT void *zmq_timers_new(void);

/** Frees a set of timers and sets the caller's pointer to NULL. EFAULT. */
ZMQ_EXPORT int zmq_timers_destroy(void **timers_p);

/**
 * Adds a timer that calls `handler(id, arg)` each `interval` milliseconds from
 * now, and returns its id, from 1 upwards. EFAULT.
 */
ZMQ_EXPORT
int zmq_timers_add(void *timers,
                   size_t interval,
                   zmq_timer_fn *handler,
                   void *arg);

/** Takes a timer off. EFAULT, EINVAL. */
ZMQ_EXPORT int zmq_timers_cancel(void *timers, int timer_id);

/**
 * Gives a timer another interval in milliseconds, counted from now. EFAULT,
 * EINVAL.
 */
ZMQ_EXPORT
int zmq_timers_set_interval(void *timers,
                            int timer_id,
                            size_t interval);

/** Lets a timer's interval begin now. EFAULT, EINVAL. */
ZMQ_EXPORT int zmq_timers_reset(void *timers, int timer_id);

/**
 * Milliseconds until the next timer is due, -1 if there is none. -1 with
 * EFAULT.
 */
ZMQ_EXPORT long zmq_timers_timeout(void *timers);

/** Calls the handlers of all timers that are due. EFAULT. */
ZMQ_EXPORT int zmq_timers_execute(void *timers);

/*
 * Stopwatch, sleep, threads.
 */

/** Starts a stopwatch. */
ZMQ_EXPORT void *zmq_stopwatch_start(void);

/** Microseconds since the start; 0 for NULL. */
ZMQ_EXPORT unsigned long zmq_stopwatch_intermediate(void *watch);

/** Stops and frees a stopwatch: microseconds since the start; 0 for NULL. */
ZMQ_EXPORT unsigned long zmq_stopwatch_stop(void *watch);

/** Sleeps for some seconds, less if a signal comes. */
ZMQ_EXPORT void zmq_sleep(int seconds);

/**
 * Runs `func(arg)` in a new thread, named ZMQapp and with all signals blocked.
 * NULL with EFAULT or EAGAIN.
 */
ZMQ_EXPORT void *zmq_threadstart(zmq_thread_fn *func, void *arg);

/** Waits for a thread to end and frees it. Another pointer is left alone. */
ZMQ_EXPORT void zmq_threadclose(void *thread);

/*
 * Deprecated.
 */

/**
 * zmq_ctx_new and zmq_ctx_set of ZMQ_IO_THREADS in one. NULL with EINVAL,
 * EMFILE.
 */
ZMQ_EXPORT void *zmq_init(int io_threads);

/** Old name of zmq_ctx_term. */
ZMQ_EXPORT int zmq_term(void *context);

/** Old name of zmq_ctx_term. */
ZMQ_EXPORT int zmq_ctx_destroy(void *context);

/** zmq_proxy without capture; `type` means nothing. */
ZMQ_EXPORT int zmq_device(int type, void *frontend, void *backend);

/** zmq_msg_send with the arguments in another order. */
ZMQ_EXPORT int zmq_sendmsg(void *socket, zmq_msg_t *msg, int flags);

/** zmq_msg_recv with the arguments in another order. */
ZMQ_EXPORT int zmq_recvmsg(void *socket, zmq_msg_t *msg, int flags);

/**
 * Sends a copy of each part; with ZMQ_SNDMORE as one message, otherwise as a
 * message each. Returns the size of the last. EINVAL: no parts; ENOMEM and
 * what zmq_msg_send fails with, the parts before which are sent.
 */
ZMQ_EXPORT
int zmq_sendiov(void *socket,
                struct iovec *iov,
                size_t count,
                int flags);

/**
 * Receives up to `*count` parts of a message into memory that the caller must
 * `free`, and sets `*count` to their number, which it returns. EINVAL: no
 * room; ENOMEM and what zmq_msg_recv fails with.
 */
ZMQ_EXPORT
int zmq_recviov(void *socket,
                struct iovec *iov,
                size_t *count,
                int flags);

#ifdef ZMQ_BUILD_DRAFT_API

/* zmq_poller_new and its family are there. */
#define ZMQ_HAVE_POLLER

/** Socket types: zmq_socket. */
#define ZMQ_SERVER 12
#define ZMQ_CLIENT 13
#define ZMQ_RADIO 14
#define ZMQ_DISH 15
#define ZMQ_GATHER 16
#define ZMQ_SCATTER 17
#define ZMQ_DGRAM 18
#define ZMQ_PEER 19
#define ZMQ_CHANNEL 20

/** Socket options: zmq_setsockopt, zmq_getsockopt. */
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#define ZMQ_LOOPBACK_FASTPATH 94
#define ZMQ_METADATA 95
#define ZMQ_MULTICAST_LOOP 96
#define ZMQ_ROUTER_NOTIFY 97
#define ZMQ_XPUB_MANUAL_LAST_VALUE 98
#define ZMQ_SOCKS_USERNAME 99
#define ZMQ_SOCKS_PASSWORD 100
#define ZMQ_IN_BATCH_SIZE 101
#define ZMQ_OUT_BATCH_SIZE 102
#define ZMQ_WSS_KEY_PEM 103
#define ZMQ_WSS_CERT_PEM 104
#define ZMQ_WSS_TRUST_PEM 105
#define ZMQ_WSS_HOSTNAME 106
#define ZMQ_WSS_TRUST_SYSTEM 107
#define ZMQ_ONLY_FIRST_SUBSCRIBE 108
#define ZMQ_RECONNECT_STOP 109
#define ZMQ_HELLO_MSG 110
#define ZMQ_DISCONNECT_MSG 111
#define ZMQ_PRIORITY 112
#define ZMQ_BUSY_POLL 113
#define ZMQ_HICCUP_MSG 114
#define ZMQ_XSUB_VERBOSE_UNSUBSCRIBE 115
#define ZMQ_TOPICS_COUNT 116
#define ZMQ_NORM_MODE 117
#define ZMQ_NORM_UNICAST_NACK 118
#define ZMQ_NORM_BUFFER_SIZE 119
#define ZMQ_NORM_SEGMENT_SIZE 120
#define ZMQ_NORM_BLOCK_SIZE 121
#define ZMQ_NORM_NUM_PARITY 122
#define ZMQ_NORM_NUM_AUTOPARITY 123
#define ZMQ_NORM_PUSH 124

/** Values of ZMQ_NORM_MODE. */
#define ZMQ_NORM_FIXED 0
#define ZMQ_NORM_CC 1
#define ZMQ_NORM_CCL 2
#define ZMQ_NORM_CCE 3
#define ZMQ_NORM_CCE_ECNONLY 4

/** Values of ZMQ_RECONNECT_STOP: bits. */
#define ZMQ_RECONNECT_STOP_CONN_REFUSED 1
#define ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED 2
#define ZMQ_RECONNECT_STOP_AFTER_DISCONNECT 4

/** Context options: zmq_ctx_set, zmq_ctx_get. */
#define ZMQ_ZERO_COPY_RECV 10

/** Values of ZMQ_ROUTER_NOTIFY: bits. */
#define ZMQ_NOTIFY_CONNECT 1
#define ZMQ_NOTIFY_DISCONNECT 2

/** Monitor events: bits. */
#define ZMQ_EVENT_PIPES_STATS 65536
#define ZMQ_EVENT_ALL_V1 65535
#define ZMQ_EVENT_ALL_V2 131071

/** Formats of monitor events. */
#define ZMQ_CURRENT_EVENT_VERSION 1
#define ZMQ_CURRENT_EVENT_VERSION_DRAFT 2

/** Names for zmq_msg_gets. */
#define ZMQ_MSG_PROPERTY_ROUTING_ID "Routing-Id"
#define ZMQ_MSG_PROPERTY_SOCKET_TYPE "Socket-Type"
#define ZMQ_MSG_PROPERTY_USER_ID "User-Id"
#define ZMQ_MSG_PROPERTY_PEER_ADDRESS "Peer-Address"

/** What zmq_poller_wait found: `socket`, or `fd` when that is NULL. */
typedef struct zmq_poller_event_t {
    void *socket;
    zmq_fd_t fd;
    void *user_data;
    short events;
} zmq_poller_event_t;

/*
 * Draft: context.
 */

/** Sets a context option of any type. EFAULT, EINVAL. */
ZMQ_EXPORT
int zmq_ctx_set_ext(void *context,
                    int option,
                    const void *optval,
                    size_t optvallen);

/**
 * Reads a context option of any type; `*optvallen` is the room there is and
 * stays as it is. EFAULT, EINVAL.
 */
ZMQ_EXPORT
int zmq_ctx_get_ext(void *context,
                    int option,
                    void *optval,
                    size_t *optvallen);

/*
 * Draft: messages.
 */

/**
 * Makes a message of a copy of `size` bytes. EFAULT; ENOMEM, after which `msg`
 * is not initialised.
 */
ZMQ_EXPORT
int zmq_msg_init_buffer(zmq_msg_t *msg,
                        const void *buf,
                        size_t size);

/** The routing id of a message (SERVER, PEER), 0 if it has none. */
ZMQ_EXPORT uint32_t zmq_msg_routing_id(zmq_msg_t *msg);

/** Addresses a message (SERVER, PEER). EINVAL: 0 is no id; EFAULT. */
ZMQ_EXPORT int zmq_msg_set_routing_id(zmq_msg_t *msg, uint32_t routing_id);

/** The group of a message (RADIO, DISH), "" if it has none. */
ZMQ_EXPORT const char *zmq_msg_group(zmq_msg_t *msg);

/** Gives a message a group (RADIO, DISH). EFAULT, ENOTSUP. */
ZMQ_EXPORT int zmq_msg_set_group(zmq_msg_t *msg, const char *group);

/*
 * Draft: sockets.
 */

/** Joins a group (DISH). ENOTSOCK, ENOTSUP. */
ZMQ_EXPORT int zmq_join(void *socket, const char *group);

/** Leaves a group (DISH). ENOTSOCK, ENOTSUP. */
ZMQ_EXPORT int zmq_leave(void *socket, const char *group);

/**
 * Connects and returns the new peer's routing id (PEER); 0 with ENOTSOCK,
 * ENOTSUP.
 */
ZMQ_EXPORT uint32_t zmq_connect_peer(void *socket, const char *endpoint);

/** Ends the connection to a peer (SERVER, PEER). ENOTSOCK, ENOTSUP. */
ZMQ_EXPORT int zmq_disconnect_peer(void *socket, uint32_t routing_id);

/**
 * ZMQ_POLLOUT if a message to that peer would not wait, else 0 (ROUTER).
 * ENOTSOCK, ENOTSUP, EHOSTUNREACH, EFAULT.
 */
ZMQ_EXPORT
int zmq_socket_get_peer_state(void *socket,
                              const void *routing_id,
                              size_t routing_id_size);

/**
 * As zmq_socket_monitor, with the format of the events (1 or 2) and the type
 * of the monitoring socket (ZMQ_PAIR, ZMQ_PUB, ZMQ_PUSH).
 */
ZMQ_EXPORT
int zmq_socket_monitor_versioned(void *socket,
                                 const char *addr,
                                 uint64_t events,
                                 int event_version,
                                 int type);

/** Asks for a ZMQ_EVENT_PIPES_STATS event for each connection. ENOTSOCK, ENOTSUP. */
ZMQ_EXPORT
int zmq_socket_monitor_pipes_stats(void *socket);

/*
 * Draft: poller.
 */

/** Makes an empty poller. */
ZMQ_EXPORT void *zmq_poller_new(void);

/** Frees a poller and sets the caller's pointer to NULL. EFAULT. */
ZMQ_EXPORT int zmq_poller_destroy(void **poller_p);

/** The number of sockets and descriptors registered. EFAULT. */
ZMQ_EXPORT int zmq_poller_size(void *poller);

/** Registers a socket for ZMQ_POLLIN and ZMQ_POLLOUT. EFAULT, ENOTSOCK, EINVAL. */
ZMQ_EXPORT
int zmq_poller_add(void *poller,
                   void *socket,
                   void *user_data,
                   short events);

/** Changes the events a socket is registered for. EFAULT, ENOTSOCK, EINVAL. */
ZMQ_EXPORT int zmq_poller_modify(void *poller, void *socket, short events);

/** Takes a socket off, which must not be closed yet. EFAULT, ENOTSOCK, EINVAL. */
ZMQ_EXPORT int zmq_poller_remove(void *poller, void *socket);

/**
 * Registers a descriptor for ZMQ_POLLIN, ZMQ_POLLOUT, ZMQ_POLLPRI and
 * ZMQ_POLLERR. EFAULT, EBADF, EINVAL.
 */
ZMQ_EXPORT
int zmq_poller_add_fd(void *poller,
                      zmq_fd_t fd,
                      void *user_data,
                      short events);

/** Changes the events a descriptor is registered for. EFAULT, EBADF, EINVAL. */
ZMQ_EXPORT int zmq_poller_modify_fd(void *poller, zmq_fd_t fd, short events);

/** Takes a descriptor off. EFAULT, EBADF, EINVAL. */
ZMQ_EXPORT int zmq_poller_remove_fd(void *poller, zmq_fd_t fd);

/**
 * Waits up to `timeout` milliseconds (negative: for ever) for one event.
 * EFAULT, EAGAIN (time is over), ETERM, EINTR, ENOTSOCK (a registered socket
 * was closed).
 */
ZMQ_EXPORT
int zmq_poller_wait(void *poller,
                    zmq_poller_event_t *event,
                    long timeout);

/**
 * Waits up to `timeout` milliseconds (negative: for ever) for events and
 * returns how many of `n_events` slots it filled. EFAULT, EINVAL, EAGAIN (time
 * is over), ETERM, EINTR, ENOTSOCK (a registered socket was closed).
 */
ZMQ_EXPORT
int zmq_poller_wait_all(void *poller,
                        zmq_poller_event_t *events,
                        int n_events,
                        long timeout);

/**
 * The descriptor that becomes readable for the poller's thread-safe sockets.
 * EFAULT; EINVAL: none was ever added.
 */
ZMQ_EXPORT int zmq_poller_fd(void *poller, zmq_fd_t *fd);

#ifdef SIG_BLOCK
/**
 * zmq_poll with `sigmask` as the thread's signal mask during the wait, unless
 * it is NULL. EINTR, EINVAL, EFAULT, ENOTSOCK, ETERM, EBADF.
 */
ZMQ_EXPORT
int zmq_ppoll(zmq_pollitem_t *items,
              int nitems,
              long timeout,
              const sigset_t *sigmask);
#endif

#endif

#ifdef __cplusplus
}
#endif

#endif
