/* EVENTS in the course of a conversation. */
/* behaviours: 233, 309 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *rep, *req, *push, *pull;
    req = new_socket (ctx, ZMQ_REQ);
    say ("REQ alone %d", get_int (req, ZMQ_EVENTS));
    rep = new_socket (ctx, ZMQ_REP);
    bind_fresh (rep, "inproc");
    connect_to (req, bound_at);
    say ("REQ %d", get_int (req, ZMQ_EVENTS));
    SEND (req, "question");
    say ("REQ asked %d, REP %d", get_int (req, ZMQ_EVENTS), get_int (rep, ZMQ_EVENTS));
    RECV (rep);
    say ("REP owes %d", get_int (rep, ZMQ_EVENTS));
    SEND (rep, "answer");
    say ("REP answered %d, REQ %d", get_int (rep, ZMQ_EVENTS), get_int (req, ZMQ_EVENTS));
    RECV (req);
    say ("REQ again %d", get_int (req, ZMQ_EVENTS));
    push = new_socket (ctx, ZMQ_PUSH);
    say ("PUSH alone %d", get_int (push, ZMQ_EVENTS));
    pull = new_socket (ctx, ZMQ_PULL);
    bind_fresh (pull, "inproc");
    connect_to (push, bound_at);
    say ("PUSH %d, PULL %d", get_int (push, ZMQ_EVENTS), get_int (pull, ZMQ_EVENTS));
    SEND (push, "a", "b");
    say ("PULL %d", get_int (pull, ZMQ_EVENTS));
    MUST (zmq_recv (pull, NULL, 0, 0));
    say ("PULL in the middle %d", get_int (pull, ZMQ_EVENTS));
    MUST (zmq_recv (pull, NULL, 0, 0));
    say ("PULL done %d", get_int (pull, ZMQ_EVENTS));
    MUST (zmq_close (rep));
    MUST (zmq_close (req));
    end (ctx, push, pull);
}
