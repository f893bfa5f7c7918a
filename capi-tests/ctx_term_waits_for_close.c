/* Term returns only once the last socket has been closed. */
/* behaviours: 6, 7 */
#include "check.h"

static int closed;
static void *ctx, *s;

static void *close_late (void *unused)
{
    char byte;
    while (zmq_recv (s, &byte, 1, 0) != -1 || errno != ETERM)
        ;
    until_main_waits ();
    __sync_fetch_and_add (&closed, 1);
    MUST (zmq_close (s));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    ctx = new_context ();
    s = new_socket (ctx, ZMQ_PULL);
    pthread_create (&thread, NULL, close_late, NULL);
    TRY (zmq_ctx_term (ctx));
    say ("closed before term returned: %d", __sync_fetch_and_add (&closed, 0));
    pthread_join (thread, NULL);
}
