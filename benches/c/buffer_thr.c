/* PUSH to PULL with zmq_send and zmq_recv, which copy out of and into buffers of
 * the caller, as most programs do; a message has one part or several. Messages
 * per second. */
#include "perf.h"

static char endpoint[128];
static struct signal bound;
static int inproc, parts;
static size_t size;
static long count;
static void *ctx;

static void *send_all (void *unused)
{
    char *part = calloc (1, size + 1);
    if (!inproc)
        await_signal (&bound);
    void *context = inproc ? ctx : must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = new_connected (context, ZMQ_PUSH, endpoint);
    for (long i = 0; i < count; i++)
        for (int k = 1; k <= parts; k++)
            MUST (zmq_send (s, part, size, k < parts ? ZMQ_SNDMORE : 0));
    MUST (zmq_close (s));
    if (!inproc)
        MUST (zmq_ctx_term (context));
    free (part);
    return unused;
}

static void sending_process (void *unused)
{
    send_all (unused);
}

static double receive_all (void *s)
{
    char *part = malloc (size + 1);
    double start = 0;
    for (long i = 0; i < count; i++) {
        for (int k = 0; k < parts; k++)
            CHECK (zmq_recv (s, part, size, 0) == (int) size);
        if (i == 0)
            start = seconds ();
    }
    free (part);
    return seconds () - start;
}

int main (int argc, char **argv)
{
    pid_t child = 0;
    pthread_t thread;
    if (argc != 5)
        usage ("buffer_thr", "<tcp|ipc|inproc> <parts> <part-size> <message-count>");
    inproc = strcmp (argv[1], "inproc") == 0;
    parts = atoi (argv[2]);
    size = strtoul (argv[3], NULL, 10);
    count = atol (argv[4]);
    new_endpoint (argv[1], endpoint, sizeof endpoint);
    bound = new_signal ();
    if (!inproc)
        child = spawn (sending_process, NULL);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = new_bound (ctx, ZMQ_PULL, endpoint);
    if (inproc)
        pthread_create (&thread, NULL, send_all, NULL);
    else
        raise_signal (&bound);
    double elapsed = receive_all (s);
    if (inproc)
        pthread_join (thread, NULL);
    else
        join (child);
    print_throughput (size * (size_t) parts, count, elapsed);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
