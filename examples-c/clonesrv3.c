/*  clonesrv3 [base]

    Clone, model 3: clients make the changes. They push them to the server's
    third socket; the server numbers them, and publishes them to all, the
    sender included, so that everybody sees the same changes in the same order.

        clonesrv3 &  clonecli3 &  clonecli3

    base is the endpoint for snapshots (port 5556); updates come from the
    next port and are collected at the one after that.  */

#include "chp.h"

int main (int argc, char **argv)
{
    chp_serve (zh_arg (argc, argv, 1, CHP_SERVER), kvsimple, -1);
    return 0;
}
