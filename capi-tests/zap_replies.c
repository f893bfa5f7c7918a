/* Statuses and malformed replies, under every mechanism. */
/* security: gssapi-denied */
/* hostile: 68 */
/* behaviours: 271, 272 */
#include "secure.h"

enum { NULL_DOMAIN, PLAIN, CURVE };
static const char *const names[] = {"NULL", "PLAIN", "CURVE"};

static void once (int mechanism, const char *label, const char *const *answer, int client_hears)
{
    say ("-- %s, %s", names[mechanism], label);
    void *ctx = new_context ();
    start_handler (ctx, answer);
    void *server = new_socket (ctx, ZMQ_DEALER), *client = new_socket (ctx, ZMQ_DEALER);
    if (mechanism == NULL_DOMAIN)
        set_text (server, ZMQ_ZAP_DOMAIN, "domain");
    else if (mechanism == PLAIN) {
        plain_server (server);
        plain_client (client, "name", "word");
    } else {
        curve_server (server);
        curve_client (client);
    }
    void *at_server = new_monitor (ctx, server, HANDSHAKES);
    void *at_client = new_monitor (ctx, client, HANDSHAKES);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say_handshake ("server", at_server);
    if (client_hears)
        say_handshake ("client", at_client);
    MUST (zmq_close (at_server));
    MUST (zmq_close (at_client));
    MUST (zmq_close (client));
    MUST (zmq_close (server));
    end_handled (ctx);
}

#define REPLY(mechanism, label, client_hears, ...)                             \
    do {                                                                       \
        static const char *const answer[] = {__VA_ARGS__, NULL};               \
        once (mechanism, label, answer, client_hears);                         \
    } while (0)

static void run (void)
{
    for (int m = NULL_DOMAIN; m <= CURVE; m++) {
        REPLY (m, "200", 1, "1.0", "1", "200", "", "", "");
        REPLY (m, "300", 0, "1.0", "1", "300", "", "", "");
        REPLY (m, "400", 1, "1.0", "1", "400", "", "", "");
        REPLY (m, "500", 1, "1.0", "1", "500", "", "", "");
        /* libzmq sometimes leaves the connection open after these. */
        REPLY (m, "201", 0, "1.0", "1", "201", "", "", "");
        REPLY (m, "no status", 0, "1.0", "1", "", "", "", "");
        REPLY (m, "another version", 0, "2.0", "1", "200", "", "", "");
        REPLY (m, "another request", 0, "1.0", "2", "200", "", "", "");
        REPLY (m, "a frame too few", 0, "1.0", "1", "200", "", "");
        REPLY (m, "a frame too many", 0, "1.0", "1", "200", "", "", "", "");
        REPLY (m, "bad metadata", 0, "1.0", "1", "200", "", "", "\5Hell");
    }
}
