/* A wait that is disturbed again and again ends when its time is over. */
/* behaviours: 82 */
#include "check.h"

static void *ctx;
static int over;

/* Comes and goes, which wakes the waiting socket each time. */
static void *disturb (void *count)
{
    while (!__sync_fetch_and_add (&over, 0)) {
        void *s = new_socket (ctx, ZMQ_PUSH);
        connect_to (s, "inproc://x");
        take_time (20); /* so slowly that the socket sleeps in between */
        MUST (zmq_close (s));
        __sync_fetch_and_add ((int *) count, 1);
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
    while (!__sync_fetch_and_add (&count, 0))
        look_again ();
    long start = now_ms ();
    TRY (zmq_recv (pull, &byte, 1, 0));
    YES (now_ms () - start >= 290);
    zmq_pollitem_t item = {pull, 0, ZMQ_POLLIN, 0};
    start = now_ms ();
    TRY (zmq_poll (&item, 1, 300));
    YES (now_ms () - start >= 290);
    /* It is: it comes and goes once more. */
    int before = __sync_fetch_and_add (&count, 0);
    while (__sync_fetch_and_add (&count, 0) == before)
        look_again ();
    say ("and the disturbance was still going on: yes");
    __sync_fetch_and_add (&over, 1);
    pthread_join (thread, NULL);
    end (ctx, pull, NULL);
}
