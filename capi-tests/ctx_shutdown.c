/* Shutdown: twice is fine, everything but close and term says ETERM. */
/* behaviours: 5, 6 */
#include "check.h"

static void without_sockets (void)
{
    void *ctx = new_context ();
    TRY (zmq_ctx_shutdown (ctx));
    TRY (zmq_ctx_shutdown (ctx));
    TRY_PTR (zmq_socket (ctx, ZMQ_PAIR));
    TRY (zmq_ctx_term (ctx));
}

static void run (void)
{
    without_sockets ();
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PAIR);
    char byte;
    int value = 0;
    size_t size = sizeof value;
    TRY (zmq_ctx_shutdown (ctx));
    TRY (zmq_ctx_shutdown (ctx));
    TRY_PTR (zmq_socket (ctx, ZMQ_PAIR));
    TRY (zmq_send (s, "x", 1, 0));
    TRY (zmq_send (s, "x", 1, ZMQ_DONTWAIT));
    TRY (zmq_recv (s, &byte, 1, 0));
    TRY (zmq_recv (s, &byte, 1, ZMQ_DONTWAIT));
    TRY (zmq_bind (s, "inproc://a"));
    TRY (zmq_connect (s, "inproc://a"));
    TRY (zmq_unbind (s, "inproc://a"));
    TRY (zmq_disconnect (s, "inproc://a"));
    TRY (zmq_getsockopt (s, ZMQ_TYPE, &value, &size));
    TRY (zmq_getsockopt (s, ZMQ_EVENTS, &value, &size));
    TRY (zmq_setsockopt (s, ZMQ_LINGER, &value, sizeof value));
    TRY (zmq_socket_monitor (s, "inproc://m", ZMQ_EVENT_ALL));
    TRY (zmq_close (s));
    TRY (zmq_ctx_term (ctx));
}
