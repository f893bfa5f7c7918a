/* Most options hold for endpoints to come; subscriptions, timeouts and how a
   pattern behaves hold at once. */
/* behaviours: 62 */
#include "check.h"

static void limit (void *s, int64_t value)
{
    MUST (zmq_setsockopt (s, ZMQ_MAXMSGSIZE, &value, sizeof value));
}

static void run (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    static char body[200];
    void *monitor = new_monitor (ctx, a, ZMQ_EVENT_DISCONNECTED);
    bind_fresh (a, "tcp");
    limit (a, 100);
    connect_to (b, bound_at);
    MUST (zmq_send (b, body, sizeof body, 0));
    RECV (a);
    void *c = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (a, "tcp");
    connect_to (c, bound_at);
    MUST (zmq_send (c, body, sizeof body, 0));
    say_event (monitor);
    RECV_NOW (a);
    set_int (a, ZMQ_RCVTIMEO, 20);
    RECV (a);
    MUST (zmq_close (monitor));
    MUST (zmq_close (c));
    end (ctx, a, b);

    void *pub, *sub, *router;
    ctx = new_context ();
    new_link (ctx, "tcp", ZMQ_XPUB, &pub, ZMQ_SUB, &sub);
    set_text (sub, ZMQ_SUBSCRIBE, "late");
    RECV (pub);
    SEND (pub, "late but heard");
    RECV (sub);
    set_int (pub, ZMQ_XPUB_VERBOSE, 1);
    set_text (sub, ZMQ_SUBSCRIBE, "other");
    RECV (pub);
    router = new_socket (ctx, ZMQ_ROUTER);
    bind_fresh (router, "tcp");
    TRY (zmq_send (router, "nobody", 6, 0));
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    TRY (zmq_send (router, "nobody", 6, ZMQ_SNDMORE));
    MUST (zmq_close (router));
    end (ctx, pub, sub);
}
