/* Subscriptions are prefixes of the first frame; the other frames follow it. */
/* behaviours: 175, 176 */
#include "check.h"

static void once (const char *transport, int sub_binds)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_PUB), *sub = new_socket (ctx, ZMQ_SUB);
    say ("%s binds", sub_binds ? "SUB" : "PUB");
    set_text (sub, ZMQ_SUBSCRIBE, "sync");
    set_text (sub, ZMQ_SUBSCRIBE, "A");
    set_text (sub, ZMQ_SUBSCRIBE, "BB");
    bind_fresh (sub_binds ? sub : pub, transport);
    connect_to (sub_binds ? pub : sub, bound_at);
    sync_pubsub (pub, sub);
    SEND (pub, "A");
    SEND (pub, "B");
    SEND (pub, "");
    SEND (pub, "AB", "any", "parts");
    SEND (pub, "x", "A in the second frame");
    SEND (pub, "BB and more");
    SEND (pub, "a");
    SEND (pub, "A last");
    for (int i = 0; i < 4; i++)
        RECV (sub);
    RECV_NOW (sub);
    end (ctx, pub, sub);
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
