/* A message whose sender closes before the last frame never arrives. */
/* behaviours: 43 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    set_int (b, ZMQ_LINGER, PATIENCE_MS);
    SEND (b, "whole");
    MUST (zmq_send (b, "1", 1, ZMQ_SNDMORE));
    MUST (zmq_close (b));
    RECV (a);
    void *c = new_socket (ctx, ZMQ_PUSH);
    connect_to (c, bound_at);
    SEND (c, "from another", "in two parts");
    RECV (a);
    RECV_NOW (a);
    end (ctx, a, c);
}

static void run (void)
{
    each_transport (once);
}
