/* Relaxed requests made before there was a server: the answer to the last one
   is the only one that comes. */
/* behaviours: 148 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *req = new_socket (ctx, ZMQ_REQ), *rep = new_socket (ctx, ZMQ_REP);
    char address[256], text[32];
    if (strcmp (transport, "tcp") == 0)
        free_tcp_address (address, sizeof address);
    else
        fresh_address (transport, address, sizeof address);
    set_int (req, ZMQ_REQ_RELAXED, 1);
    set_int (req, ZMQ_REQ_CORRELATE, 1);
    set_int (req, ZMQ_RECONNECT_IVL, 10);
    connect_to (req, address);
    SEND (req, "one");
    SEND (req, "two");
    SEND (req, "three");
    while (zmq_bind (rep, address) == -1)
        look_again ();
    for (int i = 0; i < 3; i++) {
        MUST (recv_text (rep, text, sizeof text, 0));
        say ("asked %s", text);
        SEND (rep, text);
    }
    RECV (req);
    RECV_NOW (req);
    end (ctx, req, rep);
}

static void run (void)
{
    each_transport (once);
}
