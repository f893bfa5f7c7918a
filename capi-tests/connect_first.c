/* Connect first, bind later: what was sent in between arrives. */
/* behaviours: 107 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    char address[256];
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    if (strcmp (transport, "tcp") == 0)
        free_tcp_address (address, sizeof address);
    else
        fresh_address (transport, address, sizeof address);
    set_int (b, ZMQ_RECONNECT_IVL, 20);
    connect_to (b, address);
    SEND (b, "one");
    SEND (b, "two", "parts");
    while (zmq_bind (a, address) == -1)
        look_again ();
    SEND (b, "three");
    RECV (a);
    RECV (a);
    RECV (a);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
