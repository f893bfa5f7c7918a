/* MAXMSGSIZE: a longer message ends the connection, a fitting one passes. */
/* behaviours: 305 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    int64_t limit = 100;
    static char body[200];
    MUST (zmq_setsockopt (a, ZMQ_MAXMSGSIZE, &limit, sizeof limit));
    void *monitor = new_monitor (ctx, a, ZMQ_EVENT_DISCONNECTED);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    MUST (zmq_send (b, body, 100, 0));
    RECV (a);
    MUST (zmq_send (b, body, 101, 0));
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
