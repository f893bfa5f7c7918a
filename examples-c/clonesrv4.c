/*  clonesrv4 [base]

    Clone, model 4: subtrees. A client that is interested in the keys below a
    path only, "/client/", subscribes to that prefix and names it when it asks
    for the snapshot; the server, the same as in model 3, sends it no more than
    that. Keys stay plain text, a tree is what the clients make of them.

        clonesrv4 &  clonecli4 &  clonecli4

    base is the endpoint for snapshots (port 5556); updates come from the
    next port and are collected at the one after that.  */

#include "chp.h"

int main (int argc, char **argv)
{
    chp_serve (zh_arg (argc, argv, 1, CHP_SERVER), kvsimple, -1);
    return 0;
}
