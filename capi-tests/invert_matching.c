/* INVERT_MATCHING on both ends: what does not start with the prefix arrives. On
   one end alone it loses what the other lets through. */
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

static void one_end (const char *transport, int inverts_pub)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_int (inverts_pub ? pub : sub, ZMQ_INVERT_MATCHING, 1);
    set_text (sub, ZMQ_SUBSCRIBE, "no");
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    RECV (pub);
    SEND (pub, "no");
    SEND (pub, "yes");
    set_int (sub, ZMQ_RCVTIMEO, 100);
    RECV (sub);
    end (ctx, pub, sub);
}

static void all (const char *transport)
{
    once (transport);
    one_end (transport, 0);
    one_end (transport, 1);
}

static void run (void)
{
    each_transport (all);
}
