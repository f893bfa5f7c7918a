/*  hwserver2 [endpoint [work_ms]]

    Hello world server for clients of every make: a REP keeps the frames up to
    the delimiter (the envelope) to itself and puts them back before the reply,
    so a REQ, a REQ with an id and a DEALER that adds the delimiter by hand are
    the same to it.

        hwserver2 &  hwclient; hwclient2; hwclient3; hwclient4  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long work = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    void *rep = zh_socket (ctx, ZMQ_REP, 0);
    zh_bind (rep, endpoint);
    char request[64];
    while (zh_recv (rep, request, sizeof request) != -1) {
        printf ("Received %s\n", request);
        if (zh_sleep (work) || zh_send (rep, "World") == -1)
            break;
    }
    zmq_close (rep);
    zh_end (ctx);
    return 0;
}
