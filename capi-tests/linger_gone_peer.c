/* Messages to a peer that has left are dropped: no linger waits for them. */
/* behaviours: 87 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *push, *pull;
    new_link (ctx, transport, ZMQ_PUSH, &push, ZMQ_PULL, &pull);
    set_int (push, ZMQ_LINGER, -1);
    SEND (push, "read");
    RECV (pull);
    for (int i = 0; i < 10; i++)
        SEND (push, "never read");
    MUST (zmq_close (pull));
    while (get_int (push, ZMQ_EVENTS) & ZMQ_POLLOUT)
        look_again ();
    TRY (zmq_send (push, "x", 1, ZMQ_DONTWAIT));
    end (ctx, push, NULL);
    say ("term returned");
}

static void run (void)
{
    each_transport (once);
}
