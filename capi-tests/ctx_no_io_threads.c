/* Without I/O threads inproc works and the rest says EMTHREAD. */
/* behaviours: 115 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, 0));
    void *a, *b;
    new_link (ctx, "inproc", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (a, "hello");
    RECV (b);
    TRY (zmq_bind (a, "tcp://127.0.0.1:*"));
    TRY (zmq_connect (a, "tcp://127.0.0.1:5"));
    TRY (zmq_bind (a, "ipc:///tmp/never-made"));
    TRY (zmq_bind (a, "tcp://no such thing"));
    TRY (zmq_bind (a, "nope://x"));
    end (ctx, a, b);
}
