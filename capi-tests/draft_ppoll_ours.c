/* zmq_ppoll: as zmq_poll without a mask; with one, the signals it lets through
   end the wait, also those that came before it. */
/* behaviours: 230 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static int calls;

static void note (int number)
{
    (void) number;
    calls++;
}

static void *kill_later (void *thread)
{
    until_main_waits ();
    pthread_kill (*(pthread_t *) thread, SIGTERM);
    return NULL;
}

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    struct sigaction action;
    sigset_t blocked, open;
    int ends[2];
    memset (&action, 0, sizeof action);
    action.sa_handler = note;
    MUST (sigaction (SIGTERM, &action, NULL));
    MUST (pipe (ends));
    new_link (ctx, "tcp", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    zmq_pollitem_t items[] = {{a, 0, ZMQ_POLLIN, 0}, {NULL, ends[0], ZMQ_POLLIN, 0}};
    TRY (zmq_ppoll (items, 2, 10, NULL));
    SEND (b, "x");
    TRY (zmq_ppoll (items, 2, -1, NULL));
    RECV (a);
    MUST (write (ends[1], "x", 1));
    TRY (zmq_ppoll (items, 2, -1, NULL));
    say ("revents %d %d", items[0].revents, items[1].revents);
    items[1].events = 0;

    sigemptyset (&blocked);
    sigaddset (&blocked, SIGTERM);
    MUST (pthread_sigmask (SIG_BLOCK, &blocked, &open));
    MUST (pthread_kill (pthread_self (), SIGTERM));
    say ("delivered %d", calls);
    TRY (zmq_ppoll (items, 1, 10, &blocked));
    say ("delivered %d", calls);
    TRY (zmq_ppoll (items, 1, -1, &open));
    say ("delivered %d", calls);
    pthread_t self = pthread_self (), thread;
    pthread_create (&thread, NULL, kill_later, &self);
    TRY (zmq_ppoll (items, 1, -1, &open));
    say ("delivered %d", calls);
    pthread_join (thread, NULL);
    end (ctx, a, b);
}
