/*  Calls every call of czmq.h, and holds it to what the header says of it.  */

#include "selftest.h"

_Noreturn void failed (const char *file, int line, const char *condition)
{
    fprintf (stderr, "%s:%d: does not hold: %s (%s)\n", file, line, condition,
             zmq_strerror (errno));
    exit (1);
}

bool is (char *received, const char *expected)
{
    bool same = received != NULL && streq (received, expected);
    free (received);
    return same;
}

zctx_t *new_pair (void **one, void **other)
{
    zctx_t *ctx = zctx_new ();
    *one = zsocket_new (ctx, ZMQ_PAIR);
    *other = zsocket_new (ctx, ZMQ_PAIR);
    CHECK (zsocket_bind (*one, "inproc://pair") == 0);
    CHECK (zsocket_connect (*other, "inproc://pair") == 0);
    return ctx;
}

int main (void)
{
    test_interrupts ();
    test_data ();
    test_messages ();
    test_sockets ();
    test_loops ();
    zclock_log ("all of %s", "that holds");
    return 0;
}
