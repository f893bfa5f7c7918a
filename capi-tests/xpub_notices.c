/* XPUB hears of the first holder of a topic and of the last one leaving. */
/* behaviours: 179 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB);
    void *one = new_socket (ctx, ZMQ_SUB), *two = new_socket (ctx, ZMQ_SUB);
    bind_fresh (pub, transport);
    connect_to (one, bound_at);
    set_text (one, ZMQ_SUBSCRIBE, "A");
    RECV (pub);
    connect_to (two, bound_at);
    set_text (two, ZMQ_SUBSCRIBE, "A");
    set_text (two, ZMQ_SUBSCRIBE, "B");
    RECV (pub);
    set_text (one, ZMQ_UNSUBSCRIBE, "A");
    set_text (one, ZMQ_SUBSCRIBE, "");
    RECV (pub);
    set_text (two, ZMQ_UNSUBSCRIBE, "A");
    RECV (pub);
    MUST (zmq_close (one));
    RECV (pub);
    MUST (zmq_close (two));
    RECV (pub);
    end (ctx, pub, NULL);
}

static void run (void)
{
    each_transport (once);
}
