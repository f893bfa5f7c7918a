/*  spworker [endpoint [work_ms [crash_at [slow_at]]]]
    Simple pirate worker: a REQ that says READY to spqueue and echoes requests.
    Misbehaves like lpserver (0 = at random, -1 = never).  */

#include "zhelp.h"

#define READY "\001"

static int happens (long cycle, long at)
{
    return at > 0 ? cycle == at : at == 0 && cycle > 3 && zh_random (5) == 0;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    long work = zh_argn (argc, argv, 2, 1000);
    long crash_at = zh_argn (argc, argv, 3, 0);
    long slow_at = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    void *worker = zh_socket (ctx, ZMQ_REQ, 0);
    zh_set_id (worker);
    zh_connect (worker, endpoint);
    puts ("I: worker ready");
    int rc = zh_send (worker, READY);

    zh_message request;
    for (long cycle = 1; rc != -1 && zh_message_recv (&request, worker) != -1; cycle++) {
        if (happens (cycle, crash_at)) {
            puts ("I: simulating a crash");
            zh_message_close (&request);
            break;
        }
        if (happens (cycle, slow_at)) {
            puts ("I: simulating CPU overload");
            zh_sleep (2 * work);
        }
        puts ("I: normal reply");
        zh_sleep (work);
        rc = zh_message_send (&request, 0, worker);
    }
    zmq_close (worker);
    zh_end (ctx);
    return 0;
}
