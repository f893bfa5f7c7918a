/* The second bind of a name: refused on tcp and inproc, a take-over on ipc. */
/* behaviours: 96 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PULL);
    void *c = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (a, transport);
    TRY (zmq_bind (b, bound_at));
    TRY (zmq_bind (a, bound_at));
    MUST (zmq_close (c));
    end (ctx, a, b);
}

static void taken_over (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PULL);
    void *c = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (a, "ipc");
    TRY (zmq_bind (b, bound_at));
    connect_to (c, bound_at);
    SEND (c, "to the later one");
    RECV (b);
    RECV_NOW (a);
    MUST (zmq_close (c));
    end (ctx, a, b);
}

static void run (void)
{
    say ("-- inproc");
    once ("inproc");
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    taken_over ();
}
