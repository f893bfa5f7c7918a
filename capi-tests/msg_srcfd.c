/* SRCFD names a connected descriptor of this process for tcp, none for inproc,
   and no longer after the end. */
/* behaviours: 45 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a, *b;
    zmq_msg_t msg;
    new_link (ctx, transport, ZMQ_PULL, &a, ZMQ_PUSH, &b);
    SEND (b, "x");
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, a, 0));
    errno = 0;
    int fd = zmq_msg_get (&msg, ZMQ_SRCFD);
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (fd == -1)
        say ("no fd: %s", err_name (errno));
    else
        say ("getpeername %d", getpeername (fd, (struct sockaddr *) &address, &size));
    MUST (zmq_msg_close (&msg));
    end (ctx, a, b);
    if (fd != -1)
        TRY (getpeername (fd, (struct sockaddr *) &address, &size));
}

static void run (void)
{
    each_transport (once);
}
