/* Changing SNDHWM on a live inproc pipe: the new own value plus the peer's. */
/* behaviours: 62, 70, 71 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_SNDHWM, 1);
    set_int (pull, ZMQ_RCVHWM, 1);
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    set_int (push, ZMQ_SNDHWM, 5);
    say ("taken %d", fill (push, 100));
    set_int (push, ZMQ_SNDHWM, 2);
    say ("taken after lowering %d", fill (push, 100));
    int received = 0;
    char byte;
    while (zmq_recv (pull, &byte, 1, ZMQ_DONTWAIT) == 1)
        received++;
    say ("received %d", received);
    wait_events (push, ZMQ_POLLOUT);
    say ("taken again %d", fill (push, 100));
    end (ctx, push, pull);
}
