/* Receives messages pushed by remote_thr and tells how many per second. */
#include "perf.h"

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("local_thr", "<bind-to> <message-size> <message-count>");
    size_t size = strtoul (argv[2], NULL, 10);
    long count = atol (argv[3]);
    void *ctx = must_have (zmq_init (1), "zmq_init");
    void *s = new_bound (ctx, ZMQ_PULL, argv[1]);
    print_throughput (size, count, receive_many (s, size, count));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
