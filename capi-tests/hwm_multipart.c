/* The mark counts messages: one begun can be finished, and frames are free. */
/* behaviours: 65 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_SNDHWM, 1);
    set_int (pull, ZMQ_RCVHWM, 1);
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    int messages = 0;
    while (zmq_send (push, "head", 4, ZMQ_SNDMORE | ZMQ_DONTWAIT) == 4) {
        for (int i = 0; i < 20; i++)
            MUST (zmq_send (push, "body", 4, ZMQ_SNDMORE | ZMQ_DONTWAIT));
        MUST (zmq_send (push, "tail", 4, ZMQ_DONTWAIT));
        messages++;
    }
    say ("messages of 22 frames: %d, then %s", messages, err_name (errno));
    say ("frames of the first: ");
    RECV (pull);
    RECV (pull);
    RECV_NOW (pull);
    end (ctx, push, pull);
}
