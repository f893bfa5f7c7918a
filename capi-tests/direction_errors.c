/* Types of one direction say ENOTSUP to the other. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
        void *s = new_socket (ctx, type);
        char byte;
        say ("type %d", type);
        TRY (zmq_send (s, "x", 1, ZMQ_DONTWAIT));
        TRY (zmq_recv (s, &byte, 1, ZMQ_DONTWAIT));
        TRY_GET (s, ZMQ_EVENTS);
        MUST (zmq_close (s));
    }
    end (ctx, NULL, NULL);
}
