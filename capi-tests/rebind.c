/* An address that was let go can be bound again, by the same socket or another. */
/* behaviours: 95 */
#include "check.h"

static void bind_soon (void *s, const char *address)
{
    long give_up = now_ms () + PATIENCE_MS;
    while (zmq_bind (s, address) == -1) {
        MUST_BE (errno == EADDRINUSE && now_ms () < give_up);
        look_again ();
    }
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    char address[256];
    strcpy (address, bound_at);
    SEND (b, "1");
    RECV (a);
    MUST (zmq_unbind (a, address));
    bind_soon (a, address);
    MUST (zmq_close (b));
    b = new_socket (ctx, ZMQ_PUSH);
    connect_to (b, address);
    SEND (b, "2");
    RECV (a);
    MUST (zmq_close (a));
    a = new_socket (ctx, ZMQ_PULL);
    bind_soon (a, address);
    MUST (zmq_close (b));
    b = new_socket (ctx, ZMQ_PUSH);
    connect_to (b, address);
    SEND (b, "3");
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
