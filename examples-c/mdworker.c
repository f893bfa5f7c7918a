/*  mdworker [-v] [broker [service [heartbeat_ms [crash_at]]]]

    A Majordomo worker: the service "echo", which returns what it is sent. All
    of the protocol is in mdwrkapi.h, so that this is what every worker looks
    like: take a request, make the reply of it, pass that on.

        mdbroker &  mdworker -v &  mdclient 10

    Crashes (ends without a reply) at request number crash_at, 0 = never.  */

#include "mdwrkapi.h"

int main (int argc, char **argv)
{
    int verbose = mdp_verbose (&argc, &argv);
    const char *broker = zh_arg (argc, argv, 1, MDP_BROKER);
    const char *service = zh_arg (argc, argv, 2, "echo");
    long interval = zh_argn (argc, argv, 3, MDP_INTERVAL);
    long crash_at = zh_argn (argc, argv, 4, 0);

    void *ctx = zh_begin ();
    mdwrk worker;
    mdwrk_open (&worker, ctx, broker, service, verbose, interval);
    zh_message message = {0};
    long served = 0;
    while (mdwrk_recv (&worker, &message) != -1)
        if (++served == crash_at) {
            puts ("I: simulating a crash");
            zh_message_close (&message);
            break;
        }
    printf ("I: received %ld requests\n", served);
    mdwrk_close (&worker);
    zh_end (ctx);
    return 0;
}
