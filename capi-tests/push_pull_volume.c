/* A hundred thousand small messages in order, over each transport. */
#include "check.h"

static void *sender (void *push)
{
    for (int i = 0; i < 100000; i++)
        MUST (zmq_send (push, &i, sizeof i, 0));
    return NULL;
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    pthread_t thread;
    int wrong = 0, value;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    pthread_create (&thread, NULL, sender, b);
    for (int i = 0; i < 100000; i++) {
        MUST (zmq_recv (a, &value, sizeof value, 0));
        wrong += value != i;
    }
    pthread_join (thread, NULL);
    say ("wrong %d", wrong);
    RECV_NOW (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
