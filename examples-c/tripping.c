/*  tripping [synchronous [asynchronous [frontend [backend]]]]

    What a round trip costs, and what it costs to wait for each one. A client,
    a broker and a worker (three threads of this process, talking over TCP)
    make the same calls twice: first the client sends a request and waits for
    its reply, 10000 times; then it sends 100000 requests at once and collects
    the replies. The second way is many times faster, as the messages share
    system calls and all three parties work at the same time.

        tripping
        tripping 1000 10000

    Prints calls per second for both.  */

#include "zhelp.h"

static const char *frontend_endpoint, *backend_endpoint;
/*  What the broker's sockets became, for wildcards.  */
static char front[256], back[256];

static void worker (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_connect (socket, back);
    while (zh_forward (socket, socket) != -1)
        ;
    zmq_close (socket);
}

static void broker (void *arg)
{
    void **sockets = arg;
    zh_proxy (sockets[0], sockets[1]);
    zmq_close (sockets[0]);
    zmq_close (sockets[1]);
}

static void *open_dealer (void *ctx, const char *endpoint, char *real, size_t size)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    int no_limit = 0;
    zmq_setsockopt (socket, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &no_limit, sizeof no_limit);
    zh_bind (socket, endpoint);
    zh_reach (socket, real, size);
    return socket;
}

static int ask (void *client)
{
    return zh_send (client, "hello");
}

static int collect (void *client)
{
    char reply[16];
    return zh_recv (client, reply, sizeof reply);
}

static void report (long calls, int64_t start)
{
    int64_t took = zh_clock () - start;
    printf (" %ld calls/second\n", calls * 1000 / (long) (took > 0 ? took : 1));
}

static int measure (void *client, long synchronous, long asynchronous)
{
    /*  One call before the clock starts: everybody is connected then.  */
    puts ("Setting up test...");
    if (ask (client) == -1 || collect (client) == -1)
        return -1;

    puts ("Synchronous round-trip test...");
    int64_t start = zh_clock ();
    for (long n = 0; n < synchronous; n++)
        if (ask (client) == -1 || collect (client) == -1)
            return -1;
    report (synchronous, start);

    puts ("Asynchronous round-trip test...");
    start = zh_clock ();
    for (long n = 0; n < asynchronous; n++)
        if (ask (client) == -1)
            return -1;
    for (long n = 0; n < asynchronous; n++)
        if (collect (client) == -1)
            return -1;
    report (asynchronous, start);
    return 0;
}

int main (int argc, char **argv)
{
    long synchronous = zh_argn (argc, argv, 1, 10000);
    long asynchronous = zh_argn (argc, argv, 2, 100000);
    frontend_endpoint = zh_arg (argc, argv, 3, "tcp://*:5555");
    backend_endpoint = zh_arg (argc, argv, 4, "tcp://*:5556");

    void *ctx = zh_begin ();
    void *sockets[] = {open_dealer (ctx, frontend_endpoint, front, sizeof front),
                       open_dealer (ctx, backend_endpoint, back, sizeof back)};
    void *broker_thread = zmq_threadstart (broker, sockets);
    void *worker_thread = zmq_threadstart (worker, ctx);

    void *client = zh_socket (ctx, ZMQ_DEALER, 0);
    int no_limit = 0;
    zmq_setsockopt (client, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zh_connect (client, front);
    int rc = measure (client, synchronous, asynchronous);
    zmq_close (client);

    zmq_ctx_shutdown (ctx);
    zmq_threadclose (worker_thread);
    zmq_threadclose (broker_thread);
    zh_end (ctx);
    return rc == 0 ? 0 : 1;
}
