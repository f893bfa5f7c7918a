/* After a reconnect the subscriptions are there again, without being asked. */
/* behaviours: 128 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    set_int (sub, ZMQ_RECONNECT_IVL, 20);
    set_text (sub, ZMQ_SUBSCRIBE, "b kept");
    set_text (sub, ZMQ_SUBSCRIBE, "a dropped");
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    RECV (pub);
    RECV (pub);
    set_text (sub, ZMQ_UNSUBSCRIBE, "a dropped");
    RECV (pub);
    MUST (zmq_close (pub));
    pub = new_socket (ctx, ZMQ_XPUB);
    while (zmq_bind (pub, bound_at) == -1)
        look_again ();
    /* The subscriptions go out while the subscriber's thread is in some call. */
    wait_while_working (pub, sub);
    RECV (pub);
    SEND (pub, "a dropped 1");
    SEND (pub, "b kept 1");
    RECV (sub);
    end (ctx, pub, sub);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
