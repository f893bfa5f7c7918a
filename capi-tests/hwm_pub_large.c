/* A PUB below its mark loses nothing, also after having been drained once. */
/* behaviours: 72 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_int (pub, ZMQ_SNDHWM, 11024);
    set_int (sub, ZMQ_RCVHWM, 1024);
    MUST (zmq_setsockopt (sub, ZMQ_SUBSCRIBE, "", 0));
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    RECV (pub);
    int sent = 0, received = 0;
    char byte;
    for (; sent < 9999; sent++)
        MUST (zmq_send (pub, "x", 1, 0));
    for (; received < 9999; received++)
        MUST (zmq_recv (sub, &byte, 1, 0));
    for (int i = 0; i < 1100; i++)
        MUST (zmq_send (pub, "y", 1, 0));
    for (int i = 0; i < 1100; i++)
        MUST (zmq_recv (sub, &byte, 1, 0));
    say ("all arrived, the last is %c", byte);
    RECV_NOW (sub);
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
