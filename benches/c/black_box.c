/* The Guide's black box, a high-speed subscriber: two streams of PUB by tcp,
 * one I/O thread for each, one thread that takes from both SUBs and feeds four
 * workers by inproc; messages per second through the workers. */
#include "publish.h"

#include <stdatomic.h>

enum { STREAMS = 2, WORKERS = 4, TURN = 100 };

static char endpoints[STREAMS][128];
static struct signal ready, done;
static void *ctx;
static size_t size;
static long each;
static struct {
    _Alignas (64) atomic_long count;
} worked[WORKERS];

static void *publisher (void *place)
{
    void *s = must_have (zmq_socket (ctx, ZMQ_PUB), "zmq_socket");
    MUST (zmq_setsockopt (s, ZMQ_AFFINITY, &(uint64_t){1u << ((char (*)[128]) place - endpoints)}, sizeof (uint64_t)));
    set_int (s, ZMQ_XPUB_NODROP, 1);
    MUST (zmq_bind (s, place));
    probe_until (s, &ready);
    send_many (s, size, each);
    MUST (zmq_close (s));
    return NULL;
}

static void publishing_process (void *unused)
{
    pthread_t threads[STREAMS];
    (void) unused;
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, STREAMS));
    for (int i = 0; i < STREAMS; i++)
        pthread_create (&threads[i], NULL, publisher, endpoints[i]);
    for (int i = 0; i < STREAMS; i++)
        pthread_join (threads[i], NULL);
    await_signal (&done);
    MUST (zmq_ctx_term (ctx));
}

/* Works until the context ends; each worker counts on a cache line of its own. */
static void *worker (void *place)
{
    atomic_long *mine = place;
    void *s = new_connected (ctx, ZMQ_PULL, "inproc://work");
    zmq_msg_t msg;
    long count = 0;
    MUST (zmq_msg_init (&msg));
    while (zmq_msg_recv (&msg, s, 0) != -1) {
        expect_size (&msg, size);
        atomic_store_explicit (mine, ++count, memory_order_relaxed);
    }
    MUST (zmq_close (s));
    return NULL;
}

static void await_workers (void)
{
    long sum;
    do {
        usleep (200);
        sum = 0;
        for (int i = 0; i < WORKERS; i++)
            sum += worked[i].count;
    } while (sum < each * STREAMS);
    CHECK (sum == each * STREAMS);
}

/* Passes on what lies there, but gives the other stream its turn. */
static long pass_on (void *from, void *to)
{
    zmq_msg_t msg;
    long passed = 0;
    MUST (zmq_msg_init (&msg));
    for (int i = 0; i < TURN && zmq_msg_recv (&msg, from, ZMQ_DONTWAIT) != -1; i++)
        if (zmq_msg_size (&msg) > 0) {
            MUST (zmq_msg_send (&msg, to, 0));
            passed++;
        }
    MUST (zmq_msg_close (&msg));
    return passed;
}

static double subscribe (void *work)
{
    void *subs[STREAMS];
    zmq_pollitem_t items[STREAMS];
    zmq_msg_t msg;
    double start = 0;
    MUST (zmq_msg_init (&msg));
    for (int i = 0; i < STREAMS; i++) {
        subs[i] = must_have (zmq_socket (ctx, ZMQ_SUB), "zmq_socket");
        MUST (zmq_setsockopt (subs[i], ZMQ_AFFINITY, &(uint64_t){1u << i}, sizeof (uint64_t)));
        MUST (zmq_setsockopt (subs[i], ZMQ_SUBSCRIBE, "", 0));
        MUST (zmq_connect (subs[i], endpoints[i]));
        items[i] = (zmq_pollitem_t) {subs[i], 0, ZMQ_POLLIN, 0};
    }
    for (int i = 0; i < STREAMS; i++)
        MUST (zmq_msg_recv (&msg, subs[i], 0));
    for (int i = 0; i < STREAMS; i++)
        raise_signal (&ready);
    for (long left = each * STREAMS; left > 0;) {
        MUST (zmq_poll (items, STREAMS, -1));
        for (int i = 0; i < STREAMS; i++)
            if (items[i].revents & ZMQ_POLLIN)
                left -= pass_on (subs[i], work);
        if (start == 0 && left < each * STREAMS)
            start = seconds ();
    }
    raise_signal (&done);
    for (int i = 0; i < STREAMS; i++)
        MUST (zmq_close (subs[i]));
    return start;
}

int main (int argc, char **argv)
{
    pthread_t threads[WORKERS];
    if (argc != 3)
        usage ("black_box", "<message-size> <message-count>");
    size = strtoul (argv[1], NULL, 10);
    each = atol (argv[2]) / STREAMS;
    for (int i = 0; i < STREAMS; i++)
        new_endpoint ("tcp", endpoints[i], sizeof endpoints[i]);
    ready = new_signal ();
    done = new_signal ();
    pid_t child = spawn (publishing_process, NULL);
    ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, STREAMS));
    void *work = new_bound (ctx, ZMQ_PUSH, "inproc://work");
    for (int i = 0; i < WORKERS; i++)
        pthread_create (&threads[i], NULL, worker, &worked[i].count);
    double start = subscribe (work);
    await_workers ();
    print_throughput (size, each * STREAMS, seconds () - start);
    join (child);
    MUST (zmq_close (work));
    MUST (zmq_ctx_shutdown (ctx));
    for (int i = 0; i < WORKERS; i++)
        pthread_join (threads[i], NULL);
    MUST (zmq_ctx_term (ctx));
    return 0;
}
