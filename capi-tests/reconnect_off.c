/* RECONNECT_IVL -1: a lost link stays lost until a new connect. */
/* behaviours: 121 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    set_int (b, ZMQ_RECONNECT_IVL, -1);
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_ALL & ~ZMQ_EVENT_CONNECT_DELAYED);
    bind_fresh (a, transport);
    char address[256];
    strcpy (address, bound_at);
    connect_to (b, address);
    say_event (monitor);
    say_event (monitor);
    SEND (b, "first");
    RECV (a);
    MUST (zmq_close (a));
    say_event (monitor);
    a = new_socket (ctx, ZMQ_PULL);
    while (zmq_bind (a, address) == -1)
        look_again ();
    set_int (monitor, ZMQ_RCVTIMEO, 300);
    say_event (monitor);
    set_int (monitor, ZMQ_RCVTIMEO, PATIENCE_MS);
    connect_to (b, address);
    say_event (monitor);
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
