/* REP takes off everything up to the empty frame and puts it back; requests
   without one are dropped. */
/* behaviours: 141, 149 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *rep, *dealer;
    new_link (ctx, transport, ZMQ_REP, &rep, ZMQ_DEALER, &dealer);
    SEND (dealer, "", "plain");
    RECV (rep);
    SEND (rep, "answer");
    RECV (dealer);
    SEND (dealer, "a", "b", "c", "", "deep", "", "body");
    RECV (rep);
    SEND (rep, "to", "all");
    RECV (dealer);
    SEND (dealer, "no empty frame");
    SEND (dealer, "none", "here", "either");
    SEND (dealer, "", "good");
    RECV (rep);
    SEND (rep, "yes");
    RECV (dealer);
    /* Nothing after the empty frame. */
    SEND (dealer, "x", "");
    SEND (dealer, "", "last");
    RECV (rep);
    SEND (rep, "end");
    RECV (dealer);
    end (ctx, rep, dealer);
}

static void run (void)
{
    each_transport (once);
}
