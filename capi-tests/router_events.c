/* ROUTER can always send; when mandatory, only with a peer that has room. */
/* behaviours: 158 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER);
    TRY_GET (router, ZMQ_EVENTS);
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    TRY_GET (router, ZMQ_EVENTS);
    void *dealer = new_socket (ctx, ZMQ_DEALER);
    set_int (router, ZMQ_SNDHWM, 1);
    set_int (dealer, ZMQ_RCVHWM, 1);
    set_text (dealer, ZMQ_ROUTING_ID, "X");
    bind_fresh (router, "inproc");
    connect_to (dealer, bound_at);
    wait_events (router, ZMQ_POLLOUT);
    int sent = 0;
    while (zmq_send (router, "X", 1, ZMQ_SNDMORE | ZMQ_DONTWAIT) == 1) {
        SEND (router, "fill");
        sent++;
    }
    say ("sent %d, then %s", sent, err_name (errno));
    TRY_GET (router, ZMQ_EVENTS);
    for (int i = 0; i < sent; i++)
        RECV (dealer);
    wait_events (router, ZMQ_POLLOUT);
    end (ctx, router, dealer);
}
