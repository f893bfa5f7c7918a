/* zmq_threadstart runs the function once with its argument; close joins it. */
/* behaviours: 12 */
#include "check.h"

static void work (void *argument)
{
    sigset_t blocked;
    pthread_sigmask (SIG_BLOCK, NULL, &blocked);
    until_main_waits ();
    say ("argument %d, SIGUSR1 blocked %d", *(int *) argument, sigismember (&blocked, SIGUSR1));
    *(int *) argument = 43;
}

static void run (void)
{
    int argument = 42;
    void *thread = zmq_threadstart (work, &argument);
    YES (thread != NULL);
    zmq_threadclose (thread);
    say ("after close %d", argument);
}
