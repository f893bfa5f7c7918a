/* A mark set after the subscriber came: that many are taken, and arrive. */
/* behaviours: 74 */
#include "check.h"

static void with_mark (const char *transport, int mark)
{
    void *ctx = new_context (), *pub, *sub;
    int sent = 0, got = 0;
    new_link (ctx, transport, ZMQ_XPUB, &pub, ZMQ_SUB, &sub);
    set_text (sub, ZMQ_SUBSCRIBE, "");
    RECV (pub);
    set_int (pub, ZMQ_SNDHWM, mark);
    while (sent < mark && zmq_send (pub, "x", 1, ZMQ_DONTWAIT) == 1)
        sent++;
    for (char byte; got < sent; got++)
        MUST (zmq_recv (sub, &byte, 1, 0));
    say ("mark %d: sent %d, got %d", mark, sent, got);
    RECV_NOW (sub);
    end (ctx, pub, sub);
}

static void once (const char *transport)
{
    with_mark (transport, 100);
    with_mark (transport, 1000);
}

static void run (void)
{
    each_transport (once);
}
