/* NODROP: refused when the subscriber is full; all that was taken arrives. */
/* behaviours: 73, 192 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    static char body[20000];
    set_int (pub, ZMQ_SNDHWM, 5);
    set_int (sub, ZMQ_RCVHWM, 5);
    set_int (pub, ZMQ_XPUB_NODROP, 1);
    set_text (sub, ZMQ_SUBSCRIBE, "");
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    RECV (pub);
    for (int round = 0; round < 3; round++) {
        int sent = 0, got = 0;
        set_int (pub, ZMQ_SNDTIMEO, 100);
        while (zmq_send (pub, body, sizeof body, 0) != -1)
            sent++;
        say ("refused: %s", err_name (errno));
        TRY (zmq_send (pub, "x", 1, ZMQ_DONTWAIT));
        if (round == 0 && strcmp (transport, "inproc") == 0)
            say ("taken %d", sent);
        while (got < sent) {
            MUST (zmq_recv (sub, body, sizeof body, 0));
            got++;
        }
        RECV_NOW (sub);
        set_int (pub, ZMQ_SNDTIMEO, PATIENCE_MS);
        SEND (pub, "works again");
        RECV (sub);
    }
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
