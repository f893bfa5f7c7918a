/*  version: which libzmq runs, and which header the program was built with.  */

#include "zhelp.h"

int main (void)
{
    int major, minor, patch;
    zmq_version (&major, &minor, &patch);
    printf ("libzmq %d.%d.%d (header %d.%d.%d)\n", major, minor, patch, ZMQ_VERSION_MAJOR,
            ZMQ_VERSION_MINOR, ZMQ_VERSION_PATCH);
    return 0;
}
