/* A wait that is disturbed again and again ends when its time is over. */
/* behaviours: 82 */
#include "check.h"

static void *ctx;
static int over;

/* Comes and goes, which wakes the waiting socket each time. */
static void *disturb (void *count)
{
    for (int i = 0; i < 400 && !__sync_fetch_and_add (&over, 0); i++) {
        void *s = new_socket (ctx, ZMQ_PUSH);
        connect_to (s, "inproc://x");
        nap (20);
        MUST (zmq_close (s));
        ++*(int *) count;
    }
    return NULL;
}

static void run (void)
{
    pthread_t thread;
    int count = 0;
    char byte;
    ctx = new_context ();
    void *pull = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (pull, "inproc://x"));
    set_int (pull, ZMQ_RCVTIMEO, 300);
    pthread_create (&thread, NULL, disturb, &count);
    long start = now_ms ();
    TRY (zmq_recv (pull, &byte, 1, 0));
    YES (now_ms () - start >= 290);
    zmq_pollitem_t item = {pull, 0, ZMQ_POLLIN, 0};
    start = now_ms ();
    TRY (zmq_poll (&item, 1, 300));
    YES (now_ms () - start >= 290);
    __sync_fetch_and_add (&over, 1);
    pthread_join (thread, NULL);
    say ("and the disturbance was still going on: %s", count > 0 && count < 400 ? "yes" : "no");
    end (ctx, pull, NULL);
}
