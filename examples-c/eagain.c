/*  eagain: what a call that must not wait returns when it would have to.  */

#include "zhelp.h"

/*  Waits until there is room at all: a peer that has just come, or has just
    read, is noticed here for certain, by a call that does not wait only soon.  */
static void wait_for_room (void *socket)
{
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLOUT, 0};
    if (zh_poll (&item, 1, -1) == -1)
        zh_fail ("zmq_poll");
}

/*  Sends without waiting until told EAGAIN; how many went.  */
static int fill (void *socket)
{
    int sent = 0;
    while (zmq_send (socket, "message", 7, ZMQ_DONTWAIT) != -1)
        sent++;
    if (errno != EAGAIN)
        zh_fail ("zmq_send");
    return sent;
}

int main (void)
{
    void *ctx = zh_begin ();
    int mark = 2;

    void *dealer = zh_socket (ctx, ZMQ_DEALER, 0);
    printf ("DEALER without a peer: EAGAIN after %d messages\n", fill (dealer));

    void *push = zh_socket (ctx, ZMQ_PUSH, 0);
    zmq_setsockopt (push, ZMQ_SNDHWM, &mark, sizeof mark);
    zh_bind (push, "inproc://eagain");
    printf ("PUSH without a peer: EAGAIN after %d messages\n", fill (push));

    /*  Over inproc both high-water marks add up: 2 + 2.  */
    void *pull = zh_socket (ctx, ZMQ_PULL, 0);
    zmq_setsockopt (pull, ZMQ_RCVHWM, &mark, sizeof mark);
    zh_connect (pull, "inproc://eagain");
    wait_for_room (push);
    printf ("PUSH to a PULL that does not read: EAGAIN after %d messages\n", fill (push));

    char text[16];
    int received = 0;
    while (zh_recv_flags (pull, text, sizeof text, ZMQ_DONTWAIT) != -1)
        received++;
    printf ("PULL: %s after %d messages\n", errno == EAGAIN ? "EAGAIN" : "error", received);
    wait_for_room (push);
    printf ("PUSH when all is read: EAGAIN after %d messages\n", fill (push));

    zmq_close (pull);
    zmq_close (push);
    zmq_close (dealer);
    zh_end (ctx);
    return 0;
}
