/*  tstkvmsg

    The test of kvmsg.h: as tstkvsimple with the form of five frames, in which
    uuid and properties travel too. Prints OK, or the first thing that is
    wrong.  */

#include "kvtest.h"

int main (int argc, char **argv)
{
    return kv_test (argc, argv, kvmsg, 1);
}
