/* A socket may connect to its own inproc name. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_DEALER);
    TRY (zmq_bind (s, "inproc://self"));
    TRY (zmq_connect (s, "inproc://self"));
    SEND (s, "hello, me");
    RECV (s);
    end (ctx, s, NULL);
}
