/* Without a connection to wait for, even an endless linger does not hold term. */
/* behaviours: 9, 87 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *bound = zmq_socket (ctx, ZMQ_PUSH), *pub = zmq_socket (ctx, ZMQ_PUB);
    void *pending = zmq_socket (ctx, ZMQ_PUSH);
    MUST (zmq_bind (bound, "tcp://127.0.0.1:*"));
    MUST (zmq_bind (pub, "tcp://127.0.0.1:*"));
    SEND (pub, "to nobody");
    TRY (zmq_send (bound, "x", 1, ZMQ_DONTWAIT));
    connect_to (pending, "inproc://never bound");
    SEND (pending, "lost");
    MUST (zmq_close (pending));
    end (ctx, bound, pub);
    say ("term returned");
}
