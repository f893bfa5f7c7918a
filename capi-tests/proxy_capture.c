/* The capture socket sees every frame of both directions. */
/* behaviours: 246 */
#include "check.h"

static void *ctx;

static void *proxy (void *unused)
{
    void *front = new_socket (ctx, ZMQ_ROUTER), *back = new_socket (ctx, ZMQ_DEALER);
    void *capture = new_socket (ctx, ZMQ_PUSH);
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    connect_to (capture, "inproc://capture");
    TRY (zmq_proxy (front, back, capture));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    MUST (zmq_close (capture));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL), *req = new_socket (ctx, ZMQ_REQ);
    void *rep = new_socket (ctx, ZMQ_REP);
    MUST (zmq_bind (pull, "inproc://capture"));
    set_text (req, ZMQ_ROUTING_ID, "req");
    connect_to (req, "inproc://front");
    connect_to (rep, "inproc://back");
    pthread_create (&thread, NULL, proxy, NULL);
    SEND (req, "question", "two");
    RECV (rep);
    RECV (pull);
    SEND (rep, "answer");
    RECV (req);
    RECV (pull);
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (thread, NULL);
    MUST (zmq_close (pull));
    end (ctx, req, rep);
}
