/* The stable types exist and answer TYPE; numbers beyond any type do not. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
        void *s = new_socket (ctx, type);
        TRY_GET (s, ZMQ_TYPE);
        MUST (zmq_close (s));
    }
    TRY_PTR (zmq_socket (ctx, -1));
    TRY_PTR (zmq_socket (ctx, 99));
    TRY_PTR (zmq_socket (ctx, 1 << 30));
    TRY (zmq_ctx_term (ctx));
}
