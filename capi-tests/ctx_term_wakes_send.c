/* Ending the context wakes a send blocked without peers, or on a full pipe. */
#include "check.h"

static void *ctx;

static void *end_context (void *unused)
{
    until_main_waits ();
    MUST (zmq_ctx_shutdown (ctx));
    return unused;
}

static void once (int with_peer)
{
    pthread_t thread;
    ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH);
    void *pull = new_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_SNDTIMEO, -1);
    set_int (push, ZMQ_SNDHWM, 1);
    set_int (pull, ZMQ_RCVHWM, 1);
    if (with_peer) {
        bind_fresh (pull, "inproc");
        connect_to (push, bound_at);
        say ("took %d", fill (push, 100));
    }
    pthread_create (&thread, NULL, end_context, NULL);
    TRY (zmq_send (push, "x", 1, 0));
    pthread_join (thread, NULL);
    end (ctx, push, pull);
}

static void run (void)
{
    once (0);
    once (1);
}
