/* Subscriptions travel up and messages down through an XPUB - XSUB relay. */
/* behaviours: 195 */
#include "check.h"

static void pass (void *from, void *to)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, from, 0));
    MUST (zmq_msg_send (&msg, to, zmq_msg_more (&msg) ? ZMQ_SNDMORE : 0));
}

static void once (const char *transport)
{
    void *ctx = new_context (), *xpub, *sub, *xsub, *pub;
    new_link (ctx, transport, ZMQ_XPUB, &xpub, ZMQ_SUB, &sub);
    new_link (ctx, transport, ZMQ_XSUB, &xsub, ZMQ_XPUB, &pub);
    set_text (sub, ZMQ_SUBSCRIBE, "A");
    pass (xpub, xsub);
    wait_while_working (pub, xsub);
    RECV (pub);
    SEND (pub, "A down");
    pass (xsub, xpub);
    RECV (sub);
    set_text (sub, ZMQ_UNSUBSCRIBE, "A");
    pass (xpub, xsub);
    wait_while_working (pub, xsub);
    RECV (pub);
    MUST (zmq_close (xpub));
    MUST (zmq_close (xsub));
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
