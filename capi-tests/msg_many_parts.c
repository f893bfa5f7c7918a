/* A message of a thousand frames stays one message. */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++)
            MUST (zmq_send (b, &i, sizeof i, i < 999 ? ZMQ_SNDMORE : 0));
        int right = 0, value, count = 0;
        do {
            MUST (zmq_recv (a, &value, sizeof value, 0));
            right += value == count++;
        } while (get_int (a, ZMQ_RCVMORE));
        say ("frames %d, right %d", count, right);
    }
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
