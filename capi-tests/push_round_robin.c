/* PUSH gives to its peers in turn. */
/* behaviours: 171 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull[3];
    for (int i = 0; i < 3; i++) {
        pull[i] = new_socket (ctx, ZMQ_PULL);
        bind_fresh (pull[i], transport);
        connect_to (push, bound_at);
    }
    for (int i = 0; i < 12; i++)
        SEND (push, "part", "of one message");
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 4; k++)
            RECV (pull[i]);
        set_int (pull[i], ZMQ_RCVTIMEO, 50);
        RECV (pull[i]);
        MUST (zmq_close (pull[i]));
    }
    end (ctx, push, NULL);
}

static void run (void)
{
    each_transport (once);
}
