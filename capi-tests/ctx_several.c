/* Contexts are worlds of their own: the same inproc name in each. */
/* behaviours: 115 */
#include "check.h"

static void run (void)
{
    void *one = new_context (), *two = new_context ();
    void *a = new_socket (one, ZMQ_PULL), *b = new_socket (two, ZMQ_PULL);
    TRY (zmq_bind (a, "inproc://same"));
    TRY (zmq_bind (b, "inproc://same"));
    void *c = new_socket (two, ZMQ_PUSH);
    connect_to (c, "inproc://same");
    SEND (c, "for two");
    RECV (b);
    RECV_NOW (a);
    MUST (zmq_close (c));
    end (one, a, NULL);
    end (two, b, NULL);
}
