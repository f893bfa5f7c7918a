/* Many connections into one PULL or ROUTER by tcp: one process has the senders
 * and lets them send in turns, the other receives; messages per second. */
#include "perf.h"

enum { MOST = 1024 };

static char endpoint[128];
static int is_router, senders;
static size_t size;
static long count;

static void sending_process (void *unused)
{
    void *sockets[MOST];
    zmq_msg_t msg;
    (void) unused;
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    for (int i = 0; i < senders; i++) {
        sockets[i] = must_have (zmq_socket (ctx, is_router ? ZMQ_DEALER : ZMQ_PUSH), "zmq_socket");
        MUST (zmq_connect (sockets[i], endpoint));
    }
    for (long i = 0; i < count; i++) {
        MUST (zmq_msg_init_size (&msg, size));
        MUST (zmq_msg_send (&msg, sockets[i % senders], 0));
    }
    for (int i = 0; i < senders; i++)
        MUST (zmq_close (sockets[i]));
    MUST (zmq_ctx_term (ctx));
}

static double receive_routed (void *s)
{
    zmq_msg_t id, msg;
    double start = 0;
    MUST (zmq_msg_init (&id));
    MUST (zmq_msg_init (&msg));
    for (long i = 0; i < count; i++) {
        MUST (zmq_msg_recv (&id, s, 0));
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        if (i == 0)
            start = seconds ();
    }
    return seconds () - start;
}

int main (int argc, char **argv)
{
    if (argc != 5 || atoi (argv[2]) > MOST)
        usage ("fan_in", "<pull|router> <senders> <message-size> <message-count>");
    is_router = strcmp (argv[1], "router") == 0;
    senders = atoi (argv[2]);
    size = strtoul (argv[3], NULL, 10);
    count = atol (argv[4]);
    new_endpoint ("tcp", endpoint, sizeof endpoint);
    pid_t child = spawn (sending_process, NULL);
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = must_have (zmq_socket (ctx, is_router ? ZMQ_ROUTER : ZMQ_PULL), "zmq_socket");
    MUST (zmq_bind (s, endpoint));
    double elapsed = is_router ? receive_routed (s) : receive_many (s, size, count);
    print_throughput (size, count, elapsed);
    join (child);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
