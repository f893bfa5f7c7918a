/* Unbind ends the listener and what it accepted: neither end can send. */
/* behaviours: 89, 90 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    set_int (b, ZMQ_RECONNECT_IVL, -1);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_DISCONNECTED);
    SEND (b, "ping");
    RECV (a);
    SEND (a, "pong");
    RECV (b);
    TRY (zmq_unbind (a, bound_at));
    TRY (zmq_unbind (a, bound_at));
    while (get_int (a, ZMQ_EVENTS) & ZMQ_POLLOUT)
        look_again ();
    TRY (zmq_send (a, "x", 1, ZMQ_DONTWAIT));
    say_event (monitor);
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
