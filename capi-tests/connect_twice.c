/* The same text again: nothing new for DEALER, REQ, SUB and PUB; for PUSH a
   second connection. */
/* behaviours: 132 */
#include "check.h"

static int accepted (int bound_type, int type)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, bound_type), *b = new_socket (ctx, type);
    void *monitor = new_monitor (ctx, a, ZMQ_EVENT_ACCEPTED);
    char address[256];
    int count = 0;
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    connect_to (b, bound_at);
    while (next_event (monitor, NULL, address, sizeof address)) {
        count++;
        set_int (monitor, ZMQ_RCVTIMEO, 300);
    }
    MUST (zmq_close (monitor));
    end (ctx, a, b);
    return count;
}

static void run (void)
{
    say ("DEALER %d", accepted (ZMQ_ROUTER, ZMQ_DEALER));
    say ("REQ %d", accepted (ZMQ_REP, ZMQ_REQ));
    say ("SUB %d", accepted (ZMQ_PUB, ZMQ_SUB));
    say ("PUB %d", accepted (ZMQ_SUB, ZMQ_PUB));
    say ("PUSH %d", accepted (ZMQ_PULL, ZMQ_PUSH));
    say ("PULL %d", accepted (ZMQ_PUSH, ZMQ_PULL));
}
