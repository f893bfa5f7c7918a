/*  suisnail [endpoint [max_delay_ms]]
    Suicidal snail: a publisher stamps a message every millisecond; a subscriber
    that needs longer for each falls behind, and ends itself when a message is
    older than the limit (1000 ms) rather than serve stale data.  */

#include "zhelp.h"

static char address[256];
static long max_delay;

static void publisher (void *socket)
{
    /*  Due times, not pauses: however the machine is loaded, the average rate
        stays one per millisecond and the subscriber is the slower one.  */
    int64_t start = zh_clock ();
    for (int64_t n = 1;; n++) {
        int64_t wait = start + n - zh_clock ();
        if (wait > 0 && zh_sleep ((long) wait))
            break;
        char stamp[24];
        snprintf (stamp, sizeof stamp, "%lld", (long long) zh_clock ());
        if (zh_send (socket, stamp) == -1)
            break;
    }
    zmq_close (socket);
}

static void subscriber (void *ctx)
{
    void *socket = zh_socket (ctx, ZMQ_SUB, 0);
    zh_subscribe (socket, "");
    zh_connect (socket, address);
    void *obituary = zh_socket (ctx, ZMQ_PAIR, -1);
    zh_connect (obituary, "inproc://obituary");

    char stamp[24], text[64];
    while (zh_recv (socket, stamp, sizeof stamp) != -1) {
        long long age = zh_clock () - strtoll (stamp, NULL, 10);
        if (age > max_delay) {
            fprintf (stderr, "E: subscriber cannot keep up, %lld ms behind, ends itself\n", age);
            snprintf (text, sizeof text, "subscriber gone, %lld ms behind", age);
            zh_send (obituary, text);
            break;
        }
        zh_sleep (1 + zh_random (2));
    }
    zmq_close (obituary);
    zmq_close (socket);
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5556");
    max_delay = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    void *pub = zh_socket (ctx, ZMQ_PUB, 0);
    zh_bind (pub, endpoint);
    zh_reach (pub, address, sizeof address);
    void *obituary = zh_socket (ctx, ZMQ_PAIR, 0);
    zh_bind (obituary, "inproc://obituary");

    void *sub_thread = zmq_threadstart (subscriber, ctx);
    void *pub_thread = zmq_threadstart (publisher, pub);
    char text[64];
    int rc = zh_recv (obituary, text, sizeof text);
    if (rc != -1)
        printf ("%s\n", text);

    zmq_ctx_shutdown (ctx);
    zmq_threadclose (sub_thread);
    zmq_threadclose (pub_thread);
    zmq_close (obituary);
    zh_end (ctx);
    return rc == -1 ? 1 : 0;
}
