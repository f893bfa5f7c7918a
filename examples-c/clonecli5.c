/*  clonecli5 [base [interval_ms [subtree [ttl]]]]

    Clone, model 5: a client whose keys live for a while, up to ttl (30)
    seconds each, unless somebody sets them anew.

        clonesrv5 &  clonecli5 &  clonecli5  */

#include "chp.h"

int main (int argc, char **argv)
{
    const char *base = zh_arg (argc, argv, 1, CHP_CLIENT);
    long interval = zh_argn (argc, argv, 2, 1000);
    const char *subtree = zh_arg (argc, argv, 3, "/client/");
    long ttl = zh_argn (argc, argv, 4, 30);

    void *ctx = zh_begin ();
    static chp_client client;
    int rc = chp_client_open (&client, ctx, base, subtree, kvmsg, 1);
    while (rc != -1 && chp_client_follow (&client, interval) != -1)
        rc = chp_client_update (&client, ttl);
    chp_client_close (&client);
    zh_end (ctx);
    return 0;
}
