/* An affinity that names no I/O thread leaves a socket without one. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_DEALER);
    uint64_t mask = 2, got = 0;
    size_t size = sizeof got;
    TRY (zmq_setsockopt (s, ZMQ_AFFINITY, &mask, sizeof mask));
    TRY (zmq_getsockopt (s, ZMQ_AFFINITY, &got, &size));
    say ("affinity %d", (int) got);
    TRY (zmq_bind (s, "tcp://127.0.0.1:*"));
    mask = 1;
    TRY (zmq_setsockopt (s, ZMQ_AFFINITY, &mask, sizeof mask));
    TRY (zmq_bind (s, "tcp://127.0.0.1:*"));
    TRY (zmq_setsockopt (s, ZMQ_AFFINITY, &mask, 4));
    end (ctx, s, NULL);
}
