/* zmq_poll: nothing to poll, refusals, timeouts, counts. */
/* behaviours: 228 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    zmq_pollitem_t items[3];
    TRY (zmq_poll (NULL, 0, 0));
    long start = now_ms ();
    TRY (zmq_poll (NULL, 0, 50));
    YES (now_ms () - start >= 48);
    TRY (zmq_poll (NULL, 1, 0));
    TRY (zmq_poll (NULL, -1, 0));
    TRY (zmq_poll (items, -1, 0));
    new_link (ctx, "inproc", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    items[0] = (zmq_pollitem_t){a, 0, ZMQ_POLLIN, 99};
    TRY (zmq_poll (items, 1, 0));
    say ("revents %d", items[0].revents);
    start = now_ms ();
    TRY (zmq_poll (items, 1, 100));
    YES (now_ms () - start >= 95);
    items[0].events = ZMQ_POLLIN | ZMQ_POLLOUT;
    TRY (zmq_poll (items, 1, -1));
    say ("revents %d", items[0].revents);
    SEND (b, "x");
    items[1] = (zmq_pollitem_t){b, 0, ZMQ_POLLIN, 99};
    items[2] = (zmq_pollitem_t){b, 0, ZMQ_POLLOUT, 99};
    TRY (zmq_poll (items, 3, -1));
    say ("revents %d %d %d", items[0].revents, items[1].revents, items[2].revents);
    items[0].events = 0;
    TRY (zmq_poll (items, 1, 0));
    say ("revents %d", items[0].revents);
    items[0].events = ZMQ_POLLIN | ZMQ_POLLERR;
    TRY (zmq_poll (items, 1, -1));
    say ("revents %d", items[0].revents);
    end (ctx, a, b);
}
