/* PAIR: both directions, multipart, either end bound. */
/* behaviours: 136 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (a, "from the bound end");
    RECV (b);
    SEND (b, "from", "the", "other");
    RECV (a);
    SEND (a, "1");
    SEND (b, "2");
    SEND (a, "3");
    RECV (b);
    RECV (b);
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
