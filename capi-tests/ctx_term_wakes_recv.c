/* Ending the context wakes a blocked receive with ETERM. */
/* behaviours: 4 */
#include "check.h"

static void *ctx;

static void *end_context (void *how)
{
    until_main_waits ();
    if (how)
        MUST (zmq_ctx_shutdown (ctx));
    else
        MUST (zmq_ctx_term (ctx));
    return NULL;
}

static void once (const char *transport, void *how)
{
    pthread_t thread;
    char byte;
    void *a, *b;
    ctx = new_context ();
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    set_int (a, ZMQ_RCVTIMEO, -1);
    pthread_create (&thread, NULL, end_context, how);
    TRY (zmq_recv (a, &byte, 1, 0));
    TRY (zmq_recv (a, &byte, 1, 0));
    MUST (zmq_close (a));
    MUST (zmq_close (b));
    pthread_join (thread, NULL);
    if (how)
        TRY (zmq_ctx_term (ctx));
}

static void both (const char *transport)
{
    once (transport, NULL);
    once (transport, (void *) 1);
}

static void run (void)
{
    each_transport (both);
}
