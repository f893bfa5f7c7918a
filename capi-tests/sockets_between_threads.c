/* One socket per thread, made in one and closed in another, all at once. */
/* behaviours: 14 */
#include "check.h"

static void *ctx;

static void *answer (void *rep)
{
    char text[16];
    for (int i = 0; i < 200; i++) {
        MUST (recv_text (rep, text, sizeof text, 0));
        SEND (rep, text);
    }
    MUST (zmq_close (rep));
    return NULL;
}

static void once (const char *transport)
{
    void *req[4];
    pthread_t threads[4];
    int right = 0;
    ctx = new_context ();
    for (int i = 0; i < 4; i++) {
        void *rep;
        new_link (ctx, transport, ZMQ_REP, &rep, ZMQ_REQ, &req[i]);
        set_int (rep, ZMQ_LINGER, -1);
        pthread_create (&threads[i], NULL, answer, rep);
    }
    for (int k = 0; k < 200; k++) {
        for (int i = 0; i < 4; i++)
            SEND (req[i], "question");
        for (int i = 0; i < 4; i++)
            right += text_equals (req[i], "question");
    }
    for (int i = 0; i < 4; i++) {
        pthread_join (threads[i], NULL);
        MUST (zmq_close (req[i]));
    }
    say ("right %d", right);
    end (ctx, NULL, NULL);
}

static void run (void)
{
    each_transport (once);
}
