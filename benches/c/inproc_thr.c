/* One thread pushes, the other pulls, over inproc; messages per second. */
#include "perf.h"

static void *ctx;
static size_t size;
static long count;

static void *sender (void *unused)
{
    void *s = new_connected (ctx, ZMQ_PUSH, "inproc://thr_test");
    send_many (s, size, count);
    MUST (zmq_close (s));
    return unused;
}

int main (int argc, char **argv)
{
    pthread_t thread;
    if (argc != 3)
        usage ("inproc_thr", "<message-size> <message-count>");
    size = strtoul (argv[1], NULL, 10);
    count = atol (argv[2]);
    ctx = must_have (zmq_init (1), "zmq_init");
    void *s = new_bound (ctx, ZMQ_PULL, "inproc://thr_test");
    pthread_create (&thread, NULL, sender, NULL);
    double elapsed = receive_many (s, size, count);
    pthread_join (thread, NULL);
    print_throughput (size, count, elapsed);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
