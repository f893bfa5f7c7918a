/* A received frame's MORE and metadata do not travel on when it is sent again. */
/* behaviours: 42 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a, *b, *c, *d;
    zmq_msg_t msg;
    new_link (ctx, "tcp", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    new_link (ctx, "inproc", ZMQ_PULL, &c, ZMQ_PUSH, &d);
    SEND (b, "head", "tail");
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, a, 0));
    say ("more %d", zmq_msg_more (&msg));
    YES (zmq_msg_gets (&msg, "Socket-Type") != NULL);
    TRY (zmq_msg_send (&msg, d, 0));
    MUST (zmq_msg_recv (&msg, c, 0));
    say ("more %d, RCVMORE %d", zmq_msg_more (&msg), get_int (c, ZMQ_RCVMORE));
    YES (zmq_msg_gets (&msg, "Socket-Type") != NULL);
    MUST (zmq_msg_close (&msg));
    RECV (a);
    MUST (zmq_close (c));
    MUST (zmq_close (d));
    end (ctx, a, b);
}
