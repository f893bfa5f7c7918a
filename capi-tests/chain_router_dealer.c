/* REQ - ROUTER - DEALER - REP: multipart questions and answers pass unchanged. */
/* behaviours: 151 */
#include "check.h"

static void pass (void *from, void *to)
{
    zmq_msg_t msg;
    int more;
    do {
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, from, 0));
        more = zmq_msg_more (&msg);
        MUST (zmq_msg_send (&msg, to, more ? ZMQ_SNDMORE : 0));
    } while (more);
}

static void once (const char *transport)
{
    void *ctx = new_context (), *router, *dealer, *req, *rep;
    new_link (ctx, transport, ZMQ_ROUTER, &router, ZMQ_REQ, &req);
    new_link (ctx, transport, ZMQ_DEALER, &dealer, ZMQ_REP, &rep);
    for (int i = 0; i < 3; i++) {
        SEND (req, "A", "B");
        pass (router, dealer);
        RECV (rep);
        SEND (rep, "C", "", "D");
        pass (dealer, router);
        RECV (req);
    }
    MUST (zmq_close (router));
    MUST (zmq_close (dealer));
    end (ctx, req, rep);
}

static void run (void)
{
    each_transport (once);
}
