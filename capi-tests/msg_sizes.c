/* Bodies of every interesting length arrive whole. */
#include "check.h"

static void once (const char *transport)
{
    static const size_t sizes[] = {0, 1, 32, 33, 34, 47, 48, 49, 64, 254, 255, 256, 257, 8183, 8184,
                                   8191, 8192, 8193, 16384, 65535, 65536, 1000000, 5000000};
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        zmq_msg_t msg;
        MUST (zmq_msg_init_size (&msg, sizes[i]));
        unsigned char *data = zmq_msg_data (&msg);
        for (size_t at = 0; at < sizes[i]; at++)
            data[at] = (unsigned char) (at * 7 + at / 251 + i);
        MUST (zmq_msg_send (&msg, b, 0));
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
