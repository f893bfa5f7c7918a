/*  taskvent [workers_endpoint [sink_endpoint [tasks [max_ms]]]]
    PUSH: deals tasks (100) of random length (1 to 100 ms) out to the workers,
    after a word to the sink that the batch begins.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5557");
    const char *sink_endpoint = zh_arg (argc, argv, 2, "tcp://localhost:5558");
    long tasks = zh_argn (argc, argv, 3, 100);
    long longest = zh_argn (argc, argv, 4, 100);

    void *ctx = zh_begin ();
    void *workers = zh_socket (ctx, ZMQ_PUSH, -1);
    zh_bind (workers, endpoint);
    void *sink = zh_socket (ctx, ZMQ_PUSH, -1);
    zh_connect (sink, sink_endpoint);

    puts ("Press Enter when the workers are ready");
    long n = 0, total = 0;
    if (!zh_wait_enter () && zh_send (sink, "0") != -1) {
        puts ("Sending tasks to workers");
        for (; n < tasks; n++) {
            char task[24];
            long ms = zh_random (longest > 0 ? longest : 1) + 1;
            snprintf (task, sizeof task, "%ld", ms);
            if (zh_send (workers, task) == -1)
                break;
            total += ms;
        }
        printf ("Sent %ld tasks, expected cost %ld ms\n", n, total);
    }
    zmq_close (sink);
    zmq_close (workers);
    zh_end (ctx);
    return n == tasks ? 0 : 1;
}
