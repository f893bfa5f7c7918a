/* The version is of the 4.3 line, and capabilities answer by exact name. */
/* behaviours: 296 */
#include "check.h"

static void run (void)
{
    int major = 0, minor = 0, patch = -1;
    zmq_version (&major, &minor, &patch);
    say ("%d.%d", major, minor);
    YES (patch >= 4);
    TRY (zmq_has ("ipc"));
    TRY (zmq_has ("IPC"));
    TRY (zmq_has ("tipc"));
    TRY (zmq_has ("curve"));
    TRY (zmq_has ("vmci"));
    TRY (zmq_has (""));
    TRY (zmq_has ("no such thing"));
}
