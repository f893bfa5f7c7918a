/* The Guide's broker by tcp: a process of REQ clients, one of ROUTER and DEALER
 * under zmq_proxy, one of REP workers; a thread for each client and worker.
 * Requests per second, and how long one takes. */
#include "perf.h"

enum { MOST = 256 };

static char front[128], back[128];
static void *ctx;
static int peers;
static size_t size;
static long each;
static double *samples;
static pthread_barrier_t connected;

static void broker_process (void *unused)
{
    (void) unused;
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *in = must_have (zmq_socket (ctx, ZMQ_ROUTER), "zmq_socket");
    void *out = must_have (zmq_socket (ctx, ZMQ_DEALER), "zmq_socket");
    MUST (zmq_bind (in, front));
    MUST (zmq_bind (out, back));
    MUST (zmq_proxy (in, out, NULL));
}

static void *worker (void *unused)
{
    void *s = must_have (zmq_socket (ctx, ZMQ_REP), "zmq_socket");
    zmq_msg_t msg;
    MUST (zmq_connect (s, back));
    MUST (zmq_msg_init (&msg));
    for (;;) {
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        MUST (zmq_msg_send (&msg, s, 0));
    }
    return unused;
}

static void worker_process (void *unused)
{
    pthread_t threads[MOST];
    (void) unused;
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    for (int i = 0; i < peers; i++)
        pthread_create (&threads[i], NULL, worker, NULL);
    pthread_join (threads[0], NULL);
}

static void *client (void *place)
{
    double *mine = place;
    void *s = must_have (zmq_socket (ctx, ZMQ_REQ), "zmq_socket");
    zmq_msg_t msg;
    MUST (zmq_connect (s, front));
    MUST (zmq_msg_init_size (&msg, size));
    memset (zmq_msg_data (&msg), 0, size);
    MUST (zmq_msg_send (&msg, s, 0));
    MUST (zmq_msg_recv (&msg, s, 0));
    pthread_barrier_wait (&connected);
    for (long i = 0; i < each; i++) {
        double from = seconds ();
        MUST (zmq_msg_send (&msg, s, 0));
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        mine[i] = (seconds () - from) * 1e6;
    }
    MUST (zmq_close (s));
    return NULL;
}

int main (int argc, char **argv)
{
    pthread_t threads[MOST];
    if (argc != 4 || atoi (argv[1]) > MOST)
        usage ("broker", "<clients> <message-size> <request-count>");
    peers = atoi (argv[1]);
    size = strtoul (argv[2], NULL, 10);
    each = atol (argv[3]) / peers;
    samples = new_samples (each * peers);
    new_endpoint ("tcp", front, sizeof front);
    new_endpoint ("tcp", back, sizeof back);
    pid_t broker = spawn (broker_process, NULL);
    pid_t workers = spawn (worker_process, NULL);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    pthread_barrier_init (&connected, NULL, (unsigned) peers + 1);
    for (int i = 0; i < peers; i++)
        pthread_create (&threads[i], NULL, client, samples + i * each);
    pthread_barrier_wait (&connected);
    double start = seconds ();
    for (int i = 0; i < peers; i++)
        pthread_join (threads[i], NULL);
    print_throughput (size, each * peers, seconds () - start);
    print_quantiles ("", samples, each * peers);
    stop (broker);
    stop (workers);
    MUST (zmq_ctx_term (ctx));
    return 0;
}
