/* CORRELATE: a four byte id leads, and only the answer with it is taken. */
/* behaviours: 146 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *req = new_socket (ctx, ZMQ_REQ);
    unsigned char id[8], empty[1];
    set_int (req, ZMQ_REQ_CORRELATE, 1);
    set_text (req, ZMQ_ROUTING_ID, "R");
    bind_fresh (router, transport);
    connect_to (req, bound_at);
    SEND (req, "question");
    MUST_BE (text_equals (router, "R"));
    TRY (zmq_recv (router, id, sizeof id, 0));
    TRY (zmq_recv (router, empty, sizeof empty, 0));
    RECV (router);
    SEND (router, "R", "nope", "", "wrong id");
    SEND (router, "R", "", "no id");
    MUST (zmq_send (router, "R", 1, ZMQ_SNDMORE));
    MUST (zmq_send (router, id, 4, ZMQ_SNDMORE));
    SEND (router, "", "right");
    RECV (req);
    end (ctx, router, req);
}

static void run (void)
{
    each_transport (once);
}
