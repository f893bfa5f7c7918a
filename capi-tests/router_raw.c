/* A raw ROUTER: notices as on STREAM, unknown ids dropped. */
#include "raw.h"

static void run (void)
{
    char text[16];
    unsigned char id[16];
    void *ctx = new_context (), *router = new_socket (ctx, ZMQ_ROUTER);
    TRY_SET (router, ZMQ_ROUTER_RAW, 1);
    bind_fresh (router, "tcp");
    int fd = raw_connect (bound_at);
    RECV (router);
    MUST (write (fd, "hello", 5));
    int size = zmq_recv (router, id, sizeof id, 0);
    MUST (size);
    RECV (router);
    TRY (zmq_send (router, "nobody", 6, ZMQ_SNDMORE));
    TRY (zmq_send (router, "dropped", 7, 0));
    TRY (zmq_send (router, id, (size_t) size, ZMQ_SNDMORE));
    TRY (zmq_send (router, "world", 5, 0));
    say ("peer reads %.*s", (int) raw_read (fd, text, 5), text);
    MUST (close (fd));
    RECV (router);
    end (ctx, router, NULL);
}
