/* When a PAIR's peer has left, another can take its place. */
/* behaviours: 137 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (b, "one");
    RECV (a);
    MUST (zmq_close (b));
    while (get_int (a, ZMQ_EVENTS) & ZMQ_POLLOUT)
        look_again ();
    /* As long as the first is not quite gone a newcomer is turned away. */
    char text[16] = "", own[16] = "none";
    set_int (a, ZMQ_RCVTIMEO, 200);
    for (int n = 0; strcmp (text, own) != 0; n++) {
        if (n)
            MUST (zmq_close (b));
        b = new_socket (ctx, ZMQ_PAIR);
        connect_to (b, bound_at);
        set_int (b, ZMQ_SNDTIMEO, 100);
        /* What an earlier one said may come late. */
        snprintf (own, sizeof own, "two %d", n);
        zmq_send (b, own, strlen (own), 0);
        recv_text (a, text, sizeof text, 0);
    }
    set_int (a, ZMQ_RCVTIMEO, PATIENCE_MS);
    say ("then two");
    SEND (a, "three");
    RECV (b);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
