/* A PAIR has one peer; a second gets nothing through until the first has gone. */
/* behaviours: 137 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (b, "first");
    RECV (a);
    void *c = new_socket (ctx, ZMQ_PAIR);
    connect_to (c, bound_at);
    set_int (c, ZMQ_SNDTIMEO, 100);
    zmq_send (c, "second", 6, 0);
    set_int (a, ZMQ_RCVTIMEO, 200);
    RECV (a);
    set_int (a, ZMQ_RCVTIMEO, PATIENCE_MS);
    SEND (b, "first again");
    RECV (a);
    SEND (a, "answer");
    RECV (b);
    RECV_NOW (c);
    MUST (zmq_close (c));
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
