/* ZERO_COPY_RECV, on or off: the same messages. */
/* behaviours: 21 */
#include "check.h"

#ifndef ZMQ_ZERO_COPY_RECV
#define ZMQ_ZERO_COPY_RECV 10
#endif

static void run (void)
{
    static const size_t sizes[] = {0, 33, 34, 500, 8191, 8192, 8193, 100000};
    for (int on = 0; on < 2; on++) {
        void *ctx = new_context (), *a, *b;
        TRY (zmq_ctx_set (ctx, ZMQ_ZERO_COPY_RECV, on));
        new_link (ctx, "tcp", ZMQ_PULL, &a, ZMQ_PUSH, &b);
        for (int i = 0; i < 8; i++) {
            static char body[100000];
            memset (body, 'a' + i, sizeof body);
            MUST (zmq_send (b, body, sizes[i], 0));
        }
        for (int i = 0; i < 8; i++)
            RECV (a);
        end (ctx, a, b);
    }
}
