/*  rtdealer [endpoint [workers [duration_ms]]]
    ROUTER to DEALER: the load balancing of rtreq, but the worker is a DEALER
    and writes and reads the empty frame of the envelope by itself.  */

#include "zhelp.h"

#define MOST_WORKERS 64

static char address[256];

static void worker (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_set_id (socket);
    zh_connect (socket, address);

    char order[16];
    long done = 0;
    for (;; done++) {
        if (zh_send_more (socket, "") == -1 || zh_send (socket, "free") == -1
            || zh_recv (socket, order, sizeof order) == -1
            || zh_recv (socket, order, sizeof order) == -1)
            break;
        if (strcmp (order, "fired") == 0) {
            printf ("Completed: %ld tasks\n", done);
            break;
        }
        zh_sleep (zh_random (50) + 1);
    }
    zmq_close (socket);
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5671");
    long workers = zh_argn (argc, argv, 2, 10);
    long duration = zh_argn (argc, argv, 3, 5000);
    if (workers < 1 || workers > MOST_WORKERS)
        workers = 10;

    void *ctx = zh_begin ();
    void *broker = zh_socket (ctx, ZMQ_ROUTER, -1);
    zh_bind (broker, endpoint);
    zh_reach (broker, address, sizeof address);
    void *threads[MOST_WORKERS];
    for (long n = 0; n < workers; n++)
        threads[n] = zmq_threadstart (worker, ctx);

    /*  The time runs from the first request on: somebody always gets work.  */
    int64_t end = 0;
    long fired = 0;
    zh_message request;
    while (fired < workers && zh_message_recv (&request, broker) != -1) {
        zh_id id;
        zh_id_of (&id, &request.frame[0]);
        zh_message_close (&request);
        if (end == 0)
            end = zh_clock () + duration;
        int late = zh_clock () > end;
        if (zh_id_send (&id, broker) == -1 || zh_send_more (broker, "") == -1
            || zh_send (broker, late ? "fired" : "work harder") == -1)
            break;
        fired += late;
    }
    for (long n = 0; n < workers; n++)
        zmq_threadclose (threads[n]);
    zmq_close (broker);
    zh_end (ctx);
    return fired == workers ? 0 : 1;
}
