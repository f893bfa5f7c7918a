/* zmq_socket_get_peer_state, and a mandatory ROUTER with one peer that is full
   and one that is not. */
/* behaviours: 158, 159 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void *dealer (void *ctx, const char *name)
{
    void *s = new_socket (ctx, ZMQ_DEALER);
    set_text (s, ZMQ_ROUTING_ID, name);
    set_int (s, ZMQ_RCVHWM, 1);
    connect_to (s, bound_at);
    return s;
}

static int fill_up (void *router, const char *id)
{
    int sent = 0;
    while (zmq_send (router, id, 1, ZMQ_SNDMORE | ZMQ_DONTWAIT) == 1) {
        SEND (router, "fill");
        sent++;
    }
    say ("%s took %d, then %s", id, sent, err_name (errno));
    return sent;
}

static void run (void)
{
    void *ctx = new_context (), *router = new_socket (ctx, ZMQ_ROUTER);
    set_int (router, ZMQ_ROUTER_MANDATORY, 1);
    set_int (router, ZMQ_SNDHWM, 1);
    bind_fresh (router, "inproc");
    void *x = dealer (ctx, "X"), *y = dealer (ctx, "Y");
    wait_events (router, ZMQ_POLLOUT);
    TRY (zmq_socket_get_peer_state (NULL, "X", 1));
    TRY (zmq_socket_get_peer_state (x, "X", 1));
    TRY (zmq_socket_get_peer_state (router, "Z", 1));
    TRY (zmq_socket_get_peer_state (router, "X", 1));
    int sent = fill_up (router, "X");
    TRY (zmq_socket_get_peer_state (router, "X", 1));
    TRY (zmq_socket_get_peer_state (router, "Y", 1));
    TRY_GET (router, ZMQ_EVENTS);
    fill_up (router, "Y");
    TRY (zmq_socket_get_peer_state (router, "Y", 1));
    TRY_GET (router, ZMQ_EVENTS);
    for (int i = 0; i < sent; i++)
        RECV (x);
    wait_events (router, ZMQ_POLLOUT);
    TRY (zmq_socket_get_peer_state (router, "X", 1));
    MUST (zmq_close (y));
    end (ctx, router, x);
}
