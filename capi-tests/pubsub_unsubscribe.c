/* Each subscribe needs its unsubscribe; overlapping topics deliver once. */
/* behaviours: 182 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    set_text (sub, ZMQ_SUBSCRIBE, "A");
    set_text (sub, ZMQ_SUBSCRIBE, "A");
    set_text (sub, ZMQ_SUBSCRIBE, "AB");
    set_text (sub, ZMQ_SUBSCRIBE, "mark");
    RECV (pub);
    RECV (pub);
    RECV (pub);
    SEND (pub, "ABC once");
    RECV (sub);
    set_text (sub, ZMQ_UNSUBSCRIBE, "A");
    set_text (sub, ZMQ_UNSUBSCRIBE, "never held");
    set_text (sub, ZMQ_SUBSCRIBE, "mark2");
    RECV (pub);
    SEND (pub, "A still held");
    RECV (sub);
    set_text (sub, ZMQ_UNSUBSCRIBE, "A");
    RECV (pub);
    SEND (pub, "A no more");
    SEND (pub, "AB though");
    RECV (sub);
    set_text (sub, ZMQ_UNSUBSCRIBE, "AB");
    RECV (pub);
    SEND (pub, "AB no more");
    SEND (pub, "mark");
    RECV (sub);
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
