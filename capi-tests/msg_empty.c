/* Messages without a byte are messages. */
/* behaviours: 41 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    TRY (zmq_send (b, NULL, 0, 0));
    TRY (zmq_send (b, "", 0, ZMQ_SNDMORE));
    TRY (zmq_send (b, NULL, 0, 0));
    TRY (zmq_send_const (b, NULL, 0, 0));
    TRY (zmq_recv (a, NULL, 0, 0));
    RECV (a);
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
