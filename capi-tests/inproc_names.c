/* One binder to a name; unbind, close and nothing else free it. */
/* behaviours: 114 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PULL);
    char name[2000] = "inproc://";
    TRY (zmq_bind (a, "inproc://one"));
    TRY (zmq_bind (a, "inproc://two"));
    TRY (zmq_bind (b, "inproc://one"));
    TRY (zmq_unbind (a, "inproc://one"));
    TRY (zmq_bind (b, "inproc://one"));
    TRY (zmq_unbind (a, "inproc://one"));
    MUST (zmq_close (a));
    while (zmq_bind (b, "inproc://two") == -1)
        MUST_BE (errno == EADDRINUSE);
    TRY (zmq_bind (b, "inproc://One"));
    TRY (zmq_bind (b, "inproc://one/"));
    memset (name + 9, 'n', sizeof name - 10);
    TRY (zmq_bind (b, name));
    void *c = new_socket (ctx, ZMQ_PUSH);
    connect_to (c, name);
    SEND (c, "long name");
    RECV (b);
    end (ctx, b, c);
}
