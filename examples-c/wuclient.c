/*  wuclient [zip [endpoint [count]]]
    SUB: averages count (100) temperatures of one zip code (10001).  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *zip = zh_arg (argc, argv, 1, "10001");
    const char *endpoint = zh_arg (argc, argv, 2, "tcp://localhost:5556");
    long count = zh_argn (argc, argv, 3, 100);

    void *ctx = zh_begin ();
    void *subscriber = zh_socket (ctx, ZMQ_SUB, 0);
    puts ("Collecting updates from the weather server");
    zh_connect (subscriber, endpoint);
    zh_subscribe (subscriber, zip);

    char update[64];
    long n = 0, total = 0;
    for (; n < count; n++) {
        long temperature = 0;
        if (zh_recv (subscriber, update, sizeof update) == -1)
            break;
        if (sscanf (update, "%*s %ld %*d", &temperature) != 1)
            printf ("not an update: %s\n", update);
        total += temperature;
    }
    if (n > 0)
        printf ("Average temperature for zip code %s over %ld updates: %ldF\n", zip, n, total / n);
    zmq_close (subscriber);
    zh_end (ctx);
    return n == count ? 0 : 1;
}
