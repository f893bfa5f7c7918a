/*  hwclient [endpoint [count]]
    REQ: asks "Hello" count times (10) and waits for each answer.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5555");
    long count = zh_argn (argc, argv, 2, 10);

    void *ctx = zh_begin ();
    void *requester = zh_socket (ctx, ZMQ_REQ, 0);
    puts ("Connecting to the hello world server");
    zh_connect (requester, endpoint);

    char reply[64];
    long n = 0;
    for (; n < count; n++) {
        printf ("Sending Hello %ld\n", n);
        if (zh_send (requester, "Hello") == -1
            || zh_recv (requester, reply, sizeof reply) == -1)
            break;
        printf ("Received %s %ld\n", reply, n);
    }
    zmq_close (requester);
    zh_end (ctx);
    return n == count ? 0 : 1;
}
