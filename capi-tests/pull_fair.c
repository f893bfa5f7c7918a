/* PULL takes one message from each peer that has some, in turn. */
/* behaviours: 172 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL), *push[4];
    MUST (zmq_bind (pull, "inproc://x"));
    for (int i = 0; i < 4; i++) {
        push[i] = new_socket (ctx, ZMQ_PUSH);
        connect_to (push[i], "inproc://x");
        for (int k = 0; k < 5; k++)
            MUST (zmq_send (push[i], &i, sizeof i, 0));
    }
    for (int round = 0; round < 5; round++) {
        int seen = 0, from;
        for (int i = 0; i < 4; i++) {
            MUST (zmq_recv (pull, &from, sizeof from, 0));
            seen |= 1 << from;
        }
        say ("round %d: one of each %s", round, seen == 15 ? "yes" : "no");
    }
    RECV_NOW (pull);
    for (int i = 0; i < 4; i++)
        MUST (zmq_close (push[i]));
    end (ctx, pull, NULL);
}
