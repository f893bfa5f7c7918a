/* Another thread closes a socket that zmq_poll or zmq_proxy waits on: ENOTSOCK.
   libzmq goes on waiting, or is killed. */
#include "check.h"

static void *ctx, *a, *b;

static void *closes (void *both)
{
    until_main_waits ();
    MUST (zmq_close (a));
    if (both)
        MUST (zmq_close (b));
    return NULL;
}

static void begin (pthread_t *thread, void *both)
{
    a = new_socket (ctx, ZMQ_PULL);
    b = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (a, "tcp");
    MUST (zmq_bind (b, "inproc://b"));
    pthread_create (thread, NULL, closes, both);
}

static void polls (long timeout)
{
    pthread_t thread;
    begin (&thread, NULL);
    zmq_pollitem_t items[] = {{b, 0, ZMQ_POLLIN, 0}, {a, 0, ZMQ_POLLIN, 0}};
    TRY (zmq_poll (items, 2, timeout));
    pthread_join (thread, NULL);
    TRY (zmq_close (a));
    MUST (zmq_close (b));
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    polls (-1);
    polls (PATIENCE_MS);
    begin (&thread, &thread);
    TRY (zmq_proxy (a, b, NULL));
    pthread_join (thread, NULL);
    MUST (zmq_ctx_term (ctx));
}
