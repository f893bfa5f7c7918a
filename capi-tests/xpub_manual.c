/* MANUAL: the notice's peer is subscribed to what the XPUB says, not asks. */
/* behaviours: 186, 189 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_int (pub, ZMQ_XPUB_MANUAL, 1);
    TRY (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "early", 5));
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    set_text (sub, ZMQ_SUBSCRIBE, "");
    RECV (pub);
    SEND (pub, "A before");
    TRY (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "B", 1));
    SEND (pub, "A lost");
    SEND (pub, "B arrives");
    RECV (sub);
    TRY (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "C", 1));
    TRY (zmq_setsockopt (pub, ZMQ_UNSUBSCRIBE, "B", 1));
    SEND (pub, "B lost");
    SEND (pub, "C arrives");
    RECV (sub);
    MUST (zmq_close (sub));
    RECV (pub);
    TRY (zmq_setsockopt (pub, ZMQ_SUBSCRIBE, "late", 4));
    set_int (pub, ZMQ_RCVTIMEO, 50);
    RECV (pub);
    end (ctx, pub, NULL);
}

static void run (void)
{
    each_transport (once);
}
