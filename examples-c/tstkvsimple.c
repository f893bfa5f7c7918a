/*  tstkvsimple

    The test of kvsimple.h and kvmap.h: sends a key and value in the simple form
    over ipc, reads it back, and stores, replaces, finds and removes it in a
    map. Prints OK, or the first thing that is wrong.  */

#include "kvtest.h"

int main (int argc, char **argv)
{
    return kv_test (argc, argv, kvsimple, 0);
}
