/* Draft options of publishers and subscribers. */
/* behaviours: 183, 185, 190, 194 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void only_first (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_XSUB);
    set_int (pub, ZMQ_ONLY_FIRST_SUBSCRIBE, 1);
    set_int (sub, ZMQ_ONLY_FIRST_SUBSCRIBE, 1);
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    SEND (sub, "data", "\1A", "\1B");
    RECV (pub);
    MUST (zmq_send (sub, "\1A", 2, ZMQ_SNDMORE));
    MUST (zmq_send (sub, "\1B", 2, 0));
    RECV (pub);
    RECV (pub);
    SEND (pub, "B, too");
    RECV (sub);
    end (ctx, pub, sub);
}

static void topics (const char *transport)
{
    void *ctx = new_context (), *pub, *sub;
    new_link (ctx, transport, ZMQ_XPUB, &pub, ZMQ_SUB, &sub);
    TRY_GET (sub, ZMQ_TOPICS_COUNT);
    set_text (sub, ZMQ_SUBSCRIBE, "a");
    set_text (sub, ZMQ_SUBSCRIBE, "b");
    set_text (sub, ZMQ_SUBSCRIBE, "c");
    set_text (sub, ZMQ_SUBSCRIBE, "c");
    TRY_GET (sub, ZMQ_TOPICS_COUNT);
    for (int i = 0; i < 3; i++)
        RECV (pub);
    TRY_GET (pub, ZMQ_TOPICS_COUNT);
    set_text (sub, ZMQ_UNSUBSCRIBE, "b");
    TRY_GET (sub, ZMQ_TOPICS_COUNT);
    RECV (pub);
    TRY_GET (pub, ZMQ_TOPICS_COUNT);
    set_text (sub, ZMQ_SUBSCRIBE, "ab");
    set_text (sub, ZMQ_SUBSCRIBE, "abc");
    TRY_GET (sub, ZMQ_TOPICS_COUNT);
    RECV (pub);
    RECV (pub);
    TRY_GET (pub, ZMQ_TOPICS_COUNT);
    end (ctx, pub, sub);
}

static void verbose_unsubscribe (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_XSUB);
    set_int (pub, ZMQ_XPUB_VERBOSER, 1);
    set_int (sub, ZMQ_XSUB_VERBOSE_UNSUBSCRIBE, 1);
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    SEND (sub, "\1A");
    SEND (sub, "\1A");
    MUST (zmq_send (sub, "\0A", 2, 0));
    MUST (zmq_send (sub, "\0A", 2, 0));
    for (int i = 0; i < 4; i++)
        RECV (pub);
    end (ctx, pub, sub);
}

static void last_value (const char *transport)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB);
    void *one = new_socket (ctx, ZMQ_SUB), *two = new_socket (ctx, ZMQ_SUB);
    set_int (pub, ZMQ_XPUB_MANUAL_LAST_VALUE, 1);
    bind_fresh (pub, transport);
    connect_to (one, bound_at);
    set_text (one, ZMQ_SUBSCRIBE, "A");
    RECV (pub);
    MUST (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "A", 1));
    SEND (pub, "A for one");
    RECV (one);
    connect_to (two, bound_at);
    set_text (two, ZMQ_SUBSCRIBE, "A");
    RECV (pub);
    MUST (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "A", 1));
    SEND (pub, "A for two");
    SEND (pub, "A for both");
    RECV (two);
    RECV (two);
    RECV (one);
    MUST (zmq_close (pub));
    end (ctx, one, two);
}

static void all (const char *transport)
{
    only_first (transport);
    topics (transport);
    verbose_unsubscribe (transport);
    last_value (transport);
}

static void run (void)
{
    each_transport (all);
}
