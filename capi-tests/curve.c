/* CURVE: who gets through, and what the monitors say of who does not. */
/* behaviours: 270, 274 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "somebody", "", NULL};
static const char *const no[] = {"1.0", "1", "400", "No", "", "", NULL};

/* Everything between a server and a client set up by the caller. */
static void *ctx, *server, *client, *at_server, *at_client;

static void open_both (const char *label, const char *const *answer)
{
    say ("-- %s", label);
    ctx = new_context ();
    if (answer)
        start_handler (ctx, answer);
    server = new_socket (ctx, ZMQ_DEALER);
    client = new_socket (ctx, ZMQ_DEALER);
    curve_server (server);
    curve_client (client);
}

static void meet (void)
{
    at_server = new_monitor (ctx, server, HANDSHAKES);
    at_client = new_monitor (ctx, client, HANDSHAKES);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say_handshake ("server", at_server);
}

static void part (int handled)
{
    MUST (zmq_close (at_server));
    MUST (zmq_close (at_client));
    MUST (zmq_close (client));
    MUST (zmq_close (server));
    if (handled)
        end_handled (ctx);
    else
        MUST (zmq_ctx_term (ctx));
}

static void talk (void)
{
    say_handshake ("client", at_client);
    SEND (client, "one", "", "three");
    RECV (server);
    for (size_t size = 0; size <= 200000; size = size * 3 + 100) {
        zmq_msg_t msg;
        MUST (zmq_msg_init_size (&msg, size));
        memset (zmq_msg_data (&msg), 'x', size);
        MUST (zmq_msg_send (&msg, server, 0));
        RECV (client);
    }
}

static void run (void)
{
    open_both ("nobody to ask", NULL);
    meet ();
    talk ();
    part (0);

    open_both ("let in", yes);
    meet ();
    talk ();
    part (1);

    open_both ("refused", no);
    meet ();
    say_handshake ("client", at_client);
    part (1);

    open_both ("nobody to ask, but enforced without a domain", NULL);
    set_int (server, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
    meet ();
    part (0);

    open_both ("nobody to ask, but enforced with a domain", NULL);
    set_int (server, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
    set_text (server, ZMQ_ZAP_DOMAIN, "domain");
    meet ();
    part (0);

    open_both ("the key of another server", NULL);
    set_text (client, ZMQ_CURVE_SERVERKEY, CLIENT_PUBLIC);
    meet ();
    say_handshake ("client", at_client);
    part (0);

    open_both ("a public key that is not of the secret one", NULL);
    set_text (client, ZMQ_CURVE_PUBLICKEY, SERVER_PUBLIC);
    meet ();
    part (0);

    char zeros[32] = {0};
    open_both ("a public key of zeros", NULL);
    MUST (zmq_setsockopt (client, ZMQ_CURVE_PUBLICKEY, zeros, 32));
    meet ();
    part (0);

    open_both ("a secret key of zeros", NULL);
    MUST (zmq_setsockopt (client, ZMQ_CURVE_SECRETKEY, zeros, 32));
    meet ();
    part (0);

    open_both ("a server key of zeros", NULL);
    MUST (zmq_setsockopt (client, ZMQ_CURVE_SERVERKEY, zeros, 32));
    at_server = new_monitor (ctx, server, HANDSHAKES);
    at_client = new_monitor (ctx, client, HANDSHAKES);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say_handshake ("client", at_client);
    part (0);

    open_both ("a client without security", NULL);
    MUST (zmq_close (client));
    client = new_socket (ctx, ZMQ_DEALER);
    meet ();
    say_handshake ("client", at_client);
    part (0);

    open_both ("a client with PLAIN", NULL);
    MUST (zmq_close (client));
    client = new_socket (ctx, ZMQ_DEALER);
    plain_client (client, "name", "word");
    meet ();
    say_handshake ("client", at_client);
    part (0);
}
