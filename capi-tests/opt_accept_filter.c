/* TCP_ACCEPT_FILTER: which masks parse, and that a mask admits or refuses. */
/* behaviours: 60, 288 */
#include "check.h"

static void *s;

static void filter (const char *text)
{
    char what[64];
    snprintf (what, sizeof what, "filter %s", text);
    errno = 0;
    say_result (what, zmq_setsockopt (s, ZMQ_TCP_ACCEPT_FILTER, text, strlen (text)));
}

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
    s = new_socket (ctx, ZMQ_ROUTER);
    filter ("127.0.0.1");
    filter ("127.0.0.1/32");
    filter ("127.0.0.1/0");
    filter ("127.0.0.1/33");
    filter ("127.0.0.1/-1");
    filter ("127.0.0.1/");
    filter ("127.0.0.1/x");
    filter ("::1/128");
    filter ("not an address");
    TRY (zmq_setsockopt (s, ZMQ_TCP_ACCEPT_FILTER, "", 0));
    TRY (zmq_setsockopt (s, ZMQ_TCP_ACCEPT_FILTER, NULL, 0));
    MUST (zmq_close (s));
    admits (ctx, "127.0.0.1/32");
    admits (ctx, "0.0.0.0/0");
    admits (ctx, "127.0.0.255/32");
    s = new_socket (ctx, ZMQ_PULL);
    void *client = new_socket (ctx, ZMQ_PUSH);
    filter ("127.0.0.255/32");
    TRY (zmq_setsockopt (s, ZMQ_TCP_ACCEPT_FILTER, NULL, 0));
    bind_fresh (s, "tcp");
    connect_to (client, bound_at);
    SEND (client, "let in again");
    RECV (s);
    MUST (zmq_close (client));
    MUST (zmq_close (s));
    end (ctx, NULL, NULL);
}
