/* A name kept for the next connect is not given to a peer that has come in
   meanwhile and was not looked at yet. */
/* behaviours: 165 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *x = new_socket (ctx, ZMQ_ROUTER), *y = new_socket (ctx, ZMQ_ROUTER);
    void *z = new_socket (ctx, ZMQ_ROUTER);
    char x_at[256];
    set_text (x, ZMQ_ROUTING_ID, "X");
    set_text (y, ZMQ_ROUTING_ID, "Y");
    set_text (z, ZMQ_ROUTING_ID, "Z");
    set_int (x, ZMQ_ROUTER_MANDATORY, 1);
    bind_fresh (x, transport);
    strcpy (x_at, bound_at);
    bind_fresh (z, transport);
    set_text (y, ZMQ_CONNECT_ROUTING_ID, "X");
    connect_to (y, x_at);
    SEND (y, "X", "from Y");
    wait_events (x, ZMQ_POLLIN);
    set_text (x, ZMQ_CONNECT_ROUTING_ID, "Z");
    connect_to (x, bound_at);
    RECV (x);
    SEND (x, "Z", "to Z");
    RECV (z);
    SEND (x, "Y", "to Y");
    RECV (y);
    MUST (zmq_close (z));
    end (ctx, x, y);
}

static void run (void)
{
    each_transport (once);
}
