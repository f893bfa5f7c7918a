/*  taskwork [ventilator_endpoint [sink_endpoint]]
    PULL a task, sleep that long, PUSH an empty result; until stopped.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *ventilator = zh_arg (argc, argv, 1, "tcp://localhost:5557");
    const char *sink = zh_arg (argc, argv, 2, "tcp://localhost:5558");

    void *ctx = zh_begin ();
    void *tasks = zh_socket (ctx, ZMQ_PULL, 0);
    zh_connect (tasks, ventilator);
    void *results = zh_socket (ctx, ZMQ_PUSH, 0);
    zh_connect (results, sink);

    char task[32];
    while (zh_recv (tasks, task, sizeof task) != -1) {
        printf ("%s.", task);
        fflush (stdout);
        if (zh_sleep (strtol (task, NULL, 10)) || zh_send (results, "") == -1)
            break;
    }
    putchar ('\n');
    zmq_close (results);
    zmq_close (tasks);
    zh_end (ctx);
    return 0;
}
