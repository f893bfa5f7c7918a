/* RELAXED with CORRELATE: ask again at any time; only the last answer counts. */
/* behaviours: 147, 233 */
#include "check.h"

static void echo (void *rep)
{
    char text[32];
    MUST (recv_text (rep, text, sizeof text, 0));
    say ("asked: %s", text);
    MUST (zmq_send (rep, text, strlen (text), 0));
}

static void once (const char *transport)
{
    void *ctx = new_context (), *rep, *req;
    rep = new_socket (ctx, ZMQ_REP);
    req = new_socket (ctx, ZMQ_REQ);
    set_int (req, ZMQ_REQ_RELAXED, 1);
    set_int (req, ZMQ_REQ_CORRELATE, 1);
    bind_fresh (rep, transport);
    connect_to (req, bound_at);
    say ("can send first: %d", get_int (req, ZMQ_EVENTS) == ZMQ_POLLOUT);
    SEND (req, "one");
    say ("can send still: %d", get_int (req, ZMQ_EVENTS) == ZMQ_POLLOUT);
    SEND (req, "two");
    SEND (req, "three");
    echo (rep);
    echo (rep);
    echo (rep);
    RECV (req);
    RECV_NOW (req);
    SEND (req, "four");
    echo (rep);
    RECV (req);
    end (ctx, rep, req);
}

static void run (void)
{
    each_transport (once);
}
