/*  pathopub [endpoint [topics [interval_ms]]]

    The pathological publisher: one message on each of 1000 topics ("000" to
    "999"), and from then on one message a second on a random topic. Whoever
    subscribes to one topic after the first burst waits for a quarter of an
    hour on average. With a cache in between (lvcache) the last value of each
    topic comes at once.

        pathopub &  pathosub                                the pathological case
        lvcache tcp://localhost:5557 &  pathopub tcp://127.0.0.1:5557 &
        pathosub tcp://localhost:5558                       the cure

    The burst waits for the first subscriber: the socket is an XPUB, which is a
    PUB that can also be read, and each subscription is a message.  */

#include "zhelp.h"

static int publish (void *socket, long topic, const char *text)
{
    char name[24];
    snprintf (name, sizeof name, "%03ld", topic);
    return zh_send_more (socket, name) == -1 ? -1 : zh_send (socket, text);
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5556");
    long topics = zh_argn (argc, argv, 2, 1000);
    long interval = zh_argn (argc, argv, 3, 1000);

    void *ctx = zh_begin ();
    void *xpub = zh_socket (ctx, ZMQ_XPUB, 0);
    int no_limit = 0;
    zmq_setsockopt (xpub, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zh_bind (xpub, endpoint);

    char subscription[64];
    int rc = zh_recv (xpub, subscription, sizeof subscription);
    for (long topic = 0; topic < topics && rc != -1; topic++)
        rc = publish (xpub, topic, "Save Roger");
    if (rc != -1)
        printf ("Published %ld topics\n", topics);
    while (rc != -1 && zh_sleep (interval) == 0)
        rc = publish (xpub, zh_random (topics), "Off with his head!");
    zmq_close (xpub);
    zh_end (ctx);
    return 0;
}
