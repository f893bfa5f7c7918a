/* Thousands of topics from three subscribers; each gets its own. */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub[3];
    char topic[32];
    int wrong = 0;
    set_int (pub, ZMQ_RCVHWM, 0);
    set_int (pub, ZMQ_SNDHWM, 0);
    bind_fresh (pub, transport);
    for (int i = 0; i < 3; i++) {
        sub[i] = new_socket (ctx, ZMQ_SUB);
        set_int (sub[i], ZMQ_RCVHWM, 0);
        set_int (sub[i], ZMQ_SNDHWM, 0);
        connect_to (sub[i], bound_at);
        for (int k = i; k < 3000; k += 3) {
            snprintf (topic, sizeof topic, "topic %d.", k);
            set_text (sub[i], ZMQ_SUBSCRIBE, topic);
        }
    }
    for (int i = 0; i < 3000; i++)
        MUST (zmq_recv (pub, topic, sizeof topic, 0));
    for (int k = 0; k < 3000; k++) {
        snprintf (topic, sizeof topic, "topic %d.", k);
        SEND (pub, topic);
    }
    for (int i = 0; i < 3; i++) {
        char text[32];
        for (int k = i; k < 3000; k += 3) {
            snprintf (topic, sizeof topic, "topic %d.", k);
            MUST (recv_text (sub[i], text, sizeof text, 0));
            wrong += strcmp (text, topic) != 0;
        }
        RECV_NOW (sub[i]);
        MUST (zmq_close (sub[i]));
    }
    say ("wrong %d", wrong);
    end (ctx, pub, NULL);
}

static void run (void)
{
    each_transport (once);
}
