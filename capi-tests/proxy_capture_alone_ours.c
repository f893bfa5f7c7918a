/* A steerable proxy whose capture socket has no peer passes nothing on, and
   hears its control; libzmq's does not. */
#include "check.h"

static void *ctx;

static void *steers (void *unused)
{
    void *in = new_socket (ctx, ZMQ_PUSH), *control = new_socket (ctx, ZMQ_PAIR);
    connect_to (in, "inproc://in");
    connect_to (control, "inproc://control");
    for (int i = 0; i < 10; i++)
        SEND (in, "x");
    until_main_waits ();
    SEND (control, "TERMINATE");
    MUST (zmq_close (in));
    MUST (zmq_close (control));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    void *front = new_socket (ctx, ZMQ_PULL), *back = new_socket (ctx, ZMQ_PUSH);
    void *capture = new_socket (ctx, ZMQ_PAIR), *control = new_socket (ctx, ZMQ_PAIR);
    void *out = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (front, "inproc://in"));
    MUST (zmq_bind (back, "inproc://out"));
    MUST (zmq_bind (control, "inproc://control"));
    MUST (zmq_connect (out, "inproc://out"));
    pthread_create (&thread, NULL, steers, NULL);
    TRY (zmq_proxy_steerable (front, back, capture, control));
    pthread_join (thread, NULL);
    RECV_NOW (out);
    MUST (zmq_close (out));
    MUST (zmq_close (capture));
    MUST (zmq_close (control));
    end (ctx, front, back);
}
