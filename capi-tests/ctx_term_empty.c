/* A context without sockets, or with none left, ends at once. */
/* behaviours: 3 */
#include "check.h"

static void run (void)
{
    TRY (zmq_ctx_term (new_context ()));
    TRY (zmq_ctx_destroy (new_context ()));
    TRY (zmq_term (zmq_init (1)));
    TRY (zmq_term (zmq_init (0)));
    void *ctx = new_context ();
    for (int i = 0; i < 20; i++)
        MUST (zmq_close (new_socket (ctx, ZMQ_DEALER)));
    TRY (zmq_ctx_term (ctx));
}
