/* Round trips between two processes (inproc: two threads), each timed: half a
 * round trip's time in quantiles. `poll` asks zmq_poll before each receive. */
#include "perf.h"

static void *ctx;
static char endpoint[128];
static int is_req, by_poll;
static size_t size;
static long count;

static void await (void *s)
{
    zmq_pollitem_t item = {s, 0, ZMQ_POLLIN, 0};
    if (by_poll)
        MUST (zmq_poll (&item, 1, -1));
}

static void *answer (void *unused)
{
    void *s = must_have (zmq_socket (ctx, is_req ? ZMQ_REP : ZMQ_DEALER), "zmq_socket");
    zmq_msg_t msg;
    MUST (zmq_connect (s, endpoint));
    MUST (zmq_msg_init (&msg));
    for (long i = 0; i < count; i++) {
        await (s);
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        MUST (zmq_msg_send (&msg, s, 0));
    }
    MUST (zmq_close (s));
    return unused;
}

static void answering_process (void *unused)
{
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    answer (unused);
    MUST (zmq_ctx_term (ctx));
}

static void ask (void *s)
{
    long warm_up = count / 10;
    double *samples = new_samples (count);
    zmq_msg_t msg;
    MUST (zmq_msg_init_size (&msg, size));
    memset (zmq_msg_data (&msg), 0, size);
    double from = seconds ();
    for (long i = 0; i < count; i++) {
        MUST (zmq_msg_send (&msg, s, 0));
        await (s);
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        double now = seconds ();
        samples[i] = (now - from) * 1e6 / 2;
        from = now;
    }
    MUST (zmq_msg_close (&msg));
    print_quantiles ("", samples + warm_up, count - warm_up);
}

int main (int argc, char **argv)
{
    if (argc != 6)
        usage ("lat", "<tcp|ipc|inproc> <req|dealer> <recv|poll> <message-size> <roundtrip-count>");
    int inproc = strcmp (argv[1], "inproc") == 0;
    pthread_t thread;
    pid_t child = 0;
    new_endpoint (argv[1], endpoint, sizeof endpoint);
    is_req = strcmp (argv[2], "req") == 0;
    by_poll = strcmp (argv[3], "poll") == 0;
    size = strtoul (argv[4], NULL, 10);
    count = atol (argv[5]);
    if (!inproc)
        child = spawn (answering_process, NULL);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = new_bound (ctx, is_req ? ZMQ_REQ : ZMQ_DEALER, endpoint);
    if (inproc)
        pthread_create (&thread, NULL, answer, NULL);
    ask (s);
    if (inproc)
        pthread_join (thread, NULL);
    else
        join (child);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
