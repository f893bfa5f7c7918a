/* IMMEDIATE 0: a connection still to be made takes its share of the messages. */
/* behaviours: 133 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL), *push = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (pull, "tcp");
    connect_to (push, bound_at);
    connect_to (push, "ipc:///tmp/capi-nobody-listens-here.sock");
    for (int i = 0; i < 10; i++)
        SEND (push, "x");
    for (int i = 0; i < 5; i++)
        MUST (zmq_recv (pull, NULL, 0, 0));
    /* Nothing else comes, which no delay can spoil. */
    say ("of 10 came %d", 5 + drain (pull, 200));
    end (ctx, push, pull);
}
