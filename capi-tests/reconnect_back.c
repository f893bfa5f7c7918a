/* A peer that comes back at the same address is found again. */
/* behaviours: 123 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    a = new_socket (ctx, ZMQ_PULL);
    b = new_socket (ctx, ZMQ_PUSH);
    set_int (b, ZMQ_RECONNECT_IVL, 20);
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    say_event (monitor);
    SEND (b, "first");
    RECV (a);
    MUST (zmq_close (a));
    say_event (monitor);
    a = new_socket (ctx, ZMQ_PULL);
    while (zmq_bind (a, bound_at) == -1)
        look_again ();
    say_event (monitor);
    SEND (b, "second");
    RECV (a);
    MUST (zmq_close (monitor));
    end (ctx, a, b);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
