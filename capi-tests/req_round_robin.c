/* REQ asks its peers in turn. */
/* behaviours: 142 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *req = new_socket (ctx, ZMQ_REQ), *rep[3];
    int asked[3] = {0};
    for (int i = 0; i < 3; i++) {
        rep[i] = new_socket (ctx, ZMQ_REP);
        bind_fresh (rep[i], transport);
        connect_to (req, bound_at);
    }
    zmq_pollitem_t items[3] = {
        {rep[0], 0, ZMQ_POLLIN, 0}, {rep[1], 0, ZMQ_POLLIN, 0}, {rep[2], 0, ZMQ_POLLIN, 0}};
    for (int round = 0; round < 6; round++) {
        char text[16];
        SEND (req, "who");
        MUST_BE (zmq_poll (items, 3, PATIENCE_MS) == 1);
        for (int i = 0; i < 3; i++)
            if (items[i].revents) {
                MUST (recv_text (rep[i], text, sizeof text, 0));
                SEND (rep[i], "me");
                asked[i]++;
            }
        MUST_BE (text_equals (req, "me"));
    }
    say ("asked %d %d %d", asked[0], asked[1], asked[2]);
    for (int i = 0; i < 3; i++) {
        MUST (zmq_close (rep[i]));
    }
    end (ctx, req, NULL);
}

static void run (void)
{
    each_transport (once);
}
