/*  taskwork2 [ventilator_endpoint [sink_endpoint [control_endpoint]]]
    A taskwork that also listens to a control publisher and ends on KILL.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *ventilator = zh_arg (argc, argv, 1, "tcp://localhost:5557");
    const char *sink = zh_arg (argc, argv, 2, "tcp://localhost:5558");
    const char *publisher = zh_arg (argc, argv, 3, "tcp://localhost:5559");

    void *ctx = zh_begin ();
    void *tasks = zh_socket (ctx, ZMQ_PULL, 0);
    zh_connect (tasks, ventilator);
    void *results = zh_socket (ctx, ZMQ_PUSH, 0);
    zh_connect (results, sink);
    void *control = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (control, publisher);
    zh_subscribe (control, "");

    zmq_pollitem_t items[] = {{tasks, 0, ZMQ_POLLIN, 0}, {control, 0, ZMQ_POLLIN, 0}};
    char text[32];
    while (zh_poll (items, 2, -1) != -1) {
        if (items[0].revents & ZMQ_POLLIN) {
            if (zh_recv (tasks, text, sizeof text) == -1)
                break;
            printf ("%s.", text);
            fflush (stdout);
            if (zh_sleep (strtol (text, NULL, 10)) || zh_send (results, "") == -1)
                break;
        }
        if (items[1].revents & ZMQ_POLLIN) {
            if (zh_recv (control, text, sizeof text) == -1)
                break;
            printf ("\nGot %s, leaving", text);
            break;
        }
    }
    putchar ('\n');
    zmq_close (control);
    zmq_close (results);
    zmq_close (tasks);
    zh_end (ctx);
    return 0;
}
