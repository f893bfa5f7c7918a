/* The exact version, and what is built in. */
/* behaviours: 296 */
#include "check.h"

static void run (void)
{
    static const char *const names[] = {"ipc",  "curve", "pgm", "tipc", "norm", "gssapi", "vmci",
                                        "draft", "vsock", "WS",  "WSS",  "ws",   "CURVE"};
    int major = 0, minor = 0, patch = 0;
    zmq_version (&major, &minor, &patch);
    say ("%d.%d.%d", major, minor, patch);
    YES (ZMQ_VERSION == ZMQ_MAKE_VERSION (major, minor, patch));
    YES (zmq_strerror (EINVAL) != NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        say ("%s %d", names[i], zmq_has (names[i]));
}
