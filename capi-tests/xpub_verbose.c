/* VERBOSE reports every subscribe, VERBOSER every unsubscribe too. */
/* behaviours: 179, 180, 181, 182 */
#include "check.h"

static void once (const char *transport, int option, const char *name)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB);
    void *one = new_socket (ctx, ZMQ_SUB), *two = new_socket (ctx, ZMQ_SUB);
    say ("%s", name);
    if (option)
        set_int (pub, option, 1);
    bind_fresh (pub, transport);
    connect_to (one, bound_at);
    connect_to (two, bound_at);
    set_text (one, ZMQ_SUBSCRIBE, "A");
    RECV (pub);
    set_text (two, ZMQ_SUBSCRIBE, "A");
    if (option)
        RECV (pub);
    set_text (two, ZMQ_SUBSCRIBE, "two is done");
    RECV (pub);
    set_text (one, ZMQ_UNSUBSCRIBE, "A");
    if (option == ZMQ_XPUB_VERBOSER)
        RECV (pub);
    set_text (one, ZMQ_SUBSCRIBE, "one is done");
    RECV (pub);
    set_text (two, ZMQ_UNSUBSCRIBE, "A");
    RECV (pub);
    set_text (two, ZMQ_UNSUBSCRIBE, "A");
    set_text (two, ZMQ_SUBSCRIBE, "end");
    RECV (pub);
    MUST (zmq_close (pub));
    end (ctx, one, two);
}

static void all (const char *transport)
{
    once (transport, 0, "plain");
    once (transport, ZMQ_XPUB_VERBOSE, "verbose");
    once (transport, ZMQ_XPUB_VERBOSER, "verboser");
}

static void run (void)
{
    each_transport (all);
}
