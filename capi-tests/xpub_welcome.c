/* WELCOME_MSG: each new subscriber gets it once, if its filter lets it through. */
/* behaviours: 191 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB);
    void *one = new_socket (ctx, ZMQ_SUB), *two = new_socket (ctx, ZMQ_SUB);
    set_text (pub, ZMQ_XPUB_WELCOME_MSG, "W welcome");
    set_text (one, ZMQ_SUBSCRIBE, "W");
    set_text (two, ZMQ_SUBSCRIBE, "other");
    bind_fresh (pub, transport);
    connect_to (one, bound_at);
    RECV (pub);
    RECV (one);
    connect_to (two, bound_at);
    RECV (pub);
    SEND (pub, "W hello");
    SEND (pub, "other hello");
    RECV (one);
    RECV (two);
    RECV_NOW (one);
    TRY (zmq_setsockopt (pub, ZMQ_XPUB_WELCOME_MSG, NULL, 0));
    MUST (zmq_close (one));
    end (ctx, pub, two);
}

static void run (void)
{
    each_transport (once);
}
