/* zmq_send_const: same content, and the constant is left alone. */
/* behaviours: 138 */
#include "check.h"

static const char small[] = "constant";
static char large[5000];

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    memset (large, 'L', sizeof large);
    TRY (zmq_send_const (b, small, 8, ZMQ_SNDMORE));
    TRY (zmq_send_const (b, large, sizeof large, 0));
    RECV (a);
    TRY (zmq_send_const (a, small, 8, ZMQ_DONTWAIT));
    RECV (b);
    say ("%s %c", small, large[4999]);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
