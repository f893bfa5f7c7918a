/*  mtserver [endpoint [threads [work_ms]]]
    The hello world server with worker threads (5): clients reach a ROUTER over
    tcp, a DEALER spreads the requests over inproc to one REP per thread.  */

#include "zhelp.h"

#define WORKERS "inproc://workers"
#define MOST_THREADS 64

static long work_ms;

static void *worker (void *ctx)
{
    void *responder = zh_socket (ctx, ZMQ_REP, 0);
    zh_connect (responder, WORKERS);
    char request[64];
    while (zh_recv (responder, request, sizeof request) != -1) {
        printf ("Received request: [%s]\n", request);
        if (zh_sleep (work_ms) || zh_send (responder, "World") == -1)
            break;
    }
    zmq_close (responder);
    return NULL;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long threads = zh_argn (argc, argv, 2, 5);
    work_ms = zh_argn (argc, argv, 3, 1000);
    if (threads < 1 || threads > MOST_THREADS)
        threads = 5;

    void *ctx = zh_begin ();
    void *clients = zh_socket (ctx, ZMQ_ROUTER, 0);
    void *workers = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_bind (workers, WORKERS);
    zh_bind (clients, endpoint);

    pthread_t ids[MOST_THREADS];
    for (long n = 0; n < threads; n++)
        if (pthread_create (&ids[n], NULL, worker, ctx) != 0)
            zh_fail ("pthread_create");

    zh_proxy (clients, workers);

    for (long n = 0; n < threads; n++)
        pthread_join (ids[n], NULL);
    zmq_close (workers);
    zmq_close (clients);
    zh_end (ctx);
    return 0;
}
