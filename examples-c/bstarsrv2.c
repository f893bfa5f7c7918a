/*  bstarsrv2 -p|-b [frontend [local [remote [interval_ms]]]]

    Binary Star with the reactor of bstar.h: what is left to write is the
    service, one function, which is called for the clients of the active server
    and never on the passive one. Otherwise as bstarsrv, and the two can be
    each other's peers.

        bstarsrv2 -p &  bstarsrv2 -b &  bstarcli  */

#include "bstar.h"

static int echo (reactor *loop, void *frontend, void *arg)
{
    (void) loop;
    (void) arg;
    return zh_forward (frontend, frontend);
}

int main (int argc, char **argv)
{
    int primary = bstar_is_primary (argc, argv);
    const char *endpoint = zh_arg (argc, argv, 2, primary ? "tcp://*:5001" : "tcp://*:5002");
    const char *local = zh_arg (argc, argv, 3, primary ? "tcp://*:5003" : "tcp://*:5004");
    const char *remote
        = zh_arg (argc, argv, 4, primary ? "tcp://localhost:5004" : "tcp://localhost:5003");

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, endpoint);
    static bstar pair;
    bstar_start (&pair, ctx, primary, local, remote, zh_argn (argc, argv, 5, 1000), frontend, echo,
                 NULL);
    reactor_run (&pair.loop);
    bstar_shut (&pair.peering);
    zmq_close (frontend);
    zh_end (ctx);
    return pair.failed;
}
