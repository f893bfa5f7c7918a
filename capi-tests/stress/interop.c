/*
 * One half of a conversation; scripts/interop runs the other half on another
 * library.
 *
 *   interop <case>[+plain|+curve] <left|right> <bind|connect> <endpoint>
 *
 * Left is the server of a security mechanism, and has a ZAP handler.
 *
 * The binding half first prints `bound ENDPOINT`. Each half checks all it gets
 * and exits with 0, or says what was wrong and exits with 1.
 */
#include <zmq.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, MANY = 20000, ROUNDS = 200 };

static void *ctx, *s, *monitor;
static int left;

static void fail (const char *what, int line)
{
    fprintf (stderr, "%s, line %d: %s: %s\n", left ? "left" : "right", line, what,
             zmq_strerror (errno));
    exit (1);
}

#define MUST(call)                                                             \
    do {                                                                       \
        if ((call) == -1)                                                      \
            fail (#call, __LINE__);                                            \
    } while (0)
#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            fail (#condition, __LINE__);                                       \
    } while (0)

static void nap (long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep (&t, NULL);
}

static void set (int option, int value)
{
    MUST (zmq_setsockopt (s, option, &value, sizeof value));
}

static int more (void)
{
    int value = 0;
    size_t size = sizeof value;
    MUST (zmq_getsockopt (s, ZMQ_RCVMORE, &value, &size));
    return value;
}

static void send_text (const char *text, int flags)
{
    MUST (zmq_send (s, text, strlen (text), flags));
}

/* Whether the next frame is this text, with this MORE. */
static int next_is (const char *text, int with_more)
{
    char got[256];
    int n = zmq_recv (s, got, sizeof got, 0);
    if (n == -1)
        fail (text, __LINE__);
    return n == (int) strlen (text) && memcmp (got, text, (size_t) n) == 0 && more () == with_more;
}

static size_t size_of (int number)
{
    static const size_t sizes[] = {0, 1, 33, 48, 49, 254, 255, 256, 257, 8191, 8192, 8193, 70000};
    return sizes[number % (int) (sizeof sizes / sizeof *sizes)];
}

static void send_number (int number, int flags)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init_size (&msg, size_of (number)));
    memset (zmq_msg_data (&msg), number & 255, size_of (number));
    MUST (zmq_msg_send (&msg, s, flags));
}

static void expect_number (int number, int with_more)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, s, 0));
    CHECK (zmq_msg_size (&msg) == size_of (number));
    const unsigned char *data = zmq_msg_data (&msg);
    for (size_t i = 0; i < size_of (number); i++)
        CHECK (data[i] == (number & 255));
    CHECK (zmq_msg_more (&msg) == with_more);
    MUST (zmq_msg_close (&msg));
}

static void wait_until_the_other_leaves (void)
{
    MUST (zmq_recv (monitor, NULL, 0, 0));
    MUST (zmq_recv (monitor, NULL, 0, 0));
}

/* ---- The cases ----------------------------------------------------------- */

static void reqrep (void)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (!left) {
            send_number (i, ZMQ_SNDMORE);
            send_number (i + 1, 0);
        }
        expect_number (i, 1);
        expect_number (i + 1, 0);
        if (left) {
            send_number (i, ZMQ_SNDMORE);
            send_number (i + 1, 0);
        }
    }
}

/* Left is an XPUB, which hears of subscriptions, so that all is in step. */
static void pubsub (void)
{
    if (left) {
        CHECK (next_is ("\1A", 0));
        CHECK (next_is ("\1ready", 0));
        send_text ("B is for others", 0);
        send_text ("A one", 0);
        send_text ("A two", ZMQ_SNDMORE);
        send_text ("B in the second frame", 0);
        char notice[8];
        CHECK (zmq_recv (s, notice, sizeof notice, 0) == 2 && memcmp (notice, "\0A", 2) == 0);
        send_text ("A no more", 0);
        send_text ("ready", 0);
        wait_until_the_other_leaves ();
    } else {
        MUST (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "A", 1));
        MUST (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "ready", 5));
        CHECK (next_is ("A one", 0));
        CHECK (next_is ("A two", 1));
        CHECK (next_is ("B in the second frame", 0));
        MUST (zmq_setsockopt (s, ZMQ_UNSUBSCRIBE, "A", 1));
        CHECK (next_is ("ready", 0));
    }
}

/* Left is a plain PUB that talks until its listener has had enough. */
static void pubsub_plain (void)
{
    if (left) {
        char text[32];
        for (int i = 0; zmq_recv (monitor, NULL, 0, ZMQ_DONTWAIT) == -1; i++) {
            snprintf (text, sizeof text, "%c %d", "AB"[i % 2], i);
            send_text (text, 0);
            if (i % 10 == 0)
                nap (1);
        }
    } else {
        MUST (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "A", 1));
        int last = -1;
        for (int i = 0; i < 1000; i++) {
            char text[32] = "";
            MUST (zmq_recv (s, text, sizeof text - 1, 0));
            CHECK (text[0] == 'A' && (last == -1 || atoi (text + 2) == last + 2));
            last = atoi (text + 2);
        }
    }
}

static void xpubxsub (void)
{
    if (left) {
        CHECK (next_is ("\1A", 0));
        send_text ("A go ahead", 0);
        CHECK (next_is ("a message upwards", 0));
        send_text ("A downwards", 0);
        char notice[8];
        CHECK (zmq_recv (s, notice, sizeof notice, 0) == 2 && memcmp (notice, "\0A", 2) == 0);
        CHECK (next_is ("\1end", 0));
        send_text ("A lost", 0);
        send_text ("end", 0);
        wait_until_the_other_leaves ();
    } else {
        send_text ("\1A", 0);
        CHECK (next_is ("A go ahead", 0));
        send_text ("a message upwards", 0);
        CHECK (next_is ("A downwards", 0));
        MUST (zmq_send (s, "\0A", 2, 0));
        send_text ("\1end", 0);
        CHECK (next_is ("end", 0));
    }
}

static void pushpull (void)
{
    for (int i = 0; i < MANY; i++)
        if (left)
            expect_number (i, 0);
        else
            send_number (i, 0);
    if (!left)
        wait_until_the_other_leaves ();
}

static void dealer_router (void)
{
    if (!left) {
        send_text ("hello", ZMQ_SNDMORE);
        send_text ("", ZMQ_SNDMORE);
        send_text ("body", 0);
        CHECK (next_is ("welcome", 0));
    } else {
        zmq_msg_t msg;
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, s, 0));
        CHECK (zmq_msg_size (&msg) == 5 && memcmp (zmq_msg_data (&msg), "right", 5) == 0);
        const char *type = zmq_msg_gets (&msg, "Socket-Type");
        CHECK (type && strcmp (type, "DEALER") == 0);
        const char *identity = zmq_msg_gets (&msg, "Identity");
        CHECK (identity && strcmp (identity, "right") == 0);
        MUST (zmq_msg_close (&msg));
        CHECK (next_is ("hello", 1));
        CHECK (next_is ("", 1));
        CHECK (next_is ("body", 0));
        send_text ("right", ZMQ_SNDMORE);
        send_text ("welcome", 0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        if (!left) {
            send_number (i, ZMQ_SNDMORE);
            send_number (i + 3, 0);
        } else
            CHECK (next_is ("right", 1));
        expect_number (i, 1);
        expect_number (i + 3, 0);
        if (left) {
            send_text ("right", ZMQ_SNDMORE);
            send_number (i, ZMQ_SNDMORE);
            send_number (i + 3, 0);
        }
    }
}

static void pair (void)
{
    for (int i = 0; i < ROUNDS; i++) {
        send_number (i, ZMQ_SNDMORE);
        send_number (i + 5, ZMQ_SNDMORE);
        send_number (i + 7, 0);
        expect_number (i, 1);
        expect_number (i + 5, 1);
        expect_number (i + 7, 0);
    }
}

/* Idle for many heartbeats, then a message: the link must have held. */
static void heartbeat (void)
{
    for (int i = 0; i < 3; i++) {
        nap (200);
        CHECK (zmq_recv (monitor, NULL, 0, ZMQ_DONTWAIT) == -1);
        send_number (i, 0);
        expect_number (i, 0);
    }
}

/* Right shows nothing that left's handler knows: both hear the same of it. */
static void refused (void)
{
    unsigned char told[6];
    uint16_t event;
    uint32_t value;
    CHECK (zmq_recv (monitor, told, sizeof told, 0) == sizeof told);
    memcpy (&event, told, sizeof event);
    memcpy (&value, told + sizeof event, sizeof value);
    CHECK (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && value == 400);
    MUST (zmq_recv (monitor, NULL, 0, 0));
    /* It is told only after this was said here. */
    if (left)
        wait_until_the_other_leaves ();
}

static const struct {
    const char *name;
    int left_type, right_type;
    void (*run) (void);
} cases[] = {
    {"reqrep", ZMQ_REP, ZMQ_REQ, reqrep},
    {"pubsub", ZMQ_XPUB, ZMQ_SUB, pubsub},
    {"pubsub-plain", ZMQ_PUB, ZMQ_SUB, pubsub_plain},
    {"xpubxsub", ZMQ_XPUB, ZMQ_XSUB, xpubxsub},
    {"pushpull", ZMQ_PULL, ZMQ_PUSH, pushpull},
    {"dealer-router", ZMQ_ROUTER, ZMQ_DEALER, dealer_router},
    {"pair", ZMQ_PAIR, ZMQ_PAIR, pair},
    {"heartbeat", ZMQ_PAIR, ZMQ_PAIR, heartbeat},
    {"refused", ZMQ_ROUTER, ZMQ_DEALER, refused},
};
enum { CASES = sizeof cases / sizeof *cases };

/* ---- Security ------------------------------------------------------------ */

#define SERVER_PUBLIC "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define SERVER_SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define CLIENT_PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define CLIENT_SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

static void *handler;
static pthread_t handler_thread;

static void reply (const char *text, int flags)
{
    (void) zmq_send (handler, text, strlen (text), flags);
}

/* Lets in who shows the credentials of this program, and nobody else. */
static void *handle (void *unused)
{
    (void) unused;
    for (;;) {
        char frames[16][64];
        int n = 0, length = 0, more_follow = 1;
        size_t size = sizeof more_follow;
        memset (frames, 0, sizeof frames);
        for (; more_follow; n++) {
            if ((length = zmq_recv (handler, frames[n & 15], 63, 0)) == -1)
                break;
            zmq_getsockopt (handler, ZMQ_RCVMORE, &more_follow, &size);
        }
        if (length == -1)
            break;
        char key[41] = "";
        int plain = n == 8 && strcmp (frames[5], "PLAIN") == 0
                    && strcmp (frames[6], "name") == 0 && strcmp (frames[7], "word") == 0;
        int curve = n == 7 && strcmp (frames[5], "CURVE") == 0 && length == 32
                    && zmq_z85_encode (key, (unsigned char *) frames[6], 32)
                    && strcmp (key, CLIENT_PUBLIC) == 0;
        reply ("1.0", ZMQ_SNDMORE);
        reply (frames[1], ZMQ_SNDMORE);
        reply (plain || curve ? "200" : "400", ZMQ_SNDMORE);
        reply ("", ZMQ_SNDMORE);
        reply ("somebody", ZMQ_SNDMORE);
        reply ("", 0);
    }
    zmq_close (handler);
    return NULL;
}

static void start_handler (void)
{
    handler = zmq_socket (ctx, ZMQ_REP);
    CHECK (handler);
    MUST (zmq_bind (handler, "inproc://zeromq.zap.01"));
    CHECK (pthread_create (&handler_thread, NULL, handle, NULL) == 0);
}

/* Whether right shows what left's handler knows. */
static int right_is_known = 1;

static void secure (const char *mechanism)
{
    if (left)
        start_handler ();
    if (!mechanism) {
        if (left)
            MUST (zmq_setsockopt (s, ZMQ_ZAP_DOMAIN, "domain", 6));
        return;
    }
    if (strcmp (mechanism, "plain") == 0) {
        if (left)
            set (ZMQ_PLAIN_SERVER, 1);
        else {
            MUST (zmq_setsockopt (s, ZMQ_PLAIN_USERNAME, "name", 4));
            MUST (zmq_setsockopt (s, ZMQ_PLAIN_PASSWORD, right_is_known ? "word" : "wort", 4));
        }
        return;
    }
    if (left) {
        set (ZMQ_CURVE_SERVER, 1);
        MUST (zmq_setsockopt (s, ZMQ_CURVE_SECRETKEY, SERVER_SECRET, 40));
    } else {
        const char *public = right_is_known ? CLIENT_PUBLIC : SERVER_PUBLIC;
        const char *secret = right_is_known ? CLIENT_SECRET : SERVER_SECRET;
        MUST (zmq_setsockopt (s, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC, 40));
        MUST (zmq_setsockopt (s, ZMQ_CURVE_PUBLICKEY, public, 40));
        MUST (zmq_setsockopt (s, ZMQ_CURVE_SECRETKEY, secret, 40));
    }
}

static void open_socket (int type, int events)
{
    ctx = zmq_ctx_new ();
    s = zmq_socket (ctx, type);
    monitor = zmq_socket (ctx, ZMQ_PAIR);
    CHECK (s && monitor);
    set (ZMQ_RCVTIMEO, PATIENCE_MS);
    set (ZMQ_SNDTIMEO, PATIENCE_MS);
    int patience = PATIENCE_MS;
    MUST (zmq_setsockopt (monitor, ZMQ_RCVTIMEO, &patience, sizeof patience));
    MUST (zmq_socket_monitor (s, "inproc://monitor", events));
    MUST (zmq_connect (monitor, "inproc://monitor"));
}

static void attach (const char *how, const char *endpoint)
{
    if (strcmp (how, "connect") == 0) {
        MUST (zmq_connect (s, endpoint));
        return;
    }
    char text[256];
    size_t size = sizeof text;
    MUST (zmq_bind (s, endpoint));
    MUST (zmq_getsockopt (s, ZMQ_LAST_ENDPOINT, text, &size));
    printf ("bound %s\n", text);
    fflush (stdout);
}

int main (int argc, char **argv)
{
    if (argc == 2 && strcmp (argv[1], "list") == 0) {
        for (int i = 0; i < CASES; i++)
            printf ("%s\n%s+plain\n%s+curve\n", cases[i].name, cases[i].name, cases[i].name);
        return 0;
    }
    if (argc != 5) {
        fprintf (stderr, "usage: interop <case>[+plain|+curve] <left|right> <bind|connect> <endpoint>\n");
        return 2;
    }
    alarm (60);
    signal (SIGPIPE, SIG_IGN);
    left = strcmp (argv[2], "left") == 0;
    char *mechanism = strchr (argv[1], '+');
    if (mechanism)
        *mechanism++ = 0;
    for (int i = 0; i < CASES; i++) {
        if (strcmp (argv[1], cases[i].name) != 0)
            continue;
        right_is_known = cases[i].run != refused;
        open_socket (left ? cases[i].left_type : cases[i].right_type,
                     (left || right_is_known ? ZMQ_EVENT_DISCONNECTED : 0)
                       | (right_is_known ? 0 : ZMQ_EVENT_HANDSHAKE_FAILED_AUTH));
        if (!left && strcmp (argv[1], "dealer-router") == 0)
            MUST (zmq_setsockopt (s, ZMQ_ROUTING_ID, "right", 5));
        if (strcmp (argv[1], "heartbeat") == 0) {
            set (ZMQ_HEARTBEAT_IVL, 20);
            set (ZMQ_HEARTBEAT_TIMEOUT, 5000);
            set (ZMQ_HEARTBEAT_TTL, 5000);
        }
        if (mechanism || !right_is_known)
            secure (mechanism);
        attach (argv[3], argv[4]);
        cases[i].run ();
        /* The last message is on its way; do not wait for a peer that has left. */
        set (ZMQ_LINGER, 2000);
        MUST (zmq_close (s));
        MUST (zmq_close (monitor));
        MUST (zmq_ctx_term (ctx));
        if (handler)
            pthread_join (handler_thread, NULL);
        return 0;
    }
    fprintf (stderr, "no case is called %s\n", argv[1]);
    return 2;
}
