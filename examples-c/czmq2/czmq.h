/*  The calls of CZMQ 2 that the programs of the ZeroMQ Guide make, and the few of
    CZMQ 3 (zsock, zactor, zpoller) that some of them were moved to. Declarations
    only; each group names the file that holds it. Programs include this header and
    nothing else, so it also brings in the system headers they count on.

    Conventions that hold throughout:
    - A destructor takes the address of the variable, frees, and sets it to NULL;
      a NULL variable is fine.
    - Calls return 0 or -1, and a constructor that reads a socket returns NULL when
      the wait was interrupted or the context is going away; errno says which.
    - "socket" is what zmq_socket returned. A zsock_t and a zactor_t ARE such a
      pointer under another name, so each of them fits wherever a socket is wanted.
    - An object belongs to one thread at a time.
    - No memory left is fatal: the process says so and aborts.  */

#ifndef CZMQ2_CZMQ_H
#define CZMQ2_CZMQ_H

/*  Programs written for gcc's defaults use random (), strdup (), getifaddrs () ...  */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
/*  And they ask by this name what system they are on.  */
#ifndef __UNIX__
#define __UNIX__
#endif

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <zmq.h>

#ifdef __cplusplus
extern "C" {
#endif

/*  The version of the interface, for programs that ask.  */
#define CZMQ_VERSION_MAJOR 2
#define CZMQ_VERSION_MINOR 2
#define CZMQ_VERSION_PATCH 0
#define CZMQ_MAKE_VERSION(major, minor, patch) ((major) *10000 + (minor) *100 + (patch))
#define CZMQ_VERSION                                                                    \
    CZMQ_MAKE_VERSION (CZMQ_VERSION_MAJOR, CZMQ_VERSION_MINOR, CZMQ_VERSION_PATCH)

#if defined(__GNUC__)
#define CZMQ2_PRINTF(text, first) __attribute__ ((format (printf, text, first)))
#else
#define CZMQ2_PRINTF(text, first)
#endif

/*  Small things every program takes for granted  */

typedef unsigned char byte;
typedef struct sockaddr_in inaddr_t;

/*  What a timeout in milliseconds is multiplied by for zmq_poll: libzmq 2 counted
    microseconds, every later one counts milliseconds.  */
#define ZMQ_POLL_MSEC 1

#define streq(one, other) (strcmp ((one), (other)) == 0)
#define strneq(one, other) (strcmp ((one), (other)) != 0)

/*  An integer from 0 to below `limit`. The programs print it with %d.  */
#define randof(limit) ((int) ((double) (limit) *random () / (RAND_MAX + 1.0)))

/*  Zeroed memory; never NULL.  (zutil.c)  */
#define zmalloc(size) czmq2_malloc (size)
void *czmq2_malloc (size_t size);

/*  Clock and files  (zutil.c)  */

void zclock_sleep (int msecs);
/*  Milliseconds since 1970.  */
int64_t zclock_time (void);
/*  Milliseconds of a clock that never jumps.  */
int64_t zclock_mono (void);
/*  A line on stdout, date and time first.  */
void zclock_log (const char *format, ...) CZMQ2_PRINTF (1, 2);

bool zfile_exists (const char *filename);
/*  -1 when there is none.  */
ssize_t zfile_size (const char *filename);
/*  0 also when there is none.  */
int zfile_delete (const char *filename);
/*  Creates the directories on the way there too; one that exists is fine.  */
int zfile_mkdir (const char *pathname);
int zfile_rmdir (const char *pathname);

/*  Lists of pointers  (zlist.c)
    A list has a cursor, for first/last/next. Removing what it stands on moves it
    back, so that next continues behind the removed item. Items stay the caller's,
    unless autofree is set: then they are strings, copied on the way in and freed
    with the list, and pop hands one to the caller.  */

typedef struct _zlist_t zlist_t;
/*  True when the two are in the wrong order.  */
typedef bool (zlist_compare_fn) (void *item1, void *item2);

zlist_t *zlist_new (void);
void zlist_destroy (zlist_t **self_p);
void *zlist_first (zlist_t *self);
void *zlist_last (zlist_t *self);
/*  NULL past the last item, and then the first again.  */
void *zlist_next (zlist_t *self);
/*  The ends, without moving the cursor.  */
void *zlist_head (zlist_t *self);
void *zlist_tail (zlist_t *self);
int zlist_append (zlist_t *self, void *item);
int zlist_push (zlist_t *self, void *item);
void *zlist_pop (zlist_t *self);
/*  The first item that is this pointer (or, with autofree, this text).  */
void zlist_remove (zlist_t *self, void *item);
zlist_t *zlist_dup (zlist_t *self);
size_t zlist_size (zlist_t *self);
void zlist_sort (zlist_t *self, zlist_compare_fn *compare);
void zlist_autofree (zlist_t *self);

/*  Tables from a string to a pointer  (zhash.c)
    Keys are copied. An item that leaves the table is given to its free function if
    it has one; with autofree items are strings, treated as in a list.  */

typedef struct _zhash_t zhash_t;
typedef int (zhash_foreach_fn) (const char *key, void *item, void *argument);
typedef void (zhash_free_fn) (void *item);

zhash_t *zhash_new (void);
void zhash_destroy (zhash_t **self_p);
/*  -1, and nothing changed, when the key is there already.  */
int zhash_insert (zhash_t *self, const char *key, void *item);
/*  Inserts or replaces; a replaced item's free function stays for its successor.  */
void zhash_update (zhash_t *self, const char *key, void *item);
void zhash_delete (zhash_t *self, const char *key);
void *zhash_lookup (zhash_t *self, const char *key);
/*  -1 when there is no old key, or the new one is taken.  */
int zhash_rename (zhash_t *self, const char *old_key, const char *new_key);
/*  Returns the item, NULL when there is none.  */
void *zhash_freefn (zhash_t *self, const char *key, zhash_free_fn *free_fn);
size_t zhash_size (zhash_t *self);
/*  The keys, as an autofree list.  */
zlist_t *zhash_keys (zhash_t *self);
/*  Stops at, and returns, the first answer that is not 0. The callback may insert
    and delete; it is called for what was there at the start and still is.  */
int zhash_foreach (zhash_t *self, zhash_foreach_fn *callback, void *argument);
void zhash_autofree (zhash_t *self);

/*  Contexts  (zctx.c)
    A context owns its sockets. A shadow has sockets of its own in the same libzmq
    context, for another thread. The first context (or zsock) made in the process
    takes over SIGINT and SIGTERM: they set zctx_interrupted and interrupt waits, again
    and again, once a second (by SIGALRM), because one interrupt may miss its wait.  */

typedef struct _zctx_t zctx_t;
extern volatile int zctx_interrupted;
/*  CZMQ 3 has it under this name.  */
#define zsys_interrupted zctx_interrupted

zctx_t *zctx_new (void);
/*  Closes the sockets; for all but a shadow also ends the libzmq context, for which
    every other thread's sockets must be closed: their calls fail with ETERM. After
    an interrupt it waits for that no longer than a second.  */
void zctx_destroy (zctx_t **self_p);
zctx_t *zctx_shadow (zctx_t *self);
/*  Before the first socket.  */
void zctx_set_iothreads (zctx_t *self, int iothreads);
/*  Milliseconds that closing a socket keeps trying to send; 0 unless set.  */
void zctx_set_linger (zctx_t *self, int linger);
/*  High-water marks of sockets still to be made; 1000 unless set. The first is that
    of the pipes between threads.  */
void zctx_set_pipehwm (zctx_t *self, int pipehwm);
void zctx_set_sndhwm (zctx_t *self, int sndhwm);
void zctx_set_rcvhwm (zctx_t *self, int rcvhwm);
/*  The libzmq context; NULL before the first socket.  */
void *zctx_underlying (zctx_t *self);

/*  Sockets  (zsocket.c, zsockopt.c)  */

/*  The ports that `*` in tcp://address:* is taken from.  */
#define ZSOCKET_DYNFROM 0xc000
#define ZSOCKET_DYNTO 0xffff

void *zsocket_new (zctx_t *self, int type);
void zsocket_destroy (zctx_t *self, void *socket);
/*  Returns the port for tcp, 0 for other transports.  */
int zsocket_bind (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
int zsocket_unbind (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
int zsocket_connect (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
int zsocket_disconnect (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
/*  True when there is something to receive, or comes within that time.  */
bool zsocket_poll (void *socket, int msecs);
const char *zsocket_type_str (void *socket);
/*  Flags as for zframe_send.  */
int zsocket_sendmem (void *socket, const void *data, size_t size, int flags);
/*  A signal is an empty message, over a pipe between threads.  */
int zsocket_signal (void *socket);
int zsocket_wait (void *socket);

/*  Every option that is one int has a getter and a setter; this list makes their
    declarations here and their bodies in zsockopt.c. GET: read only.  */
#define CZMQ2_INT_OPTIONS(BOTH, GET, SET)                                               \
    BOTH (sndhwm, ZMQ_SNDHWM)                                                           \
    BOTH (rcvhwm, ZMQ_RCVHWM)                                                           \
    BOTH (linger, ZMQ_LINGER)                                                           \
    BOTH (sndtimeo, ZMQ_SNDTIMEO)                                                       \
    BOTH (rcvtimeo, ZMQ_RCVTIMEO)                                                       \
    BOTH (sndbuf, ZMQ_SNDBUF)                                                           \
    BOTH (rcvbuf, ZMQ_RCVBUF)                                                           \
    BOTH (rate, ZMQ_RATE)                                                               \
    BOTH (recovery_ivl, ZMQ_RECOVERY_IVL)                                               \
    BOTH (multicast_hops, ZMQ_MULTICAST_HOPS)                                           \
    BOTH (backlog, ZMQ_BACKLOG)                                                         \
    BOTH (reconnect_ivl, ZMQ_RECONNECT_IVL)                                             \
    BOTH (reconnect_ivl_max, ZMQ_RECONNECT_IVL_MAX)                                     \
    BOTH (tos, ZMQ_TOS)                                                                 \
    BOTH (ipv6, ZMQ_IPV6)                                                               \
    BOTH (immediate, ZMQ_IMMEDIATE)                                                     \
    BOTH (tcp_keepalive, ZMQ_TCP_KEEPALIVE)                                             \
    BOTH (tcp_keepalive_idle, ZMQ_TCP_KEEPALIVE_IDLE)                                   \
    BOTH (tcp_keepalive_cnt, ZMQ_TCP_KEEPALIVE_CNT)                                     \
    BOTH (tcp_keepalive_intvl, ZMQ_TCP_KEEPALIVE_INTVL)                                 \
    GET (type, ZMQ_TYPE)                                                                \
    GET (rcvmore, ZMQ_RCVMORE)                                                          \
    GET (fd, ZMQ_FD)                                                                    \
    GET (events, ZMQ_EVENTS)                                                            \
    SET (router_mandatory, ZMQ_ROUTER_MANDATORY)                                        \
    SET (router_handover, ZMQ_ROUTER_HANDOVER)                                          \
    SET (probe_router, ZMQ_PROBE_ROUTER)                                                \
    SET (req_relaxed, ZMQ_REQ_RELAXED)                                                  \
    SET (req_correlate, ZMQ_REQ_CORRELATE)                                              \
    SET (conflate, ZMQ_CONFLATE)                                                        \
    SET (xpub_verbose, ZMQ_XPUB_VERBOSE)

#define CZMQ2_DECLARE_GET(name, option) int zsocket_##name (void *socket);
#define CZMQ2_DECLARE_SET(name, option) void zsocket_set_##name (void *socket, int value);
#define CZMQ2_DECLARE_BOTH(name, option)                                                \
    CZMQ2_DECLARE_GET (name, option) CZMQ2_DECLARE_SET (name, option)
CZMQ2_INT_OPTIONS (CZMQ2_DECLARE_BOTH, CZMQ2_DECLARE_GET, CZMQ2_DECLARE_SET)

/*  Both marks at once.  */
void zsocket_set_hwm (void *socket, int hwm);
void zsocket_set_identity (void *socket, const char *identity);
void zsocket_set_subscribe (void *socket, const char *prefix);
void zsocket_set_unsubscribe (void *socket, const char *prefix);
/*  Fresh strings, the caller's to free.  */
char *zsocket_identity (void *socket);
char *zsocket_last_endpoint (void *socket);

/*  Frames  (zframe.c)  */

typedef struct _zframe_t zframe_t;
#define ZFRAME_MORE 1       /*  more frames of this message follow  */
#define ZFRAME_REUSE 2      /*  sending does not destroy it  */
#define ZFRAME_DONTWAIT 4   /*  fail rather than wait  */

/*  Zeros when `data` is NULL.  */
zframe_t *zframe_new (const void *data, size_t size);
zframe_t *zframe_new_empty (void);
void zframe_destroy (zframe_t **self_p);
zframe_t *zframe_recv (void *socket);
zframe_t *zframe_recv_nowait (void *socket);
/*  Destroys the frame, sent or not, unless ZFRAME_REUSE is given.  */
int zframe_send (zframe_t **self_p, void *socket, int flags);
size_t zframe_size (zframe_t *self);
byte *zframe_data (zframe_t *self);
zframe_t *zframe_dup (zframe_t *self);
/*  Fresh strings: two digits for each byte, or the bytes as they are.  */
char *zframe_strhex (zframe_t *self);
char *zframe_strdup (zframe_t *self);
bool zframe_streq (zframe_t *self, const char *string);
/*  Whether the message it was received in goes on behind it.  */
int zframe_more (zframe_t *self);
void zframe_set_more (zframe_t *self, int more);
/*  False also when one is NULL.  */
bool zframe_eq (zframe_t *self, zframe_t *other);
/*  A line: prefix (or none), size, text or hex digits; print goes to stderr.  */
void zframe_fprint (zframe_t *self, const char *prefix, FILE *file);
void zframe_print (zframe_t *self, const char *prefix);
void zframe_reset (zframe_t *self, const void *data, size_t size);

/*  Messages of several frames  (zmsg.c)  */

typedef struct _zmsg_t zmsg_t;

zmsg_t *zmsg_new (void);
void zmsg_destroy (zmsg_t **self_p);
zmsg_t *zmsg_recv (void *socket);
zmsg_t *zmsg_recv_nowait (void *socket);
/*  Destroys the message, sent or not; one without frames is not sent.  */
int zmsg_send (zmsg_t **self_p, void *socket);
size_t zmsg_size (zmsg_t *self);
size_t zmsg_content_size (zmsg_t *self);
/*  The message takes the frame; prepend and append clear the caller's variable.  */
int zmsg_prepend (zmsg_t *self, zframe_t **frame_p);
int zmsg_append (zmsg_t *self, zframe_t **frame_p);
int zmsg_push (zmsg_t *self, zframe_t *frame);
int zmsg_add (zmsg_t *self, zframe_t *frame);
int zmsg_pushmem (zmsg_t *self, const void *data, size_t size);
int zmsg_addmem (zmsg_t *self, const void *data, size_t size);
int zmsg_pushstr (zmsg_t *self, const char *string);
int zmsg_addstr (zmsg_t *self, const char *string);
int zmsg_pushstrf (zmsg_t *self, const char *format, ...) CZMQ2_PRINTF (2, 3);
int zmsg_addstrf (zmsg_t *self, const char *format, ...) CZMQ2_PRINTF (2, 3);
/*  The first frame, now the caller's; NULL when there is none.  */
zframe_t *zmsg_pop (zmsg_t *self);
char *zmsg_popstr (zmsg_t *self);
/*  The envelope of REQ: an address and an empty frame, on and off.  */
void zmsg_wrap (zmsg_t *self, zframe_t *frame);
zframe_t *zmsg_unwrap (zmsg_t *self);
/*  Takes the frame out, and leaves it to the caller.  */
void zmsg_remove (zmsg_t *self, zframe_t *frame);
/*  A walk over the frames, which stay the message's.  */
zframe_t *zmsg_first (zmsg_t *self);
zframe_t *zmsg_next (zmsg_t *self);
zframe_t *zmsg_last (zmsg_t *self);
/*  For files of one message that the same program reads again.  */
int zmsg_save (zmsg_t *self, FILE *file);
/*  Appends to the message, or to a new one for NULL. NULL (and, of a given message,
    no change) when the file holds something else.  */
zmsg_t *zmsg_load (zmsg_t *self, FILE *file);
zmsg_t *zmsg_dup (zmsg_t *self);
/*  A rule and a line for each frame, ten at the most; print goes to stdout.  */
void zmsg_fprint (zmsg_t *self, FILE *file);
void zmsg_print (zmsg_t *self);
#define zmsg_dump(self) zmsg_print (self)

/*  Strings as frames  (zstr.c)
    Sent without the final zero, received with one; what is received is the
    caller's to free.  */

char *zstr_recv (void *socket);
char *zstr_recv_nowait (void *socket);
int zstr_send (void *socket, const char *string);
int zstr_sendf (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
/*  More frames follow.  */
int zstr_sendm (void *socket, const char *string);
int zstr_sendfm (void *socket, const char *format, ...) CZMQ2_PRINTF (2, 3);
/*  One message of all the strings up to a NULL.  */
int zstr_sendx (void *socket, const char *string, ...);
/*  The frames of one message into the variables up to a NULL; the ones there is no
    frame for become NULL. How many were filled, -1 without a message.  */
int zstr_recvx (void *socket, char **string_p, ...);
void zstr_free (char **string_p);

/*  Threads  (zthread.c)
    A detached thread is on its own. An attached one gets a shadow of the context,
    destroyed when it returns, and one end of a pipe (PAIR) whose other end fork
    returns.  */

typedef void *(zthread_detached_fn) (void *args);
typedef void (zthread_attached_fn) (void *args, zctx_t *ctx, void *pipe);

int zthread_new (zthread_detached_fn *thread_fn, void *args);
/*  NULL when there is no thread to be had.  */
void *zthread_fork (zctx_t *ctx, zthread_attached_fn *thread_fn, void *args);

/*  Sockets of CZMQ 3, in one context for the whole process  (zsock.c)
    Closing one discards what it has not sent yet.  */

typedef struct _zsock_t zsock_t;

zsock_t *zsock_new (int type);
void zsock_destroy (zsock_t **self_p);
/*  A new socket, attached to the endpoints: separated by commas, `@` before one
    binds and `>` connects; without either REP, ROUTER, PUB, PULL and XPUB bind, the
    others connect. NULL when one of them cannot be. SUB is given its prefix.  */
zsock_t *zsock_new_pub (const char *endpoints);
zsock_t *zsock_new_sub (const char *endpoints, const char *subscribe);
zsock_t *zsock_new_req (const char *endpoints);
zsock_t *zsock_new_rep (const char *endpoints);
zsock_t *zsock_new_dealer (const char *endpoints);
zsock_t *zsock_new_router (const char *endpoints);
zsock_t *zsock_new_push (const char *endpoints);
zsock_t *zsock_new_pull (const char *endpoints);
zsock_t *zsock_new_xpub (const char *endpoints);
zsock_t *zsock_new_xsub (const char *endpoints);
zsock_t *zsock_new_pair (const char *endpoints);
/*  serverish: bind what says neither `@` nor `>`.  */
int zsock_attach (zsock_t *self, const char *endpoints, bool serverish);
int zsock_bind (zsock_t *self, const char *format, ...) CZMQ2_PRINTF (2, 3);
int zsock_connect (zsock_t *self, const char *format, ...) CZMQ2_PRINTF (2, 3);
/*  The socket for calls of libzmq.  */
void *zsock_resolve (void *self);
/*  A message that nothing else is mistaken for, with a status from 0 to 255. Wait
    passes over other messages, and returns the status, or -1.  */
int zsock_signal (void *self, byte status);
int zsock_wait (void *self);
#define zsock_set_identity zsocket_set_identity
#define zsock_set_subscribe zsocket_set_subscribe
#define zsock_set_unsubscribe zsocket_set_unsubscribe
#define zsock_set_linger zsocket_set_linger
#define zsock_set_sndhwm zsocket_set_sndhwm
#define zsock_set_rcvhwm zsocket_set_rcvhwm
#define zsock_set_sndtimeo zsocket_set_sndtimeo
#define zsock_set_rcvtimeo zsocket_set_rcvtimeo
#define zsock_rcvmore zsocket_rcvmore

/*  Pollers  (zpoller.c)  */

typedef struct _zpoller_t zpoller_t;

/*  Sockets up to a NULL.  */
zpoller_t *zpoller_new (void *reader, ...);
void zpoller_destroy (zpoller_t **self_p);
int zpoller_add (zpoller_t *self, void *reader);
/*  The first socket, in the order they were given, that has something to receive;
    NULL after `timeout` milliseconds (-1: never), an interrupt or ETERM.  */
void *zpoller_wait (zpoller_t *self, int timeout);
/*  Why the last wait returned NULL.  */
bool zpoller_expired (zpoller_t *self);
bool zpoller_terminated (zpoller_t *self);
/*  Waits although the process was interrupted.  */
void zpoller_set_nonstop (zpoller_t *self, bool nonstop);

/*  Actors: threads with a pipe  (zactor.c)  */

typedef struct _zactor_t zactor_t;
/*  Signals its pipe when it is ready, and returns when it reads "$TERM" there.  */
typedef void (zactor_fn) (zsock_t *pipe, void *args);

/*  Returns when the actor has signalled.  */
zactor_t *zactor_new (zactor_fn *task, void *args);
/*  Sends "$TERM", and returns when the actor has.  */
void zactor_destroy (zactor_t **self_p);
/*  An actor that forwards. It takes FRONTEND, BACKEND (each with socket type and
    endpoints), CAPTURE (endpoint), PAUSE, RESUME, and signals each one done.  */
void zproxy (zsock_t *pipe, void *args);

/*  Reactors  (zloop.c)
    Handlers may add and remove pollers, readers and timers, and end the loop by
    returning -1.  */

typedef struct _zloop_t zloop_t;
typedef int (zloop_fn) (zloop_t *loop, zmq_pollitem_t *item, void *arg);
typedef int (zloop_reader_fn) (zloop_t *loop, zsock_t *reader, void *arg);
typedef int (zloop_timer_fn) (zloop_t *loop, int timer_id, void *arg);

zloop_t *zloop_new (void);
void zloop_destroy (zloop_t **self_p);
int zloop_poller (zloop_t *self, zmq_pollitem_t *item, zloop_fn handler, void *arg);
/*  All pollers of this socket, or of this file descriptor if there is no socket.  */
void zloop_poller_end (zloop_t *self, zmq_pollitem_t *item);
/*  Keeps the item when it is in error; otherwise that ends it.  */
void zloop_set_tolerant (zloop_t *self, zmq_pollitem_t *item);
int zloop_reader (zloop_t *self, zsock_t *socket, zloop_reader_fn handler, void *arg);
void zloop_reader_end (zloop_t *self, zsock_t *socket);
/*  `times` 0: for ever. Returns the timer's id.  */
int zloop_timer (zloop_t *self, size_t delay, size_t times, zloop_timer_fn handler,
                 void *arg);
int zloop_timer_end (zloop_t *self, int timer_id);
/*  Says on stdout what it does.  */
void zloop_set_verbose (zloop_t *self, bool verbose);
/*  0 after an interrupt or ETERM, -1 when a handler ended it.  */
int zloop_start (zloop_t *self);

#ifdef __cplusplus
}
#endif

#endif
