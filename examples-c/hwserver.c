/*  hwserver [endpoint [count [work_ms]]]
    REP: answers each request with "World" after some work; count 0 = for ever.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long count = zh_argn (argc, argv, 2, 0);
    long work = zh_argn (argc, argv, 3, 1000);

    void *ctx = zh_begin ();
    /*  The last reply must leave before we do; a client that stays away for
        more than a second has lost its right to it.  */
    void *responder = zh_socket (ctx, ZMQ_REP, 1000);
    zh_bind (responder, endpoint);

    char request[64];
    for (long n = 0; count == 0 || n < count; n++) {
        if (zh_recv (responder, request, sizeof request) == -1)
            break;
        printf ("Received %s\n", request);
        if (zh_sleep (work) || zh_send (responder, "World") == -1)
            break;
    }
    zmq_close (responder);
    zh_end (ctx);
    return 0;
}
