/*  lpserver [endpoint [work_ms [crash_at [slow_at]]]]
    A REP echo server that misbehaves: after three good cycles it crashes or is
    slow now and then, at random; crash_at and slow_at fix the cycle (0 = at
    random, -1 = never).  */

#include "zhelp.h"

static int happens (long cycle, long at)
{
    return at > 0 ? cycle == at : at == 0 && cycle > 3 && zh_random (4) == 0;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long work = zh_argn (argc, argv, 2, 1000);
    long crash_at = zh_argn (argc, argv, 3, 0);
    long slow_at = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    void *server = zh_socket (ctx, ZMQ_REP, 0);
    zh_bind (server, endpoint);

    char request[64];
    for (long cycle = 1; zh_recv (server, request, sizeof request) != -1; cycle++) {
        if (happens (cycle, crash_at)) {
            puts ("I: simulating a crash");
            break;
        }
        if (happens (cycle, slow_at)) {
            puts ("I: simulating CPU overload");
            zh_sleep (2 * work);
        }
        printf ("I: normal request (%s)\n", request);
        if (zh_sleep (work) || zh_send (server, request) == -1)
            break;
    }
    zmq_close (server);
    zh_end (ctx);
    return 0;
}
