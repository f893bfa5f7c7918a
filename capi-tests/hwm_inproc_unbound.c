/* Before the bind only the connecter's own SNDHWM counts; what it sent before
   it closed is delivered. */
/* behaviours: 68, 69 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_SNDHWM, 3);
    set_int (pull, ZMQ_RCVHWM, 4);
    connect_to (push, "inproc://x");
    say ("before the bind: %d", fill (push, 2));
    MUST (zmq_bind (pull, "inproc://x"));
    say ("after the bind: %d", fill (push, 100));
    MUST (zmq_close (push));
    MUST (zmq_close (pull));

    push = new_socket (ctx, ZMQ_PUSH);
    set_int (push, ZMQ_SNDHWM, 3);
    connect_to (push, "inproc://nobody");
    say ("without a bind: %d", fill (push, 100));
    MUST (zmq_close (push));

    push = new_socket (ctx, ZMQ_PUSH);
    pull = new_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_SNDHWM, 1);
    set_int (push, ZMQ_LINGER, -1);
    set_int (pull, ZMQ_RCVHWM, 0);
    connect_to (push, "inproc://y");
    say ("taken: %d", fill (push, 100));
    MUST (zmq_close (push));
    MUST (zmq_bind (pull, "inproc://y"));
    RECV (pull);
    RECV_NOW (pull);
    end (ctx, pull, NULL);
}
