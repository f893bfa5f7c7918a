/* What REQ puts on the wire, seen by a ROUTER, and which answers it takes. */
/* behaviours: 141, 145 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *req = new_socket (ctx, ZMQ_REQ);
    set_text (req, ZMQ_ROUTING_ID, "R");
    bind_fresh (router, transport);
    connect_to (req, bound_at);
    SEND (req, "question");
    RECV (router);
    /* Without the empty frame: ignored. (Over a wire it ends the connection.) */
    if (strcmp (transport, "inproc") == 0) {
        SEND (router, "R", "bad");
        SEND (router, "R", "bad", "worse");
    }
    SEND (router, "R", "", "good");
    RECV (req);
    SEND (req, "a", "b");
    RECV (router);
    SEND (router, "R", "", "c", "d");
    RECV (req);
    end (ctx, router, req);
}

static void run (void)
{
    each_transport (once);
}
