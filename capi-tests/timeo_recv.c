/* RCVTIMEO: EAGAIN not before its time, and a late message within it. */
/* behaviours: 79 */
#include "check.h"

static void *late (void *push)
{
    until_main_waits ();
    SEND (push, "late");
    return NULL;
}

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    pthread_t thread;
    char byte;
    new_link (ctx, "inproc", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    TRY (zmq_recv (a, &byte, 1, ZMQ_DONTWAIT));
    set_int (a, ZMQ_RCVTIMEO, 0);
    TRY (zmq_recv (a, &byte, 1, 0));
    set_int (a, ZMQ_RCVTIMEO, 250);
    long start = now_ms ();
    TRY (zmq_recv (a, &byte, 1, 0));
    YES (now_ms () - start >= 240);
    set_int (a, ZMQ_RCVTIMEO, -1);
    pthread_create (&thread, NULL, late, b);
    RECV (a);
    pthread_join (thread, NULL);
    set_int (a, ZMQ_RCVTIMEO, PATIENCE_MS);
    pthread_create (&thread, NULL, late, b);
    RECV (a);
    pthread_join (thread, NULL);
    end (ctx, a, b);
}
