/* Many connections into one PULL or ROUTER by tcp: one process has the senders,
 * each with a thread of its own or all in turns on one thread; the other
 * receives. Messages per second. */
#include "perf.h"

enum { MOST = 1024 };

static void *ctx;
static char endpoint[128];
static struct signal bound;
static int is_router, in_turns, senders;
static size_t size;
static long count;

static void send_one (void *s)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init_size (&msg, size));
    MUST (zmq_msg_send (&msg, s, 0));
}

static void *new_sender (void)
{
    return new_connected (ctx, is_router ? ZMQ_DEALER : ZMQ_PUSH, endpoint);
}

static void *sending_thread (void *unused)
{
    void *s = new_sender ();
    for (long i = 0; i < count / senders; i++)
        send_one (s);
    MUST (zmq_close (s));
    return unused;
}

static void send_in_threads (void)
{
    pthread_t threads[MOST];
    for (int i = 0; i < senders; i++)
        pthread_create (&threads[i], NULL, sending_thread, NULL);
    for (int i = 0; i < senders; i++)
        pthread_join (threads[i], NULL);
}

static void send_in_turns (void)
{
    void *sockets[MOST];
    for (int i = 0; i < senders; i++)
        sockets[i] = new_sender ();
    for (long i = 0; i < count; i++)
        send_one (sockets[i % senders]);
    for (int i = 0; i < senders; i++)
        MUST (zmq_close (sockets[i]));
}

static void sending_process (void *unused)
{
    (void) unused;
    await_signal (&bound);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    if (in_turns)
        send_in_turns ();
    else
        send_in_threads ();
    MUST (zmq_ctx_term (ctx));
}

int main (int argc, char **argv)
{
    if (argc != 6 || atoi (argv[3]) > MOST)
        usage ("fan_in", "<pull|router> <threads|turns> <senders> <message-size> <message-count>");
    is_router = strcmp (argv[1], "router") == 0;
    in_turns = strcmp (argv[2], "turns") == 0;
    senders = atoi (argv[3]);
    size = strtoul (argv[4], NULL, 10);
    count = atol (argv[5]) / senders * senders;
    new_endpoint ("tcp", endpoint, sizeof endpoint);
    bound = new_signal ();
    pid_t child = spawn (sending_process, NULL);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = new_bound (ctx, is_router ? ZMQ_ROUTER : ZMQ_PULL, endpoint);
    raise_signal (&bound);
    double elapsed = is_router ? receive_routed (s, size, count) : receive_many (s, size, count);
    print_throughput (size, count, elapsed);
    join (child);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
