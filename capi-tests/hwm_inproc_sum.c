/* An inproc pipe holds the sender's SNDHWM plus the receiver's RCVHWM. */
/* behaviours: 67, 68, 75, 84 */
#include "check.h"

static void once (int sndhwm, int rcvhwm, int bind_first, int sender_binds)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    if (sndhwm >= 0)
        set_int (push, ZMQ_SNDHWM, sndhwm);
    if (rcvhwm >= 0)
        set_int (pull, ZMQ_RCVHWM, rcvhwm);
    void *binder = sender_binds ? push : pull, *connecter = sender_binds ? pull : push;
    if (bind_first)
        MUST (zmq_bind (binder, "inproc://x"));
    connect_to (connecter, "inproc://x");
    if (!bind_first)
        MUST (zmq_bind (binder, "inproc://x"));
    int taken = fill (push, 10000);
    int received = 0;
    char byte;
    while (zmq_recv (pull, &byte, 1, ZMQ_DONTWAIT) == 1)
        received++;
    say ("send %d, receive %d, %s binds %s: taken %d, received %d", sndhwm, rcvhwm,
         sender_binds ? "sender" : "receiver", bind_first ? "first" : "last", taken, received);
    /* After being full, both ends work again. */
    SEND (push, "more");
    RECV (pull);
    end (ctx, push, pull);
}

static void run (void)
{
    for (int bind_first = 0; bind_first < 2; bind_first++)
        for (int sender_binds = 0; sender_binds < 2; sender_binds++) {
            once (-1, -1, bind_first, sender_binds);
            once (1, 1, bind_first, sender_binds);
            once (2, 2, bind_first, sender_binds);
            once (5, 3, bind_first, sender_binds);
            once (0, 1, bind_first, sender_binds);
            once (1, 0, bind_first, sender_binds);
            once (0, 0, bind_first, sender_binds);
        }
}
