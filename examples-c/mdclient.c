/*  mdclient [-v] [count [broker [timeout_ms]]]

    A Majordomo client: asks the service "echo" 100000 times, waiting for each
    reply, and asks again when none comes in time (2500 ms, three attempts).

        mdbroker &  mdworker &  mdclient 1000

    mdclient2 does not wait and is much faster.  */

#include "mdcliapi.h"

int main (int argc, char **argv)
{
    int verbose = mdp_verbose (&argc, &argv);
    long count = zh_argn (argc, argv, 1, 100000);
    const char *broker = zh_arg (argc, argv, 2, MDP_BROKER);

    void *ctx = zh_begin ();
    mdcli client;
    mdcli_open (&client, ctx, broker, verbose);
    client.timeout = zh_argn (argc, argv, 3, client.timeout);
    long done = 0;
    while (done < count) {
        zh_message message = {0};
        zp_append (&message, "Hello world");
        if (mdcli_call (&client, "echo", &message) != 1)
            break;
        zh_message_close (&message);
        done++;
    }
    printf ("%ld requests processed\n", done);
    mdcli_close (&client);
    zh_end (ctx);
    return done == count ? 0 : 1;
}
