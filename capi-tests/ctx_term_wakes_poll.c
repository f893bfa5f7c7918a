/* Ending the context wakes a blocked zmq_poll with ETERM. */
/* behaviours: 10 */
#include "check.h"

static void *ctx;

static void *end_context (void *unused)
{
    until_main_waits ();
    MUST (zmq_ctx_shutdown (ctx));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL);
    void *b = new_socket (ctx, ZMQ_SUB);
    bind_fresh (a, "tcp");
    bind_fresh (b, "inproc");
    zmq_pollitem_t items[] = {{a, 0, ZMQ_POLLIN, 0}, {b, 0, ZMQ_POLLIN, 0}};
    pthread_create (&thread, NULL, end_context, NULL);
    TRY (zmq_poll (items, 2, -1));
    TRY (zmq_poll (items, 2, 0));
    pthread_join (thread, NULL);
    end (ctx, a, b);
}
