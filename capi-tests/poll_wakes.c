/* A blocked zmq_poll wakes for a message from another thread, on each transport. */
#include "check.h"

static void *late (void *push)
{
    until_main_waits ();
    SEND (push, "late");
    return NULL;
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    pthread_t thread;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    for (int i = 0; i < 3; i++) {
        zmq_pollitem_t item = {a, 0, ZMQ_POLLIN, 0};
        pthread_create (&thread, NULL, late, b);
        TRY (zmq_poll (&item, 1, i == 0 ? -1 : PATIENCE_MS));
        say ("revents %d", item.revents);
        pthread_join (thread, NULL);
        RECV (a);
    }
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
