/*  tasksink2 [endpoint [control_endpoint [tasks [workers]]]]
    A tasksink that ends its workers: KILL on the control publisher when the
    batch is complete. A worker that has not subscribed by then misses it, so
    with workers > 0 the sink first waits for that many subscriptions; this is
    why the publisher is an XPUB.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5558");
    const char *control_endpoint = zh_arg (argc, argv, 2, "tcp://*:5559");
    long tasks = zh_argn (argc, argv, 3, 100);
    long workers = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    void *receiver = zh_socket (ctx, ZMQ_PULL, 0);
    zh_bind (receiver, endpoint);
    void *control = zh_socket (ctx, ZMQ_XPUB, -1);
    /*  Every subscription is to be seen, not only the first to a topic.  */
    int on = 1;
    zmq_setsockopt (control, ZMQ_XPUB_VERBOSE, &on, sizeof on);
    zh_bind (control, control_endpoint);

    char text[32];
    long n = 0;
    if (zh_recv (receiver, text, sizeof text) != -1) {
        int64_t start = zh_clock ();
        for (; n < tasks && zh_recv (receiver, text, sizeof text) != -1; n++) {
            putchar (n % 10 == 9 ? ':' : '.');
            fflush (stdout);
        }
        printf ("\nCollected %ld results, elapsed %lld ms\n", n, (long long) (zh_clock () - start));
    }
    if (n == tasks) {
        while (workers > 0 && zh_recv (control, text, sizeof text) != -1)
            workers--;
        zh_send (control, "KILL");
    }
    zmq_close (control);
    zmq_close (receiver);
    zh_end (ctx);
    return n == tasks ? 0 : 1;
}
