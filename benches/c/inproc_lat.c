/* Round trips between two threads over inproc; half a round trip's time. */
#include "perf.h"

static void *ctx;
static size_t size;
static long count;

static void *answerer (void *unused)
{
    void *s = new_connected (ctx, ZMQ_REP, "inproc://lat_test");
    echo_many (s, size, count);
    MUST (zmq_close (s));
    return unused;
}

int main (int argc, char **argv)
{
    pthread_t thread;
    if (argc != 3)
        usage ("inproc_lat", "<message-size> <roundtrip-count>");
    size = strtoul (argv[1], NULL, 10);
    count = atol (argv[2]);
    ctx = must_have (zmq_init (1), "zmq_init");
    void *s = new_bound (ctx, ZMQ_REQ, "inproc://lat_test");
    pthread_create (&thread, NULL, answerer, NULL);
    double elapsed = ask_many (s, size, count);
    pthread_join (thread, NULL);
    print_latency (size, count, elapsed);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
