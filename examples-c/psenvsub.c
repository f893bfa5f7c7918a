/*  psenvsub [endpoint [count]]
    SUB: wants topic B; prints topic and content. Count 0 = for ever.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5563");
    long count = zh_argn (argc, argv, 2, 0);

    void *ctx = zh_begin ();
    void *subscriber = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (subscriber, endpoint);
    zh_subscribe (subscriber, "B");
    char topic[64], content[256];
    for (long n = 0; count == 0 || n < count; n++) {
        if (zh_recv (subscriber, topic, sizeof topic) == -1)
            break;
        if (!zh_more (subscriber) || zh_recv (subscriber, content, sizeof content) == -1)
            break;
        printf ("[%s] %s\n", topic, content);
    }
    zmq_close (subscriber);
    zh_end (ctx);
    return 0;
}
