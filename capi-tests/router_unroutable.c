/* To an unknown id: lost in silence, or EHOSTUNREACH when mandatory. */
/* behaviours: 156, 157 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *dealer = new_socket (ctx, ZMQ_DEALER);
    set_text (dealer, ZMQ_ROUTING_ID, "X");
    TRY (zmq_send (router, "nobody", 6, ZMQ_SNDMORE));
    TRY (zmq_send (router, "lost", 4, 0));
    TRY (zmq_send (router, "alone", 5, 0));
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    TRY (zmq_send (router, "nobody", 6, ZMQ_SNDMORE));
    TRY (zmq_send (router, "nobody", 6, ZMQ_SNDMORE | ZMQ_DONTWAIT));
    TRY (zmq_send (router, "alone", 5, 0));
    bind_fresh (router, transport);
    connect_to (dealer, bound_at);
    route_when_there (router, "X", "found");
    RECV (dealer);
    TRY (zmq_send (router, "x", 1, ZMQ_SNDMORE));
    /* An empty id is no one's. */
    TRY (zmq_send (router, "", 0, ZMQ_SNDMORE));
    MUST (zmq_close (dealer));
    while (zmq_send (router, "X", 1, ZMQ_SNDMORE) == 1) {
        zmq_send (router, "?", 1, 0);
        look_again ();
    }
    say ("after it left: %s", err_name (errno));
    end (ctx, router, NULL);
}

static void run (void)
{
    each_transport (once);
}
