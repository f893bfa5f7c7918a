/* Missing ends are refused; a device is a proxy. */
#include "check.h"

static void *ctx;

static void *device (void *unused)
{
    void *front = new_socket (ctx, ZMQ_PULL), *back = new_socket (ctx, ZMQ_PUSH);
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    TRY (zmq_device (ZMQ_STREAMER, front, back));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    void *in = new_socket (ctx, ZMQ_PUSH), *out = new_socket (ctx, ZMQ_PULL);
    TRY (zmq_proxy (NULL, NULL, NULL));
    TRY (zmq_proxy (in, NULL, NULL));
    TRY (zmq_proxy (NULL, in, NULL));
    TRY (zmq_proxy_steerable (NULL, in, NULL, NULL));
    connect_to (in, "inproc://front");
    connect_to (out, "inproc://back");
    pthread_create (&thread, NULL, device, NULL);
    SEND (in, "through", "the device");
    RECV (out);
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (thread, NULL);
    end (ctx, in, out);
}
