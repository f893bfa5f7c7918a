/*
 * PUSH to PULL by tcp between two processes with an option set on both ends;
 * messages per second.
 *
 *   hwm-<n>    high-water marks of n
 *   conflate   only the last message counts; told is how many a second are sent
 *              once one has arrived
 *   fd         the receiver polls ZMQ_FD and asks ZMQ_EVENTS
 *   io-<n>     n I/O threads
 */
#include "perf.h"

#include <errno.h>
#include <poll.h>

static char endpoint[128];
static struct signal first_arrived, last_arrived;
static const char *option;
static int conflate, by_fd;
static size_t size;
static long count;

static void *new_context (void)
{
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    if (strncmp (option, "io-", 3) == 0)
        MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, atoi (option + 3)));
    return ctx;
}

static void *new_socket (void *ctx, int type)
{
    void *s = must_have (zmq_socket (ctx, type), "zmq_socket");
    if (strncmp (option, "hwm-", 4) == 0) {
        set_int (s, ZMQ_SNDHWM, atoi (option + 4));
        set_int (s, ZMQ_RCVHWM, atoi (option + 4));
    }
    if (conflate)
        set_int (s, ZMQ_CONFLATE, 1);
    return s;
}

/* The last message is one byte longer, and is the only one not to be lost. */
static void sending_process (void *unused)
{
    zmq_msg_t msg;
    (void) unused;
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PUSH);
    MUST (zmq_connect (s, endpoint));
    send_many (s, size, 1);
    if (conflate)
        await_signal (&first_arrived);
    double start = seconds ();
    send_many (s, size, count - 2);
    if (conflate)
        print_throughput (size, count, seconds () - start);
    MUST (zmq_msg_init_size (&msg, size + 1));
    MUST (zmq_msg_send (&msg, s, 0));
    /* With ZMQ_CONFLATE libzmq's close takes the place of the last message. */
    if (conflate)
        await_signal (&last_arrived);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
}

static int receive_by_fd (zmq_msg_t *msg, void *s, int fd)
{
    for (;;) {
        int rc = zmq_msg_recv (msg, s, ZMQ_DONTWAIT), events = 0;
        size_t length = sizeof events;
        if (rc != -1 || zmq_errno () != EAGAIN)
            return rc;
        MUST (zmq_getsockopt (s, ZMQ_EVENTS, &events, &length));
        if (!(events & ZMQ_POLLIN))
            CHECK (poll (&(struct pollfd) {fd, POLLIN, 0}, 1, -1) == 1);
    }
}

/* Returns how many messages arrived. */
static long receive (void *s, double *elapsed)
{
    int fd;
    size_t length = sizeof fd;
    zmq_msg_t msg;
    long received = 0;
    double start = 0;
    MUST (zmq_getsockopt (s, ZMQ_FD, &fd, &length));
    MUST (zmq_msg_init (&msg));
    do {
        MUST (by_fd ? receive_by_fd (&msg, s, fd) : zmq_msg_recv (&msg, s, 0));
        if (received++ == 0) {
            start = seconds ();
            raise_signal (&first_arrived);
        }
    } while (zmq_msg_size (&msg) == size);
    *elapsed = seconds () - start;
    return received;
}

int main (int argc, char **argv)
{
    double elapsed;
    if (argc != 4)
        usage ("option_thr", "<hwm-N|conflate|fd|io-N> <message-size> <message-count>");
    option = argv[1];
    conflate = strcmp (option, "conflate") == 0;
    by_fd = strcmp (option, "fd") == 0;
    size = strtoul (argv[2], NULL, 10);
    count = atol (argv[3]);
    new_endpoint ("tcp", endpoint, sizeof endpoint);
    first_arrived = new_signal ();
    last_arrived = new_signal ();
    pid_t child = spawn (sending_process, NULL);
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (s, endpoint));
    long received = receive (s, &elapsed);
    raise_signal (&last_arrived);
    join (child);
    if (!conflate && received != count) {
        fprintf (stderr, "%ld messages of %ld arrived\n", received, count);
        return 1;
    }
    if (!conflate)
        print_throughput (size, count, elapsed);
    print_figure ("received", (double) received);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
