/* PLAIN: let in, refused, and with nobody to ask. */
/* behaviours: 268, 269 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "somebody", "", NULL};
static const char *const no[] = {"1.0", "1", "400", "No", "", "", NULL};

static void once (const char *label, const char *const *answer, int client_hears)
{
    say ("-- %s", label);
    struct meeting m = new_meeting (answer);
    void *server = m.server, *client = m.client;
    plain_server (server);
    plain_client (client, "name", "word");
    TRY_GET (server, ZMQ_MECHANISM);
    TRY_GET (client, ZMQ_MECHANISM);
    meet (&m, client_hears);
    if (answer == yes) {
        SEND (client, "one", "two");
        RECV (server);
        SEND (server, "back");
        RECV (client);
    }
    part (&m);
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
