/* What a peer sends after zmq_unbind is not received, what came before is. */
/* behaviours: 89 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_PAIR), *b = new_socket (ctx, ZMQ_PAIR);
    bind_fresh (a, transport);
    set_int (b, ZMQ_RECONNECT_IVL, -1);
    connect_to (b, bound_at);
    SEND (b, "first");
    RECV (a);
    SEND (b, "before");
    wait_events (a, ZMQ_POLLIN);
    MUST (zmq_unbind (a, bound_at));
    zmq_send (b, "after", 5, ZMQ_DONTWAIT);
    RECV (a);
    set_int (a, ZMQ_RCVTIMEO, 250);
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
