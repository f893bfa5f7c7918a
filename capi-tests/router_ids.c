/* ROUTER puts the peer's id in front: its own choice, or five bytes from zero. */
/* behaviours: 155 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER);
    void *named = new_socket (ctx, ZMQ_DEALER), *unnamed = new_socket (ctx, ZMQ_DEALER);
    unsigned char id[16], again[16];
    set_text (named, ZMQ_ROUTING_ID, "a name");
    bind_fresh (router, transport);
    connect_to (named, bound_at);
    connect_to (unnamed, bound_at);
    SEND (named, "one", "two");
    RECV (router);
    SEND (unnamed, "three");
    TRY (zmq_recv (router, id, sizeof id, 0));
    RECV (router);
    SEND (unnamed, "four");
    TRY (zmq_recv (router, again, sizeof again, 0));
    RECV (router);
    YES (memcmp (id, again, 5) == 0);
    MUST (zmq_send (router, id, 5, ZMQ_SNDMORE));
    SEND (router, "to", "the unnamed");
    RECV (unnamed);
    SEND (router, "a name", "to the named");
    RECV (named);
    MUST (zmq_close (named));
    end (ctx, router, unnamed);
}

static void run (void)
{
    each_transport (once);
}
