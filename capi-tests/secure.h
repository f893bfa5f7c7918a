/*
 * For programs about security: keys, a ZAP handler in a thread of its own,
 * monitors that tell of handshakes only, and two sockets that meet.
 */
#ifndef SECURE_H
#define SECURE_H

#include "check.h"

#define SERVER_PUBLIC "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define SERVER_SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define CLIENT_PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define CLIENT_SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

/* Only zmq.h with drafts has it; the library always does. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

#define HANDSHAKES                                                             \
    (ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL      \
     | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)

/* ---- The two sides ------------------------------------------------------- */

static inline void plain_server (void *s)
{
    set_int (s, ZMQ_PLAIN_SERVER, 1);
}

static inline void plain_client (void *s, const char *name, const char *word)
{
    set_text (s, ZMQ_PLAIN_USERNAME, name);
    set_text (s, ZMQ_PLAIN_PASSWORD, word);
}

static inline void curve_server (void *s)
{
    set_int (s, ZMQ_CURVE_SERVER, 1);
    set_text (s, ZMQ_CURVE_SECRETKEY, SERVER_SECRET);
}

static inline void curve_client (void *s)
{
    set_text (s, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC);
    set_text (s, ZMQ_CURVE_PUBLICKEY, CLIENT_PUBLIC);
    set_text (s, ZMQ_CURVE_SECRETKEY, CLIENT_SECRET);
}

/* ---- The handler --------------------------------------------------------- */

/* The frames of an answer to every question, up to a NULL. */
static const char *const *zap_answer;
static void *zap_socket;
static pthread_t zap_thread;
/* Whether questions are printed. */
static int zap_prints;

static void *zap_run (void *unused)
{
    (void) unused;
    for (;;) {
        unsigned char frame[256];
        int more = 1, n = 0;
        size_t size = sizeof more;
        while (more && (n = zmq_recv (zap_socket, frame, sizeof frame, 0)) >= 0) {
            zmq_getsockopt (zap_socket, ZMQ_RCVMORE, &more, &size);
            if (zap_prints) {
                printf (" ");
                print_frame (frame, (size_t) n);
            }
        }
        if (n < 0)
            break;
        if (zap_prints)
            say ("");
        for (const char *const *part = zap_answer; *part; part++)
            (void) zmq_send (zap_socket, *part, strlen (*part), part[1] ? ZMQ_SNDMORE : 0);
    }
    zmq_close (zap_socket);
    return NULL;
}

/* Must come before the sockets of the context that it is to serve. */
static inline void start_handler (void *ctx, const char *const *answer)
{
    zap_answer = answer;
    zap_socket = zmq_socket (ctx, ZMQ_REP);
    MUST_BE (zap_socket != NULL);
    set_int (zap_socket, ZMQ_LINGER, 0);
    MUST (zmq_bind (zap_socket, "inproc://zeromq.zap.01"));
    MUST_BE (pthread_create (&zap_thread, NULL, zap_run, NULL) == 0);
}

/* Ends the context, and with it the handler. */
static inline void end_handled (void *ctx)
{
    MUST (zmq_ctx_term (ctx));
    MUST_BE (pthread_join (zap_thread, NULL) == 0);
}

/* ---- What monitors tell --------------------------------------------------- */

/* The next event of a handshake and its value. Of errors only the one that has
   a meaning is printed; which other is left over depends on the platform. */
static inline void say_handshake (const char *label, void *monitor)
{
    char address[256];
    uint32_t value = 0;
    int event = next_event (monitor, &value, address, sizeof address);
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)
        say ("%s: NO_DETAIL %s", label, value == EFAULT ? "EFAULT" : "another");
    else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
        say ("%s: PROTOCOL %08x", label, value);
    else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        say ("%s: AUTH %u", label, value);
    else
        say ("%s: %s", label, event ? event_name (event) : "nothing");
}

/* ---- A server and a client, with a monitor each --------------------------- */

struct meeting {
    void *ctx, *server, *client, *at_server, *at_client;
    int handled;
};

/* Two DEALERs, not yet connected; and a handler, if there is an answer. */
static inline struct meeting new_meeting (const char *const *answer)
{
    struct meeting m = {.ctx = new_context (), .handled = answer != NULL};
    if (answer)
        start_handler (m.ctx, answer);
    m.server = new_socket (m.ctx, ZMQ_DEALER);
    m.client = new_socket (m.ctx, ZMQ_DEALER);
    return m;
}

static inline void connect_watched (struct meeting *m)
{
    m->at_server = new_monitor (m->ctx, m->server, HANDSHAKES);
    m->at_client = new_monitor (m->ctx, m->client, HANDSHAKES);
    bind_fresh (m->server, "tcp");
    connect_to (m->client, bound_at);
}

/* Connects them; prints what each side's monitor tells of it, the client's only
   if it can be relied on to tell something. */
static inline void meet (struct meeting *m, int client_hears)
{
    connect_watched (m);
    say_handshake ("server", m->at_server);
    if (client_hears)
        say_handshake ("client", m->at_client);
}

static inline void part (struct meeting *m)
{
    MUST (zmq_close (m->at_server));
    MUST (zmq_close (m->at_client));
    MUST (zmq_close (m->client));
    MUST (zmq_close (m->server));
    if (m->handled)
        end_handled (m->ctx);
    else
        MUST (zmq_ctx_term (m->ctx));
}

#endif
