/* The answer to a peer that left is dropped, and the next request is served. */
/* behaviours: 150 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *rep, *req;
    new_link (ctx, transport, ZMQ_REP, &rep, ZMQ_REQ, &req);
    void *monitor = new_monitor (ctx, rep, ZMQ_EVENT_DISCONNECTED);
    SEND (req, "from one who leaves");
    RECV (rep);
    MUST (zmq_close (req));
    /* Between sockets the end is news at the next call. */
    if (strcmp (transport, "inproc") != 0)
        wait_event (monitor, ZMQ_EVENT_DISCONNECTED);
    MUST (zmq_close (monitor));
    TRY (zmq_send (rep, "too late", 8, 0));
    req = new_socket (ctx, ZMQ_REQ);
    connect_to (req, bound_at);
    SEND (req, "from one who stays");
    RECV (rep);
    SEND (rep, "in time");
    RECV (req);
    end (ctx, rep, req);
}

static void run (void)
{
    each_transport (once);
}
