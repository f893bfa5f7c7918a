/* Forty sockets in one zmq_poll: exactly the ones with messages are reported. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *a[40], *b[40];
    zmq_pollitem_t items[40];
    for (int i = 0; i < 40; i++) {
        new_link (ctx, i % 2 ? "inproc" : "tcp", ZMQ_PULL, &a[i], ZMQ_PUSH, &b[i]);
        items[i] = (zmq_pollitem_t){a[i], 0, ZMQ_POLLIN, 0};
    }
    TRY (zmq_poll (items, 40, 0));
    for (int i = 0; i < 40; i += 3)
        SEND (b[i], "x");
    int seen = 0;
    while (seen < 14) {
        MUST_BE (zmq_poll (items, 40, PATIENCE_MS) > 0);
        for (int i = 0; i < 40; i++)
            if (items[i].revents) {
                MUST_BE (i % 3 == 0);
                MUST (zmq_recv (a[i], NULL, 0, ZMQ_DONTWAIT));
                seen++;
            }
    }
    say ("seen %d", seen);
    TRY (zmq_poll (items, 40, 0));
    for (int i = 0; i < 40; i++) {
        MUST (zmq_close (a[i]));
        MUST (zmq_close (b[i]));
    }
    end (ctx, NULL, NULL);
}
