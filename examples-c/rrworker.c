/*  rrworker [endpoint [work_ms]]
    REP that connects instead of binding: a broker hands it the requests.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5560");
    long work = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    void *responder = zh_socket (ctx, ZMQ_REP, 0);
    zh_connect (responder, endpoint);

    char request[64];
    while (zh_recv (responder, request, sizeof request) != -1) {
        printf ("Received request [%s]\n", request);
        if (zh_sleep (work) || zh_send (responder, "World") == -1)
            break;
    }
    zmq_close (responder);
    zh_end (ctx);
    return 0;
}
