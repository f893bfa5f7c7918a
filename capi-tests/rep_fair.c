/* REP serves its clients in turn. */
/* behaviours: 142 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *rep = new_socket (ctx, ZMQ_REP), *dealer[3];
    bind_fresh (rep, transport);
    for (int i = 0; i < 3; i++) {
        dealer[i] = new_socket (ctx, ZMQ_DEALER);
        connect_to (dealer[i], bound_at);
        SEND (dealer[i], "", "hello");
        RECV (rep);
        SEND (rep, "hello");
        RECV (dealer[i]);
    }
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++)
            MUST (send_list (dealer[i], 0, "", i == 0 ? "a" : i == 1 ? "b" : "c", (char *) NULL));
    int answered[3] = {0};
    for (int k = 0; k < 12; k++) {
        char text[8];
        MUST (recv_text (rep, text, sizeof text, 0));
        answered[text[0] - 'a']++;
        SEND (rep, "ok");
    }
    say ("answered %d %d %d", answered[0], answered[1], answered[2]);
    for (int i = 0; i < 3; i++)
        MUST (zmq_close (dealer[i]));
    end (ctx, rep, NULL);
}

static void run (void)
{
    each_transport (once);
}
