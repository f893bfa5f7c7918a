/* A mandatory ROUTER is refused with EAGAIN once its peer stops reading. */
/* behaviours: 77, 308 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *dealer = new_socket (ctx, ZMQ_DEALER);
    static char body[65536];
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    set_int (router, ZMQ_SNDHWM, 1);
    set_int (dealer, ZMQ_RCVHWM, 1);
    set_int (router, ZMQ_SNDBUF, 65536);
    set_int (dealer, ZMQ_RCVBUF, 65536);
    set_text (dealer, ZMQ_ROUTING_ID, "X");
    bind_fresh (router, "tcp");
    connect_to (dealer, bound_at);
    route_when_there (router, "X", "hello");
    RECV (dealer);
    set_int (router, ZMQ_SNDTIMEO, 500);
    int sent = 0;
    while (zmq_send (router, "X", 1, ZMQ_SNDMORE) == 1) {
        MUST (zmq_send (router, body, sizeof body, 0));
        sent++;
    }
    say ("refused with %s before the 40th: %s", err_name (errno), sent < 40 ? "yes" : "no");
    set_int (router, ZMQ_SNDTIMEO, PATIENCE_MS);
    for (int i = 0; i < sent; i++)
        MUST (zmq_recv (dealer, body, sizeof body, 0));
    route_when_there (router, "X", "and on");
    RECV (dealer);
    end (ctx, router, dealer);
}
