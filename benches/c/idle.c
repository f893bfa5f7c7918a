/* Idle tcp connections into one PULL, and what they take of its process. The
 * other end speaks just enough ZMTP 3.0 by itself, so that only the receiving
 * side is the library's. Takes as many as the limit on descriptors allows. */
#include "perf.h"

#include <sys/resource.h>

enum { SPARE = 100, GREETING = 64 };

static int port;
static long count;
static struct signal up, measured;

static void handshake (void)
{
    static const char greeting[GREETING] = "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL";
    static const char ready[] = "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04PUSH";
    char in[512];
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons ((uint16_t) port), .sin_addr = {htonl (INADDR_LOOPBACK)}};
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    CHECK (fd != -1);
    CHECK (connect (fd, (struct sockaddr *) &address, sizeof address) == 0);
    CHECK (send (fd, greeting, GREETING, MSG_NOSIGNAL) == GREETING);
    CHECK (recv (fd, in, GREETING, MSG_WAITALL) == GREETING);
    CHECK (send (fd, ready, sizeof ready - 1, MSG_NOSIGNAL) == sizeof ready - 1);
    /* The other's READY: it has taken ours, or will without a further wait. */
    CHECK (recv (fd, in, sizeof in, 0) > 0);
}

static void connecting_process (void *unused)
{
    (void) unused;
    for (long i = 0; i < count; i++)
        handshake ();
    raise_signal (&up);
    await_signal (&measured);
}

static double resident_bytes (void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen ("/proc/self/statm", "r");
    CHECK (file != NULL && fscanf (file, "%ld %ld", &pages, &resident) == 2);
    fclose (file);
    return (double) resident * (double) sysconf (_SC_PAGESIZE);
}

static void raise_limit (void)
{
    struct rlimit limit;
    CHECK (getrlimit (RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    CHECK (setrlimit (RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_cur != RLIM_INFINITY && (long) limit.rlim_cur - SPARE < count)
        count = (long) limit.rlim_cur - SPARE;
}

int main (int argc, char **argv)
{
    char endpoint[64];
    if (argc != 2)
        usage ("idle", "<connection-count>");
    count = atol (argv[1]);
    raise_limit ();
    port = free_port ();
    snprintf (endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", port);
    up = new_signal ();
    measured = new_signal ();
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = must_have (zmq_socket (ctx, ZMQ_PULL), "zmq_socket");
    set_int (s, ZMQ_BACKLOG, 1000);
    MUST (zmq_bind (s, endpoint));
    double before = resident_bytes (), start = seconds ();
    pid_t child = spawn (connecting_process, NULL);
    await_signal (&up);
    print_figure ("bytes", (resident_bytes () - before) / (double) count);
    print_figure ("accepts", (double) count / (seconds () - start));
    print_figure ("connections", (double) count);
    raise_signal (&measured);
    join (child);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
