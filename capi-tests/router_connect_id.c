/* CONNECT_ROUTING_ID names the next connection, usable at once. */
/* behaviours: 163, 164 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *peer = new_socket (ctx, ZMQ_ROUTER);
    void *dealer = new_socket (ctx, ZMQ_DEALER);
    char first[256];
    set_text (peer, ZMQ_ROUTING_ID, "own name");
    set_text (router, ZMQ_ROUTING_ID, "router");
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    bind_fresh (peer, transport);
    strcpy (first, bound_at);
    set_text (router, ZMQ_CONNECT_ROUTING_ID, "A");
    connect_to (router, first);
    bind_fresh (dealer, transport);
    set_text (router, ZMQ_CONNECT_ROUTING_ID, "B");
    connect_to (router, bound_at);
    SEND (router, "B", "to B");
    RECV (dealer);
    SEND (dealer, "from B");
    RECV (router);
    SEND (router, "A", "to A");
    RECV (peer);
    SEND (peer, "router", "from A");
    RECV (router);
    TRY (zmq_setsockopt (router, ZMQ_CONNECT_ROUTING_ID, "", 0));
    MUST (zmq_close (dealer));
    end (ctx, router, peer);
}

static void run (void)
{
    each_transport (once);
}
