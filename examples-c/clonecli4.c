/*  clonecli4 [base [interval_ms [subtree]]]

    Clone, model 4: a client of a part of the keys, those that begin with
    subtree ("/client/"). Other keys it neither gets nor changes.

        clonesrv4 &  clonecli4 &  clonecli4 tcp://localhost:5556 1000 /other/  */

#include "chp.h"

int main (int argc, char **argv)
{
    const char *base = zh_arg (argc, argv, 1, CHP_CLIENT);
    long interval = zh_argn (argc, argv, 2, 1000);
    const char *subtree = zh_arg (argc, argv, 3, "/client/");

    void *ctx = zh_begin ();
    static chp_client client;
    int rc = chp_client_open (&client, ctx, base, subtree, kvsimple, 1);
    while (rc != -1 && chp_client_follow (&client, interval) != -1)
        rc = chp_client_update (&client, 0);
    chp_client_close (&client);
    zh_end (ctx);
    return 0;
}
