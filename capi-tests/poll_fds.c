/* zmq_poll on plain descriptors beside sockets. */
/* behaviours: 229 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a, *b;
    int ends[2], pipe_ends[2];
    MUST (socketpair (AF_UNIX, SOCK_STREAM, 0, ends));
    new_link (ctx, "tcp", ZMQ_PULL, &a, ZMQ_PUSH, &b);
    zmq_pollitem_t items[] = {{a, -7, ZMQ_POLLIN, 0},
                              {NULL, ends[0], ZMQ_POLLIN, 0},
                              {NULL, -1, ZMQ_POLLIN, 0}};
    TRY (zmq_poll (items, 3, 0));
    MUST (write (ends[1], "x", 1));
    TRY (zmq_poll (items, 3, PATIENCE_MS));
    say ("revents %d %d %d", items[0].revents, items[1].revents, items[2].revents);
    char byte;
    MUST (read (ends[0], &byte, 1));
    SEND (b, "message");
    TRY (zmq_poll (items, 3, PATIENCE_MS));
    say ("revents %d %d %d", items[0].revents, items[1].revents, items[2].revents);
    RECV (a);
    items[1].events = ZMQ_POLLIN | ZMQ_POLLOUT;
    TRY (zmq_poll (items, 3, 0));
    say ("revents %d", items[1].revents);
    items[1].events = ZMQ_POLLPRI;
    TRY (zmq_poll (items, 2, 0));
    say ("revents %d", items[1].revents);
    /* The other end closed: readable, and an error for a pipe. */
    MUST (pipe (pipe_ends));
    MUST (close (pipe_ends[0]));
    items[1] = (zmq_pollitem_t){NULL, pipe_ends[1], ZMQ_POLLIN, 0};
    TRY (zmq_poll (items, 2, 0));
    say ("revents %d", items[1].revents);
    end (ctx, a, b);
}
