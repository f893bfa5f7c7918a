/* Messages queued when the sender leaves stay readable to the last. */
/* behaviours: 99, 100 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    set_int (b, ZMQ_LINGER, PATIENCE_MS);
    SEND (b, "first");
    for (int i = 0; i < 100; i++)
        MUST (zmq_send (b, &i, sizeof i, 0));
    MUST (zmq_close (b));
    RECV (a);
    int right = 0, value;
    for (int i = 0; i < 100; i++) {
        MUST (zmq_recv (a, &value, sizeof value, 0));
        right += value == i;
    }
    say ("right %d", right);
    RECV_NOW (a);
    end (ctx, a, NULL);
}

static void run (void)
{
    each_transport (once);
}
