/* zmq_errno is the calling thread's errno. */
/* behaviours: 28 */
#include "check.h"

static void *other (void *unused)
{
    errno = EPIPE;
    say ("other thread: %s", err_name (zmq_errno ()));
    return unused;
}

static void run (void)
{
    pthread_t thread;
    zmq_close (NULL);
    say ("after close: %s %s", err_name (zmq_errno ()), err_name (errno));
    pthread_create (&thread, NULL, other, NULL);
    pthread_join (thread, NULL);
    errno = EPERM;
    say ("as set: %s", err_name (zmq_errno ()));
}
