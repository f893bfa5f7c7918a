/* The FD is readable after a message came, silent once EVENTS was read and the
   queue is empty, and readable again for the next message. */
/* behaviours: 231 */
#include "check.h"

static int readable (int fd, int ms)
{
    struct pollfd p = {fd, POLLIN, 0};
    return poll (&p, 1, ms);
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    int fd = get_int (a, ZMQ_FD);
    SEND (b, "first");
    RECV (a);
    for (int i = 0; i < 3; i++) {
        say ("events %d", get_int (a, ZMQ_EVENTS));
        say ("readable %d", readable (fd, 0));
        SEND (b, "next");
        say ("readable %d", readable (fd, PATIENCE_MS));
        wait_events (a, ZMQ_POLLIN);
        say ("events %d", get_int (a, ZMQ_EVENTS));
        RECV (a);
    }
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
