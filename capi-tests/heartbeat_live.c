/* Heartbeats with a peer that is alive: no connection ends, with CURVE or
   without. */
/* behaviours: 261 */
#include "secure.h"

static void once (int curve)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_ROUTER), *b = new_socket (ctx, ZMQ_DEALER);
    say ("-- %s", curve ? "CURVE" : "NULL");
    if (curve) {
        curve_server (a);
        curve_client (b);
    }
    set_int (a, ZMQ_HEARTBEAT_IVL, 50);
    void *monitor = new_monitor (ctx, a, ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    say_event (monitor);
    set_int (monitor, ZMQ_RCVTIMEO, 500);
    say_event (monitor);
    SEND (b, "still here");
    RECV (a);
    MUST (zmq_close (monitor));
    end (ctx, a, b);
}

static void run (void)
{
    once (0);
    once (1);
}
