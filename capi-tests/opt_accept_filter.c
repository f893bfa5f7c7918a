/* TCP_ACCEPT_FILTER: a mask admits or refuses. opt_walk_filters tells which masks parse. */
/* behaviours: 288 */
#include "check.h"

static void admits (void *ctx, const char *mask)
{
    void *server = new_socket (ctx, ZMQ_PULL), *client = new_socket (ctx, ZMQ_PUSH);
    set_text (server, ZMQ_TCP_ACCEPT_FILTER, mask);
    void *monitor = new_monitor (ctx, server, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say ("%s", mask);
    say_event (monitor);
    MUST (zmq_close (monitor));
    MUST (zmq_close (server));
    MUST (zmq_close (client));
}

static void run (void)
{
    void *ctx = new_context ();
    admits (ctx, "127.0.0.1/32");
    admits (ctx, "0.0.0.0/0");
    admits (ctx, "127.0.0.255/32");
    void *s = new_socket (ctx, ZMQ_PULL), *client = new_socket (ctx, ZMQ_PUSH);
    set_text (s, ZMQ_TCP_ACCEPT_FILTER, "127.0.0.255/32");
    TRY (zmq_setsockopt (s, ZMQ_TCP_ACCEPT_FILTER, NULL, 0));
    bind_fresh (s, "tcp");
    connect_to (client, bound_at);
    SEND (client, "let in again");
    RECV (s);
    MUST (zmq_close (client));
    MUST (zmq_close (s));
    end (ctx, NULL, NULL);
}
