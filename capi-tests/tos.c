/* TOS reads back, and is set on the connections of both ends. */
/* behaviours: 53 */
#include "check.h"

static void show (const char *label, void *s)
{
    zmq_msg_t msg;
    int tos = -1;
    socklen_t size = sizeof tos;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, s, 0));
    MUST (getsockopt (zmq_msg_get (&msg, ZMQ_SRCFD), IPPROTO_IP, IP_TOS, &tos, &size));
    say ("%s: %d", label, tos);
    MUST (zmq_msg_close (&msg));
}

static void run (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PAIR), *b = new_socket (ctx, ZMQ_PAIR);
    TRY_SET (a, ZMQ_TOS, 0x28);
    TRY_GET (a, ZMQ_TOS);
    TRY_SET (b, ZMQ_TOS, 0x58);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    SEND (b, "x");
    show ("bound end", a);
    SEND (a, "y");
    show ("connected end", b);
    end (ctx, a, b);
}
