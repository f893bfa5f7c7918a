/*  rrclient [endpoint [count]]
    REQ: count (10) requests through a broker that it need not know about.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5559");
    long count = zh_argn (argc, argv, 2, 10);

    void *ctx = zh_begin ();
    void *requester = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (requester, endpoint);

    char reply[64];
    long n = 0;
    for (; n < count; n++) {
        if (zh_send (requester, "Hello") == -1
            || zh_recv (requester, reply, sizeof reply) == -1)
            break;
        printf ("Received reply %ld [%s]\n", n, reply);
    }
    zmq_close (requester);
    zh_end (ctx);
    return n == count ? 0 : 1;
}
