/* zmq_proxy ends with its context although the backend has nowhere to send. */
/* behaviours: 242 */
#include "check.h"

static void *ctx;

static void *proxy (void *unused)
{
    void *front = new_socket (ctx, ZMQ_SUB), *back = new_socket (ctx, ZMQ_PUSH);
    set_text (front, ZMQ_SUBSCRIBE, "");
    set_int (back, ZMQ_SNDTIMEO, -1);
    /* Last the end that says that all is there. */
    MUST (zmq_bind (back, "inproc://back"));
    MUST (zmq_bind (front, "inproc://front"));
    TRY (zmq_proxy (front, back, NULL));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    pthread_create (&thread, NULL, proxy, NULL);
    void *pub = new_socket (ctx, ZMQ_XPUB);
    connect_to (pub, "inproc://front");
    /* From the subscription on the proxy hears what it cannot pass on. */
    char text[16];
    MUST (recv_text (pub, text, sizeof text, 0));
    for (int i = 0; i < 50; i++)
        SEND (pub, "x");
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (thread, NULL);
    end (ctx, pub, NULL);
}
