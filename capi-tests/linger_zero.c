/* LINGER 0, or a short one that ran out: term returns though nobody listens. */
/* behaviours: 7, 62, 85 */
#include "check.h"

static void once (int linger, int after_send)
{
    void *ctx = new_context ();
    void *push = zmq_socket (ctx, ZMQ_PUSH);
    if (!after_send)
        set_int (push, ZMQ_LINGER, linger);
    connect_to (push, "ipc:///tmp/capi-nobody-listens-here.sock");
    SEND (push, "lost");
    if (after_send)
        set_int (push, ZMQ_LINGER, linger);
    long start = now_ms ();
    TRY (zmq_close (push));
    TRY (zmq_ctx_term (ctx));
    if (linger)
        say ("linger %d was waited for: %s", linger, now_ms () - start >= linger - 10 ? "yes" : "no");
}

static void run (void)
{
    once (0, 0);
    once (0, 1);
    once (200, 0);
    once (200, 1);
}
