/* Many subscriptions, XSUB to XPUB by inproc in one thread: how many a second
 * are entered, matched (one message to one random topic each) and removed, and
 * the memory they take on both sides together. */
#include "perf.h"

enum { TURN = 500, TOPIC = 40 };

static void *xpub, *xsub;

/* Memory the process has in use, by its own account to the kernel. */
static double resident_bytes (void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen ("/proc/self/statm", "r");
    CHECK (file != NULL && fscanf (file, "%ld %ld", &pages, &resident) == 2);
    fclose (file);
    return (double) resident * (double) sysconf (_SC_PAGESIZE);
}

static size_t name (char *out, uint32_t i)
{
    /* Spread over the key space, as names of prices or sensors are. */
    return (size_t) snprintf (out, TOPIC, "%08x.market.%u", i * 2654435761u, i % 1000);
}

/* Each subscription goes to the XPUB, whose reader is told of it. */
static double subscribe_all (char what, uint32_t count)
{
    char topic[TOPIC + 1] = {what}, got[TOPIC + 1];
    double start = seconds ();
    for (uint32_t from = 0; from < count; from += TURN) {
        uint32_t to = count - from < TURN ? count : from + TURN;
        for (uint32_t i = from; i < to; i++)
            MUST (zmq_send (xsub, topic, 1 + name (topic + 1, i), 0));
        for (uint32_t i = from; i < to; i++)
            MUST (zmq_recv (xpub, got, sizeof got, 0));
    }
    CHECK (got[0] == what);
    return seconds () - start;
}

static double publish_all (uint32_t count)
{
    char topic[TOPIC], got[TOPIC];
    uint32_t random = 12345;
    double start = seconds ();
    for (uint32_t from = 0; from < count; from += TURN) {
        uint32_t to = count - from < TURN ? count : from + TURN;
        for (uint32_t i = from; i < to; i++) {
            random = random * 1664525u + 1013904223u;
            MUST (zmq_send (xpub, topic, name (topic, (uint32_t) ((uint64_t) random * count >> 32)), 0));
        }
        for (uint32_t i = from; i < to; i++)
            MUST (zmq_recv (xsub, got, sizeof got, 0));
    }
    return seconds () - start;
}

int main (int argc, char **argv)
{
    if (argc != 2)
        usage ("topics", "<topic-count>");
    uint32_t count = (uint32_t) atol (argv[1]);
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    xpub = must_have (zmq_socket (ctx, ZMQ_XPUB), "zmq_socket");
    xsub = must_have (zmq_socket (ctx, ZMQ_XSUB), "zmq_socket");
    MUST (zmq_bind (xpub, "inproc://topics"));
    MUST (zmq_connect (xsub, "inproc://topics"));
    double before = resident_bytes ();
    double inserting = subscribe_all (1, count);
    double bytes = resident_bytes () - before;
    double matching = publish_all (count);
    double removing = subscribe_all (0, count);
    print_figure ("insert", count / inserting);
    print_figure ("match", count / matching);
    print_figure ("remove", count / removing);
    print_figure ("bytes", bytes / count);
    MUST (zmq_close (xsub));
    MUST (zmq_close (xpub));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
