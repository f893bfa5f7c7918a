/* DEALER: out in turn, in fairly, whole messages each. */
/* behaviours: 152 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *dealer = new_socket (ctx, ZMQ_DEALER), *peer[3];
    for (int i = 0; i < 3; i++) {
        peer[i] = new_socket (ctx, ZMQ_DEALER);
        bind_fresh (peer[i], transport);
        connect_to (dealer, bound_at);
    }
    for (int i = 0; i < 6; i++)
        SEND (dealer, "head", "body");
    for (int i = 0; i < 3; i++) {
        RECV (peer[i]);
        RECV (peer[i]);
        set_int (peer[i], ZMQ_RCVTIMEO, 50);
        RECV (peer[i]);
        for (int k = 0; k < 3; k++)
            SEND (peer[i], "in", "return");
    }
    for (int i = 0; i < 9; i++)
        RECV (dealer);
    for (int i = 0; i < 3; i++) {
        MUST (zmq_close (peer[i]));
    }
    end (ctx, dealer, NULL);
}

static void run (void)
{
    each_transport (once);
}
