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
    struct meeting m = new_meeting (answer);
    if (mechanism == NULL_DOMAIN)
        set_text (m.server, ZMQ_ZAP_DOMAIN, "domain");
    else if (mechanism == PLAIN) {
        plain_server (m.server);
        plain_client (m.client, "name", "word");
    } else {
        curve_server (m.server);
        curve_client (m.client);
    }
    meet (&m, client_hears);
    part (&m);
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
