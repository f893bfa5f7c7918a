/* What was sent before close arrives, though close and term come right after. */
/* behaviours: 7, 85 */
#include "check.h"

static void once (const char *transport)
{
    void *receiving = new_context (), *sending = new_context ();
    void *pull = new_socket (receiving, ZMQ_PULL);
    void *push = zmq_socket (sending, ZMQ_PUSH);
    bind_fresh (pull, transport);
    connect_to (push, bound_at);
    static char body[10000];
    for (int i = 0; i < 500; i++) {
        memcpy (body, &i, sizeof i);
        MUST (zmq_send (push, body, sizeof body, 0));
    }
    end (sending, push, NULL);
    int right = 0, count = 0;
    for (; count < 500; count++) {
        MUST (zmq_recv (pull, body, sizeof body, 0));
        right += memcmp (body, &count, sizeof count) == 0;
    }
    say ("received %d, right %d", count, right);
    end (receiving, pull, NULL);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
