/* SUBSCRIBE and UNSUBSCRIBE belong to SUB. */
/* behaviours: 63 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++) {
        void *s = new_socket (ctx, type);
        say ("type %d", type);
        TRY (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "a", 1));
        TRY (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "", 0));
        TRY (zmq_setsockopt (s, ZMQ_UNSUBSCRIBE, "a", 1));
        TRY (zmq_setsockopt (s, ZMQ_UNSUBSCRIBE, "never", 5));
        MUST (zmq_close (s));
    }
    end (ctx, NULL, NULL);
}
