/* PROBE_ROUTER: a ROUTER hears of the connection by an empty message. */
/* behaviours: 153, 154 */
#include "check.h"

static void once (const char *transport, int type)
{
    void *ctx = new_context ();
    void *server = new_socket (ctx, ZMQ_ROUTER), *client = new_socket (ctx, type);
    set_text (client, ZMQ_ROUTING_ID, "me");
    set_text (server, ZMQ_ROUTING_ID, "you");
    set_int (client, ZMQ_PROBE_ROUTER, 1);
    bind_fresh (server, transport);
    connect_to (client, bound_at);
    RECV (server);
    SEND (server, "me", "hello");
    RECV (client);
    end (ctx, server, client);
}

static void both (const char *transport)
{
    once (transport, ZMQ_DEALER);
    once (transport, ZMQ_ROUTER);
}

static void run (void)
{
    each_transport (both);
}
