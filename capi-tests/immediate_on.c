/* IMMEDIATE 1: only connections that are up count. */
/* behaviours: 134, 135 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL), *push = new_socket (ctx, ZMQ_PUSH);
    set_int (push, ZMQ_IMMEDIATE, 1);
    set_int (push, ZMQ_RECONNECT_IVL, 20);
    connect_to (push, "ipc:///tmp/capi-nobody-listens-here.sock");
    TRY (zmq_send (push, "x", 1, ZMQ_DONTWAIT));
    bind_fresh (pull, transport);
    connect_to (push, bound_at);
    for (int i = 0; i < 10; i++)
        SEND (push, "x");
    for (int i = 0; i < 10; i++)
        RECV (pull);

    /* The peer goes: no pipe is left. It returns: messages flow again. */
    MUST (zmq_close (pull));
    while (get_int (push, ZMQ_EVENTS) & ZMQ_POLLOUT)
        look_again ();
    TRY (zmq_send (push, "y", 1, ZMQ_DONTWAIT));
    pull = new_socket (ctx, ZMQ_PULL);
    while (zmq_bind (pull, bound_at) == -1)
        look_again ();
    SEND (push, "again");
    RECV (pull);
    end (ctx, push, pull);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
