/*  espresso [publisher [subscribers [messages [interval_ms]]]]

    The espresso pattern: see what flows through a proxy without touching it.
    A publisher (letters A to J, one every 100 ms), an XSUB to XPUB proxy and a
    subscriber to A and B run as threads; zmq_proxy copies every message of
    either direction to its third socket, and a listener prints them, the
    messages as well as the subscriptions (byte 1, or 0 when they end).

        espresso
        espresso 'tcp://127.0.0.1:*' 'tcp://127.0.0.1:*' 20 10

    The subscriber leaves after five messages. Its end goes through the proxy
    too: the listener shows the last messages and "unsubscribed".  Then nobody
    subscribes, nothing is sent, and the program ends.  */

#include "zactor.h"

static char publisher_address[256], subscriber_address[256];
static long messages, interval;

static void publisher (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_PUB, 0);
    zh_connect (socket, publisher_address);
    char text[16];
    do
        snprintf (text, sizeof text, "%c-%05ld", (char) ('A' + zh_random (10)),
                  zh_random (100000));
    while (zh_send (socket, text) != -1 && !zh_stopped () && zh_sleep (interval) == 0);
    zmq_close (socket);
}

static void subscriber (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_SUB, 0);
    zh_connect (socket, subscriber_address);
    zh_subscribe (socket, "A");
    zh_subscribe (socket, "B");
    char text[16];
    for (long n = 0; n < messages && zh_recv (socket, text, sizeof text) != -1; n++)
        printf ("Subscriber got %s\n", text);
    zmq_close (socket);
}

/*  Prints until both subscriptions have ended.  */
static void listener (zactor *self)
{
    char text[32];
    int subscriptions = 0, seen = 0;
    while ((subscriptions > 0 || !seen) && zh_recv (self->inner, text, sizeof text) != -1) {
        if (text[0] > 1) {
            printf ("Passed %s\n", text);
            continue;
        }
        printf ("Passed %s %s\n", text[0] == 1 ? "subscribed" : "unsubscribed", text + 1);
        subscriptions += text[0] == 1 ? 1 : -1;
        seen = 1;
    }
    /*  The proxy in the main thread has nothing left to do.  */
    zmq_ctx_shutdown (self->ctx);
}

int main (int argc, char **argv)
{
    const char *publishers = zh_arg (argc, argv, 1, "tcp://*:6000");
    const char *subscribers = zh_arg (argc, argv, 2, "tcp://*:6001");
    messages = zh_argn (argc, argv, 3, 5);
    interval = zh_argn (argc, argv, 4, 100);

    void *ctx = zh_begin ();
    void *xsub = zh_socket (ctx, ZMQ_XSUB, 0);
    zh_bind (xsub, publishers);
    zh_reach (xsub, publisher_address, sizeof publisher_address);
    void *xpub = zh_socket (ctx, ZMQ_XPUB, 0);
    zh_bind (xpub, subscribers);
    zh_reach (xpub, subscriber_address, sizeof subscriber_address);

    zactor listening;
    zactor_start (&listening, ctx, listener, NULL);
    void *publishing = zmq_threadstart (publisher, ctx);
    void *subscribing = zmq_threadstart (subscriber, ctx);

    while (zmq_proxy (xsub, xpub, listening.pipe) == -1 && errno == EINTR)
        ;
    zmq_threadclose (subscribing);
    zmq_threadclose (publishing);
    zactor_join (&listening);
    zmq_close (xpub);
    zmq_close (xsub);
    zh_end (ctx);
    return 0;
}
