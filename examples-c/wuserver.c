/*  wuserver [endpoint [count [zips [pause_ms]]]]
    PUB: random weather for random zip codes. Count 0 = for ever, zips = how
    many zip codes from 00000 on (100000); pause 0 = as fast as it goes.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5556");
    long count = zh_argn (argc, argv, 2, 0);
    long zips = zh_argn (argc, argv, 3, 100000);
    long pause = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    /*  For ever means nobody waits for the last update.  */
    void *publisher = zh_socket (ctx, ZMQ_PUB, count == 0 ? 0 : 1000);
    zh_bind (publisher, endpoint);

    for (long n = 0; count == 0 || n < count; n++) {
        char update[40];
        long zip = zh_random (zips > 0 ? zips : 1);
        long temperature = zh_random (216) - 80;
        long humidity = zh_random (51) + 10;
        snprintf (update, sizeof update, "%05ld %ld %ld", zip, temperature, humidity);
        if (zh_send (publisher, update) == -1)
            break;
        if (pause > 0 && zh_sleep (pause))
            break;
    }
    zmq_close (publisher);
    zh_end (ctx);
    return 0;
}
