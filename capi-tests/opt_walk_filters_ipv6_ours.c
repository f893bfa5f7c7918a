/* TCP_ACCEPT_FILTER with IPV6, without which no IPv6 text parses, walked
   (opt_walk.h). libzmq differs in 127.0.0.1/33 alone, which it takes. */
#include "opt_walk.h"

static void turn_ipv6 (void *s)
{
    set_int (s, ZMQ_IPV6, 1);
}

static void run (void)
{
    void *ctx = new_context ();
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].form == FILTER)
            walk_both (ctx, &options[i], "with IPV6", turn_ipv6);
    end (ctx, NULL, NULL);
}
