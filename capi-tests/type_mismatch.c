/* Types that do not belong together never exchange a message over a wire. */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    a = new_socket (ctx, ZMQ_PULL);
    b = new_socket (ctx, ZMQ_DEALER);
    void *monitor = new_monitor (ctx, a, ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    set_int (b, ZMQ_RECONNECT_IVL, -1);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    /* The connection may be gone already; then there is nobody to send to. */
    zmq_send (b, "never arrives", 13, ZMQ_DONTWAIT);
    say_event (monitor);
    RECV_NOW (a);
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
