/*  clonesrv5 [base [flush_ms]]

    Clone, model 5: keys that expire. An update may have a property "ttl",
    seconds to live; the server removes the key when they are over and
    publishes that, as an update without value. So the full form of kvmsg.h is
    on the wire from here on, with properties.

        clonesrv5 &  clonecli5 &  clonecli5

    base is the endpoint for snapshots (port 5556); updates come from the
    next port and are collected at the one after that.
    Looks for expired keys every flush ms (1000).  */

#include "chp.h"

int main (int argc, char **argv)
{
    chp_serve (zh_arg (argc, argv, 1, CHP_SERVER), kvmsg, zh_argn (argc, argv, 2, 1000));
    return 0;
}
