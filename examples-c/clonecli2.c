/*  clonecli2 [base]

    Clone, model 2: a client that first asks for a snapshot and then follows the
    updates that are newer. It subscribes before it asks, so that what is
    published in between waits in its queue.

        clonesrv2 &  clonecli2  */

#include "chp.h"

int main (int argc, char **argv)
{
    void *ctx = zh_begin ();
    static chp_client client;
    if (chp_client_open (&client, ctx, zh_arg (argc, argv, 1, CHP_CLIENT), "", kvsimple, 0) != -1)
        chp_client_follow (&client, -1);
    chp_client_close (&client);
    zh_end (ctx);
    return 0;
}
