/* Metadata of a received message: what the peer said of itself. */
/* behaviours: 46, 170, 281, 282 */
#include "check.h"

static void show (zmq_msg_t *msg, const char *name)
{
    errno = 0;
    const char *value = zmq_msg_gets (msg, name);
    say ("%s: %s", name, value ? value : err_name (errno));
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_ROUTER), *b = new_socket (ctx, ZMQ_DEALER);
    zmq_msg_t msg;
    set_text (b, ZMQ_ROUTING_ID, "me");
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    SEND (b, "hello");
    for (int i = 0; i < 2; i++) {
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, a, 0));
        say ("frame %d", i);
        show (&msg, "Socket-Type");
        show (&msg, "Identity");
        show (&msg, "Routing-Id");
        show (&msg, "socket-type");
        show (&msg, "User-Id");
        show (&msg, "X-Own");
        if (strcmp (transport, "tcp") == 0)
            show (&msg, "Peer-Address");
        MUST (zmq_msg_close (&msg));
    }
    SEND (a, "me", "back");
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, b, 0));
    say ("the answer");
    show (&msg, "Socket-Type");
    show (&msg, "Identity");
    MUST (zmq_msg_close (&msg));
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
