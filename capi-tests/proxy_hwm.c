/* Marks of ten in a row: NODROP publisher, proxy, and a subscriber that does
   not read. What the publisher was allowed to send arrives. */
/* behaviours: 76 */
#include "check.h"

static void *ctx;

static void small (void *s)
{
    set_int (s, ZMQ_SNDHWM, 10);
    set_int (s, ZMQ_RCVHWM, 10);
}

static void *proxy (void *unused)
{
    void *front = new_socket (ctx, ZMQ_XSUB), *back = new_socket (ctx, ZMQ_XPUB);
    small (front);
    small (back);
    set_int (back, ZMQ_XPUB_NODROP, 1);
    set_int (back, ZMQ_SNDTIMEO, -1);
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    MUST_BE (zmq_proxy (front, back, NULL) == -1);
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    int sent = 0, got = 0;
    char byte;
    ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    small (pub);
    small (sub);
    set_int (pub, ZMQ_XPUB_NODROP, 1);
    set_text (sub, ZMQ_SUBSCRIBE, "");
    connect_to (pub, "inproc://front");
    connect_to (sub, "inproc://back");
    pthread_create (&thread, NULL, proxy, NULL);
    RECV (pub);
    set_int (pub, ZMQ_SNDTIMEO, 300);
    while (zmq_send (pub, "x", 1, 0) == 1)
        sent++;
    say ("%s after 20 to 40: %s", err_name (errno), sent >= 20 && sent <= 40 ? "yes" : "no");
    for (; got < sent; got++)
        MUST (zmq_recv (sub, &byte, 1, 0));
    RECV_NOW (sub);
    set_int (pub, ZMQ_SNDTIMEO, PATIENCE_MS);
    SEND (pub, "and on");
    RECV (sub);
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (thread, NULL);
    end (ctx, pub, sub);
}
