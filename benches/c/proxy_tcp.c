/* A sender, zmq_proxy and a receiver in three processes by tcp: PUB to XSUB,
 * XPUB to SUB, or DEALER to ROUTER, DEALER to DEALER; messages per second. */
#include "publish.h"

static char front[128], back[128];
static struct signal ready, done;
static int is_xpub;
static size_t size;
static long count;

static void proxy_process (void *unused)
{
    (void) unused;
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *in = must_have (zmq_socket (ctx, is_xpub ? ZMQ_XSUB : ZMQ_ROUTER), "zmq_socket");
    void *out = must_have (zmq_socket (ctx, is_xpub ? ZMQ_XPUB : ZMQ_DEALER), "zmq_socket");
    if (is_xpub)
        set_int (out, ZMQ_XPUB_NODROP, 1);
    MUST (zmq_bind (in, front));
    MUST (zmq_bind (out, back));
    MUST (zmq_proxy (in, out, NULL));
}

static void sending_process (void *unused)
{
    (void) unused;
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = must_have (zmq_socket (ctx, is_xpub ? ZMQ_PUB : ZMQ_DEALER), "zmq_socket");
    if (is_xpub)
        set_int (s, ZMQ_XPUB_NODROP, 1);
    MUST (zmq_connect (s, front));
    if (is_xpub)
        probe_until (s, &ready);
    send_many (s, size, count);
    await_signal (&done);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
}

static double receive_subscribed (void *s)
{
    zmq_msg_t msg;
    double start = 0;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, s, 0));
    raise_signal (&ready);
    for (long i = 0; i < count; i++) {
        receive_published (s, &msg, size);
        if (i == 0)
            start = seconds ();
    }
    return seconds () - start;
}

int main (int argc, char **argv)
{
    if (argc != 4)
        usage ("proxy_tcp", "<xpub|router> <message-size> <message-count>");
    is_xpub = strcmp (argv[1], "xpub") == 0;
    size = strtoul (argv[2], NULL, 10);
    count = atol (argv[3]);
    new_endpoint ("tcp", front, sizeof front);
    new_endpoint ("tcp", back, sizeof back);
    ready = new_signal ();
    done = new_signal ();
    pid_t proxy = spawn (proxy_process, NULL);
    pid_t sender = spawn (sending_process, NULL);
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = is_xpub ? new_subscriber (ctx, back) : must_have (zmq_socket (ctx, ZMQ_DEALER), "zmq_socket");
    if (!is_xpub)
        MUST (zmq_connect (s, back));
    double elapsed = is_xpub ? receive_subscribed (s) : receive_routed (s, size, count);
    raise_signal (&done);
    join (sender);
    stop (proxy);
    print_throughput (size, count, elapsed);
    set_int (s, ZMQ_LINGER, 0);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
