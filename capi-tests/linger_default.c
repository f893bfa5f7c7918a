/* LINGER before anyone sets it: by type and by the context's BLOCKY. */
/* behaviours: 86 */
#include "check.h"

static void run (void)
{
    for (int blocky = 1; blocky >= 0; blocky--) {
        void *ctx = new_context ();
        MUST (zmq_ctx_set (ctx, ZMQ_BLOCKY, blocky));
        for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
            void *s = zmq_socket (ctx, type);
            say ("blocky %d, type %d: linger %d", blocky, type, get_int (s, ZMQ_LINGER));
            MUST (zmq_close (s));
        }
        end (ctx, NULL, NULL);
    }
}
