/* SNDTIMEO without a peer: EAGAIN not before its time; a peer ends the wait. */
/* behaviours: 80, 81 */
#include "check.h"

static void *late (void *pull)
{
    until_main_waits ();
    MUST (zmq_connect (pull, "inproc://late"));
    return NULL;
}

static void without_peer (void *ctx, const char *name, int type)
{
    void *s = new_socket (ctx, type);
    say ("%s", name);
    TRY (zmq_send (s, "x", 1, ZMQ_DONTWAIT));
    set_int (s, ZMQ_SNDTIMEO, 0);
    TRY (zmq_send (s, "x", 1, 0));
    set_int (s, ZMQ_SNDTIMEO, 100);
    long start = now_ms ();
    TRY (zmq_send (s, "x", 1, 0));
    YES (now_ms () - start >= 95);
    MUST (zmq_close (s));
}

static void run (void)
{
    void *ctx = new_context ();
    pthread_t thread;
    without_peer (ctx, "PAIR", ZMQ_PAIR);
    without_peer (ctx, "REQ", ZMQ_REQ);
    without_peer (ctx, "DEALER", ZMQ_DEALER);
    without_peer (ctx, "PUSH", ZMQ_PUSH);
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (push, "inproc://late"));
    pthread_create (&thread, NULL, late, pull);
    SEND (push, "1");
    pthread_join (thread, NULL);
    RECV (pull);
    end (ctx, push, pull);
}
