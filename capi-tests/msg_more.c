/* MORE is set on every frame but the last, and RCVMORE agrees. */
/* behaviours: 34 */
#include "check.h"

static void read_all (void *s)
{
    zmq_msg_t msg;
    int more;
    do {
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, s, 0));
        more = zmq_msg_more (&msg);
        say ("more %d, get MORE %d, RCVMORE %d", more, zmq_msg_get (&msg, ZMQ_MORE),
             get_int (s, ZMQ_RCVMORE));
        MUST (zmq_msg_close (&msg));
    } while (more);
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_ROUTER, &a, ZMQ_DEALER, &b);
    say ("RCVMORE before anything %d", get_int (a, ZMQ_RCVMORE));
    SEND (b, "1", "2", "3");
    read_all (a);
    SEND (b, "alone");
    read_all (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
