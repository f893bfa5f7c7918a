/* XSUB subscribes by message; counts decide what is forwarded. */
/* behaviours: 183, 184 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *pub, *sub;
    new_link (ctx, transport, ZMQ_XPUB, &pub, ZMQ_XSUB, &sub);
    SEND (sub, "\1A");
    RECV (pub);
    SEND (sub, "\1A");
    SEND (sub, "just a message");
    RECV (pub);
    SEND (pub, "A for you");
    SEND (pub, "B for others");
    SEND (pub, "A", "in parts");
    RECV (sub);
    RECV (sub);
    MUST (zmq_send (sub, "\0A", 2, 0));
    MUST (zmq_send (sub, "\0never", 6, 0));
    SEND (sub, "a multipart", "message");
    RECV (pub);
    MUST (zmq_send (sub, "\0A", 2, 0));
    RECV (pub);
    MUST (zmq_send (sub, "\1", 1, 0));
    RECV (pub);
    SEND (pub, "everything");
    RECV (sub);
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
