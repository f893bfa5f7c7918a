/* Inproc: what was read gives room again in batches, also from an empty pipe. */
/* behaviours: 66 */
#include "check.h"

static void run (void)
{
    char byte;
    void *ctx = new_context (), *pull = new_socket (ctx, ZMQ_PULL), *push = new_socket (ctx, ZMQ_PUSH);
    set_int (pull, ZMQ_RCVHWM, 10);
    set_int (push, ZMQ_SNDHWM, 10);
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    for (int i = 0; i < 3; i++) {
        SEND (push, "x");
        MUST (zmq_recv (pull, &byte, 1, 0));
    }
    TRY (zmq_recv (pull, &byte, 1, ZMQ_DONTWAIT));
    say ("%d more", fill (push, 100));
    for (int i = 0; i < 7; i++)
        MUST (zmq_recv (pull, &byte, 1, 0));
    wait_events (push, ZMQ_POLLOUT);
    say ("%d more after ten were read", fill (push, 100));
    say ("%d left", drain (pull, 100));
    end (ctx, pull, push);
}
