/* POLLOUT goes when the pipe is full and comes back when it is read. */
#include "check.h"

static void *reader (void *pull)
{
    until_main_waits ();
    MUST_BE (text_equals (pull, "x"));
    MUST_BE (text_equals (pull, "x"));
    return NULL;
}

static void run (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    zmq_pollitem_t item = {push, 0, ZMQ_POLLOUT, 0};
    pthread_t thread;
    set_int (push, ZMQ_SNDHWM, 1);
    set_int (pull, ZMQ_RCVHWM, 1);
    TRY (zmq_poll (&item, 1, 0));
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    TRY (zmq_poll (&item, 1, 0));
    say ("taken %d", fill (push, 10));
    TRY (zmq_poll (&item, 1, 0));
    pthread_create (&thread, NULL, reader, pull);
    TRY (zmq_poll (&item, 1, -1));
    SEND (push, "more");
    pthread_join (thread, NULL);
    RECV (pull);
    end (ctx, push, pull);
}
