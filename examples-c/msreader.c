/*  msreader [ventilator_endpoint [weather_endpoint [zip]]]
    Reads two sockets the naive way: drain each without blocking, tasks before
    weather, and nap when both are empty. mspoller does it properly.  */

#include "zhelp.h"

/*  Prints all that waits on the socket; -1 on a stop.  */
static int drain (void *socket, const char *kind)
{
    char text[64];
    while (zh_recv_flags (socket, text, sizeof text, ZMQ_DONTWAIT) != -1)
        printf ("%s: %s\n", kind, text);
    return errno == EAGAIN ? 0 : -1;
}

int main (int argc, char **argv)
{
    const char *ventilator = zh_arg (argc, argv, 1, "tcp://localhost:5557");
    const char *weather = zh_arg (argc, argv, 2, "tcp://localhost:5556");
    const char *zip = zh_arg (argc, argv, 3, "10001");

    void *ctx = zh_begin ();
    void *tasks = zh_socket (ctx, ZMQ_PULL, 0);
    zh_connect (tasks, ventilator);
    void *updates = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (updates, weather);
    zh_subscribe (updates, zip);

    /*  The nap is the price: nothing wakes us when a message arrives.  */
    while (drain (tasks, "task") == 0 && drain (updates, "update") == 0)
        zh_sleep (1);

    zmq_close (updates);
    zmq_close (tasks);
    zh_end (ctx);
    return 0;
}
