/* inproc unbind frees the name only; the pipes go on. */
/* behaviours: 91 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, "inproc", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    TRY (zmq_unbind (a, bound_at));
    TRY (zmq_unbind (a, bound_at));
    SEND (a, "still");
    RECV (b);
    SEND (b, "there");
    RECV (a);
    void *c = new_socket (ctx, ZMQ_PAIR);
    TRY (zmq_bind (c, bound_at));
    TRY (zmq_unbind (c, bound_at));
    MUST (zmq_close (c));
    end (ctx, a, b);
}
