/* SUBSCRIBE and UNSUBSCRIBE where XPUB_MANUAL is on, walked (opt_walk.h). */
#include "opt_walk.h"

static void turn_manual (void *s)
{
    int on = 1;
    zmq_setsockopt (s, ZMQ_XPUB_MANUAL, &on, sizeof on);
}

static void run (void)
{
    void *ctx = new_context ();
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].number == ZMQ_SUBSCRIBE || options[i].number == ZMQ_UNSUBSCRIBE)
            walk_both (ctx, &options[i], "manual", turn_manual);
    end (ctx, NULL, NULL);
}
