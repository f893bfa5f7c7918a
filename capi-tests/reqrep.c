/* REQ and REP in step, simple and multipart, either end bound. */
#include "check.h"

static void once (const char *transport)
{
    for (int swap = 0; swap < 2; swap++) {
        void *ctx = new_context (), *a, *b;
        new_link (ctx, transport, swap ? ZMQ_REQ : ZMQ_REP, &a, swap ? ZMQ_REP : ZMQ_REQ, &b);
        void *req = swap ? a : b, *rep = swap ? b : a;
        for (int i = 0; i < 3; i++) {
            SEND (req, "question");
            RECV (rep);
            SEND (rep, "answer");
            RECV (req);
        }
        SEND (req, "a", "", "b");
        RECV (rep);
        SEND (rep, "", "c");
        RECV (req);
        end (ctx, a, b);
    }
}

static void run (void)
{
    each_transport (once);
}
