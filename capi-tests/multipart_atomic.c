/* No frame of a message can be read before its last one was sent. */
/* behaviours: 43 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    SEND (b, "whole");
    RECV (a);
    MUST (zmq_send (b, "1", 1, ZMQ_SNDMORE));
    MUST (zmq_send (b, "2", 1, ZMQ_SNDMORE));
    set_int (a, ZMQ_RCVTIMEO, 100);
    RECV (a);
    set_int (a, ZMQ_RCVTIMEO, PATIENCE_MS);
    MUST (zmq_send (b, "3", 1, 0));
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
