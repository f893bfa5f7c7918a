/* Four threads push through one inproc name; nothing is lost or reordered. */
#include "check.h"

enum { THREADS = 4, EACH = 20000 };
static void *ctx;

static void *pusher (void *number)
{
    void *s = new_socket (ctx, ZMQ_PUSH);
    set_int (s, ZMQ_LINGER, -1);
    connect_to (s, "inproc://x");
    for (int i = 0; i < EACH; i++) {
        int pair[2] = {(int) (intptr_t) number, i};
        MUST (zmq_send (s, pair, sizeof pair, 0));
    }
    MUST (zmq_close (s));
    return NULL;
}

static void run (void)
{
    pthread_t threads[THREADS];
    int next[THREADS] = {0}, wrong = 0, pair[2];
    ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (pull, "inproc://x"));
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create (&threads[i], NULL, pusher, (void *) i);
    for (int i = 0; i < THREADS * EACH; i++) {
        MUST (zmq_recv (pull, pair, sizeof pair, 0));
        wrong += pair[1] != next[pair[0]]++;
    }
    say ("out of order: %d", wrong);
    for (int i = 0; i < THREADS; i++)
        pthread_join (threads[i], NULL);
    end (ctx, pull, NULL);
}
