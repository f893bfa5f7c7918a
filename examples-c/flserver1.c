/*  flserver1 [endpoint]

    Freelance server, model 1: an echo service on a REP socket. It knows of no
    broker and of no other server; to have more than one is the clients'
    business.

        flserver1 'tcp://127.0.0.1:5555' &  flserver1 'tcp://127.0.0.1:5556' &
        flclient1 tcp://localhost:5555 tcp://localhost:5556

    Stop one of the servers, and ask again.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    void *ctx = zh_begin ();
    void *rep = zh_socket (ctx, ZMQ_REP, 0);
    zh_bind (rep, zh_arg (argc, argv, 1, "tcp://127.0.0.1:5555"));
    puts ("I: echo service is ready");
    while (zh_forward (rep, rep) != -1)
        ;
    zmq_close (rep);
    zh_end (ctx);
    return 0;
}
