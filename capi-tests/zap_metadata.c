/* What the handler is asked, and what messages say of it afterwards. */
/* behaviours: 267, 281 */
#include "secure.h"

enum { NULL_DOMAIN, PLAIN, CURVE };
static const char *const names[] = {"NULL", "PLAIN", "CURVE"};

static void say_property (zmq_msg_t *msg, const char *name)
{
    errno = 0;
    const char *value = zmq_msg_gets (msg, name);
    say ("%s = %s", name, value ? value : err_name (errno));
}

/* Prints the question and answers it; the metadata has zeros in it. */
static void handle_one (void *handler)
{
    unsigned char frame[256];
    do {
        int n = zmq_recv (handler, frame, sizeof frame, 0);
        MUST (n);
        printf ("[");
        for (int i = 0; i < n; i++)
            printf (frame[i] >= 0x20 && frame[i] < 0x7f ? "%c" : "\\x%02x", frame[i]);
        printf ("] ");
    } while (get_int (handler, ZMQ_RCVMORE));
    say ("");
    MUST (send_list (handler, ZMQ_SNDMORE, "1.0", "1", "200", "OK", "somebody", (char *) NULL));
    MUST (zmq_send (handler, "\5Hello\0\0\0\5World\7User-Id\0\0\0\4root", 31, 0));
}

static void once (int mechanism)
{
    say ("-- %s", names[mechanism]);
    void *ctx = new_context (), *handler = new_socket (ctx, ZMQ_REP);
    MUST (zmq_bind (handler, "inproc://zeromq.zap.01"));
    void *server = new_socket (ctx, ZMQ_DEALER), *client = new_socket (ctx, ZMQ_DEALER);
    if (mechanism == PLAIN) {
        plain_server (server);
        plain_client (client, "name", "word");
    } else if (mechanism == CURVE) {
        curve_server (server);
        curve_client (client);
    }
    if (mechanism != CURVE)
        set_text (server, ZMQ_ZAP_DOMAIN, "domain");
    set_text (server, ZMQ_ROUTING_ID, "server");
    set_text (client, ZMQ_ROUTING_ID, "client");
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    handle_one (handler);
    SEND (client, "one", "two");
    for (int i = 0; i < 2; i++) {
        zmq_msg_t msg;
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, server, 0));
        say_property (&msg, "User-Id");
        say_property (&msg, "Hello");
        say_property (&msg, "Socket-Type");
        say_property (&msg, "Identity");
        say_property (&msg, "Peer-Address");
        MUST (zmq_msg_close (&msg));
    }
    /* Who connected has asked nobody. */
    SEND (server, "back");
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, client, 0));
    say_property (&msg, "User-Id");
    say_property (&msg, "Identity");
    MUST (zmq_msg_close (&msg));
    MUST (zmq_close (handler));
    end (ctx, server, client);
}

static void run (void)
{
    for (int m = NULL_DOMAIN; m <= CURVE; m++)
        once (m);
}
