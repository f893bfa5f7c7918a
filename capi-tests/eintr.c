/* A signal ends a blocked call with EINTR, and the call can be made again. */
/* behaviours: 8, 83 */
#include "check.h"

static pthread_t main_thread;
static int calls, stop;

static void note (int signal_number)
{
    (void) signal_number;
    __sync_fetch_and_add (&calls, 1);
}

/* Signals until told to stop, as the first may come before the call blocks;
   so slowly that calls get on. */
static void *disturb (void *unused)
{
    while (!__sync_fetch_and_add (&stop, 0)) {
        take_time (20);
        pthread_kill (main_thread, SIGUSR1);
    }
    return unused;
}

static pthread_t start (void)
{
    pthread_t thread;
    stop = 0;
    pthread_create (&thread, NULL, disturb, NULL);
    return thread;
}

static void finish (pthread_t thread)
{
    __sync_fetch_and_add (&stop, 1);
    pthread_join (thread, NULL);
}

static void *close_late (void *s)
{
    until_main_waits ();
    MUST (zmq_close (s));
    return NULL;
}

static void run (void)
{
    struct sigaction action;
    memset (&action, 0, sizeof action);
    action.sa_handler = note;
    sigaction (SIGUSR1, &action, NULL);
    main_thread = pthread_self ();

    void *ctx = new_context (), *a, *b;
    char byte;
    new_link (ctx, "tcp", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    set_int (a, ZMQ_RCVTIMEO, -1);
    void *alone = new_socket (ctx, ZMQ_PUSH);
    set_int (alone, ZMQ_SNDTIMEO, -1);
    zmq_pollitem_t item = {a, 0, ZMQ_POLLIN, 0};

    pthread_t thread = start ();
    TRY (zmq_recv (a, &byte, 1, 0));
    TRY (zmq_send (alone, "x", 1, 0));
    TRY (zmq_poll (&item, 1, -1));
    TRY (zmq_poll (NULL, 0, 0));
    finish (thread);
    YES (calls > 0);
    SEND (b, "works");
    RECV (a);
    MUST (zmq_close (b));
    MUST (zmq_close (alone));

    thread = start ();
    TRY (zmq_ctx_term (ctx));
    finish (thread);
    pthread_t closer;
    pthread_create (&closer, NULL, close_late, a);
    TRY (zmq_ctx_term (ctx));
    pthread_join (closer, NULL);
}
