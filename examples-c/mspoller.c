/*  mspoller [ventilator_endpoint [weather_endpoint [zip]]]
    Reads two sockets with zmq_poll, fairly and without delay.  */

#include "zhelp.h"

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

    zmq_pollitem_t items[] = {{tasks, 0, ZMQ_POLLIN, 0}, {updates, 0, ZMQ_POLLIN, 0}};
    char text[64];
    while (zh_poll (items, 2, -1) != -1) {
        if (items[0].revents & ZMQ_POLLIN && zh_recv (tasks, text, sizeof text) != -1)
            printf ("task: %s\n", text);
        if (items[1].revents & ZMQ_POLLIN && zh_recv (updates, text, sizeof text) != -1)
            printf ("update: %s\n", text);
    }
    zmq_close (updates);
    zmq_close (tasks);
    zh_end (ctx);
    return 0;
}
