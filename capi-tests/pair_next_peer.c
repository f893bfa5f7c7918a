/* When a PAIR's peer has left, another can take its place. */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (b, "one");
    RECV (a);
    MUST (zmq_close (b));
    while (get_int (a, ZMQ_EVENTS) & ZMQ_POLLOUT)
        nap (5);
    b = new_socket (ctx, ZMQ_PAIR);
    connect_to (b, bound_at);
    /* As long as the first is not quite gone the newcomer may be turned away,
       and what it had sent by then is lost. */
    char text[16];
    set_int (a, ZMQ_RCVTIMEO, 50);
    do
        SEND (b, "two");
    while (recv_text (a, text, sizeof text, 0) == -1);
    say ("then %s", text);
    SEND (a, "three");
    RECV (b);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
