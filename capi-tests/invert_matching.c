/* INVERT_MATCHING on both ends: what does not start with the prefix arrives. */
/* behaviours: 193 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_int (pub, ZMQ_INVERT_MATCHING, 1);
    set_int (sub, ZMQ_INVERT_MATCHING, 1);
    set_text (sub, ZMQ_SUBSCRIBE, "no");
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    RECV (pub);
    SEND (pub, "no, not this");
    SEND (pub, "yes, this");
    SEND (pub, "not that");
    SEND (pub, "n");
    RECV (sub);
    RECV (sub);
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
