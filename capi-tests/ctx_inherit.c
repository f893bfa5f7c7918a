/* IPV6 and BLOCKY are copied into a socket when it is made, and only then. */
/* behaviours: 20 */
#include "check.h"

static void show (void *s)
{
    TRY_GET (s, ZMQ_IPV6);
    TRY_GET (s, ZMQ_LINGER);
}

static void run (void)
{
    void *ctx = new_context ();
    void *before = zmq_socket (ctx, ZMQ_PUSH);
    MUST (zmq_ctx_set (ctx, ZMQ_IPV6, 1));
    MUST (zmq_ctx_set (ctx, ZMQ_BLOCKY, 0));
    void *after = zmq_socket (ctx, ZMQ_PUSH);
    say ("made before");
    show (before);
    say ("made after");
    show (after);
    end (ctx, before, after);
}
