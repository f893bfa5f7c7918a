/*  clonecli3 [base [interval_ms]]

    Clone, model 3: a client that also changes things: every interval (1000
    ms) it sends the server a new value for a random key. Its own map changes
    when the update comes back, not before.

        clonesrv3 &  clonecli3 &  clonecli3  */

#include "chp.h"

int main (int argc, char **argv)
{
    const char *base = zh_arg (argc, argv, 1, CHP_CLIENT);
    long interval = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    static chp_client client;
    int rc = chp_client_open (&client, ctx, base, "", kvsimple, 1);
    while (rc != -1 && chp_client_follow (&client, interval) != -1)
        rc = chp_client_update (&client, 0);
    chp_client_close (&client);
    zh_end (ctx);
    return 0;
}
