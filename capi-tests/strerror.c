/* The library's own error texts, its numbers, and the platform's for the rest. */
/* behaviours: 26, 27 */
#include "check.h"

static void run (void)
{
    static const int own[] = {EFSM, ENOCOMPATPROTO, ETERM, EMTHREAD, EHOSTUNREACH};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        say ("%s: %s", err_name (own[i]), zmq_strerror (own[i]));
    say ("EFSM %d", EFSM);
    say ("ENOCOMPATPROTO %d", ENOCOMPATPROTO);
    say ("ETERM %d", ETERM);
    say ("EMTHREAD %d", EMTHREAD);
    YES (strcmp (zmq_strerror (EINVAL), strerror (EINVAL)) == 0);
    YES (strcmp (zmq_strerror (EAGAIN), strerror (EAGAIN)) == 0);
    YES (strcmp (zmq_strerror (0), strerror (0)) == 0);
    YES (zmq_strerror (-1) != NULL);
    YES (zmq_strerror (123456) != NULL);
}
