/* zmq_recv tells the whole size, writes no byte too many and loses the rest. */
/* behaviours: 40 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    char buffer[8] = ".......";
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    SEND (b, "0123456789");
    SEND (b, "next", "frame");
    TRY (zmq_recv (a, buffer, 4, 0));
    say ("buffer %s", buffer);
    TRY (zmq_recv (a, NULL, 0, 0));
    say ("RCVMORE %d", get_int (a, ZMQ_RCVMORE));
    TRY (zmq_recv (a, buffer, 7, 0));
    say ("buffer %s", buffer);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
