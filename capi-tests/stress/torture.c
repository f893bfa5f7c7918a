/* One conversation, held while system calls fail: PUB/SUB, REQ/REP, PUSH/PULL
   and CURVE by tcp and ipc, PAIR by inproc, a peer that comes again, the end.

   A call may fail with an errno and is tried again; a message may be lost with
   its connection. But nothing aborts or hangs, and when the fault is over every
   pair of sockets exchanges exactly what it sends.

     torture LASTING    the fault stays until we end it: give up early
     torture PASSING    it passes by itself: everything must come through
     torture DENIED     it stays for good: it works, or some call has said so

   With the library of scripts/torture the fault is ended by zmq_fault_end. The
   last line is what came of it: `works`, or `CALL: ERROR`; the exit code is 0
   unless something went wrong, and the last line says where. */
#define _GNU_SOURCE
#include <zmq.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HARD_LIMIT_S 60
#define PATIENCE_MS 15000 /* how long traffic may take to come back; it takes 600 at most */
#define IMPATIENCE_MS 120 /* for a step while the fault lasts */
#define EXACT 100
#define ATTEMPTS 3

/* Only the library that can fail on demand has them. */
extern void zmq_fault_end (void) __attribute__ ((weak));
extern unsigned zmq_fault_calls (void) __attribute__ ((weak));
extern unsigned zmq_fault_fired (void) __attribute__ ((weak));

static enum { LASTING, PASSING, DENIED } kind;
static int lasts; /* the fault does: a step may come to nothing */
static const char *volatile stage = "start";
static char said[200]; /* the first call that failed, and its errno */

static void leave (int code, const char *text)
{
    char line[300];
    int length = snprintf (line, sizeof line, "%s: %s\n", stage, text);
    if (write (1, line, length) < 0)
        code = 9;
    if (getenv ("TORTURE_PAUSE"))
        pause ();
    _exit (code);
}

static void too_long (int signal_number)
{
    (void) signal_number;
    leave (3, "HANGS");
}

static long long now_ms (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void rest (void)
{
    struct timespec t = {0, 1000000};
    nanosleep (&t, NULL);
}

/* Notes that a call has failed. EAGAIN of sockets is no failure. */
static void failed (const char *call)
{
    int error = zmq_errno ();
    if (!said[0])
        snprintf (said, sizeof said, "%s: %s: %s", call, stage, zmq_strerror (error));
    if (error == 0)
        leave (4, "failed without an errno");
}

/* Whether a step that has begun at `begin` goes on. */
static int goes_on (long long begin)
{
    long long limit = lasts ? IMPATIENCE_MS : PATIENCE_MS;
    if (now_ms () - begin < limit)
        return 1;
    if (!lasts)
        leave (2, "traffic does not come back");
    return 0;
}

/* ---- Pairs of sockets ---------------------------------------------------- */

struct pair
{
    const char *name;
    int from_type, to_type;
    const char *bind_to;
    int curve, large;
    void *from, *to, *monitor;
    int bound, connected;
    char endpoint[256];
};

static char ipc_name[100];

static struct pair pairs[] = {
    {.name = "pub/sub", .from_type = ZMQ_PUB, .to_type = ZMQ_SUB, .bind_to = "tcp://127.0.0.1:*"},
    {.name = "req/rep", .from_type = ZMQ_REQ, .to_type = ZMQ_REP, .bind_to = ipc_name},
    {.name = "push/pull", .from_type = ZMQ_PUSH, .to_type = ZMQ_PULL, .bind_to = "tcp://127.0.0.1:*",
     .large = 1},
    {.name = "curve", .from_type = ZMQ_PUSH, .to_type = ZMQ_PULL, .bind_to = "tcp://127.0.0.1:*",
     .curve = 1},
    {.name = "inproc", .from_type = ZMQ_PAIR, .to_type = ZMQ_PAIR, .bind_to = "inproc://torture"},
};
#define PAIRS (sizeof pairs / sizeof *pairs)
#define REQREP (&pairs[1])
#define PUSHPULL (&pairs[2])

static void *ctx;
static char server_public[41], server_secret[41], client_public[41], client_secret[41];

static void set (void *s, int option, const void *value, size_t size, const char *name)
{
    while (zmq_setsockopt (s, option, value, size) == -1) {
        failed (name);
        rest ();
    }
}

static void set_int (void *s, int option, int value)
{
    set (s, option, &value, sizeof value, "zmq_setsockopt");
}

static void *open_socket (int type)
{
    void *s = zmq_socket (ctx, type);
    if (!s) {
        failed ("zmq_socket");
        return NULL;
    }
    set_int (s, ZMQ_LINGER, 0);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    set_int (s, ZMQ_HANDSHAKE_IVL, 200);
    if (type == ZMQ_SUB)
        set (s, ZMQ_SUBSCRIBE, "", 0, "ZMQ_SUBSCRIBE");
    if (type == ZMQ_REQ) {
        set_int (s, ZMQ_REQ_RELAXED, 1);
        set_int (s, ZMQ_REQ_CORRELATE, 1);
    }
    return s;
}

static void secure (struct pair *p)
{
    set_int (p->to, ZMQ_CURVE_SERVER, 1);
    set (p->to, ZMQ_CURVE_SECRETKEY, server_secret, 40, "ZMQ_CURVE_SECRETKEY");
    set (p->from, ZMQ_CURVE_SERVERKEY, server_public, 40, "ZMQ_CURVE_SERVERKEY");
    set (p->from, ZMQ_CURVE_PUBLICKEY, client_public, 40, "ZMQ_CURVE_PUBLICKEY");
    set (p->from, ZMQ_CURVE_SECRETKEY, client_secret, 40, "ZMQ_CURVE_SECRETKEY");
}

/* What else tells of a fault, where a pair stalls: an event that carries its errno. */
static void listen_to (struct pair *p, void *s)
{
    char name[64];
    snprintf (name, sizeof name, "inproc://monitor-%p", (void *) p);
    if (zmq_socket_monitor (s, name, ZMQ_EVENT_ALL) == -1)
        return failed ("zmq_socket_monitor");
    p->monitor = zmq_socket (ctx, ZMQ_PAIR);
    if (!p->monitor || zmq_connect (p->monitor, name) == -1)
        failed ("zmq_connect to a monitor");
}

static int hears_of_it (struct pair *p)
{
    unsigned char frame[6];
    char name[256];
    while (p->monitor && zmq_recv (p->monitor, frame, sizeof frame, ZMQ_DONTWAIT) == 6) {
        unsigned event = frame[0] | frame[1] << 8;
        int value;
        memcpy (&value, frame + 2, 4);
        zmq_recv (p->monitor, name, sizeof name, 0);
        if (event & (ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
                     | ZMQ_EVENT_CONNECT_RETRIED)) {
            if (!said[0])
                snprintf (said, sizeof said, "event %u: %s: %d", event, p->name, value);
            return 1;
        }
    }
    return 0;
}

/* Makes what is not there yet. True: the pair is complete. */
static int prepare (struct pair *p)
{
    if (!p->from || !p->to) {
        if (!p->from)
            p->from = open_socket (p->from_type);
        if (!p->to)
            p->to = open_socket (p->to_type);
        if (!p->from || !p->to)
            return 0;
        if (p->curve)
            secure (p);
        if (kind == DENIED && p == PUSHPULL && !p->monitor)
            listen_to (p, p->from);
    }
    if (!p->bound) {
        if (zmq_bind (p->to, p->endpoint[0] ? p->endpoint : p->bind_to) == -1) {
            /* The socket before this one closes its own in its time. */
            if (!p->endpoint[0] || zmq_errno () != EADDRINUSE)
                failed ("zmq_bind");
            return 0;
        }
        p->bound = 1;
    }
    if (!p->endpoint[0]) {
        size_t size = sizeof p->endpoint;
        if (zmq_getsockopt (p->to, ZMQ_LAST_ENDPOINT, p->endpoint, &size) == -1 || size < 8) {
            failed ("ZMQ_LAST_ENDPOINT");
            p->endpoint[0] = 0;
            return 0;
        }
    }
    if (!p->connected) {
        if (zmq_connect (p->from, p->endpoint) == -1) {
            failed ("zmq_connect");
            return 0;
        }
        p->connected = 1;
    }
    return 1;
}

/* ---- Messages: a number, then its low octet as often as they are long ---- */

#define LARGE 300000
static unsigned last_number;

static void fill (char *buffer, size_t size, unsigned number)
{
    memset (buffer, number & 0xff, size);
    memcpy (buffer, &number, sizeof number);
}

/* The number of a message that is as it was sent. */
static unsigned number_in (const char *buffer, int size)
{
    unsigned number;
    if (size < 4)
        leave (5, "a message is cut short");
    memcpy (&number, buffer, sizeof number);
    if (number > last_number || number == 0)
        leave (5, "a message that nobody has sent");
    for (int i = 4; i < size; i++)
        if ((unsigned char) buffer[i] != (number & 0xff))
            leave (5, "a message is not what it was");
    return number;
}

static int send_one (struct pair *p, unsigned number, size_t size)
{
    static char buffer[LARGE];
    fill (buffer, size, number);
    if (zmq_send (p->from, buffer, size, ZMQ_DONTWAIT) == (int) size)
        return 1;
    if (zmq_errno () != EAGAIN)
        failed ("zmq_send");
    return 0;
}

static int receive_one (void *s, unsigned *number)
{
    static char buffer[LARGE];
    int size = zmq_recv (s, buffer, sizeof buffer, ZMQ_DONTWAIT);
    if (size >= 0) {
        *number = number_in (buffer, size);
        return 1;
    }
    if (zmq_errno () != EAGAIN)
        failed ("zmq_recv");
    return 0;
}

static void wait_for (void *s)
{
    zmq_pollitem_t item = {s, 0, ZMQ_POLLIN, 0};
    if (zmq_poll (&item, 1, 5) == -1) {
        failed ("zmq_poll");
        rest ();
    }
}

/* A REP answers, and the REQ has the answer to `number`. */
static int is_answered (struct pair *p, unsigned number)
{
    unsigned got;
    if (receive_one (p->to, &got)) {
        char buffer[40];
        fill (buffer, sizeof buffer, got);
        if (zmq_send (p->to, buffer, sizeof buffer, 0) == -1)
            failed ("zmq_send of a reply");
    }
    return receive_one (p->from, &got) && got == number;
}

/* Sends until something sent from now on has come; `burst` at a time. */
static int get_through (struct pair *p, int burst, size_t size)
{
    long long begin = now_ms ();
    unsigned first = last_number + 1, got;
    while (goes_on (begin)) {
        for (int i = 0; i < burst; i++)
            send_one (p, ++last_number, size);
        if (p == REQREP) {
            long long sent = now_ms ();
            while (now_ms () - sent < 300 && goes_on (begin)) {
                if (is_answered (p, last_number))
                    return 1;
                zmq_pollitem_t items[2] = {{p->to, 0, ZMQ_POLLIN, 0}, {p->from, 0, ZMQ_POLLIN, 0}};
                if (zmq_poll (items, 2, 5) == -1) {
                    failed ("zmq_poll");
                    rest ();
                }
            }
            continue;
        }
        wait_for (p->to);
        int found = 0;
        while (receive_one (p->to, &got))
            found |= got >= first;
        if (found)
            return 1;
    }
    return 0;
}

/* The receiver sleeps in zmq_recv while another thread sends. */
static void *late_sender (void *pair)
{
    rest ();
    rest ();
    send_one (pair, last_number, 40);
    return NULL;
}

static int wakes_up (struct pair *p)
{
    long long begin = now_ms ();
    unsigned first = last_number + 1;
    set_int (p->to, ZMQ_RCVTIMEO, 50);
    while (goes_on (begin)) {
        pthread_t thread;
        static char buffer[LARGE]; /* what was sent before may come first */
        ++last_number;
        if (pthread_create (&thread, NULL, late_sender, p) != 0)
            leave (6, "no thread");
        int size = zmq_recv (p->to, buffer, sizeof buffer, 0);
        if (size == -1 && zmq_errno () != EAGAIN)
            failed ("zmq_recv");
        pthread_join (thread, NULL);
        if (size >= 0 && number_in (buffer, size) >= first)
            return 1;
    }
    return 0;
}

/* ---- Steps --------------------------------------------------------------- */

static int talk (struct pair *p)
{
    stage = p->name;
    if (!get_through (p, 1, 40))
        return 0;
    if (p == REQREP)
        return 1;
    if (p->large && !get_through (p, 1, LARGE))
        return 0;
    return get_through (p, 100, 40) && get_through (p, 20, 600) && wakes_up (p);
}

static int complete (struct pair *p)
{
    long long begin = now_ms ();
    stage = p->name;
    while (!prepare (p)) {
        if (!goes_on (begin))
            return 0;
        rest ();
    }
    return 1;
}

/* The receiver goes, and another takes its place. */
static void come_again (struct pair *p)
{
    stage = "come again";
    if (!p->to || !p->bound)
        return;
    if (zmq_close (p->to) == -1)
        failed ("zmq_close");
    p->to = NULL;
    p->bound = 0;
    if (complete (p))
        talk (p);
}

static void conversation (void)
{
    for (size_t i = 0; i < PAIRS; i++)
        if (complete (&pairs[i]))
            talk (&pairs[i]);
    come_again (PUSHPULL);
    for (size_t i = 0; i < PAIRS; i++)
        if (pairs[i].connected && pairs[i].bound)
            talk (&pairs[i]);
}

/* ---- When the fault is over ---------------------------------------------- */

static int exact_requests (struct pair *p)
{
    for (int i = 0; i < 10; i++) {
        long long begin = now_ms ();
        if (!send_one (p, ++last_number, 40))
            return 0;
        while (!is_answered (p, last_number)) {
            if (now_ms () - begin > 2000)
                return 0;
            wait_for (p->to);
        }
    }
    return 1;
}

/* What is sent from here on comes, once, in order, and nothing else. */
static int is_exact (struct pair *p)
{
    if (!get_through (p, 1, 40))
        return 0;
    if (p == REQREP)
        return exact_requests (p);
    unsigned first = last_number + 1, got, expected = first;
    last_number += EXACT;
    for (unsigned number = first; number <= last_number; number++)
        if (!send_one (p, number, number % 7 ? 40 : 2000))
            return 0;
    long long begin = now_ms ();
    while (expected <= last_number && now_ms () - begin < 2000) {
        wait_for (p->to);
        while (receive_one (p->to, &got)) {
            if (got < first && expected == first)
                continue; /* from before */
            if (got != expected++)
                return 0;
        }
    }
    return expected == last_number + 1;
}

static void recovered (void)
{
    lasts = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        struct pair *p = &pairs[i];
        complete (p);
        talk (p);
        int exact = 0;
        /* A connection that was lost may be noticed only now. */
        for (int attempt = 0; attempt < ATTEMPTS && !exact; attempt++)
            exact = is_exact (p);
        if (!exact)
            leave (2, "not exactly what was sent");
    }
}

static void end (void)
{
    stage = "close";
    for (size_t i = 0; i < PAIRS; i++)
        for (int k = 0; k < 3; k++) {
            void *s = k == 0 ? pairs[i].from : k == 1 ? pairs[i].to : pairs[i].monitor;
            if (s && zmq_close (s) == -1)
                failed ("zmq_close");
        }
    stage = "term";
    while (ctx && zmq_ctx_term (ctx) == -1) {
        failed ("zmq_ctx_term");
        if (!zmq_fault_end && kind == DENIED)
            return;
        rest ();
    }
}

static int begins (void)
{
    long long begin = now_ms ();
    stage = "keys";
    while (zmq_curve_keypair (server_public, server_secret) == -1
           || zmq_curve_keypair (client_public, client_secret) == -1) {
        failed ("zmq_curve_keypair");
        if (!goes_on (begin))
            return 0;
        rest ();
    }
    stage = "context";
    while (!ctx && !(ctx = zmq_ctx_new ())) {
        failed ("zmq_ctx_new");
        if (!goes_on (begin))
            return 0;
        rest ();
    }
    return 1;
}

int main (int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    kind = !strcmp (word, "LASTING") ? LASTING : !strcmp (word, "DENIED") ? DENIED : PASSING;
    signal (SIGALRM, too_long);
    alarm (HARD_LIMIT_S);
    snprintf (ipc_name, sizeof ipc_name, "ipc://@torture-%d", (int) getpid ());
    lasts = kind != PASSING;
    int begun = begins ();
    if (begun)
        conversation ();
    unsigned fired = zmq_fault_fired ? zmq_fault_fired () : 0;
    if (kind == DENIED) {
        if (!begun)
            goto done;
        for (size_t i = 0; i < PAIRS && !said[0]; i++) {
            lasts = 1;
            if (!complete (&pairs[i]) || !talk (&pairs[i]))
                if (!said[0] && !hears_of_it (PUSHPULL))
                    leave (2, "stalls, and nothing says why");
        }
    } else {
        if (zmq_fault_end)
            zmq_fault_end ();
        lasts = 0;
        begins ();
        recovered ();
    }
    end ();
done:
    printf ("%u calls, %u failed; %s\n", zmq_fault_calls ? zmq_fault_calls () : 0, fired, said[0] ? said : "works");
    return 0;
}
