/* After disconnect the pipe is out of use at once; the endpoint is unknown. */
/* behaviours: 88, 90 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    set_int (b, ZMQ_LINGER, PATIENCE_MS);
    SEND (b, "before");
    TRY (zmq_disconnect (b, bound_at));
    TRY (zmq_send (b, "x", 1, ZMQ_DONTWAIT));
    TRY (zmq_disconnect (b, bound_at));
    RECV (a);
    connect_to (b, bound_at);
    SEND (b, "again");
    RECV (a);
    TRY (zmq_disconnect (b, "tcp://127.0.0.1:1"));
    TRY (zmq_disconnect (b, "ipc:///tmp/other"));
    TRY (zmq_disconnect (b, "inproc://other"));
    TRY (zmq_disconnect (b, "nonsense"));
    TRY (zmq_disconnect (b, "nope://x"));
    TRY (zmq_disconnect (b, NULL));
    TRY (zmq_unbind (b, NULL));
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
