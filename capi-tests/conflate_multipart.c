/* CONFLATE and messages of several frames, inproc: their last frame is kept. */
/* behaviours: 78 */
#include "check.h"

static void once (int to, int from, int conflating, int binder)
{
    void *ctx = new_context (), *out = new_socket (ctx, from), *in = new_socket (ctx, to);
    if (conflating != from)
        set_int (in, ZMQ_CONFLATE, 1);
    if (conflating != to)
        set_int (out, ZMQ_CONFLATE, 1);
    if (to == ZMQ_SUB)
        set_text (in, ZMQ_SUBSCRIBE, "");
    bind_fresh (binder == from ? out : in, "inproc");
    connect_to (binder == from ? in : out, bound_at);
    if (from == ZMQ_PUB)
        get_int (out, ZMQ_EVENTS); /* takes in the subscription */
    for (int round = 0; round < 3; round++) {
        SEND (out, "one", "two", "three");
        RECV (in);
        RECV_NOW (in);
        YES (get_int (out, ZMQ_EVENTS) & ZMQ_POLLOUT);
        SEND (out, "old");
        SEND (out, "first", "last");
        RECV (in);
        SEND (out, "only");
        YES (get_int (in, ZMQ_EVENTS) & ZMQ_POLLIN);
        RECV (in);
        YES (get_int (in, ZMQ_EVENTS) & ZMQ_POLLIN);
    }
    for (int i = 0; i < 2500; i++) {
        MUST (zmq_send (out, "many", 4, ZMQ_DONTWAIT | ZMQ_SNDMORE));
        MUST (zmq_send (out, "parts", 5, ZMQ_DONTWAIT));
        if (i % 3 == 0)
            MUST_BE (text_equals (in, "parts"));
    }
    /* A message without its end does not take the place of a whole one. */
    RECV_NOW (in);
    end (ctx, out, in);
}

static void run (void)
{
    static const char *const ends[] = {"both conflate", "the receiver conflates"};
    for (int i = 0; i < 2; i++) {
        say ("-- PUSH to PULL, %s", ends[i]);
        once (ZMQ_PULL, ZMQ_PUSH, i ? ZMQ_PULL : 0, ZMQ_PUSH);
        say ("-- PUB to SUB, %s", ends[i]);
        once (ZMQ_SUB, ZMQ_PUB, i ? ZMQ_SUB : 0, ZMQ_PUB);
    }
    say ("-- DEALER to PULL's place, a DEALER, both conflate");
    once (ZMQ_DEALER, ZMQ_DEALER, 0, ZMQ_DEALER);
    say ("-- PUSH to PULL, the sender conflates");
    once (ZMQ_PULL, ZMQ_PUSH, ZMQ_PUSH, ZMQ_PULL);
}
