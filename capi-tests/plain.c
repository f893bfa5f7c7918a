/* PLAIN: let in, refused, and with nobody to ask. */
/* behaviours: 268, 269 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "somebody", "", NULL};
static const char *const no[] = {"1.0", "1", "400", "No", "", "", NULL};

static void once (const char *label, const char *const *answer, int client_hears)
{
    say ("-- %s", label);
    void *ctx = new_context ();
    if (answer)
        start_handler (ctx, answer);
    void *server = new_socket (ctx, ZMQ_DEALER), *client = new_socket (ctx, ZMQ_DEALER);
    plain_server (server);
    plain_client (client, "name", "word");
    TRY_GET (server, ZMQ_MECHANISM);
    TRY_GET (client, ZMQ_MECHANISM);
    void *at_server = new_monitor (ctx, server, HANDSHAKES);
    void *at_client = new_monitor (ctx, client, HANDSHAKES);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say_handshake ("server", at_server);
    if (client_hears)
        say_handshake ("client", at_client);
    if (answer == yes) {
        SEND (client, "one", "two");
        RECV (server);
        SEND (server, "back");
        RECV (client);
    }
    MUST (zmq_close (at_server));
    MUST (zmq_close (at_client));
    MUST (zmq_close (client));
    MUST (zmq_close (server));
    if (answer)
        end_handled (ctx);
    else
        MUST (zmq_ctx_term (ctx));
}

/* Two of a kind. */
static void alike (void)
{
    say ("-- two clients");
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    plain_client (a, "name", "word");
    plain_client (b, "name", "word");
    void *monitor = new_monitor (ctx, a, HANDSHAKES);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    say_handshake ("the bound one", monitor);
    MUST (zmq_close (monitor));
    end (ctx, a, b);
}

static void run (void)
{
    once ("let in", yes, 1);
    once ("refused", no, 1);
    /* libzmq sometimes leaves the connection open then. */
    once ("nobody to ask", NULL, 0);
    alike ();
}
