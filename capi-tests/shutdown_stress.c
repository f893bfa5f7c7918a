/* Many threads make, connect and close sockets while the context goes away. */
/* behaviours: 98 */
#include "check.h"

static void *ctx;
static char address[256];

static void *worker (void *unused)
{
    void *s = zmq_socket (ctx, ZMQ_SUB);
    MUST_BE (s != NULL);
    MUST (zmq_connect (s, address));
    MUST (zmq_close (s));
    return unused;
}

static void run (void)
{
    for (int round = 0; round < 5; round++) {
        pthread_t threads[50];
        ctx = new_context ();
        MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, 4));
        void *pub = new_socket (ctx, ZMQ_PUB);
        bind_fresh (pub, "tcp");
        strcpy (address, bound_at);
        for (int i = 0; i < 50; i++)
            pthread_create (&threads[i], NULL, worker, NULL);
        for (int i = 0; i < 50; i++)
            pthread_join (threads[i], NULL);
        end (ctx, pub, NULL);
    }
    say ("done");
}
