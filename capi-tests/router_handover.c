/* Two peers of one name: the first keeps it, or hands it over if so told. */
/* behaviours: 160, 161 */
#include "check.h"

static void once (const char *transport, int handover)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER);
    void *first = new_socket (ctx, ZMQ_DEALER), *second = new_socket (ctx, ZMQ_DEALER);
    say ("handover %d", handover);
    set_int (router, ZMQ_ROUTER_HANDOVER, handover);
    set_text (first, ZMQ_ROUTING_ID, "X");
    set_text (second, ZMQ_ROUTING_ID, "X");
    bind_fresh (router, transport);
    connect_to (first, bound_at);
    SEND (first, "from the first");
    RECV (router);
    connect_to (second, bound_at);
    SEND (second, "from the second");
    if (handover) {
        RECV (router);
        SEND (router, "X", "for X");
        RECV (second);
        RECV_NOW (first);
    } else {
        set_int (router, ZMQ_RCVTIMEO, 200);
        RECV (router);
        SEND (router, "X", "for X");
        RECV (first);
        RECV_NOW (second);
    }
    MUST (zmq_close (first));
    end (ctx, router, second);
}

static void both (const char *transport)
{
    once (transport, 0);
    once (transport, 1);
}

static void run (void)
{
    each_transport (both);
}
