/* PUSH, a steerable proxy of PULL and PUSH, PULL, in four threads over inproc;
   messages per second at the far end. */
#include "perf.h"

static void *ctx;
static size_t size;
static long count;

static void *sender (void *unused)
{
    void *s = new_connected (ctx, ZMQ_PUSH, "inproc://front");
    send_many (s, size, count);
    MUST (zmq_close (s));
    return unused;
}

static void *proxy (void *unused)
{
    void *front = must_have (zmq_socket (ctx, ZMQ_PULL), "zmq_socket");
    void *back = must_have (zmq_socket (ctx, ZMQ_PUSH), "zmq_socket");
    void *control = must_have (zmq_socket (ctx, ZMQ_PAIR), "zmq_socket");
    MUST (zmq_bind (front, "inproc://front"));
    MUST (zmq_bind (back, "inproc://back"));
    MUST (zmq_connect (control, "inproc://control"));
    MUST (zmq_proxy_steerable (front, back, NULL, control));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    MUST (zmq_close (control));
    return unused;
}

int main (int argc, char **argv)
{
    pthread_t threads[2];
    if (argc != 3)
        usage ("proxy_thr", "<message-size> <message-count>");
    size = strtoul (argv[1], NULL, 10);
    count = atol (argv[2]);
    ctx = must_have (zmq_init (1), "zmq_init");
    void *control = must_have (zmq_socket (ctx, ZMQ_PAIR), "zmq_socket");
    void *s = must_have (zmq_socket (ctx, ZMQ_PULL), "zmq_socket");
    MUST (zmq_bind (control, "inproc://control"));
    MUST (zmq_connect (s, "inproc://back"));
    pthread_create (&threads[0], NULL, proxy, NULL);
    pthread_create (&threads[1], NULL, sender, NULL);
    double elapsed = receive_many (s, size, count);
    MUST (zmq_send (control, "TERMINATE", 9, 0));
    pthread_join (threads[0], NULL);
    pthread_join (threads[1], NULL);
    print_throughput (size, count, elapsed);
    MUST (zmq_close (control));
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
