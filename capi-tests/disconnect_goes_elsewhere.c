/* With two peers, disconnecting one sends everything to the other. */
/* behaviours: 88 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH);
    void *one = new_socket (ctx, ZMQ_PULL), *two = new_socket (ctx, ZMQ_PULL);
    char first[256];
    bind_fresh (one, transport);
    strcpy (first, bound_at);
    connect_to (push, first);
    bind_fresh (two, transport);
    connect_to (push, bound_at);
    MUST (zmq_disconnect (push, first));
    for (int i = 0; i < 3; i++)
        SEND (push, "to two");
    for (int i = 0; i < 3; i++)
        RECV (two);
    RECV_NOW (one);
    MUST (zmq_close (push));
    end (ctx, one, two);
}

static void run (void)
{
    each_transport (once);
}
