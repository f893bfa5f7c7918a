/* The FD becomes readable when connections are made, without any message. */
/* behaviours: 232 */
#include "check.h"

static int readable (int fd, int ms)
{
    struct pollfd p = {fd, POLLIN, 0};
    return poll (&p, 1, ms);
}

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    int fd = get_int (a, ZMQ_FD);
    bind_fresh (a, transport);
    get_int (a, ZMQ_EVENTS);
    connect_to (b, bound_at);
    say ("readable %d", readable (fd, PATIENCE_MS));
    wait_events (a, ZMQ_POLLOUT);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
