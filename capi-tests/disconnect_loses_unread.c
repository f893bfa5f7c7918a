/* What came in on a connection and was not read is gone with zmq_disconnect. */
/* behaviours: 88 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *push, *pull;
    new_link (ctx, transport, ZMQ_PUSH, &push, ZMQ_PULL, &pull);
    SEND (push, "read");
    RECV (pull);
    SEND (push, "1");
    SEND (push, "2");
    wait_events (pull, ZMQ_POLLIN);
    TRY (zmq_disconnect (pull, bound_at));
    set_int (pull, ZMQ_RCVTIMEO, 100);
    RECV (pull);
    set_int (pull, ZMQ_RCVTIMEO, PATIENCE_MS);
    while (get_int (push, ZMQ_EVENTS) & ZMQ_POLLOUT)
        look_again ();
    connect_to (pull, bound_at);
    SEND (push, "3");
    RECV (pull);
    end (ctx, push, pull);
}

static void run (void)
{
    each_transport (once);
}
