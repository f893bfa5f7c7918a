/* The FD with poll(2), re-reading EVENTS as the manual asks: no message is missed. */
/* behaviours: 231 */
#include "check.h"

enum { COUNT = 500 };

static void *sender (void *push)
{
    for (int i = 0; i < COUNT; i++) {
        MUST (zmq_send (push, &i, sizeof i, 0));
        if (i % 50 == 0)
            until_main_waits ();
    }
    return NULL;
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    pthread_t thread;
    int got = 0, wrong = 0, value;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    int fd = get_int (a, ZMQ_FD);
    YES (fd >= 0);
    YES (get_int (a, ZMQ_FD) == fd);
    pthread_create (&thread, NULL, sender, b);
    while (got < COUNT) {
        while (get_int (a, ZMQ_EVENTS) & ZMQ_POLLIN) {
            MUST (zmq_recv (a, &value, sizeof value, ZMQ_DONTWAIT));
            wrong += value != got++;
        }
        if (got == COUNT)
            break;
        struct pollfd p = {fd, POLLIN, 0};
        MUST_BE (poll (&p, 1, PATIENCE_MS) == 1);
    }
    pthread_join (thread, NULL);
    say ("got %d, wrong %d", got, wrong);
    end (ctx, a, b);
}

static void run (void)
{
    each_transport (once);
}
