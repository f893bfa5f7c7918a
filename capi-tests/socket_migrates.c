/* A socket handed from thread to thread works in each. */
/* behaviours: 14 */
#include "check.h"

static void *use (void *pair)
{
    void **s = pair;
    for (int i = 0; i < 100; i++) {
        SEND (s[0], "ping");
        MUST_BE (text_equals (s[1], "ping"));
        SEND (s[1], "pong");
        MUST_BE (text_equals (s[0], "pong"));
    }
    return NULL;
}

static void once (const char *transport)
{
    void *ctx = new_context (), *pair[2];
    new_link (ctx, transport, ZMQ_PAIR, &pair[0], ZMQ_PAIR, &pair[1]);
    for (int i = 0; i < 10; i++) {
        pthread_t thread;
        pthread_create (&thread, NULL, use, pair);
        pthread_join (thread, NULL);
        use (pair);
    }
    say ("done");
    end (ctx, pair[0], pair[1]);
}

static void run (void)
{
    each_transport (once);
}
