/* Asks local_lat and waits, again and again; tells half a round trip's time. */
#include "perf.h"

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("remote_lat", "<connect-to> <message-size> <roundtrip-count>");
    size_t size = strtoul (argv[2], NULL, 10);
    long count = atol (argv[3]);
    void *ctx = must_have (zmq_init (1), "zmq_init");
    void *s = new_connected (ctx, ZMQ_REQ, argv[1]);
    print_latency (size, count, ask_many (s, size, count));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
