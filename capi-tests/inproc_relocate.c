/* A peer that unbinds and one that connects elsewhere: term does not hang. */
/* behaviours: 118 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *front = new_socket (ctx, ZMQ_ROUTER), *back = new_socket (ctx, ZMQ_DEALER);
    MUST (zmq_bind (front, "inproc://a"));
    connect_to (back, "inproc://a");
    SEND (back, "one");
    RECV (front);
    TRY (zmq_unbind (front, "inproc://a"));
    TRY (zmq_bind (front, "inproc://b"));
    TRY (zmq_disconnect (back, "inproc://a"));
    connect_to (back, "inproc://b");
    SEND (back, "two");
    RECV (front);
    connect_to (back, "inproc://nobody");
    end (ctx, front, back);
    say ("term returned");
}
