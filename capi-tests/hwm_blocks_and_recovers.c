/* A full tcp or ipc connection refuses, nothing is lost, and it recovers. */
/* behaviours: 75, 308 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    static char body[65536];
    set_int (push, ZMQ_SNDHWM, 2);
    set_int (pull, ZMQ_RCVHWM, 2);
    bind_fresh (pull, transport);
    connect_to (push, bound_at);
    SEND (push, "first");
    RECV (pull);
    for (int round = 0; round < 3; round++) {
        int sent = 0, received = 0;
        set_int (push, ZMQ_SNDTIMEO, 100);
        while (zmq_send (push, body, sizeof body, 0) != -1)
            sent++;
        say ("refused with %s, having taken some: %s", err_name (errno), sent > 0 ? "yes" : "no");
        while (received < sent) {
            MUST (zmq_recv (pull, body, sizeof body, 0));
            received++;
        }
        RECV_NOW (pull);
        set_int (push, ZMQ_SNDTIMEO, PATIENCE_MS);
        SEND (push, "after");
        RECV (pull);
    }
    end (ctx, push, pull);
}

static void run (void)
{
    each_transport (once);
}
