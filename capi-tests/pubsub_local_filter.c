/* What arrives after an unsubscribe is filtered at the subscriber. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_text (sub, ZMQ_SUBSCRIBE, "A");
    set_text (sub, ZMQ_SUBSCRIBE, "B");
    bind_fresh (pub, "inproc");
    connect_to (sub, bound_at);
    RECV (pub);
    RECV (pub);
    SEND (pub, "A on its way", "with a tail");
    SEND (pub, "B on its way");
    set_text (sub, ZMQ_UNSUBSCRIBE, "A");
    RECV (sub);
    RECV_NOW (sub);
    TRY_GET (sub, ZMQ_EVENTS);
    end (ctx, pub, sub);
}
