/*  tasksink [endpoint [tasks]]
    PULL: waits for the start of a batch, counts its results (100), and tells
    how long the batch took.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5558");
    long tasks = zh_argn (argc, argv, 2, 100);

    void *ctx = zh_begin ();
    void *receiver = zh_socket (ctx, ZMQ_PULL, 0);
    zh_bind (receiver, endpoint);

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
    zmq_close (receiver);
    zh_end (ctx);
    return n == tasks ? 0 : 1;
}
