/* CURVE: who gets through, and what the monitors say of who does not. */
/* behaviours: 270, 274 */
#include "secure.h"

static const char *const yes[] = {"1.0", "1", "200", "OK", "somebody", "", NULL};
static const char *const no[] = {"1.0", "1", "400", "No", "", "", NULL};

static struct meeting m;

static void open_both (const char *label, const char *const *answer)
{
    say ("-- %s", label);
    m = new_meeting (answer);
    curve_server (m.server);
    curve_client (m.client);
}

static void talk (void)
{
    void *server = m.server, *client = m.client;
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
    meet (&m, 1);
    talk ();
    part (&m);

    open_both ("let in", yes);
    meet (&m, 1);
    talk ();
    part (&m);

    open_both ("refused", no);
    meet (&m, 1);
    part (&m);

    open_both ("nobody to ask, but enforced without a domain", NULL);
    set_int (m.server, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
    meet (&m, 0);
    part (&m);

    open_both ("nobody to ask, but enforced with a domain", NULL);
    set_int (m.server, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
    set_text (m.server, ZMQ_ZAP_DOMAIN, "domain");
    meet (&m, 0);
    part (&m);

    open_both ("the key of another server", NULL);
    set_text (m.client, ZMQ_CURVE_SERVERKEY, CLIENT_PUBLIC);
    meet (&m, 1);
    part (&m);

    open_both ("a public key that is not of the secret one", NULL);
    set_text (m.client, ZMQ_CURVE_PUBLICKEY, SERVER_PUBLIC);
    meet (&m, 0);
    part (&m);

    char zeros[32] = {0};
    open_both ("a public key of zeros", NULL);
    MUST (zmq_setsockopt (m.client, ZMQ_CURVE_PUBLICKEY, zeros, 32));
    meet (&m, 0);
    part (&m);

    open_both ("a secret key of zeros", NULL);
    MUST (zmq_setsockopt (m.client, ZMQ_CURVE_SECRETKEY, zeros, 32));
    meet (&m, 0);
    part (&m);

    open_both ("a server key of zeros", NULL);
    MUST (zmq_setsockopt (m.client, ZMQ_CURVE_SERVERKEY, zeros, 32));
    connect_watched (&m);
    say_handshake ("client", m.at_client);
    part (&m);

    open_both ("a client without security", NULL);
    MUST (zmq_close (m.client));
    m.client = new_socket (m.ctx, ZMQ_DEALER);
    meet (&m, 1);
    part (&m);

    open_both ("a client with PLAIN", NULL);
    MUST (zmq_close (m.client));
    m.client = new_socket (m.ctx, ZMQ_DEALER);
    plain_client (m.client, "name", "word");
    meet (&m, 1);
    part (&m);
}
