/*  pathosub [endpoint [topic [count]]]

    The pathological subscriber: picks one of 1000 topics, at random unless it
    is told which, and prints what it gets. Straight at pathopub that is
    nothing for a long time, at a last value cache it is the topic's last value
    at once; see pathopub for both ways to run it.

    Ends after count messages, 0 = never.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    long topic = zh_argn (argc, argv, 2, -1);
    long count = zh_argn (argc, argv, 3, 0);

    void *ctx = zh_begin ();
    void *sub = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (sub, endpoint);
    char subscription[24], name[24], text[64];
    snprintf (subscription, sizeof subscription, "%03ld", topic >= 0 ? topic : zh_random (1000));
    zh_subscribe (sub, subscription);
    printf ("Subscribed to %s\n", subscription);
    for (long n = 0; count == 0 || n < count; n++) {
        if (zh_recv (sub, name, sizeof name) == -1 || zh_recv (sub, text, sizeof text) == -1)
            break;
        printf ("%s: %s\n", name, text);
    }
    zmq_close (sub);
    zh_end (ctx);
    return 0;
}
