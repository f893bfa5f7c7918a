/* Messages sent while the peer is away reach the one that replaces it. */
/* behaviours: 129 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    set_int (b, ZMQ_RECONNECT_IVL, 20);
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_DISCONNECTED);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    SEND (b, "first");
    RECV (a);
    MUST (zmq_close (a));
    say_event (monitor);
    for (int i = 0; i < 50; i++)
        MUST (zmq_send (b, &i, sizeof i, 0));
    a = new_socket (ctx, ZMQ_PULL);
    while (zmq_bind (a, bound_at) == -1)
        look_again ();
    int right = 0, value;
    for (int i = 0; i < 50; i++) {
        MUST (zmq_recv (a, &value, sizeof value, 0));
        right += value == i;
    }
    say ("right %d", right);
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
