/*
 * Shared by every program in capi-tests: each program is one `run` function
 * that prints facts, and this header supplies `main`, a watchdog and the
 * helpers that turn calls into lines.
 *
 * A line must read the same on every run and every machine: names of errors,
 * counts, contents. Never a port, a time, a descriptor or an address.
 */
#ifndef CHECK_H
#define CHECK_H

#include <zmq.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Long enough for a loaded machine, short enough to beat the watchdog. */
#define PATIENCE_MS 20000
#define WATCHDOG_S 55

/* ---- Printing ---------------------------------------------------------- */

static inline const char *err_name (int e)
{
    static const struct { int number; const char *name; } names[] = {
        {0, "0"}, {EAGAIN, "EAGAIN"}, {EFAULT, "EFAULT"}, {EINVAL, "EINVAL"},
        {EINTR, "EINTR"}, {EMFILE, "EMFILE"}, {ENOENT, "ENOENT"}, {ENODEV, "ENODEV"},
        {ENOMEM, "ENOMEM"}, {EPERM, "EPERM"}, {EACCES, "EACCES"}, {EBADF, "EBADF"},
        {ENOTSOCK, "ENOTSOCK"}, {ENOTSUP, "ENOTSUP"}, {EADDRINUSE, "EADDRINUSE"},
        {EADDRNOTAVAIL, "EADDRNOTAVAIL"}, {EPROTONOSUPPORT, "EPROTONOSUPPORT"},
        {ENAMETOOLONG, "ENAMETOOLONG"}, {EHOSTUNREACH, "EHOSTUNREACH"},
        {ECONNREFUSED, "ECONNREFUSED"}, {EPIPE, "EPIPE"}, {ECONNRESET, "ECONNRESET"},
        {EINPROGRESS, "EINPROGRESS"}, {EFSM, "EFSM"}, {ENOCOMPATPROTO, "ENOCOMPATPROTO"},
        {ETERM, "ETERM"}, {EMTHREAD, "EMTHREAD"},
    };
    static char other[32];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == e)
            return names[i].name;
    snprintf (other, sizeof other, "errno %d", e);
    return other;
}

static inline void say (const char *format, ...)
{
    va_list args;
    va_start (args, format);
    vprintf (format, args);
    va_end (args);
    putchar ('\n');
    fflush (stdout);
}

static inline void say_result (const char *what, long rc)
{
    int e = errno;
    if (rc == -1)
        say ("%s = -1 %s", what, err_name (e));
    else
        say ("%s = %ld", what, rc);
}

static inline void say_pointer (const char *what, const void *p)
{
    int e = errno;
    if (p)
        say ("%s = non-NULL", what);
    else
        say ("%s = NULL %s", what, err_name (e));
}

/* Prints the call as written and what it gave. */
#define TRY(call) (errno = 0, say_result (#call, (long) (call)))
#define TRY_PTR(call) (errno = 0, say_pointer (#call, (const void *) (call)))
#define YES(condition) say ("%s: %s", #condition, (condition) ? "yes" : "no")

static inline void die (const char *what, int line)
{
    fflush (stdout);
    fprintf (stderr, "line %d: %s: %s\n", line, what, zmq_strerror (errno));
    _exit (2);
}

/* A step that is not what the program is about, and must succeed. */
#define MUST(call)                                                             \
    do {                                                                       \
        if ((long) (call) == -1)                                               \
            die (#call, __LINE__);                                             \
    } while (0)
#define MUST_BE(condition)                                                     \
    do {                                                                       \
        if (!(condition))                                                      \
            die (#condition, __LINE__);                                        \
    } while (0)

/* Text as it is, other bytes as \xNN, a router's own choice of id as <auto>,
   long bodies as length and sum. */
static inline void print_frame (const unsigned char *data, size_t size)
{
    if (size == 5 && data[0] == 0) {
        printf ("[<auto>]");
        return;
    }
    if (size > 64) {
        uint32_t sum = 2166136261u;
        for (size_t i = 0; i < size; i++)
            sum = (sum ^ data[i]) * 16777619u;
        printf ("[%lu bytes, sum %08x]", (unsigned long) size, sum);
        return;
    }
    putchar ('[');
    for (size_t i = 0; i < size; i++)
        if (data[i] >= 0x20 && data[i] < 0x7f && data[i] != '\\')
            putchar (data[i]);
        else
            printf ("\\x%02x", data[i]);
    putchar (']');
}

/* ---- Time --------------------------------------------------------------- */

static inline long now_ms (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* Only for programs that are about time passing, or whose thread is slow on
   purpose: nothing may depend on what others have done meanwhile. */
static inline void take_time (int ms)
{
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000L};
    while (nanosleep (&t, &t) == -1 && errno == EINTR)
        ;
}

/* Between two looks at something that no call waits for. The watchdog ends
   what never comes. */
static inline void look_again (void)
{
    take_time (2);
}

/* For other threads: returns when the main thread waits in some call. A thread
   that runs again and again in between is caught at some look. */
static inline void until_main_waits (void)
{
    char text[256] = "";
    do {
        look_again ();
        FILE *file = fopen ("/proc/self/stat", "r");
        MUST_BE (file != NULL);
        MUST_BE (fgets (text, sizeof text, file) != NULL);
        fclose (file);
    } while (strncmp (strrchr (text, ')'), ") S", 3) != 0);
}

/* ---- Contexts and sockets ----------------------------------------------- */

static inline void *new_context (void)
{
    void *ctx = zmq_ctx_new ();
    MUST_BE (ctx != NULL);
    return ctx;
}

static inline void set_int (void *s, int option, int value)
{
    MUST (zmq_setsockopt (s, option, &value, sizeof value));
}

static inline int get_int (void *s, int option)
{
    int value = 0;
    size_t size = sizeof value;
    MUST (zmq_getsockopt (s, option, &value, &size));
    return value;
}

static inline void say_set_int (void *s, const char *name, int option, int value)
{
    char what[96];
    snprintf (what, sizeof what, "set %s %d", name, value);
    errno = 0;
    say_result (what, zmq_setsockopt (s, option, &value, sizeof value));
}

static inline void say_get_int (void *s, const char *name, int option)
{
    int value = 0;
    size_t size = sizeof value;
    errno = 0;
    if (zmq_getsockopt (s, option, &value, &size) == -1)
        say ("get %s = error %s", name, err_name (errno));
    else
        say ("get %s = %d (%lu bytes)", name, value, (unsigned long) size);
}

#define TRY_SET(s, option, value) say_set_int (s, #option, option, value)
#define TRY_GET(s, option) say_get_int (s, #option, option)

static inline void set_text (void *s, int option, const char *text)
{
    MUST (zmq_setsockopt (s, option, text, strlen (text)));
}

/* A socket that neither lingers nor waits for ever. */
static inline void *new_socket (void *ctx, int type)
{
    void *s = zmq_socket (ctx, type);
    MUST_BE (s != NULL);
    set_int (s, ZMQ_LINGER, 0);
    set_int (s, ZMQ_RCVTIMEO, PATIENCE_MS);
    set_int (s, ZMQ_SNDTIMEO, PATIENCE_MS);
    return s;
}

static inline void end (void *ctx, void *a, void *b)
{
    if (a)
        MUST (zmq_close (a));
    if (b)
        MUST (zmq_close (b));
    MUST (zmq_ctx_term (ctx));
}

static inline int next_number (void)
{
    static int number;
    return ++number;
}

static inline const char *last_endpoint (void *s)
{
    static char text[256];
    size_t size = sizeof text;
    MUST (zmq_getsockopt (s, ZMQ_LAST_ENDPOINT, text, &size));
    return text;
}

static inline void ipc_path (char *out, size_t size, int number)
{
    snprintf (out, size, "/tmp/capi-%ld-%d.sock", (long) getpid (), number);
}

/* A fresh address: inproc by number, ipc by process and number, tcp unbound. */
static inline void fresh_address (const char *transport, char *out, size_t size)
{
    int n = next_number ();
    if (strcmp (transport, "tcp") == 0)
        snprintf (out, size, "tcp://127.0.0.1:*");
    else if (strcmp (transport, "ipc") == 0) {
        char path[64];
        ipc_path (path, sizeof path, n);
        snprintf (out, size, "ipc://%s", path);
    } else
        snprintf (out, size, "inproc://place-%d", n);
}

static char bound_at[256];

/* Binds somewhere fresh; the address to connect to is then in `bound_at`. */
static inline void bind_fresh (void *s, const char *transport)
{
    char address[200];
    fresh_address (transport, address, sizeof address);
    MUST (zmq_bind (s, address));
    snprintf (bound_at, sizeof bound_at, "%s", last_endpoint (s));
}

/* A tcp address of this machine where nobody listens. */
static inline void free_tcp_address (char *out, size_t size)
{
    struct sockaddr_in in;
    socklen_t length = sizeof in;
    memset (&in, 0, sizeof in);
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    MUST (fd);
    MUST (bind (fd, (struct sockaddr *) &in, sizeof in));
    MUST (getsockname (fd, (struct sockaddr *) &in, &length));
    MUST (close (fd));
    snprintf (out, size, "tcp://127.0.0.1:%d", ntohs (in.sin_port));
}

static inline void connect_to (void *s, const char *endpoint)
{
    MUST (zmq_connect (s, endpoint));
}

/* A bound socket of one type and a connected one of another. */
static inline void new_link (void *ctx, const char *transport, int bound_type, void **bound,
                             int connected_type, void **connected)
{
    *bound = new_socket (ctx, bound_type);
    *connected = new_socket (ctx, connected_type);
    bind_fresh (*bound, transport);
    connect_to (*connected, bound_at);
}

static inline void each_transport (void (*body) (const char *transport))
{
    static const char *const all[] = {"inproc", "tcp", "ipc"};
    for (int i = 0; i < 3; i++) {
        say ("-- %s", all[i]);
        body (all[i]);
    }
}

/* ---- Messages ----------------------------------------------------------- */

/* Sends the texts up to a NULL as one message. */
static inline int send_list (void *s, int flags, const char *first, ...)
{
    va_list args;
    int rc = 0;
    va_start (args, first);
    for (const char *part = first; part && rc != -1;) {
        const char *next = va_arg (args, const char *);
        rc = zmq_send (s, part, strlen (part), flags | (next ? ZMQ_SNDMORE : 0));
        part = next;
    }
    va_end (args);
    return rc;
}
#define SEND(s, ...) MUST (send_list (s, 0, __VA_ARGS__, (const char *) NULL))

/* Prints one whole message, or why there is none. */
static inline int recv_flags_say (void *s, const char *label, int flags)
{
    int frames = 0, more;
    do {
        zmq_msg_t msg;
        MUST (zmq_msg_init (&msg));
        if (zmq_msg_recv (&msg, s, flags) == -1) {
            say ("%s: %s", label, err_name (errno));
            zmq_msg_close (&msg);
            return -1;
        }
        if (!frames++)
            printf ("%s: ", label);
        print_frame (zmq_msg_data (&msg), zmq_msg_size (&msg));
        more = zmq_msg_more (&msg);
        MUST (zmq_msg_close (&msg));
    } while (more);
    putchar ('\n');
    fflush (stdout);
    return frames;
}
#define RECV(s) recv_flags_say (s, #s " gets", 0)
#define RECV_NOW(s) recv_flags_say (s, #s " gets", ZMQ_DONTWAIT)

/* The text of one frame; "" plus *ok = 0 when nothing came. */
static inline int recv_text (void *s, char *out, size_t size, int flags)
{
    int n = zmq_recv (s, out, size - 1, flags);
    out[n < 0 ? 0 : (size_t) n < size ? (size_t) n : size - 1] = 0;
    return n;
}

static inline int text_equals (void *s, const char *want)
{
    char text[256];
    return recv_text (s, text, sizeof text, 0) >= 0 && strcmp (text, want) == 0;
}

/* Sends without waiting until refused; how many were taken. */
static inline int fill (void *s, int limit)
{
    int n = 0;
    while (n < limit && zmq_send (s, "x", 1, ZMQ_DONTWAIT) == 1)
        n++;
    return n;
}

/* Receives until nothing has come for a while; how many came. */
static inline int drain (void *s, int quiet_ms)
{
    int n = 0;
    char byte;
    set_int (s, ZMQ_RCVTIMEO, quiet_ms);
    while (zmq_recv (s, &byte, 1, 0) >= 0)
        n++;
    set_int (s, ZMQ_RCVTIMEO, PATIENCE_MS);
    return n;
}

/* Publishes "sync" until the subscriber (which must hold that topic) has it,
   then makes sure that no "sync" is left on its way. */
static inline void sync_pubsub (void *pub, void *sub)
{
    char text[16];
    set_int (sub, ZMQ_RCVTIMEO, 20);
    do
        SEND (pub, "sync");
    while (recv_text (sub, text, sizeof text, 0) < 0);
    set_int (sub, ZMQ_RCVTIMEO, PATIENCE_MS);
    SEND (pub, "sync end");
    do
        MUST (recv_text (sub, text, sizeof text, 0));
    while (strcmp (text, "sync end") != 0);
}

/* Sends to a mandatory ROUTER's peer as soon as the peer is there. */
static inline void route_when_there (void *router, const char *id, const char *body)
{
    while (zmq_send (router, id, strlen (id), ZMQ_SNDMORE) == -1) {
        MUST_BE (errno == EHOSTUNREACH);
        look_again ();
    }
    SEND (router, body);
}

/* Asks EVENTS until the wanted bits are all set. */
static inline void wait_events (void *s, int wanted)
{
    zmq_pollitem_t item = {s, 0, (short) wanted, 0};
    long give_up = now_ms () + PATIENCE_MS;
    while ((get_int (s, ZMQ_EVENTS) & wanted) != wanted) {
        MUST_BE (now_ms () < give_up);
        zmq_poll (&item, 1, 100);
    }
}

/* Waits for something to read, letting another socket of the same thread do
   the work it only does inside calls (such as passing on subscriptions). */
static inline void wait_while_working (void *reader, void *worker)
{
    long give_up = now_ms () + PATIENCE_MS;
    while (!(get_int (reader, ZMQ_EVENTS) & ZMQ_POLLIN)) {
        MUST_BE (now_ms () < give_up);
        get_int (worker, ZMQ_EVENTS);
        look_again ();
    }
}

/* ---- Monitors ----------------------------------------------------------- */

static inline const char *event_name (int event)
{
    switch (event) {
    case ZMQ_EVENT_CONNECTED: return "CONNECTED";
    case ZMQ_EVENT_CONNECT_DELAYED: return "CONNECT_DELAYED";
    case ZMQ_EVENT_CONNECT_RETRIED: return "CONNECT_RETRIED";
    case ZMQ_EVENT_LISTENING: return "LISTENING";
    case ZMQ_EVENT_BIND_FAILED: return "BIND_FAILED";
    case ZMQ_EVENT_ACCEPTED: return "ACCEPTED";
    case ZMQ_EVENT_ACCEPT_FAILED: return "ACCEPT_FAILED";
    case ZMQ_EVENT_CLOSED: return "CLOSED";
    case ZMQ_EVENT_CLOSE_FAILED: return "CLOSE_FAILED";
    case ZMQ_EVENT_DISCONNECTED: return "DISCONNECTED";
    case ZMQ_EVENT_MONITOR_STOPPED: return "MONITOR_STOPPED";
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: return "HANDSHAKE_FAILED_NO_DETAIL";
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return "HANDSHAKE_SUCCEEDED";
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: return "HANDSHAKE_FAILED_PROTOCOL";
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: return "HANDSHAKE_FAILED_AUTH";
    default: return "?";
    }
}

static inline void *new_monitor (void *ctx, void *s, int events)
{
    char address[64];
    snprintf (address, sizeof address, "inproc://monitor-%d", next_number ());
    MUST (zmq_socket_monitor (s, address, events));
    void *monitor = new_socket (ctx, ZMQ_PAIR);
    connect_to (monitor, address);
    return monitor;
}

/* The next event's number, 0 if none came in time. */
static inline int next_event (void *monitor, uint32_t *value, char *address, size_t size)
{
    unsigned char head[6];
    uint16_t event;
    int n = zmq_recv (monitor, head, sizeof head, 0);
    if (n == -1)
        return 0;
    MUST_BE (n == 6);
    memcpy (&event, head, 2);
    if (value)
        memcpy (value, head + 2, 4);
    n = recv_text (monitor, address, size, 0);
    MUST (n);
    return event;
}

static inline void say_event (void *monitor)
{
    char address[256];
    int event = next_event (monitor, NULL, address, sizeof address);
    say ("event %s", event ? event_name (event) : "none");
}

static inline void wait_event (void *monitor, int wanted)
{
    char address[256];
    int event;
    do {
        event = next_event (monitor, NULL, address, sizeof address);
        MUST_BE (event != 0);
    } while (event != wanted);
}

/* ---- Main --------------------------------------------------------------- */

static void run (void);

/* libzmq leaves the files of named ipc endpoints behind. */
static void remove_ipc_files (void)
{
    char path[64];
    for (int last = next_number (); last > 0; last--) {
        ipc_path (path, sizeof path, last);
        unlink (path);
    }
}

static void too_long (int signal_number)
{
    static const char text[] = "watchdog: took too long\n";
    (void) signal_number;
    if (write (2, text, sizeof text - 1) < 0)
        _exit (4);
    _exit (3);
}

int main (void)
{
    signal (SIGALRM, too_long);
    signal (SIGPIPE, SIG_IGN);
    alarm (WATCHDOG_S);
    run ();
    remove_ipc_files ();
    fflush (stdout);
    return 0;
}

#endif
