/* Ids a ROUTER makes up: one for each peer of its life, from a random start. */
/* behaviours: 168 */
#include "check.h"

static unsigned char ids[60][5];

static void once (const char *transport)
{
    void *ctx = new_context ();
    int same = 0, wrong = 0;
    for (int r = 0; r < 2; r++) {
        void *router = new_socket (ctx, ZMQ_ROUTER);
        bind_fresh (router, transport);
        for (int i = r * 30; i < r * 30 + 30; i++) {
            void *dealer = new_socket (ctx, ZMQ_DEALER);
            connect_to (dealer, bound_at);
            SEND (dealer, "x");
            MUST_BE (zmq_recv (router, ids[i], 5, 0) == 5);
            MUST_BE (text_equals (router, "x"));
            wrong += ids[i][0] != 0;
            for (int k = 0; k < i; k++)
                same += memcmp (ids[i], ids[k], 5) == 0;
            MUST (zmq_close (dealer));
        }
        MUST (zmq_close (router));
    }
    say ("used twice %d, not from zero %d", same, wrong);
    end (ctx, NULL, NULL);
}

static void run (void)
{
    each_transport (once);
}
