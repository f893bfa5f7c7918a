/*  psenvpub [endpoint [count [interval_ms]]]
    PUB: two-frame messages, topic first, so that matching sees the topic only.
    Count pairs of A and B; 0 = for ever.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5563");
    long count = zh_argn (argc, argv, 2, 0);
    long interval = zh_argn (argc, argv, 3, 1000);

    void *ctx = zh_begin ();
    void *publisher = zh_socket (ctx, ZMQ_PUB, count == 0 ? 0 : 1000);
    zh_bind (publisher, endpoint);
    for (long n = 0; count == 0 || n < count; n++) {
        if (zh_send_more (publisher, "A") == -1
            || zh_send (publisher, "not for subscribers of B") == -1
            || zh_send_more (publisher, "B") == -1
            || zh_send (publisher, "for subscribers of B") == -1)
            break;
        if (zh_sleep (interval))
            break;
    }
    zmq_close (publisher);
    zh_end (ctx);
    return 0;
}
